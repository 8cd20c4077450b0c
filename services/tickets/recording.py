"""How a change of a ticket is written: locked, swapped by version, told to the history and to open pages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from models import CardPlace, Comment, EventKind, ReadMark, Status, Ticket, TicketEvent, User
from models.instant import utc
from services import access
from services.access import Access
from services.actor import Actor
from services.circle import Circle, shared_with
from services.desk import notices, targets
from services.errors import Conflict, NotFound
from services.figures import kept
from services.search import upkeep
from services.ticket_id import ticket_id
from services.transaction import announce, swap
from services.webhooks import writing

_SPOKEN = frozenset({EventKind.FILED, EventKind.COMMENTED, EventKind.ATTACHED})


async def enter(actor: Actor, ref: str | int, *, now: datetime) -> Access:
    """Access to a ticket that nobody else changes before the transaction ends.

    Raises NotFound, SignedOut, and Conflict for a ticket that was merged into another.
    """
    found = await access.ticket(actor, ref, now=now)
    ticket = await locked(found.ticket.id)
    if ticket is None:
        raise NotFound
    if ticket.merged_into_id is not None:
        raise await _merged(found.user, ticket.merged_into_id)
    return Access(found.user, ticket, access.parts_of(found.user, ticket))


async def _merged(user: User, into_id: int) -> Conflict:
    other = await access.visible_to(user).get_or_none(id=into_id)
    if other is None:
        return Conflict('desk_rules.merged')
    return Conflict('desk_rules.merged_into', id=ticket_id(other.number))


async def locked(ticket_id: int) -> Ticket | None:
    """The ticket as it is now, held until the transaction ends (SQLite: whoever may write is alone anyway)."""
    return await Ticket.select_for_update().get_or_none(id=ticket_id)


async def locked_if_free(ticket_ids: Sequence[int]) -> dict[int, Ticket]:
    """The same for those of the tickets that nobody else is changing: who takes many waits for none of them."""
    return await Ticket.select_for_update(skip_locked=True).in_bulk(ticket_ids, 'id')


async def record(
    ticket: Ticket,
    kind: EventKind,
    *,
    by: User | None,
    now: datetime,
    internal: bool = False,
    from_status: Status | None = None,
    to_status: Status | None = None,
    comment: Comment | None = None,
    details: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    also: Iterable[int] = (),
    circle: Circle | None = None,
) -> TicketEvent:
    """Write one event and the changes that it stands for, inside a transaction; `ticket` is up to date afterwards.

    :param by: None when the system acts
    :param internal: no customer learns of it, not even by `updated_at` or `version`
    :param also: people who hear of it though the ticket does not lead to them (any more)
    :param circle: who is around the ticket after the changes, where the caller knows it
    Raises Conflict when the ticket is not the one that was read.
    """
    if kind not in targets.BREACHES:
        await note_breaches(ticket, now, circle)
    changes = dict(changes or {})
    changes |= await targets.consequences(ticket, kind, changes, now)
    event = await TicketEvent.create(
        ticket_id=ticket.id,
        actor_id=by.id if by else None,
        kind=kind,
        internal=internal,
        at=utc(now),
        from_status=from_status,
        to_status=to_status,
        comment_id=comment.id if comment else None,
        details=dict(details or {}),
    )
    seen_before = _newest_for(ticket, by)
    await _write(ticket, event, changes, now=now)
    if by is not None:
        spoken = kind in _SPOKEN or comment is not None
        await _keep_read(ticket, by, event, seen_before=seen_before, spoken=spoken)
    await upkeep.keep(ticket, kind, spoken=comment is not None)
    await notices.write(event, ticket, circle)
    await writing.write(event, ticket)
    await tell(ticket, internal=internal, also=also, circle=circle)
    return event


async def note_breaches(ticket: Ticket, now: datetime, circle: Circle | None = None) -> None:
    """Write down that a time target has passed, each once; the clock does it, or whoever changes the ticket first."""
    for kind in targets.missed(ticket, now):
        due, breached = targets.BREACHES[kind]
        changes = {breached: getattr(ticket, due)}
        await record(ticket, kind, by=None, now=now, internal=True, changes=changes, circle=circle)


async def _write(ticket: Ticket, event: TicketEvent, changes: dict[str, Any], *, now: datetime) -> None:
    changes |= {'last_event_id': event.id} | kept.lengths(ticket.created_at, changes)
    same = Ticket.filter(id=ticket.id, version=ticket.version)
    if event.internal:
        written = await same.update(**changes) > 0
    else:
        changes |= {'updated_at': now, 'last_public_event_id': event.id}
        written = await swap(same, version=ticket.version, **changes)
        ticket.version += 1
    if not written:
        raise Conflict
    if 'status' in changes or changes.get('answered_at') is not None:  # by the rule it stands elsewhere now
        await CardPlace.filter(ticket_id=ticket.id).delete()
    ticket.update_from_dict(changes)


async def tell(
    ticket: Ticket, *, internal: bool = False, also: Iterable[int] = (), circle: Circle | None = None
) -> None:
    """Announce that the ticket changed to every page and list that may show it."""
    people = {ticket.assignee_id, *also}
    topics = [f'ticket:{ticket.id}', 'staff']
    if not internal:
        people |= {ticket.requester_id} | (circle.shared if circle is not None else await shared_with(ticket))
        if ticket.shared_with_company:
            topics.append(f'company:{ticket.company_id}')
    announce(*topics, *(f'user:{id}' for id in sorted(id for id in people if id is not None)))


async def mark(ticket: Ticket, user: User, event_id: int, *, now: datetime) -> bool:
    """Remember that a person has seen the ticket up to that event; whether anything of it was news."""
    told = await notices.seen(ticket, user, event_id, now=now)
    marks = ReadMark.filter(ticket_id=ticket.id, user_id=user.id)
    if await marks.filter(event_id__lt=event_id).update(event_id=event_id, read_at=utc(now)):
        return True
    if await marks.exists():
        return told
    fresh = ReadMark(ticket_id=ticket.id, user_id=user.id, event_id=event_id, read_at=utc(now))
    await ReadMark.bulk_create([fresh], ignore_conflicts=True)
    return True


def newest_for(ticket: Ticket, user: User) -> int:
    """The newest event of the ticket that this person may know of."""
    return ticket.last_event_id if user.is_staff else ticket.last_public_event_id


def _newest_for(ticket: Ticket, user: User | None) -> int:
    return newest_for(ticket, user) if user is not None else 0


async def _keep_read(ticket: Ticket, user: User, event: TicketEvent, *, seen_before: int, spoken: bool) -> None:
    """One's own doing is no news: whoever had read everything has still; whoever speaks has read what they answer."""
    if spoken:
        await mark(ticket, user, event.id, now=event.at)
        return
    up_to_date = ReadMark.filter(ticket_id=ticket.id, user_id=user.id, event_id__gte=seen_before)
    await up_to_date.update(event_id=event.id, read_at=utc(event.at))
