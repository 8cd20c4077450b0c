"""Where a table is taken along as a file: the same figures, as CSV or XLSX."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from components.button import Link, Menu
from components.live import Part
from components.text import t

_KINDS = ('csv', 'xlsx')


class TakeMenu(Part):
    """Two links in a menu; call `follow` when the address asks for something else."""

    def __init__(self, code: str) -> None:
        super().__init__(self._draw_menu)
        self._code = code

    def follow(self, parameters: Mapping[str, str]) -> None:
        self.show(urlencode(parameters))

    def _draw_menu(self, query: str) -> None:
        with Menu(t('figures.take', title=t(f'figures.table.{self._code}')), icon='download', icon_only=True):
            lead_to_files(file_links(), self._code, query)


def file_links() -> list[Link]:
    """A link for each kind of file, which lead nowhere yet."""
    return [Link(t(f'queue.export.{kind}'), '/', icon='file-text') for kind in _KINDS]


def lead_to_files(links: Iterable[Link], code: str, query: str) -> None:
    """Let the links lead to the files of a table as the address asks for it."""
    for link, kind in zip(links, _KINDS, strict=True):
        link._props['href'] = f'/exports/figures/{code}.{kind}?{query}'
        link.props('download')  # a file is no page: the page would be left for it
