"""Where the table is taken along as a file: what the filter lets through, as CSV or XLSX."""

from urllib.parse import urlencode

from components.button import Link, Menu
from components.live import Part
from components.text import t
from services.desk.filters import DeskFilter
from services.desk.queue import Sort


class ExportMenu(Part):
    """Two links; call `follow` when something else is shown."""

    def __init__(self) -> None:
        super().__init__(self._draw_menu)

    def follow(self, wanted: DeskFilter, sort: Sort, descending: bool | None) -> None:
        """Let the links lead to what is shown."""
        own = {'sort': sort.value} if sort is not Sort.RULE else {}
        own |= {} if descending is None else {'descending': str(int(descending))}
        self.show(urlencode({**wanted.to_parameters(), **own}))

    def _draw_menu(self, query: str) -> None:
        with Menu(t('queue.export.menu'), icon='download', look='quiet dense'):
            for kind in ('csv', 'xlsx'):
                link = Link(t(f'queue.export.{kind}'), f'/exports/tickets.{kind}?{query}', icon='file-text')
                link.props('download')  # a file is no page: the page would be left for it
