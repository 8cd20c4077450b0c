"""Ratings of one or two stars, each an item that somebody has to see to: whose it is, and what came of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import BadRating, Outcome, Rating, Role, TicketEvent, User
from services import access, audit
from services.actor import Actor
from services.errors import Conflict, Invalid, NotFound, Problem
from services.figures.spent import Spent, spent
from services.ticket_id import is_id, ticket_id
from services.transaction import announce, transaction

BAD = 2  # stars up to which somebody has to answer
TOPIC = 'bad_ratings'
LONGEST_NOTE = 1_000
PIECE = 30
_STAFF = (Role.AGENT, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Item:
    """A bad rating with everything that one needs to answer it."""

    pk: int
    ticket: str
    subject: str
    requester: str
    company: str | None
    assignee: str | None
    stars: int
    comment: str
    rated_at: datetime
    spent: Spent
    owner_id: int | None
    owner: str | None
    outcome: Outcome | None
    note: str
    opened_at: datetime
    settled_at: datetime | None


async def follow(rating: Rating, stars: int, now: datetime) -> None:
    """Keep the items in step with an answer just given, inside its transaction.

    A bad one is to be seen to; a customer who thinks better of it takes away what nobody has settled yet.
    """
    items = BadRating.filter(rating_id=rating.id)
    if stars > BAD:
        await items.filter(settled_at=None).delete()
    elif not await items.exists():
        await BadRating.create(rating_id=rating.id, opened_at=now)
    announce(TOPIC)


async def open_count(actor: Actor, *, now: datetime | None = None) -> int:
    """How many wait for an outcome. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    return await BadRating.filter(settled_at=None).count()


async def items(
    actor: Actor, *, settled: bool = False, limit: int = PIECE, after: Item | None = None, now: datetime | None = None
) -> tuple[Item, ...]:
    """Those that wait, oldest first, or those that are settled, newest first. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    rows = BadRating.filter(settled_at__isnull=not settled).order_by('-settled_at' if settled else 'opened_at', 'id')
    return await _items(_beyond(rows, after).limit(limit))


async def item(actor: Actor, pk: int, *, now: datetime | None = None) -> Item:
    """One of them, settled or not. Raises NotFound."""
    await access.admin(actor, now=now)
    found = await _items(BadRating.filter(id=pk)) if is_id(pk) else ()
    if not found:
        raise NotFound
    return found[0]


def _beyond(rows: QuerySet[BadRating], last: Item | None) -> QuerySet[BadRating]:
    """What follows an item in the list that it was found in."""
    if last is None:
        return rows
    if last.settled_at is None:
        return rows.filter(Q(opened_at__gt=last.opened_at) | Q(opened_at=last.opened_at, id__gt=last.pk))
    return rows.filter(Q(settled_at__lt=last.settled_at) | Q(settled_at=last.settled_at, id__gt=last.pk))


async def _items(rows: QuerySet[BadRating]) -> tuple[Item, ...]:
    found = await rows.select_related(
        'owner',
        'rating__done_event',
        'rating__ticket__requester',
        'rating__ticket__company',
        'rating__ticket__assignee',
    )
    events = await _events({row.rating.ticket_id for row in found})
    return tuple(_item(row, events[row.rating.ticket_id]) for row in found)


async def give(actor: Actor, pk: int, owner_id: int | None, *, now: datetime | None = None) -> None:
    """Say whose it is to answer. Raises NotFound but for admins, Invalid for 'owner', Conflict for a settled one."""
    now = now or datetime.now(UTC)
    user = await access.admin(actor, now=now)
    if owner_id is not None and not await User.filter(id=owner_id, active=True, role__in=_STAFF).exists():
        raise Invalid({'owner': Problem('entry.assignee')})
    async with transaction():
        await _change(pk, by=user, done='given', now=now, owner_id=owner_id)


async def settle(actor: Actor, pk: int, outcome: Outcome | str, note: str = '', *, now: datetime | None = None) -> None:
    """Say what came of it; who had no owner is the settler's. Raises NotFound, Invalid for 'note', Conflict."""
    now, note = now or datetime.now(UTC), note.strip()
    user = await access.admin(actor, now=now)
    if len(note) > LONGEST_NOTE:
        raise Invalid({'note': Problem('entry.too_long', limit=LONGEST_NOTE, length=len(note))})
    if any(ord(letter) < 32 and letter not in '\r\n\t' for letter in note):
        raise Invalid({'note': Problem('entry.characters')})
    async with transaction():
        await BadRating.filter(id=pk, settled_at=None, owner_id=None).update(owner_id=user.id)
        changes = {'outcome': Outcome(outcome), 'note': note, 'settled_at': now}
        await _change(pk, by=user, done='settled', now=now, **changes)


async def reopen(actor: Actor, pk: int, *, now: datetime | None = None) -> None:
    """It is not settled after all. Raises NotFound but for admins."""
    now = now or datetime.now(UTC)
    user = await access.admin(actor, now=now)
    async with transaction():
        row = await _row(pk)
        await BadRating.filter(id=pk).update(outcome=None, settled_at=None)
        await audit.record('bad_rating.reopened', by=user, subject=ticket_id(row.rating.ticket.number), now=now)
        announce(TOPIC)


async def _change(pk: int, *, by: User, done: str, now: datetime, **changes: object) -> None:
    row = await _row(pk)
    if not await BadRating.filter(id=pk, settled_at=None).update(**changes):
        raise Conflict('figures.refusal.settled')
    await audit.record(f'bad_rating.{done}', by=by, subject=ticket_id(row.rating.ticket.number), now=now)
    announce(TOPIC)


async def _events(tickets: set[int]) -> Mapping[int, list[TicketEvent]]:
    found: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in await TicketEvent.filter(ticket_id__in=list(tickets)).order_by('id'):
        found[event.ticket_id].append(event)
    return found


def _item(row: BadRating, events: list[TicketEvent]) -> Item:
    rating, ticket = row.rating, row.rating.ticket
    assert rating.stars is not None
    assert rating.rated_at is not None
    return Item(
        row.id,
        ticket_id(ticket.number),
        ticket.subject,
        ticket.requester.name,
        ticket.company.name if ticket.company else None,
        ticket.assignee.name if ticket.assignee else None,
        rating.stars,
        rating.comment,
        rating.rated_at,
        spent(events, rating.done_event.at),
        row.owner_id,
        row.owner.name if row.owner else None,
        row.outcome,
        row.note,
        row.opened_at,
        row.settled_at,
    )


async def _row(pk: int) -> BadRating:
    row = await BadRating.get_or_none(id=pk).select_related('rating__ticket') if is_id(pk) else None
    if row is None:
        raise NotFound
    return row
