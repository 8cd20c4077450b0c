"""One ticket: what was asked, the conversation, where it stands, and what the reader may do next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nicegui import context, ui

from components.agent_bar import AgentBar, Neighbours, neighbours
from components.agent_panel import Beside
from components.agent_side import AgentSide, beside
from components.box import Box
from components.commands import Commands
from components.composer import Composer
from components.conversation import Conversation
from components.crossed import heard_despite
from components.dialog import Dialog, confirm
from components.feedback import toast
from components.live import Live
from components.merged_notice import MergedNotice
from components.presence import Presence
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.text import Text, duration, t
from components.ticket_commands import ticket_commands
from components.ticket_facts import TicketFacts
from components.ticket_rating import TicketRating
from components.ticket_reply import Reply
from components.ticket_request import TicketRequest, long_answers
from components.ticket_sharing import Sharing
from components.ticket_status import AwaitingPanel, StatusPanel, TicketActions
from components.ticket_templates import TicketTemplates
from components.ticket_title import TicketTitle
from components.working_time import working_time
from models import Follow, Status
from services import access, markdown, ratings, tickets
from services.errors import Crossed, Refusal
from services.settings import settings
from services.tickets import MoveView, PersonView, TicketView


def without_internal(view: TicketView) -> TicketView:
    """What of a specialist's view the ticket's customers see."""
    return replace(
        view,
        comments=tuple(comment for comment in view.comments if not comment.internal),
        files=tuple(file for file in view.files if not file.internal),
        events=tuple(event for event in view.events if not event.internal),
    )


class OpenTicket:
    """What one open ticket knows, on a page of its own or (`aside`) beside a list.

    First `read`, then `draw`, inside the element in which it is to stand.
    """

    view: TicketView

    def __init__(self, ref: str, *, aside: bool = False) -> None:
        self.ref = ref
        self.aside = aside
        self.reader = reader()
        self.actor = self.reader.actor
        self.agents: tuple[PersonView, ...] = ()
        self.begun_at: int | None = None  # the newest event when the answer was begun
        self.answers_html: dict[str, str] = {}
        self.comments_html: dict[int, str] = {}
        self._rendered: dict[str, str] = {}
        self.as_customer = self.drawn = False
        self.bar: AgentBar | None = None
        self.side: AgentSide | None = None
        self.beside: Beside | None = None
        self.hours: dict[str, Any] = {}
        self.where = Neighbours()
        self.templates: TicketTemplates | None = None

    async def read(self) -> None:
        """Everything that is to be drawn, so that it comes in one piece. Raises NotFound and SignedOut."""
        await self._listen()
        await self.load()
        await self._prepare()

    async def _listen(self) -> None:
        """Before anything is loaded, so that no change falls in between."""
        ticket = (await access.ticket(self.actor, self.ref)).ticket
        Live(f'ticket:{ticket.id}', f'user:{self.reader.user_id}', reload=self.reload)

    async def load(self) -> None:
        self.view = await tickets.read(self.actor, self.ref)
        if self.view.rights.assign and not self.agents:
            self.agents = tuple(await tickets.agents(self.actor))
        answers = long_answers(self.view)
        bodies = {comment.id: comment.body for comment in self.view.comments}
        await self._render([*answers.values(), *bodies.values()])
        self.answers_html = {code: self._rendered[text] for code, text in answers.items()}
        self.comments_html = {id: self._rendered[text] for id, text in bodies.items()}

    async def _render(self, texts: Sequence[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._rendered]
        if fresh:
            user = await access.person(self.actor)
            safe = await markdown.rendered(user, fresh)
            self._rendered.update(zip(fresh, safe, strict=True))

    async def reload(self) -> None:
        await self.load()
        if self.reader.is_staff:
            self.beside = await beside(self.view, self.beside)
        if self.drawn:  # else what changed while it was read is drawn with the rest
            self.show()

    async def _prepare(self) -> None:
        """What specialists have besides."""
        if self.reader.is_staff:
            self.templates = TicketTemplates(self.ref)
            await self.templates.load()
            self.beside = await beside(self.view)
            self.hours = await working_time()
            self.where = Neighbours() if self.aside else await neighbours(self.view)

    def draw(self) -> None:
        """The outline; `show` keeps each part of it current."""
        view, do = self.view, self.actions()
        staff = self.reader.is_staff
        with Box('ticket-heading'):
            if staff:
                self.bar = AgentBar(self.where, self.switch_view, aside=self.ref if self.aside else '')
            self.title = TicketTitle(view, on_rename=self.rename, level=2 if self.aside else 1)
        with Box('ticket-main'):
            self.merged = MergedNotice(view)
            self.awaiting = AwaitingPanel(do)
            self.request = TicketRequest(view, self.answers_html, on_remove_file=self.remove_file)
            self.conversation = Conversation(
                view, self.comments_html, on_seen=self.seen, on_edit=self.edit, on_remove_file=self.remove_file
            )
            self.reply = Reply(
                view,
                on_send=self.say,
                on_typing=self.typing if staff else None,
                beside=self.templates.draw if self.templates else None,
            )
        with Box('ticket-side', tag='aside').props(f'aria-label="{t("ticket.do.region")}"'):
            self.status = StatusPanel(do)
            self.presence = Presence(self.ref, view.pk) if staff else None
            self.rating = TicketRating(view, on_rate=self.rate)
            if self.beside:
                self.side = AgentSide(self.ref, view, self.beside, self.hours)
            self.facts = TicketFacts(view)
        self.sharing = self._draw_sharing()
        self.commands = Commands()
        self.drawn = True
        self._follow()

    def show(self) -> None:
        view = self.view
        self._follow()
        self.title.show(view)
        shown = without_internal(view) if self.as_customer else view
        self.merged.follow(view)
        self.request.show(shown, self.answers_html)
        self.conversation.show(shown, self.comments_html)
        self.rating.show(view)
        self.reply.follow(view)
        self.facts.show(view)
        if self.sharing:
            self.sharing.show(view)
        if self.side and self.beside:
            self.side.follow(view, self.beside)

    def switch_view(self) -> None:
        """Between all that a specialist sees, and what of it the customer sees."""
        self.as_customer = not self.as_customer
        if self.bar:
            self.bar.show_as_customer(self.as_customer)
        self.show()

    def _follow(self) -> None:
        """The parts that are drawn by what they are told."""
        view = self.view
        ui.page_title(t('ticket.title', id=view.id, subject=view.subject))
        self.awaiting.follow(view, self.comments_html)
        self.status.follow(view, self.agents)
        self.commands.offer(*ticket_commands(view, self.actions(), self.reply.write))

    def actions(self) -> TicketActions:
        return TicketActions(
            mark_done=self.mark_done,
            reopen=self.reopen,
            share=self.open_sharing,
            leave=self.leave,
            toggle_follow=self.toggle_follow,
            take=self.take,
            move=self.move,
            assign=self.assign,
        )

    def answer(self, wanted: str) -> None:
        """Ask what the link of an e-mail stands for, if the reader may do it now."""
        if wanted == 'done' and self.view.rights.mark_done:
            ui.timer(0, self.confirm_done, once=True)
        elif wanted == 'reopen' and self.view.rights.reopen:
            ui.timer(0, self.reopen, once=True)

    # moving

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
            await tickets.transition(self.actor, self.ref, Status.DONE)
            toast(t('ticket.done.toast'))
            return
        view = await tickets.transition(self.actor, self.ref, Status.DONE, undo_window=window)
        self._offer_undo(view, t('ticket.done.toast'))

    def _offer_undo(self, view: TicketView, text: str) -> None:
        event_id = view.undo_event_id
        if event_id is None:
            toast(text)
            return

        @explains_refusals
        async def undo() -> None:
            again = await tickets.undo_transition(self.actor, self.ref, event_id)
            toast(t('ticket.done.undone', status=t(f'status.{again.status.value}')))

        toast(text, undo=undo, seconds=settings().undo_window.total_seconds())

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
            view = await tickets.transition(self.actor, self.ref, move.target, undo_window=window)
            self._offer_undo(view, t('ticket.moved.toast', status=t(f'status.{move.target.value}')))

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
        client, seen = context.client, self.view.last_event_id

        async def send(body: str, file_keys: Sequence[str], submission_key: str) -> None:
            nonlocal seen
            try:
                view = await tickets.transition(
                    self.actor,
                    self.ref,
                    target,
                    comment=body,
                    file_keys=file_keys,
                    submission_key=submission_key,
                    seen_event_id=seen,
                    undo_window=settings().undo_window if self.reader.is_staff else timedelta(0),
                )
            except Crossed as crossed:
                seen = crossed.values['event_id']
                await heard_despite(self.ref, crossed)
                return await send(body, file_keys, submission_key)
            with client:  # the dialog, in which this was called, is about to go
                self._offer_undo(view, done)
                dialog.close()

        with Dialog(t(f'{words}.title'), wide=True) as dialog:
            Text(lead, 'p', 'soft')
            Composer(
                place=f'{place}:{self.view.number}',
                on_send=send,
                placeholder=t(f'{words}.comment'),
                send_label=t(f'{words}.send'),
                empty=t(needs),
            )

    # talking

    async def say(self, body: str, file_keys: Sequence[str], internal: bool, submission_key: str) -> None:
        """Refusals are shown by the composer, which keeps what was typed."""
        seen = self.view.last_event_id if self.begun_at is None else self.begun_at
        while True:
            try:
                await tickets.comment(
                    self.actor,
                    self.ref,
                    body,
                    internal=internal,
                    file_keys=file_keys,
                    submission_key=submission_key,
                    seen_event_id=seen,
                )
            except Crossed as crossed:
                seen = self.begun_at = await self._show_crossed(crossed)
            else:
                return

    async def typing(self, internal: bool, still: bool) -> None:
        """Colleagues see who writes; what came after an answer was begun is shown before it is sent."""
        if not internal:
            self.begun_at = (self.begun_at or self.view.last_event_id) if still else None
        if self.presence:
            await self.presence.typing(still)

    async def _show_crossed(self, crossed: Crossed) -> int:
        """The customer's new messages, up to the event given back; raises Refusal when the answer is not to be sent."""
        await self.reload()
        self.begun_at = int(crossed.values['event_id'])
        await heard_despite(self.ref, crossed)
        return self.begun_at

    async def edit(self, comment_id: int, body: str) -> None:
        try:
            await tickets.edit_comment(self.actor, self.ref, comment_id, body)
        except Refusal as refusal:
            self.conversation.not_edited(comment_id, explanation(refusal))
        else:
            self.conversation.edited(comment_id)

    @explains_refusals
    async def seen(self, event_id: int) -> None:
        if self.view.read_event_id < event_id <= self.view.last_event_id:
            await tickets.mark_read(self.actor, self.ref, event_id)

    @explains_refusals
    async def remove_file(self, key: str) -> None:
        files = [*self.view.files, *(file for comment in self.view.comments for file in comment.files)]
        name = next((file.name for file in files if file.key == key), None)
        if name is None:
            return
        question = t('ticket.remove_file.question', name=name)
        if await confirm(question, t('ticket.remove_file.text'), yes=t('ticket.remove_file.yes'), danger=True):
            await tickets.remove_file(self.actor, self.ref, key)
            toast(t('ticket.remove_file.done'))

    @explains_refusals
    async def rename(self, subject: str) -> None:
        await tickets.change_subject(self.actor, self.ref, subject)

    @explains_refusals
    async def rate(self, stars: int, comment: str) -> None:
        try:
            await ratings.rate_own(self.actor, self.ref, stars, comment)
            toast(t('ticket.rating.thanks'))
        finally:
            self.rating.settle()

    # people

    def _draw_sharing(self) -> Sharing | None:
        if not self.view.rights.share:
            return None
        return Sharing(
            self.view,
            on_search=self.colleagues,
            on_share=self.share,
            on_unshare=self.unshare,
            on_company=self.share_company,
        )

    async def open_sharing(self) -> None:
        if self.sharing:
            self.sharing.open()

    async def colleagues(self, query: str) -> list[PersonView]:
        try:
            return list(await tickets.candidates(self.actor, self.ref, query))
        except Refusal:
            return []

    @explains_refusals
    async def share(self, user_id: int) -> None:
        await tickets.share(self.actor, self.ref, [user_id])

    @explains_refusals
    async def unshare(self, user_id: int) -> None:
        await tickets.unshare(self.actor, self.ref, user_id)

    @explains_refusals
    async def share_company(self, whole: bool) -> None:
        await tickets.share(self.actor, self.ref, [], company=whole)

    @explains_refusals
    async def leave(self) -> None:
        user_id = self.reader.user_id
        question = t('ticket.leave.question')
        if user_id is not None and await confirm(
            question, t('ticket.leave.text'), yes=t('ticket.leave.yes'), danger=True
        ):
            with context.client:
                await tickets.unshare(self.actor, self.ref, user_id)
                ui.navigate.to('/tickets')

    @explains_refusals
    async def toggle_follow(self) -> None:
        wish = Follow.MUTED if self.view.following else Follow.FOLLOWING
        await tickets.follow(self.actor, self.ref, wish)
        toast(t(f'ticket.followed.{wish.value}'))

    @explains_refusals
    async def take(self) -> None:
        await tickets.take(self.actor, self.ref)
        toast(t('ticket.taken.toast'))

    @explains_refusals
    async def assign(self, user_id: int | None) -> None:
        try:
            view = await tickets.assign(self.actor, self.ref, user_id)
        except Refusal:
            self.status.forget()
            self.show()
            raise
        assignee = view.assignee
        toast(t('ticket.assigned.toast', name=assignee.name) if assignee else t('ticket.assigned.nobody'))
