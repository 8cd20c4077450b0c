"""How work flows through support: what came and went, what lies open, and the board of any past day."""

import asyncio
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from nicegui import PageArguments, ui

from components import flow_charts
from components.address import Address
from components.board_then import BoardThen
from components.box import Box
from components.chart import FigureCard
from components.chart_parts import Draw
from components.desk_choices import desk_choices
from components.field import TextField
from components.figures_filter import FiguresFilter
from components.live import Live
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, t
from services import access
from services.figures.board_then import ColumnThen, board_then
from services.figures.flow import Flow, flow
from services.figures.flow_tables import flow_tables
from services.figures.names import names_for
from services.figures.wanted import Wanted
from services.forms import store

REST = 1.0  # seconds between two looks
_CARDS = (
    ('days', flow_charts.days, True),
    ('standing', flow_charts.standing, True),
    ('ages', flow_charts.columns, False),
    ('ahead', flow_charts.columns, False),
    ('loads', flow_charts.loads, True),
)
_HINTED = frozenset({'days', 'standing', 'ahead'})
_OF_PERIOD = frozenset({'days', 'standing'})
"""The others are of this moment."""


async def flow_page(arguments: PageArguments) -> None:
    await FlowPage(arguments).draw()


class FlowPage:
    """What one open page of the flow knows."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments)
        self.actor = reader().actor
        self.zone = reader().time_zone
        self.today = datetime.now(UTC).astimezone(ZoneInfo(self.zone)).date()
        self.past = _day(self.address.parameters.get('day', '')) or self.today

    async def draw(self) -> None:
        ui.page_title(t('figures.flow_title'))
        choices = await desk_choices(await store.offered())
        self.names = await names_for(await access.person(self.actor))
        Live('staff', reload=self.reload)
        with Box('page wide stack gap-3 figures-page'):
            with Box('stack gap-half'):
                Text(t('figures.flow_title'), 'h1')
                self.days = Text('', 'p', 'soft')
            self.filter = FiguresFilter(self.address, choices, on_change=self.search)
            with Box('figure-grid'):
                self.cards = [_card(*card) for card in _CARDS]
            with Box('card stack gap-2', 'section').props('id=then aria-labelledby=then-title'):
                with Box('row between gap-2'):
                    Text(t('figures.then.title'), 'h2').props('id=then-title')
                    self.day = TextField(
                        t('figures.then.day'),
                        self.past.isoformat(),
                        type='date',
                        required=False,
                        on_change=self.go_back,
                    ).classes('dense then-day')
                with Box('then-scroll').props(f'tabindex=0 role=group aria-label="{t("figures.then.title")}"'):
                    self.board = BoardThen()
        await self.load()

    async def load(self) -> None:
        """Both are read at once."""
        self.filter.renew()
        wanted, past = self.filter.wanted, self.past
        figures, columns = await asyncio.gather(flow(self.actor, wanted), self._read_board())
        self._show(wanted, figures)
        self._show_board(wanted, past, columns)

    def _show(self, wanted: Wanted, figures: Flow) -> None:
        if wanted != self.filter.wanted:  # something else was chosen while this was read
            return
        days = self.names.days(wanted.period)
        self.days.set_text(days)
        tables = flow_tables(figures, self.names)
        for card in self.cards:
            card.show(tables[card.code], self.filter.parameters, days if card.code in _OF_PERIOD else '')

    async def _read_board(self) -> tuple[ColumnThen, ...]:
        return await board_then(self.actor, self.past, self.zone, self.filter.wanted.tickets)

    def _show_board(self, wanted: Wanted, past: date, columns: tuple[ColumnThen, ...]) -> None:
        if (past, wanted.tickets) == (self.past, self.filter.wanted.tickets):
            self.board.show(columns)

    async def reload(self) -> None:
        if self.past >= self.today:
            await self.load()
        else:  # what is over changes no more
            self.filter.renew()
            wanted = self.filter.wanted
            self._show(wanted, await flow(self.actor, wanted))
        await asyncio.sleep(REST)

    @explains_refusals
    async def search(self) -> None:
        await self.load()

    @explains_refusals
    async def go_back(self) -> None:
        """Show the board of another day, which the address then names."""
        day = _day(self.day.value)
        if day is None or day == self.past:
            return
        self.past = day
        with self.day:
            self.address.set({**self.filter.parameters, 'day': day.isoformat()})
        wanted = self.filter.wanted
        self._show_board(wanted, day, await self._read_board())


def _card(code: str, draw: Draw, wide: bool) -> FigureCard:
    hint = t(f'figures.hint.{code}') if code in _HINTED else ''
    return FigureCard(code, draw, hint=hint).classes('figure-wide' if wide else '')


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2100, 1, 1) else None
