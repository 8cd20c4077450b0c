"""Bad ratings that wait for an answer, and those that have one: whose each is and what came of it."""

from nicegui import PageArguments, ui

from components.address import Address
from components.bad_rating import BadRatingCard, ItemActions, without_owner
from components.box import Box
from components.button import Button
from components.feedback import EmptyState, toast
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals
from components.take_menu import TakeMenu
from components.text import Text, t
from services import tickets
from services.figures import bad_ratings
from services.figures.bad_ratings import Item


async def bad_ratings_page(arguments: PageArguments) -> None:
    await BadRatingsPage(arguments).draw()


class BadRatingsPage:
    """What one open page knows: which of the two lists is shown, and how much of it."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments)
        self.actor = reader().actor
        self.settled = self.address.parameters.get('settled') == '1'
        self.limit = bad_ratings.PIECE
        self.actions = ItemActions(self.give, self.settle, self.reopen)
        self.cards: list[BadRatingCard] = []

    async def draw(self) -> None:
        ui.page_title(t('figures.bad.title'))
        self.people = {str(agent.id): agent.name for agent in await tickets.agents(self.actor)}
        Live(bad_ratings.TOPIC, reload=self.load)
        with Box('page stack gap-3 bad-ratings-page'):
            with Box('stack gap-half'):
                Text(t('figures.bad.title'), 'h1')
                Text(t('figures.bad.lead'), 'p', 'soft measure')
            with Box('row between gap-2'):
                with Box('segments').props(f'role=group aria-label="{t("figures.bad.which")}"'):
                    self.switches = {
                        settled: Button(t(f'figures.bad.{name}'), choose).classes('segment', remove='button')
                        for settled, name, choose in (
                            (False, 'waiting', self.show_waiting),
                            (True, 'settled', self.show_settled),
                        )
                    }
                self.take = TakeMenu('bad_ratings')
            self.list = Part(self._list)
            self.further = Button(t('figures.bad.more'), self.more)
        await self.load()

    async def load(self) -> None:
        settled = self.settled
        found = await bad_ratings.items(self.actor, settled=settled, limit=self.limit + 1)
        if settled != self.settled:
            return
        for which, switch in self.switches.items():
            switch.set_pressed(which == settled)
        shown = found[: self.limit]
        self.list.show(tuple(map(without_owner, shown)) if not settled else shown, settled)
        for card, item in zip(self.cards, shown, strict=True):
            card.follow(item)
        self.further.set_visibility(len(found) > self.limit)
        self.take.follow({'settled': '1'} if settled else {})
        self.take.set_visibility(bool(shown))

    def _list(self, found: tuple[Item, ...], settled: bool) -> None:
        self.cards = []
        if not found:
            name = 'settled' if settled else 'waiting'
            EmptyState(t(f'figures.bad.no_{name}'), t(f'figures.bad.no_{name}_why'), icon='smile')
            return
        with Box('stack gap-2 bad-ratings', 'ul'):
            self.cards = [BadRatingCard(item, self.people, self.actions) for item in found]

    @explains_refusals
    async def show_waiting(self) -> None:
        await self._turn(settled=False)

    @explains_refusals
    async def show_settled(self) -> None:
        await self._turn(settled=True)

    async def _turn(self, *, settled: bool) -> None:
        self.settled, self.limit = settled, bad_ratings.PIECE
        self.address.set({'settled': '1'} if settled else {})
        await self.load()

    @explains_refusals
    async def more(self) -> None:
        self.limit += bad_ratings.PIECE
        await self.load()

    @explains_refusals
    async def give(self, pk: int, owner: str) -> None:
        await bad_ratings.give(self.actor, pk, int(owner) if owner else None)

    @explains_refusals
    async def settle(self, pk: int, outcome: str, note: str) -> None:
        await bad_ratings.settle(self.actor, pk, outcome, note)
        toast(t('figures.bad.done'))

    @explains_refusals
    async def reopen(self, pk: int) -> None:
        await bad_ratings.reopen(self.actor, pk)
