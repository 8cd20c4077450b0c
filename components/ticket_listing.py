"""A live, filtered list of tickets: the bar, the rows, what stands there when there are none."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui import ui

from components.address import Address
from components.badge import StatusBadge
from components.button import Menu
from components.composer import Composer
from components.conversation import Conversation
from components.feedback import EmptyState
from components.live import Part
from components.preload import preload
from components.refusals import explains_refusals
from components.text import plural, t
from components.ticket_facts import TicketFacts
from components.ticket_filters import TicketFilters
from components.ticket_list import TicketList
from components.ticket_rating import TicketRating
from components.ticket_request import TicketRequest
from components.ticket_sharing import Sharing
from components.ticket_title import TicketTitle
from services.tickets.views import ListFilter, Page, Scope, TicketRow

PIECE = 50  # rows at a time
MOST_KEPT = 500  # rows that stay current; whoever looks at more has a filter to use

NEXT = (  # what a ticket's page is made of: from a list one opens a ticket
    Conversation, Composer, Part, StatusBadge, Menu, TicketTitle, TicketRequest, TicketRating, TicketFacts, Sharing,
)  # fmt: skip

Fetch = Callable[[ListFilter, str | None, int], Awaitable[Page[TicketRow]]]


class TicketListing(ui.element):
    """`fetch(filter, cursor, limit)` brings rows. Call `load` at first, and whenever something changed."""

    def __init__(
        self,
        address: Address,
        fetch: Fetch,
        *,
        label: str,
        kinds: Mapping[str, str],
        scopes: Sequence[Scope],
        wide: bool = False,
        first_step: tuple[str, str] | None = None,
    ) -> None:
        """:param first_step: what to do when there is nothing at all yet, and where"""
        super().__init__('div')
        self.classes('ticket-listing')
        self._fetch = fetch
        self._first_step = first_step
        self._rows: list[TicketRow] = []
        self._next: str | None = None
        self._empty: EmptyState | None = None
        self._said_empty: object = None
        with self:
            self.filters = TicketFilters(address, scopes=scopes, kinds=kinds, on_change=self.search)
            self.list = TicketList(label, dict(kinds), wide=wide, on_more=self.more)
        preload(*NEXT)

    async def load(self) -> None:
        """Read as many rows as are shown, at least one piece, and show what changed."""
        wanted = self.filters.wanted
        count = min(max(PIECE, len(self._rows)), MOST_KEPT)
        rows: list[TicketRow] = []
        cursor: str | None = None
        while True:
            page = await self._fetch(wanted, cursor, min(count - len(rows), 100))
            rows += page.items
            cursor = page.next
            if cursor is None or len(rows) >= count:
                break
        if wanted == self.filters.wanted:  # else somebody typed on while this was read
            self._show(rows, cursor)

    @explains_refusals
    async def search(self) -> None:
        """Something else is wanted: begin with the first piece."""
        self._rows = []
        await self.load()
        self._show(self._rows, self._next, say=plural('list.found', len(self._rows)))

    @explains_refusals
    async def more(self) -> None:
        if self._next is None:
            return
        page = await self._fetch(self.filters.wanted, self._next, PIECE)
        known = {row.pk for row in self._rows}
        self._show([*self._rows, *(row for row in page.items if row.pk not in known)], page.next)

    def _show(self, rows: list[TicketRow], following: str | None, *, say: str = '') -> None:
        self._rows, self._next = rows, following
        self.list.show(rows, more=following is not None, say=say)
        self._show_empty()

    def _show_empty(self) -> None:
        state = (not self._rows, self.filters.narrowed, self.filters.scope)
        if state == self._said_empty:
            return
        self._said_empty = state
        if self._empty:
            self._empty.delete()
            self._empty = None
        if self._rows:
            return
        with self:
            self._empty = self._nothing()

    def _nothing(self) -> EmptyState:
        if self.filters.narrowed:
            action = (t('list.empty.clear'), self.filters.clear_all)
            return EmptyState(t('list.empty.filtered'), t('list.empty.filtered_text'), icon='search', action=action)
        title, text = t(f'list.empty.{self.filters.scope}'), t(f'list.empty.{self.filters.scope}_text')
        return EmptyState(title, text, icon='inbox', action=self._first_step)
