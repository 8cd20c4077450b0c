"""The agents' board: every open ticket as a card in the column of its status, live, and moved from here."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from nicegui import PageArguments, context, ui

from components.address import Address
from components.board import ASKS, Board, BoardActions
from components.board_filters import DeskFilters
from components.box import Box
from components.crossed import heard_despite
from components.desk_choices import desk_choices
from components.feedback import toast
from components.live import Live
from components.move_dialogs import MoveDialog
from components.moved_toast import tell_moved
from components.reader import reader
from components.refusals import explains_refusals
from components.saved_views import SavedViews
from components.text import Text, t
from components.ticket_panel import TICKET, TicketPanel
from components.working_time import working_time
from models import Status
from services import tickets
from services.desk import board as desk
from services.desk import presence, settings_store
from services.desk.board import Column
from services.desk.ordering import ORDER_TEXT
from services.desk.places import place, unplace
from services.errors import Crossed, Refusal
from services.forms import store
from services.forms.definition import worded
from services.settings import settings
from services.tickets import TicketView

TOGETHER = 0.5  # seconds: what a person hears of their own tickets within them, the board has heard as well
FAR = 10  # pieces of a column that stay current; whoever looks further has filters


async def board_page(arguments: PageArguments) -> None:
    page = BoardPage(arguments)
    with Box('page board-page'):
        await page.draw()


class BoardPage:
    """What one open board knows. `version` is how far it has heard, `pieces` how far each column is shown."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments, own=(TICKET,))
        self.reader = reader()
        self.actor = self.reader.actor
        self.version = self.heard = 0
        self.following: dict[Status, str | None] = {}
        self.pieces: dict[Status, int] = {}
        self._moved_at = 0.0
        self._in_turn = asyncio.Lock()  # what was read earlier is drawn earlier

    async def draw(self) -> None:
        ui.page_title(t('board.title'))
        Live('staff', reload=self.follow)
        Live(f'user:{self.reader.user_id}', reload=self.look_again)
        Live(presence.TOPIC, reload=self.gather)
        Live(settings_store.TOPIC, reload=self.measure)
        async with self._in_turn:  # what is heard meanwhile waits for the board
            await self._draw_board()
        await TicketPanel(self.address, t('board.title')).restore()

    async def _draw_board(self) -> None:
        forms = await store.known()
        choices = await desk_choices(forms, self.address)
        with Box('board-bar'):
            with Box('board-title'):
                Text(t('board.title'), 'h1')
                self.views = SavedViews('board', self._parameters)
                self._draw_rule()
            self.filters = DeskFilters(self.address, choices, on_change=self.search)
        await self.views.load()
        columns = await self._read()
        kinds = {form.type: (worded(form.title, self.reader.language), form.icon) for form in forms}
        present = await presence.everywhere(self.actor)
        actions = BoardActions(self.move, self.place, self.unplace, self.take, self.more)
        self.board = Board(columns, kinds, present, await working_time(), actions)
        self.heard = self.version

    def _draw_rule(self) -> None:
        with Box('board-rule hanging', tag='details'):
            with Box(tag='summary'):
                Text(t('board.rule_title'), 'span')
            with Box('board-rule-text stack gap-1'):
                for key in (ORDER_TEXT, 'board.rule_own', 'board.rule_done'):
                    Text(t(key), 'p')

    def _parameters(self) -> dict[str, str]:
        return self.filters.wanted.to_parameters()

    # what is shown

    async def _read(self) -> tuple[Column, ...]:
        """The columns as far as they are shown."""
        wanted = self.filters.wanted
        view = await desk.board(self.actor, wanted)
        columns = tuple([await self._further(column) for column in view.columns])
        self.version = view.version
        self.following = {column.status: column.next for column in columns}
        return columns

    async def _further(self, column: Column) -> Column:
        for _ in range(self.pieces.get(column.status, 0)):
            if column.next is None:
                break
            page = await desk.column(self.actor, self.filters.wanted, column.status, column.next)
            column = replace(column, cards=column.cards + page.items, next=page.next)
        return column

    @explains_refusals
    async def search(self) -> None:
        """Something else is wanted: begin with the first cards."""
        self.views.follow()
        async with self._in_turn:
            self.pieces.clear()
            self.board.fill(await self._read())

    async def follow(self) -> None:
        """Tickets have changed: show which, and what they have become."""
        async with self._in_turn:
            if await self._catch_up() == self.heard:  # no ticket, but perhaps the name of somebody
                await self._renew()
                await self.views.load()
            self.heard = self.version

    async def look_again(self) -> None:
        """Something of the reader's own: what they have read, where they put cards."""
        async with self._in_turn:
            if monotonic() - self._moved_at > TOGETHER:
                await self._renew()
                await self.views.load()

    async def gather(self) -> None:
        """Somebody has opened or left a ticket, or begins to write."""
        async with self._in_turn:
            self.board.gather(await presence.everywhere(self.actor))

    async def measure(self) -> None:
        """Support works at other times from now on."""
        async with self._in_turn:
            self.board.tell(hours=await working_time())

    async def _catch_up(self) -> int:
        changes = await desk.changes(self.actor, self.filters.wanted, self.version)
        if changes.too_many:
            await self._renew()
            return self.version
        if changes.version != self.version:
            self._moved_at = monotonic()
        self.version = changes.version
        self.board.patch(changes.cards, changes.columns)
        return self.version

    async def _renew(self) -> None:
        self.board.renew(await self._read())

    @explains_refusals
    async def more(self, status: str) -> None:
        column = _status(status)
        if column is None:
            return
        async with self._in_turn:
            cursor = self.following.get(column)
            if cursor is None:
                return
            page = await desk.column(self.actor, self.filters.wanted, column, cursor)
            self.following[column] = page.next
            self.pieces[column] = min(FAR, self.pieces.get(column, 0) + 1)
            self.board.append(column, page.items, page.next)

    # what is asked for

    @explains_refusals
    async def move(self, ref: str, to: str, version: int) -> None:
        """Where the card was dropped; the service says whether it may lie there."""
        status = _status(to)
        if status is None:
            return
        view = await self._asked_first(ref, status)
        if view is not None:
            self._ask(view, status, version)
            return
        try:
            moved = await tickets.transition(
                self.actor, ref, status, expected_version=version, undo_window=settings().undo_window
            )
            _tell(moved, status)
        finally:
            await self._answered(ref)

    async def _asked_first(self, ref: str, to: Status) -> TicketView | None:
        """The ticket, if its move has a comment to be asked for; None when there is nothing to ask."""
        if to not in ASKS:
            return None
        view = await tickets.read(self.actor, ref)
        return view if any(move.target is to for move in view.moves) else None

    def _ask(self, view: TicketView, to: Status, version: int) -> None:
        client = context.client
        seen = view.last_event_id

        async def send(comment: str | None, file_keys: Sequence[str], submission_key: str | None) -> None:
            nonlocal seen
            try:
                moved = await tickets.transition(
                    self.actor,
                    view.id,
                    to,
                    comment=comment,
                    file_keys=file_keys,
                    submission_key=submission_key,
                    expected_version=version,
                    seen_event_id=seen,
                    undo_window=settings().undo_window,
                )
            except Crossed as crossed:
                seen = crossed.values['event_id']
                await heard_despite(view.id, crossed)
                return await send(comment, file_keys, submission_key)
            with client:  # the dialog, in which this was called, is about to go
                _tell(moved, to)
                dialog.close()
                await self._answered(view.id)

        @explains_refusals
        async def without() -> None:
            try:
                await send(None, (), None)
            except Refusal:
                dialog.close()
                raise

        dialog = MoveDialog(view, to, send, without)

    async def _answered(self, ref: str) -> None:
        """Show what has become of the card, then take back what the browser showed as its wish."""
        try:
            async with self._in_turn:
                await self._catch_up()
        finally:
            self.board.settle(ref)

    @explains_refusals
    async def place(self, ref: str, before: str) -> None:
        """One's own order of a column; it comes back by `look_again`."""
        try:
            await place(self.actor, ref, before or None, self.filters.wanted)
            await self._reordered()
        finally:
            self.board.settle(ref)

    @explains_refusals
    async def unplace(self, ref: str) -> None:
        """Back to where the rule has it."""
        await unplace(self.actor, ref)
        await self._reordered()

    async def _reordered(self) -> None:
        async with self._in_turn:
            await self._renew()
            self._moved_at = monotonic()

    @explains_refusals
    async def take(self, ref: str) -> None:
        view = await tickets.take(self.actor, ref)
        toast(t('board.taken', id=view.id))


def _tell(view: TicketView, to: Status) -> None:
    tell_moved(view, t('board.moved', id=view.id, status=t(f'status.{to.value}')))


def _status(code: str) -> Status | None:
    return Status(code) if code in tuple(Status) else None
