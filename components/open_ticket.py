"""One ticket: what was asked, the conversation, where it stands, and what the reader may do next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nicegui import context, ui

from components.agent_bar import AgentBar, Neighbours, neighbours
from components.agent_panel import Beside
from components.agent_side import AgentSide, Go, beside
from components.box import Box
from components.commands import Commands
from components.conversation import Conversation
from components.dialog import confirm
from components.feedback import toast
from components.live import Live
from components.merged_notice import MergedNotice
from components.presence import Presence
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.text import t
from components.ticket_commands import ticket_commands
from components.ticket_facts import TicketFacts
from components.ticket_moves import TicketMoves
from components.ticket_people import TicketPeople
from components.ticket_rating import TicketRating
from components.ticket_reply import Reply
from components.ticket_request import TicketRequest, long_answers
from components.ticket_status import AwaitingPanel, StatusPanel, TicketActions
from components.ticket_talk import TicketTalk
from components.ticket_templates import TicketTemplates
from components.ticket_title import TicketTitle
from components.working_time import working_time
from services import access, markdown, ratings, tickets
from services.desk import facts
from services.errors import Refusal
from services.tickets import PersonView, TicketView


def without_internal(view: TicketView) -> TicketView:
    """What of a specialist's view the ticket's customers see."""
    return replace(
        view,
        comments=tuple(comment for comment in view.comments if not comment.internal),
        files=tuple(file for file in view.files if not file.internal),
        events=tuple(event for event in view.events if not event.internal),
    )


async def to_page(ref: str) -> None:
    """Leave for the page of a ticket."""
    ui.navigate.to(f'/tickets/{ref}')


class OpenTicket:
    """What one open ticket knows, on a page of its own or (`aside`) beside a list.

    First `read`, then `draw`, inside the element in which it is to stand. `go(id)` shows another one in place of it.
    """

    view: TicketView

    def __init__(self, ref: str, *, aside: bool = False, go: Go = to_page) -> None:
        self.ref = ref
        self.aside, self.go = aside, go
        self.reader = reader()
        self.actor = self.reader.actor
        self.agents: tuple[PersonView, ...] = ()
        self.moves = TicketMoves(ref, self.now)
        self.talk = TicketTalk(ref, self.now, self.reload)
        self.people = TicketPeople(ref, self.now, self._put_back)
        self.answers_html: dict[str, str] = {}
        self.comments_html: dict[int, str] = {}
        self._rendered: dict[str, str] = {}
        self._offered: tuple[Any, ...] = ()
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
        if self.reader.is_staff:
            self.view, known = await facts.with_ticket(self.actor, self.ref)
            self.beside = await beside(self.view, known, self.beside)
        else:
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
            safe = await markdown.rendered_for(self.actor, fresh)
            self._rendered.update(zip(fresh, safe, strict=True))

    async def reload(self) -> None:
        await self.load()
        if self.drawn:  # else what changed while it was read is drawn with the rest
            self.show()

    async def _prepare(self) -> None:
        """What specialists have besides."""
        if self.reader.is_staff:
            self.templates = TicketTemplates(self.ref)
            await self.templates.load()
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
                on_send=self.talk.say,
                on_typing=self.typing if staff else None,
                beside=self.templates.draw if self.templates else None,
            )
        with Box('ticket-side', tag='aside').props(f'aria-label="{t("ticket.do.region")}"'):
            self.status = StatusPanel(do)
            self.presence = Presence(self.ref, view.pk) if staff else None
            self.rating = TicketRating(view, on_rate=self.rate)
            if self.beside:
                self.side = AgentSide(self.ref, view, self.beside, self.hours, self.go)
            self.facts = TicketFacts(view)
        self.people.draw()
        self.commands = Commands()
        self.drawn = True
        self._follow()

    def now(self) -> TicketView:
        """The ticket as it is shown."""
        return self.view

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
        self.people.show(view)
        if self.side and self.beside:
            self.side.follow(view, self.beside)

    def switch_view(self) -> None:
        """Between all that a specialist sees, and what of it the customer sees."""
        self.as_customer = not self.as_customer
        if self.bar:
            self.bar.show_as_customer(self.as_customer)
        for own in (self.presence, self.side):
            if own:
                own.set_visibility(not self.as_customer)
        self.show()

    def _put_back(self) -> None:
        """The field shows an assignee who was refused."""
        self.status.forget()
        self.show()

    def _follow(self) -> None:
        """The parts that are drawn by what they are told."""
        view = self.view
        title = t('ticket.title', id=view.id, subject=view.subject)
        if context.client.title != title:
            ui.page_title(title)
        self.awaiting.follow(view, self.comments_html)
        self.status.follow(view, self.agents)
        offered = (view.rights, view.moves, view.following)
        if offered != self._offered:  # else the whole list of commands would travel with each comment
            self._offered = offered
            self.commands.offer(*ticket_commands(view, self.actions(), self.reply.write))

    def actions(self) -> TicketActions:
        return TicketActions(
            mark_done=self.moves.mark_done,
            reopen=self.moves.reopen,
            share=self.people.open_sharing,
            leave=self.people.leave,
            toggle_follow=self.people.toggle_follow,
            take=self.people.take,
            move=self.moves.move,
            assign=self.people.assign,
        )

    def answer(self, wanted: str) -> None:
        """Ask what the link of an e-mail stands for ('done', 'reopen'), if the reader may do it now."""
        self.moves.answer(wanted)

    # what is done in the parts

    async def typing(self, internal: bool, still: bool) -> None:
        """Colleagues see who writes."""
        self.talk.typing(internal, still)
        if self.presence:
            await self.presence.typing(still)

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
