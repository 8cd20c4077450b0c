"""A page's elements, escaped at once: NiceGUI does it letter by letter, 0.15 µs each, which took half of a large page.

`Client.build_response` writes the elements as JSON and escapes them by `str.translate`, which is fast only where each
letter becomes one letter. What its JSON gives here escapes itself by `str.replace`, to the same text. The version of
NiceGUI is pinned, and tests/components/test_quick_escape.py fails when an upgrade does it in another way.
"""

from types import SimpleNamespace
from typing import Any

from nicegui import client, json


class Escapable(str):
    """A text whose `translate` knows single letters that become several: '&' is to be one of them, if at all."""

    __slots__ = ()

    def translate(self, table: Any) -> str:
        """The same as `str.translate` with a dictionary of code points, as `str.maketrans` makes it."""
        text = str(self)
        for code in sorted(table, key=lambda code: code != ord('&')):  # the other entities begin with it
            text = text.replace(chr(code), table[code])
        return text


def install() -> None:
    """Let NiceGUI's pages be escaped so; call once, before the server starts."""
    quick = SimpleNamespace(dumps=lambda value: Escapable(json.dumps(value)), loads=json.loads)
    client.json = quick  # type: ignore[assignment, attr-defined]
