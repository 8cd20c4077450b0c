"""Where a ticket stands and what can be done about it: the panel at the top right, and the question to the customer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from nicegui import ui

from components.badge import Avatar, StatusBadge
from components.box import Box
from components.button import Button, LinkButton, Menu
from components.feedback import Notice
from components.field import ChoiceField
from components.live import Part
from components.reader import reader
from components.text import Text, day, moment, plural, t
from components.theme import STATUS_ICONS
from models import Status
from services import i18n
from services.tickets.views import CommentView, MoveView, PersonView, TicketView

Do = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class TicketActions:
    """What the buttons call; whether each may be pressed is the service's word (`view.rights`, `view.moves`)."""

    mark_done: Do
    reopen: Do
    share: Do
    leave: Do
    toggle_follow: Do
    take: Do
    move: Callable[[MoveView], Awaitable[None]]
    assign: Callable[[int | None], Awaitable[None]]


class StatusPanel(Part):
    """Status, its meaning, and what can be done now; drawn again only when one of these changes."""

    def __init__(self, do: TicketActions) -> None:
        super().__init__(self._draw_panel)
        self._do = do
        self.classes('status-panel card')

    def follow(self, view: TicketView, agents: tuple[PersonView, ...]) -> None:
        """Show the ticket as it is now; `agents` are offered as assignees to those who may assign."""
        self.show(
            view.status, view.rights, view.moves, view.following, view.assignee, agents,
            view.type, view.id, view.may_follow_up, view.done_at, view.reopen_until,
        )  # fmt: skip

    def _draw_panel(self, status: Status, *what: Any) -> None:
        StatusBadge(status, large=True)
        if reader().is_staff:
            self._draw_for_staff(status, *what)
            return
        Text(t(f'status_meaning.{status.value}'), 'p', 'soft small')
        self._draw_for_customers(status, *what)

    def _draw_for_customers(self, status: Status, rights: Any, *what: Any) -> None:
        _, following, _, _, type_, id_, may_follow_up, done_at, reopen_until = what
        if status is Status.DONE and rights.reopen and reopen_until:
            Text(t('ticket.done.until', day=day(reopen_until)), 'p', 'faint small')
        if may_follow_up and done_at:
            Text(t('ticket.done.late', day=day(done_at)), 'p', 'soft small')
        with Box('stack gap-1 actions'):
            if rights.mark_done:
                _button('mark_done', self._do.mark_done, 'circle-check')
            if rights.reopen:
                _button('reopen', self._do.reopen, 'rotate-ccw', 'primary' if status is Status.DONE else '')
            if may_follow_up:
                href = f'/requests/{type_}/new?follow_up={id_}'
                LinkButton(t('ticket.do.follow_up'), href, icon='corner-down-right', look='primary').classes('wide')
            if rights.share:
                _button('share', self._do.share, 'share-2')
            self._draw_own(rights, following)

    def _draw_for_staff(self, status: Status, rights: Any, *what: Any) -> None:
        moves, following, assignee, agents, *_ = what
        with Box('stack gap-1 actions'):
            if rights.take:
                _button(
                    'take', self._do.take, 'hand', 'primary' if assignee is None and status is not Status.DONE else ''
                )
            if len(moves) == 1 and moves[0].target is Status.REOPENED:
                _button('reopen', self._do.reopen, 'rotate-ccw')
            elif moves:
                self._draw_moves(moves)
            if rights.share:
                _button('share', self._do.share, 'share-2')
            if rights.assign:
                self._draw_assignee(assignee, agents)
            self._draw_own(rights, following)

    def _draw_moves(self, moves: tuple[MoveView, ...]) -> None:
        with Menu(t('ticket.do.move'), icon='arrow-right').classes('wide') as menu:
            menu.props('data-focus=move')
            for move in moves:
                label = t(f'status.{move.target.value}')
                Button(label, partial(self._do.move, move), look='quiet', icon=STATUS_ICONS[move.target])

    def _draw_assignee(self, assignee: PersonView | None, agents: tuple[PersonView, ...]) -> None:
        options = {str(agent.id): agent.name for agent in agents}
        if assignee is not None:
            options.setdefault(str(assignee.id), assignee.name)
        field: ChoiceField = ChoiceField(
            t('ticket.do.assignee'),
            options,
            str(assignee.id) if assignee else '',
            prompt=t('ticket.do.nobody'),
            required=False,
            on_change=lambda: self._do.assign(int(field.value) if field.value else None),
        ).props('data-focus=assignee')

    def _draw_own(self, rights: Any, following: bool) -> None:
        if following:
            _button('mute', self._do.toggle_follow, 'bell-off', 'quiet', focus='follow')
        else:
            _button('follow', self._do.toggle_follow, 'bell', 'quiet', focus='follow')
        if rights.leave:
            _button('leave', self._do.leave, 'log-out', 'quiet')


class AwaitingPanel(Part):
    """While feedback is awaited: what is to be checked, by when the ticket closes by itself, and the answers."""

    def __init__(self, do: TicketActions) -> None:
        super().__init__(self._draw_panel)
        self._do = do
        self.classes('' if reader().is_staff else 'awaiting')

    def follow(self, view: TicketView, html: dict[int, str]) -> None:
        """Show the question, or nothing when none is asked."""
        asked = view.status is Status.AWAITING_FEEDBACK
        self.set_visibility(asked)
        if asked:
            question = _question(view)
            self.show(
                question, html.get(question.id, '') if question else '', view.auto_close_at, view.answered, view.rights
            )

    def _draw_panel(
        self, question: CommentView | None, html: str, closes: datetime | None, answered: bool, rights: Any
    ) -> None:
        staff = reader().is_staff
        if not staff:
            Text(t('ticket.awaiting.title'), 'h2')
            if question:
                with Box('row gap-1 middle'):
                    Avatar(question.author.name)
                    Text(t('ticket.awaiting.asked_by', name=question.author.name), 'p', 'soft small')
                ui.html(html, sanitize=False).classes('prose awaiting-question')  # made safe by services.markdown
        if answered:
            Notice(t('ticket.awaiting.answered_staff' if staff else 'ticket.awaiting.answered'), kind='info')
        elif closes:
            self._draw_end(closes, staff)
        if not staff:
            self._draw_answers(rights)

    def _draw_end(self, closes: datetime, staff: bool) -> None:
        now = datetime.now(UTC)
        when = day(closes, now=now) if closes - now > timedelta(days=2) else moment(closes, now=now)
        key = 'ticket.awaiting.until_own' if staff else 'ticket.awaiting.until'
        Notice(
            t(key, day=when, distance=_distance(closes, now)),
            kind='warning',
            icon='calendar-clock',
        )

    def _draw_answers(self, rights: Any) -> None:
        if not rights.mark_done:
            Text(t('ticket.awaiting.only_reopen'), 'p', 'soft small')
        with Box('row gap-1 awaiting-answers').props(f'role=group aria-label="{t("ticket.awaiting.answers")}"'):
            if rights.mark_done:
                Button(t('ticket.awaiting.helped'), self._do.mark_done, look='primary', icon='circle-check').mark(
                    'helped'
                )
            if rights.reopen:
                Button(t('ticket.awaiting.not_helped'), self._do.reopen, icon='rotate-ccw').mark('not_helped')


def _distance(closes: datetime, now: datetime) -> str:
    """'через 13 дней' rather than 'через 2 недели': whoever has a date to keep counts in days."""
    if closes - now < timedelta(minutes=1):
        return t('ticket.awaiting.in_a_moment')
    if closes - now < timedelta(days=6):
        return i18n.ago(reader().language, closes, now=now)
    return plural('ticket.awaiting.in_days', round((closes - now) / timedelta(days=1)))


def _question(view: TicketView) -> CommentView | None:
    """The specialist's last public comment: what the customer is to check."""
    said = [comment for comment in view.comments if comment.author.is_staff and not comment.internal]
    return said[-1] if said else None


def _button(name: str, do: Do, icon: str, look: Any = '', *, focus: str = '') -> None:
    Button(t(f'ticket.do.{name}'), do, look=look, icon=icon).classes('wide').props(f'data-focus={focus or name}').mark(
        name
    )
