"""Who has to do with the open ticket: shared with, followed by, assigned to."""

from collections.abc import Callable

from nicegui import context, ui

from components.dialog import confirm
from components.feedback import toast
from components.reader import reader
from components.refusals import explains_refusals
from components.text import t
from components.ticket_sharing import Sharing
from models import Follow
from services import tickets
from services.errors import Refusal
from services.tickets import PersonView, TicketView


class TicketPeople:
    """`view()` is the ticket as it is shown now; `put_back()` takes back an assignment that was refused."""

    def __init__(self, ref: str, view: Callable[[], TicketView], put_back: Callable[[], None]) -> None:
        self._ref, self._view, self._put_back = ref, view, put_back
        self._actor, self._user_id = reader().actor, reader().user_id
        self._sharing: Sharing | None = None

    def draw(self) -> None:
        """The dialog for sharing, closed, for whom may share."""
        if self._view().rights.share:
            self._sharing = Sharing(
                self._view(),
                on_search=self._colleagues,
                on_share=self._share,
                on_unshare=self._unshare,
                on_company=self._share_company,
            )

    def show(self, view: TicketView) -> None:
        if self._sharing:
            self._sharing.show(view)

    async def open_sharing(self) -> None:
        if self._sharing:
            self._sharing.open()

    async def _colleagues(self, query: str) -> list[PersonView]:
        try:
            return list(await tickets.candidates(self._actor, self._ref, query))
        except Refusal:
            return []

    @explains_refusals
    async def _share(self, user_id: int) -> None:
        await tickets.share(self._actor, self._ref, [user_id])

    @explains_refusals
    async def _unshare(self, user_id: int) -> None:
        await tickets.unshare(self._actor, self._ref, user_id)

    @explains_refusals
    async def _share_company(self, whole: bool) -> None:
        await tickets.share(self._actor, self._ref, [], company=whole)

    @explains_refusals
    async def leave(self) -> None:
        question = t('ticket.leave.question')
        if self._user_id is not None and await confirm(
            question, t('ticket.leave.text'), yes=t('ticket.leave.yes'), danger=True
        ):
            with context.client:
                await tickets.unshare(self._actor, self._ref, self._user_id)
                ui.navigate.to('/tickets')

    @explains_refusals
    async def toggle_follow(self) -> None:
        wish = Follow.MUTED if self._view().following else Follow.FOLLOWING
        await tickets.follow(self._actor, self._ref, wish)
        toast(t(f'ticket.followed.{wish.value}'))

    @explains_refusals
    async def take(self) -> None:
        await tickets.take(self._actor, self._ref)
        toast(t('ticket.taken.toast'))

    @explains_refusals
    async def assign(self, user_id: int | None) -> None:
        try:
            view = await tickets.assign(self._actor, self._ref, user_id)
        except Refusal:
            self._put_back()
            raise
        assignee = view.assignee
        toast(t('ticket.assigned.toast', name=assignee.name) if assignee else t('ticket.assigned.nobody'))
