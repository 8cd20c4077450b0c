"""The specialists' queue: every ticket as a dense table, live; filtered, sorted, and changed many at a time."""

from collections.abc import Mapping

from nicegui import PageArguments, ui

from components.address import Address
from components.board_filters import DeskFilters
from components.box import Box
from components.desk_choices import desk_choices
from components.feedback import EmptyState
from components.live import Live
from components.queue_bulk import bulk_action, tell
from components.queue_export import ExportMenu
from components.queue_table import CODES, DESCENDING, QueueActions, QueueTable, Worded
from components.reader import reader
from components.refusals import explains_refusals
from components.saved_views import SavedViews
from components.status_counts import StatusCounts
from components.text import Text, plural, t
from components.ticket_panel import TICKET, TicketPanel
from components.working_time import working_time
from models import Status
from services import tickets
from services.desk import queue as desk
from services.desk import settings_store
from services.desk.cards import Card
from services.desk.filters import DeskFilter
from services.desk.queue import Sort
from services.forms import store
from services.ticket_id import ticket_id
from services.tickets import Page

PIECE = 50  # rows at a time
MOST_KEPT = 500  # rows that stay current; whoever looks at more has a filter to use
SHOWN_AS = ('sort', 'descending', 'columns')


async def queue_page(arguments: PageArguments) -> None:
    page = QueuePage(arguments)
    with Box('page queue-page'):
        await page.draw()


class QueuePage:
    """What one open queue knows: the cards that are shown, and where the next piece begins."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments, own=(*SHOWN_AS, TICKET))
        self.reader = reader()
        self.actor = self.reader.actor
        self.cards: list[Card] = []
        self.following: str | None = None
        self.sort, self.descending = _sorting(self.address.own)
        self._empty: EmptyState | None = None

    async def draw(self) -> None:
        ui.page_title(t('list.queue'))
        Live('staff', f'user:{self.reader.user_id}', reload=self.load)
        Live(settings_store.TOPIC, reload=self.measure)
        forms = await store.known()
        choices = await desk_choices(forms, self.address)
        with Box('queue-head'):
            with Box('queue-title'):
                Text(t('list.queue'), 'h1')
                self.views = SavedViews('queue', self._parameters)
                self.export = ExportMenu()
            self.filters = DeskFilters(self.address, choices, on_change=self.search)
        self.counts = StatusCounts(on_choose=self.choose_status)
        agents = {id: name for id, name in choices.assignee.items() if id.isdigit()}
        self.table = QueueTable(
            Worded(choices.type, choices.os, choices.server_type),
            agents,
            await working_time(),
            QueueActions(self.more, self.sort_by, self.choose_columns, self.bulk, self.everything),
            columns=_columns(self.address.own.get('columns', '')),
            sort=self.sort,
            descending=self._backwards(),
        )
        self.table.suggest_tags(choices.tag)
        with Box('queue-empty') as self.empty:
            pass
        await self.views.load()
        await self.load()
        await TicketPanel(self.address, t('list.queue')).restore()

    # what is shown

    async def load(self) -> None:
        """Read again as much as is shown."""
        wanted, count = self._state(), max(PIECE, min(len(self.cards), MOST_KEPT))
        cards: list[Card] = []
        after: str | None = None
        while len(cards) < count:
            page = await self._fetch(after, min(desk.MOST, count - len(cards)))
            cards, after = [*cards, *page.items], page.next
            if after is None:
                break
        totals = await tickets.counts(self.actor)
        if wanted == self._state():  # else somebody typed on while this was read
            self._show(cards, after)
            self.counts.show(totals, self._status())

    async def measure(self) -> None:
        """Support works at other times from now on."""
        self.table.tell(hours=await working_time())

    async def _fetch(self, after: str | None, limit: int) -> Page[Card]:
        return await desk.queue(
            self.actor, self.filters.wanted, sort=self.sort, descending=self.descending, after=after, limit=limit
        )

    @explains_refusals
    async def search(self) -> None:
        """Something else is wanted: begin with the first piece."""
        page = await self._fetch(None, PIECE)
        self._show(list(page.items), page.next, say=plural('list.found', len(page.items)), fresh=True)

    @explains_refusals
    async def more(self) -> None:
        if self.following is None:
            return
        page = await self._fetch(self.following, PIECE)
        known = {card.pk for card in self.cards}
        self._show([*self.cards, *(card for card in page.items if card.pk not in known)], page.next)

    def _show(self, cards: list[Card], following: str | None, *, say: str = '', fresh: bool = False) -> None:
        self.cards, self.following = cards, following
        self.table.show(cards, more=following is not None, say=say, fresh=fresh)
        self.export.follow(self.filters.wanted, self.sort, self.descending)
        self.views.follow()
        self.counts.follow(self._status(), narrowed=not self.filters.wanted.without_statuses().is_empty)
        self._show_empty()

    def _show_empty(self) -> None:
        narrowed = not self.filters.wanted.is_empty
        self.empty.set_visibility(not self.cards)
        self.empty.clear()
        if self.cards:
            return
        with self.empty:
            if narrowed:
                action = (t('list.empty.clear'), self.filters.show_all)
                EmptyState(t('list.empty.filtered'), t('list.empty.filtered_text'), icon='search', action=action)
            else:
                EmptyState(t('queue.empty'), t('queue.empty_text'), icon='inbox')

    def _state(self) -> tuple[DeskFilter, Sort, bool | None]:
        return self.filters.wanted, self.sort, self.descending

    def _parameters(self) -> dict[str, str]:
        shown_as = {name: value for name, value in self.address.own.items() if name in SHOWN_AS}
        return {**self.filters.wanted.to_parameters(), **shown_as}

    def _status(self) -> str:
        statuses = self.filters.wanted.statuses
        return statuses[0].value if len(statuses) == 1 else ''

    async def choose_status(self, status: Status) -> None:
        """Only that status; pressed again, everything that is not done."""
        wanted = self.filters.wanted
        again = wanted.statuses == (status,)
        await self.filters.choose(
            DeskFilter.from_parameters({**wanted.to_parameters(), 'status': '' if again else status.value})
        )

    # how it is shown

    @explains_refusals
    async def sort_by(self, code: str, again: bool) -> None:
        """By a column; by the same once more: the other way round, then by the rule."""
        if code not in tuple(Sort):
            return
        own = Sort(code) in DESCENDING
        if not again or self.sort.value != code:
            self.sort, self.descending = Sort(code), None
        elif self.descending is None:
            self.descending = not own
        else:
            self.sort, self.descending = Sort.RULE, None
        self.address.keep('sort', '' if self.sort is Sort.RULE else self.sort.value)
        self.address.keep('descending', '' if self.descending is None else str(int(self.descending)))
        self.address.set(self.filters.wanted.to_parameters(), replace=True)
        self.table.use('', self.sort, self._backwards())
        await self.search()

    async def choose_columns(self, columns: str) -> None:
        """Kept in the address as well, so that a view that is kept or sent has them."""
        if kept := _columns(columns):
            self.address.keep('columns', kept)
            self.address.set(self.filters.wanted.to_parameters(), replace=True)
            self.views.follow()

    def _backwards(self) -> bool:
        return self.sort in DESCENDING if self.descending is None else self.descending

    # many at once

    async def bulk(self, what: str, value: str, ids: list[str]) -> None:
        try:
            await self._bulk(what, value, ids)
        finally:
            self.table.settle(None)

    @explains_refusals
    async def _bulk(self, what: str, value: str, ids: list[str]) -> None:
        done = await bulk_action(what, value, ids, self.table.progress)
        if done is None:
            return
        self.table.settle(id for id, _ in done.refused)
        tell(done)

    @explains_refusals
    async def everything(self) -> None:
        """Select all that the filter lets through, not only what is shown."""
        numbers = await desk.matching(self.actor, self.filters.wanted, sort=self.sort, descending=self.descending)
        self.table.select(ticket_id(number) for number in numbers)


def _sorting(own: Mapping[str, str]) -> tuple[Sort, bool | None]:
    sort = Sort(own['sort']) if own.get('sort') in tuple(Sort) else Sort.RULE
    return sort, {'1': True, '0': False}.get(own.get('descending', ''))


def _columns(text: str) -> str:
    return ','.join(code for code in text.split(',') if code in CODES)
