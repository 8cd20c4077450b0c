"""The bell: what happened to a person's tickets, written with the event that it tells of, gone once it was seen.

A notice holds ids. Whoever reads it is asked again whether they may know: a ticket that one sees no more, and an
internal event once one is no specialist any more, is not shown and not counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from tortoise.queryset import QuerySet

from models import EventKind, Notice, Status, Ticket, TicketEvent, User
from models.instant import utc
from services import access
from services.actor import Actor
from services.circle import Circle, around
from services.ticket_id import ticket_id
from services.tickets.persons import persons
from services.tickets.views import Page, PersonView
from services.transaction import announce, transaction

MOST_AT_ONCE = 100
COUNTED = 100  # as far as unread ones are counted: a bell shows '99+'

_ALL = frozenset(
    {
        EventKind.STATUS,
        EventKind.COMMENTED,
        EventKind.ATTACHED,
        EventKind.REMINDED,
        EventKind.MERGED,
    }
)
_STAFF = _ALL | {
    EventKind.ASSIGNED,
    EventKind.RATED,
    EventKind.LINKED,
    EventKind.RESPONSE_BREACHED,
    EventKind.SOLUTION_BREACHED,
}
_OPENING = frozenset({EventKind.FILED, EventKind.SHARED})  # news to those with whom the ticket is shared by it


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One line of the bell. `ticket` is an ID; `actor` is None when the system acted; `read_at` while it is unread."""

    id: int
    kind: EventKind
    at: datetime
    read_at: datetime | None
    ticket: str
    subject: str
    actor: PersonView | None
    internal: bool
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None


async def write(event: TicketEvent, ticket: Ticket, circle: Circle | None = None) -> None:
    """Put an event before the people whom it concerns, inside its transaction."""
    told = await _audience(event, ticket, circle) if event.kind in _STAFF | _OPENING else []
    if not told:
        return
    rows = [Notice(user_id=id, ticket_id=ticket.id, event_id=event.id, kind=event.kind, at=event.at) for id in told]
    await Notice.bulk_create(rows, ignore_conflicts=True)
    announce(*(f'user:{id}' for id in told))


async def withdraw(event_id: int) -> None:
    """Take an event's notices away again, for it was undone; inside its transaction."""
    rows = Notice.filter(event_id=event_id)
    people = await _ids(rows, 'user_id')
    await rows.delete()
    announce(*(f'user:{id}' for id in sorted(people)))


async def seen(ticket: Ticket, user: User, event_id: int, *, now: datetime) -> bool:
    """The person has seen the ticket up to that event; whether that was news to the bell."""
    unread = Notice.filter(user_id=user.id, ticket_id=ticket.id, read_at=None, event_id__lte=event_id)
    return await unread.update(read_at=utc(now)) > 0


async def list_notices(
    actor: Actor,
    *,
    unread_only: bool = False,
    cursor: str | None = None,
    limit: int = 30,
    now: datetime | None = None,
) -> Page[NoticeView]:
    """One's own notices, newest first. A page may be shorter than `limit`: `next` says whether it goes on."""
    user = await access.person(actor, now=now)
    rows = _of(user).filter(read_at=None) if unread_only else _of(user)
    if cursor is not None:
        rows = rows.filter(id__lt=_place(cursor))
    limit = max(1, min(limit, MOST_AT_ONCE))
    found = await rows.order_by('-id').limit(limit + 1)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(await _views(user, found[:limit])), following)


async def unread_count(actor: Actor, *, now: datetime | None = None) -> int:
    """How many of one's own notices are unread, as far as COUNTED."""
    user = await access.person(actor, now=now)
    rows = _of(user).filter(read_at=None)
    if user.is_staff:
        return len(await rows.limit(COUNTED).values_list('id', flat=True))
    return len(await _known(user, await rows.order_by('-id').limit(COUNTED)))


async def mark_read(actor: Actor, ids: Iterable[int] | None = None, *, now: datetime | None = None) -> int:
    """Mark some of one's own notices as read, or (None) all of them; how many were unread."""
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    rows = Notice.filter(user_id=user.id, read_at=None)
    if ids is not None:
        rows = rows.filter(id__in=[id for id in ids if 0 < id < 2**31][:1000] or [0])
    async with transaction():
        count = await rows.update(read_at=utc(now))
        if count:
            announce(f'user:{user.id}')
    return count


async def _audience(event: TicketEvent, ticket: Ticket, circle: Circle | None) -> list[int]:
    """Everybody whom the event concerns, who may know and wants to; never the one who did it."""
    listening = (circle or await around(ticket)).listening
    if event.kind in _OPENING:
        opened = event.details.get('users', ())
        listening = [user for user in listening if user.id in opened]
    return [user.id for user in listening if user.id != event.actor_id and _may_know(event, user)]


def _may_know(event: TicketEvent, user: User) -> bool:
    return user.is_staff or (not event.internal and event.kind in _ALL | _OPENING)


def _of(user: User) -> QuerySet[Notice]:
    rows = Notice.filter(user_id=user.id)
    return rows if user.is_staff else rows.filter(kind__in=sorted(_ALL | _OPENING))


async def _known(user: User, rows: Sequence[Notice]) -> list[tuple[Notice, Ticket, TicketEvent]]:
    """Those of the notices that the person may know of now, each with its ticket and event."""
    if not rows:
        return []
    seen = await access.visible_to(user).filter(id__in={row.ticket_id for row in rows}).only('id', 'number', 'subject')
    tickets = {ticket.id: ticket for ticket in seen}
    happened = TicketEvent.filter(id__in=[row.event_id for row in rows])
    events = {event.id: event for event in await (happened if user.is_staff else happened.filter(internal=False))}
    return [
        (row, tickets[row.ticket_id], events[row.event_id])
        for row in rows
        if row.ticket_id in tickets and row.event_id in events
    ]


async def _views(user: User, rows: Sequence[Notice]) -> list[NoticeView]:
    known = await _known(user, rows)
    people = await persons(event.actor_id for _, _, event in known)
    return [
        NoticeView(
            id=row.id,
            kind=row.kind,
            at=row.at,
            read_at=row.read_at,
            ticket=ticket_id(ticket.number),
            subject=ticket.subject,
            actor=people.get(event.actor_id) if event.actor_id is not None else None,
            internal=event.internal,
            from_status=event.from_status,
            to_status=event.to_status,
            comment_id=event.comment_id,
        )
        for row, ticket, event in known
    ]


def _place(cursor: str) -> int:
    """Where a list goes on; a cursor that is none begins after everything."""
    return int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 10 else 0


async def _ids(rows: QuerySet[Any], column: str) -> set[int]:
    return set(cast(list[int], await rows.values_list(column, flat=True)))
