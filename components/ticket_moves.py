"""Moving the open ticket from its own page: confirmed before or undone after, with the comment a move needs."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from nicegui import context, ui

from components.composer import Composer
from components.crossed import heard_despite
from components.dialog import Dialog, confirm
from components.feedback import toast
from components.moved_toast import tell_moved
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, duration, t
from models import Status
from services import tickets
from services.errors import Conflict, Crossed
from services.settings import settings
from services.tickets import MoveView, TicketView


class TicketMoves:
    """What the buttons of the status panel do; `view()` is the ticket as it is shown now."""

    def __init__(self, ref: str, view: Callable[[], TicketView]) -> None:
        self._ref, self._view = ref, view
        self._actor = reader().actor

    def answer(self, wanted: str) -> None:
        """Ask what the link of an e-mail stands for, if the reader may do it now."""
        rights = self._view().rights
        if wanted == 'done' and rights.mark_done:
            ui.timer(0, self.confirm_done, once=True)
        elif wanted == 'reopen' and rights.reopen:
            ui.timer(0, self.reopen, once=True)

    def _seen(self) -> int | None:
        """The version that a specialist's move is meant for; what a customer says holds whoever moved the ticket."""
        return self._view().version if reader().is_staff else None

    @explains_refusals
    async def confirm_done(self) -> None:
        if await confirm(t('ticket.done.question'), t('ticket.done.text'), yes=t('ticket.do.mark_done')):
            await self._done(undo=False)

    @explains_refusals
    async def mark_done(self) -> None:
        await self._done(undo=True)

    async def _done(self, *, undo: bool) -> None:
        """Either confirmed before or undone after, never both."""
        window = settings().undo_window
        if not undo:
            await tickets.transition(self._actor, self._ref, Status.DONE, expected_version=self._seen())
            toast(t('ticket.done.toast'))
            return
        view = await tickets.transition(
            self._actor, self._ref, Status.DONE, expected_version=self._seen(), undo_window=window
        )
        tell_moved(view, t('ticket.done.toast'))

    @explains_refusals
    async def move(self, move: MoveView) -> None:
        if move.target is Status.DONE:
            await self._done(undo=True)
        elif move.target is Status.REOPENED:
            self.reopen()
        elif move.needs_comment:
            self._ask_feedback(move.target)
        else:
            window = settings().undo_window
            view = await tickets.transition(
                self._actor, self._ref, move.target, expected_version=self._seen(), undo_window=window
            )
            tell_moved(view, t('ticket.moved.toast', status=t(f'status.{move.target.value}')))

    def reopen(self) -> None:
        """The comment that reopening needs is kept as a draft, so that closing the dialog loses nothing."""
        self._move_with_comment(
            Status.REOPENED,
            place='reopen',
            words='ticket.reopen',
            lead=t('ticket.reopen.lead'),
            done=t('ticket.reopen.toast'),
            needs='entry.reopen_needs_comment',
        )

    def _ask_feedback(self, target: Status) -> None:
        lead = t('ticket.ask.lead', length=duration(settings().auto_close_after))
        done = t('ticket.moved.toast', status=t(f'status.{target.value}'))
        needs = 'entry.feedback_needs_comment'
        self._move_with_comment(target, place='move', words='ticket.ask', lead=lead, done=done, needs=needs)

    def _move_with_comment(self, target: Status, *, place: str, words: str, lead: str, done: str, needs: str) -> None:
        client, seen, version = context.client, self._view().last_event_id, self._seen()

        async def send(body: str, file_keys: Sequence[str], submission_key: str) -> None:
            nonlocal seen, version
            try:
                view = await tickets.transition(
                    self._actor,
                    self._ref,
                    target,
                    comment=body,
                    file_keys=file_keys,
                    submission_key=submission_key,
                    expected_version=version,
                    seen_event_id=seen,
                    undo_window=settings().undo_window if reader().is_staff else timedelta(0),
                )
            except Crossed as crossed:
                seen = crossed.values['event_id']
                await heard_despite(self._ref, crossed)
                return await send(body, file_keys, submission_key)
            except Conflict:
                version = None  # who moved it is said now: sending again means it
                raise
            with client:  # the dialog, in which this was called, is about to go
                tell_moved(view, done)
                dialog.close()

        with Dialog(t(f'{words}.title'), wide=True) as dialog:
            Text(lead, 'p', 'soft')
            Composer(
                place=f'{place}:{self._view().number}',
                on_send=send,
                placeholder=t(f'{words}.comment'),
                send_label=t(f'{words}.send'),
                empty=t(needs),
            )
