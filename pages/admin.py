"""The first page of the administration: how customers rate the help. Agents see the same of their own tickets."""

import asyncio

from nicegui import PageArguments, ui

from components import rating_charts
from components.address import Address
from components.box import Box
from components.button import Link
from components.chart import FigureCard
from components.chart_parts import Draw
from components.desk_choices import desk_choices
from components.feedback import EmptyState
from components.figure_tiles import FigureTiles
from components.figures_filter import FiguresFilter
from components.live import Live, Part
from components.opinions import opinions
from components.reader import reader
from components.refusals import explains_refusals
from components.take_menu import TakeMenu
from components.text import Text, t
from components.weekly_readers import WeeklyReaders
from models import Role
from services import access
from services.figures.names import names_for
from services.figures.rating_tables import LEAGUE_FROM, rating_tables
from services.figures.ratings import rating_figures
from services.forms import store

REST = 1.0  # seconds between two looks, for a busy desk changes all the time
_CARDS = (
    ('trend', rating_charts.trend, True),
    ('stars', rating_charts.counts, False),
    ('took', rating_charts.took, False),
    ('companies', rating_charts.good_shares, False),
    ('types', rating_charts.good_shares, False),
    ('agents', rating_charts.good_shares, True),
    ('replies', rating_charts.counts, False),
    ('closings', rating_charts.counts, False),
)
"""Code, how it is drawn, whether it is as wide as the page."""


async def admin_page(arguments: PageArguments) -> None:
    await RatingPage(arguments).draw()


class RatingPage:
    """What one open dashboard knows."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments)
        self.actor = reader().actor
        self.own = reader().role is not Role.ADMIN

    async def draw(self) -> None:
        title = t('figures.own_title' if self.own else 'figures.title')
        ui.page_title(title)
        choices = await desk_choices(await store.offered())
        self.names = await names_for(await access.person(self.actor))
        Live('staff', f'user:{reader().user_id}', reload=self.reload)
        with Box('page wide stack gap-3 figures-page'):
            with Box('row between top gap-2'):
                with Box('stack gap-half'):
                    Text(title, 'h1')
                    self.days = Text('', 'p', 'soft')
                if not self.own:
                    Link(t('figures.weekly.link'), '#weekly', icon='mail')
            self.filter = FiguresFilter(self.address, choices, own=self.own, on_change=self.search)
            self.tiles = FigureTiles()
            self.nothing = Part(_nothing)
            with Box('figure-grid'):
                self.cards = [_card(*card) for card in _CARDS if not (self.own and card[0] == 'agents')]
                with Box('figure-wide stack gap-1', 'section').props('aria-labelledby=opinions-title') as self.words:
                    with Box('row between nowrap'):
                        Text(t('figures.opinions'), 'h2').props('id=opinions-title')
                        self.take_words = TakeMenu('opinions')
                    self.opinions = Part(opinions)
            if not self.own:
                await WeeklyReaders().draw()
        await self.load()

    async def load(self) -> None:
        self.filter.renew()
        wanted = self.filter.wanted
        figures = await rating_figures(self.actor, wanted)
        if wanted != self.filter.wanted:  # something else was chosen while this was read
            return
        days = self.names.days(wanted.period)
        self.days.set_text(days)
        self.tiles.follow(figures, self.names)
        self.nothing.show(bool(figures.total.answers))
        self.nothing.set_visibility(not figures.total.answers)
        tables = rating_tables(figures, self.names)
        for card in self.cards:
            card.show(tables[card.code], self.filter.parameters, days)
            card.set_visibility(card.says_something or bool(figures.total.answers))
        self.opinions.show(figures.opinions)
        self.take_words.follow(self.filter.parameters)
        self.words.set_visibility(bool(figures.opinions))

    async def reload(self) -> None:
        await self.load()
        await asyncio.sleep(REST)

    @explains_refusals
    async def search(self) -> None:
        await self.load()


def _card(code: str, draw: Draw, wide: bool) -> FigureCard:
    hint = t(f'figures.hint.{code}') if code in _HINTED else ''
    nothing = t('figures.nothing_agents', least=LEAGUE_FROM) if code == 'agents' else ''
    return FigureCard(code, draw, hint=hint, nothing=nothing).classes('figure-wide' if wide else '')


_HINTED = frozenset({'agents', 'companies', 'types', 'took', 'replies', 'closings'})


def _nothing(answers: bool) -> None:
    if not answers:
        with Box('card'):
            EmptyState(t('figures.no_answers'), t('figures.no_answers_why'), icon='star')
