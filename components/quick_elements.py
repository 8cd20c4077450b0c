"""Two things that NiceGUI does anew for each element of a page, done at once or once.

The version of NiceGUI is pinned, and tests/components/test_quick_elements.py fails when an upgrade does it otherwise.
"""

from collections.abc import Callable
from types import MethodType, SimpleNamespace
from typing import Any

from nicegui import client, helpers, json


class Escapable(str):
    """A text whose `translate` knows single letters that become several: '&' is to be one of them, if at all.

    `Client.build_response` writes the elements as JSON and escapes them by `str.translate`, which is fast only where
    each letter becomes one letter: 0.15 µs each otherwise. `str.replace` gives the same text.
    """

    __slots__ = ()

    def translate(self, table: Any) -> str:
        """The same as `str.translate` with a dictionary of code points, as `str.maketrans` makes it."""
        text = str(self)
        for code in sorted(table, key=lambda code: code != ord('&')):  # the other entities begin with it
            text = text.replace(chr(code), table[code])
        return text


def remembering(asked: Callable[[Callable[..., Any]], bool]) -> Callable[[Callable[..., Any]], bool]:
    """The same question, asked once of each method: classes, style and props of each element ask it of theirs.

    :param asked: whether a function expects arguments, by its signature
    """
    known: dict[object, bool] = {}

    def answer(function: Callable[..., Any]) -> bool:
        if not isinstance(function, MethodType):  # those come and go, and would be kept for ever
            return asked(function)
        method = function.__func__
        if method not in known:
            known[method] = asked(function)
        return known[method]

    return answer


def install() -> None:
    """Let NiceGUI's pages be made so; call once, before the server starts."""
    quick = SimpleNamespace(dumps=lambda value: Escapable(json.dumps(value)), loads=json.loads)
    client.json = quick  # type: ignore[assignment, attr-defined]
    helpers.expects_arguments = remembering(helpers.expects_arguments)  # type: ignore[assignment]
