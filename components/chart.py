"""A chart that follows the theme, whose bars and points lead to the tickets behind them, and the table beside it."""

from urllib.parse import urlencode

from nicegui import ui

from components.box import Box
from components.button import Button, Menu
from components.chart_parts import Draw, Drawn
from components.take_menu import file_links, lead_to_files
from components.text import Text, t
from services.figures.tables import Table


class Chart(ui.echart, component='chart.js'):
    """An ECharts chart. `--token` in its options is the theme's colour; people's own words are values, never keys."""

    def __init__(self, drawn: Drawn, label: str) -> None:
        super().__init__({})
        self._props['label'] = label
        self.show(drawn)

    def show(self, drawn: Drawn) -> None:
        """Draw this instead."""
        self._props['options'] = drawn.options
        self._props['links'] = drawn.links
        self.style(f'block-size: {drawn.height}px')

    def save(self, name: str, days: str) -> None:
        """Hand the chart to the browser as a picture that says what it shows, and of which days."""
        self.run_method('png', name, days)


class FigureTable(ui.element, component='figure_table.js'):
    """A table of figures; a cell with an address is a link to the tickets behind it."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._props['caption'] = caption

    def show(self, table: Table) -> None:
        self._props['head'] = list(table.head)
        shown, left = len(table.rows), table.left_out
        self._props['note'] = t('figures.left_out', shown=shown, all=shown + left) if left else ''
        hrefs = {
            href: place for place, href in enumerate(dict.fromkeys(cell.href for row in table.rows for cell in row))
        }
        self._props['hrefs'] = tuple(hrefs)  # long ones, which the cells of a row share
        self._props['rows'] = tuple(tuple((cell.text, hrefs[cell.href]) for cell in row) for row in table.rows)


class FigureCard(ui.element):
    """A title, a chart, its table unfolded on demand, and all of it to take along. `show` keeps it current."""

    def __init__(self, code: str, draw: Draw, *, hint: str = '', nothing: str = '') -> None:
        """:param draw: makes a chart of the table (components.rating_charts, components.flow_charts)
        :param nothing: what is said in place of a chart when there is nothing to draw
        """
        super().__init__('section')
        self.classes('card figure-card').props(f'aria-labelledby="figure-{code}"')
        self.code, self._draw = code, draw
        self._shown: tuple[Table, str] | None = None
        self._days = ''
        self._chart: Chart | None = None
        self.says_something = False
        title = t(f'figures.table.{code}')
        with self:
            with Box('row between nowrap top gap-2'):
                with Box('stack gap-half'):
                    Text(title, 'h2').props(f'id="figure-{code}"')
                    if hint:
                        Text(hint, 'p', 'soft small')
                with Menu(t('figures.take', title=title), icon='download', icon_only=True):
                    Button(t('figures.png'), self._save, icon='image')
                    self._links = file_links()
            self._body = Box('figure-body')
            self._note = Text('', 'p', 'soft small')
            self._empty = Text(nothing or t('figures.nothing'), 'p', 'soft figure-nothing')
            with ui.element('details').classes('figure-details') as self._details:
                with ui.element('summary').classes('small'):
                    Text(t('figures.as_table'), 'span')
                self.table = FigureTable(title)

    def show(self, table: Table, parameters: dict[str, str], days: str = '') -> None:
        """Draw these figures, unless they are there already; the files to take along follow the address.

        :param days: the period in words, where the figures are of one
        """
        query, self._days = urlencode(parameters), days
        if self._shown == (table, query):
            return
        self._shown = (table, query)
        self.table.show(table)
        lead_to_files(self._links, self.code, query)
        if len(table.head) > _FEW_COLUMNS:
            self.classes('many-columns')
        self.says_something = any(cell.value for row in table.rows for cell in row)
        self._empty.set_visibility(not self.says_something)
        self._details.set_visibility(self.says_something)
        self._body.set_visibility(self.says_something)
        self._note.set_visibility(False)
        if self.says_something:
            self._show_chart(self._draw(table), _read_out(table))

    def _show_chart(self, drawn: Drawn, label: str) -> None:
        self._note.set_text(drawn.note)
        self._note.set_visibility(bool(drawn.note))
        if self._chart is None:
            with self._body:
                self._chart = Chart(drawn, label)
        else:
            self._chart.show(drawn)

    def _save(self) -> None:
        if self._chart is not None:
            self._chart.save(t(f'figures.table.{self.code}'), self._days)


_FEW_COLUMNS = 4
"""So many have room in a card of half the width; one with more becomes as wide as the page when its table is opened."""


def _read_out(table: Table) -> str:
    return t('figures.chart_label', title=t(f'figures.table.{table.code}'))
