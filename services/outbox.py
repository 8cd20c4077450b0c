"""Who is told of what by e-mail: rows written in the same transaction as the change, one to a person and an event.

A row holds codes and ids. It is worded when it leaves (services.mail), after asking again whether the person may know.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from tortoise.queryset import QuerySet

from models import (
    EventKind,
    MailKind,
    MailState,
    OneTimeLink,
    OutboxMail,
    Rating,
    Role,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from services.circle import Circle, around
from services.settings import settings
from services.transaction import announce, transaction

TOPIC = 'outbox'  # told after each commit that left something to send
CHANGED = 'outbox:changed'  # told when a row left, failed or was kept back

SWITCHABLE = (
    MailKind.TICKET_RECEIVED,
    MailKind.COMMENT,
    MailKind.STATUS_CHANGED,
    MailKind.FEEDBACK_AWAITED,
    MailKind.CLOSE_REMINDER,
    MailKind.TICKET_CLOSED,
    MailKind.SHARED,
    MailKind.RATING,
)  # what a person may switch off; accounts' mails (invitation, passwords) always come
ACCOUNT = frozenset({MailKind.INVITATION, MailKind.PASSWORD_RESET, MailKind.PASSWORD_CHANGED})  # about no ticket

SWITCHABLE_BY_STAFF = (MailKind.TICKET_FILED, MailKind.COMMENT, MailKind.STATUS_CHANGED, MailKind.TICKET_CLOSED)

STAFF = (Role.AGENT, Role.ADMIN)
_SPOKEN = frozenset({EventKind.COMMENTED, EventKind.ATTACHED})
_NOTHING = timedelta(0)


async def notify(
    event: TicketEvent, ticket: Ticket, *, circle: Circle | None = None, hold: timedelta = _NOTHING
) -> None:
    """Queue the mails that an event causes, inside its transaction; they leave `hold` after it at the earliest."""
    circle = circle or await around(ticket)
    if event.kind is EventKind.REMINDED:
        return await _remind(event, ticket, circle)
    by_customer = await _is_by_customer(event)
    told = await _audience(event, ticket, circle, by_customer=by_customer)
    kinds = {user.id: kind for user in told if (kind := _kind(event, ticket, user)) is not None}
    shared = _newly_shared(event, circle)
    people = {user.id: user for user in (*told, *shared) if user.id in kinds or user in shared}
    rows = [
        _row(
            MailKind.SHARED if user in shared else kinds[user.id],
            user,
            once=f'event:{event.id}:{user.id}',
            ticket=ticket,
            event=event,
            not_before=event.at + hold,
            details={'by_customer': event.actor_id if by_customer else None},
        )
        for user in people.values()
    ]
    await _write(row for row in rows if row.kind not in people[row.recipient_id or 0].mail_off)


async def ask_rating(
    ticket: Ticket,
    done_event: TicketEvent,
    now: datetime | None = None,
    *,
    circle: Circle | None = None,
    hold: timedelta = _NOTHING,
) -> None:
    """Ask the requester how the help was: a question that waits for its answer, and a mail after the rating delay."""
    now = now or datetime.now(UTC)
    requester = circle.people.get(ticket.requester_id) if circle is not None else None
    requester = requester or await User.get(id=ticket.requester_id).select_related('company')
    if requester.is_staff:  # support does not rate itself
        return
    async with transaction():
        rating, _ = await Rating.get_or_create(
            ticket_id=ticket.id, done_event_id=done_event.id, defaults={'rater_id': requester.id, 'asked_at': now}
        )
        if MailKind.RATING in requester.mail_off or not _counts(requester):
            return
        row = _row(
            MailKind.RATING,
            requester,
            once=f'rating:{done_event.id}:{requester.id}',
            ticket=ticket,
            event=done_event,
            not_before=now + max(settings().rating_delay, hold),
            details={'rating_id': rating.id},
        )
        await _write([row])


async def withhold(ticket: Ticket, event_id: int) -> int:
    """Keep back what an event was about to tell, for it was undone; its question for a rating too. How many mails."""
    async with transaction():
        kept = await _withhold(ticket_id=ticket.id, event_id=event_id)
        await Rating.filter(ticket_id=ticket.id, done_event_id=event_id, rated_at=None).delete()
    return kept


async def withhold_rating(ticket: Ticket, now: datetime | None = None) -> int:
    """Keep back the question for a rating, because work goes on. How many mails.

    Without a mail server a mail whose time has come is as good as arrived: admins open it in the outbox.
    """
    now = now or datetime.now(UTC)
    async with transaction():
        waiting = OutboxMail.filter(ticket_id=ticket.id, kind=MailKind.RATING, state=MailState.WAITING)
        if not settings().smtp_url:
            waiting = waiting.filter(not_before__gt=now)
        asked = await _ids(waiting, 'event_id')
        kept = await _withhold(ticket_id=ticket.id, kind=MailKind.RATING, event_id__in=asked)
        await Rating.filter(ticket_id=ticket.id, done_event_id__in=asked, rated_at=None).delete()
    return kept


async def ask_rating_again(ticket: Ticket, done_event: TicketEvent) -> None:
    """Ask after all what `withhold_rating` kept back, for the work does not go on: when it was due, or at once."""
    async with transaction():
        kept = OutboxMail.filter(event_id=done_event.id, kind=MailKind.RATING, state=MailState.WITHHELD)
        if await kept.filter(last_error='undone').update(state=MailState.WAITING, last_error=''):
            question = {'rater_id': ticket.requester_id, 'asked_at': done_event.at}
            await Rating.get_or_create(ticket_id=ticket.id, done_event_id=done_event.id, defaults=question)
            announce(TOPIC, CHANGED)


async def send_link(
    link: OneTimeLink, user: User, kind: MailKind | None = None, *, now: datetime | None = None
) -> None:
    """Queue an invitation or a password reset. The row names the link; its token is made when the mail is worded."""
    kind = MailKind(kind or link.kind.value)
    row = _row(kind, user, once=f'link:{link.id}', not_before=now or datetime.now(UTC), details={'link_id': link.id})
    await _write([row])


async def password_changed(user: User, *, now: datetime | None = None) -> None:
    """Queue the notice that a password was changed: also to the one who did it, for it may not have been them."""
    now = now or datetime.now(UTC)
    once = f'password_changed:{user.id}:{secrets.token_hex(8)}'
    await _write([_row(MailKind.PASSWORD_CHANGED, user, once=once, not_before=now, details={'at': now.isoformat()})])


async def weekly_figures(user: User, week: date, *, now: datetime) -> None:
    """Queue the figures of the week that began on that day, unless the person has them already."""
    once = f'weekly:{week.isoformat()}:{user.id}'
    if not await OutboxMail.filter(once=once).exists():
        details: dict[str, object] = {'week': week.isoformat()}
        await _write([_row(MailKind.WEEKLY_FIGURES, user, once=once, not_before=now, details=details)])


def host() -> str:
    """The name after the @ in our Message-IDs: that of the portal's address."""
    return urlsplit(settings().url).hostname or 'localhost'


async def _remind(event: TicketEvent, ticket: Ticket, circle: Circle) -> None:
    """That the ticket will close by itself: to the requester, once per REMINDED event."""
    told = [user for user in circle.listening if user.id == ticket.requester_id and _counts(user)]
    await _write(
        _row(
            MailKind.CLOSE_REMINDER,
            user,
            once=f'event:{event.id}:{user.id}',
            ticket=ticket,
            event=event,
            not_before=event.at,
        )
        for user in told
        if MailKind.CLOSE_REMINDER not in user.mail_off
    )


async def _audience(event: TicketEvent, ticket: Ticket, circle: Circle, *, by_customer: bool) -> list[User]:
    """Everybody whom an event concerns, who may know and wants to; not the one who did it, but for a receipt."""
    people = [user for user in circle.listening if _counts(user)]
    assignee = circle.people.get(ticket.assignee_id or 0)
    looked_after = assignee is not None and assignee.is_staff
    if _concerns_all_agents(event, by_customer) and not looked_after:
        people += [user for user in await _agents() if user not in people and user.id not in circle.muted]
    return [
        user
        for user in people
        if (user.id != event.actor_id or event.kind is EventKind.FILED) and (user.is_staff or not event.internal)
    ]


def _kind(event: TicketEvent, ticket: Ticket, user: User) -> MailKind | None:
    """Which mail tells this person of the event; None when it is none of those that are told."""
    if event.kind is EventKind.FILED and user.id == ticket.requester_id:
        return MailKind.TICKET_RECEIVED
    if event.kind is EventKind.FILED:
        return MailKind.TICKET_FILED if user.is_staff and user.id != event.actor_id else None
    if event.kind is EventKind.ASSIGNED:
        return MailKind.TICKET_FILED if user.id == ticket.assignee_id else None
    if event.kind in _SPOKEN:
        return MailKind.COMMENT
    return _kind_of_move(event, user) if event.kind is EventKind.STATUS else None


def _kind_of_move(event: TicketEvent, user: User) -> MailKind:
    if event.to_status is Status.DONE:
        return MailKind.TICKET_CLOSED
    asks = event.to_status is Status.AWAITING_FEEDBACK and not user.is_staff
    return MailKind.FEEDBACK_AWAITED if asks else MailKind.STATUS_CHANGED


def _concerns_all_agents(event: TicketEvent, by_customer: bool) -> bool:
    """What no agent may miss of a ticket that is nobody's: that it is new, a customer's word, 'it is not solved'."""
    if event.kind is EventKind.FILED:
        return True
    return by_customer and (event.kind in _SPOKEN or event.to_status is Status.REOPENED)


def _newly_shared(event: TicketEvent, circle: Circle) -> list[User]:
    """With whom this very event shared the ticket personally; a share with the whole company is told to nobody."""
    if event.kind not in (EventKind.SHARED, EventKind.FILED):
        return []
    opened = set(event.details.get('users', ())) - {event.actor_id}
    return [user for user in circle.among(opened) if _counts(user)]


async def _agents() -> list[User]:
    """The people who look after new tickets: the agents, or the admins while there is no agent."""
    staff = await User.filter(active=True, role__in=STAFF).select_related('company').order_by('id')
    return [user for user in staff if user.role is Role.AGENT] or staff


async def _ids(rows: QuerySet[Any], column: str) -> set[int]:
    return set(cast(list[int], await rows.values_list(column, flat=True)))


async def _is_by_customer(event: TicketEvent) -> bool:
    return event.actor_id is not None and await User.filter(id=event.actor_id, role=Role.CUSTOMER).exists()


def _counts(user: User) -> bool:
    return user.active and (user.company is None or user.company.active)


def _row(
    kind: MailKind,
    user: User,
    *,
    once: str,
    not_before: datetime,
    ticket: Ticket | None = None,
    event: TicketEvent | None = None,
    details: dict[str, object] | None = None,
) -> OutboxMail:
    return OutboxMail(
        once=once,
        kind=kind,
        recipient_id=user.id,
        address=user.email,
        ticket_id=ticket.id if ticket else None,
        event_id=event.id if event else None,
        details=details or {},
        message_id=f'<{secrets.token_hex(16)}@{host()}>',
        not_before=not_before,
        created_at=event.at if event else not_before,
    )


async def _write(rows: Iterable[OutboxMail]) -> None:
    """Store the mails whose `once` is new, and wake the sender after the commit."""
    if found := list(rows):
        async with transaction():
            await OutboxMail.bulk_create(found, ignore_conflicts=True)
            announce(TOPIC)


async def _withhold(**which: object) -> int:
    async with transaction():
        waiting = OutboxMail.filter(state=MailState.WAITING, **which)
        kept = await waiting.update(state=MailState.WITHHELD, last_error='undone')
        announce(CHANGED)
    return kept
