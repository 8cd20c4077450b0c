"""What tickets are to one another, and to the developers' issues. No customer learns of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import EventKind, LinkTo, Status, Ticket, TicketLink
from models.instant import utc
from services import access
from services.access import Access
from services.actor import Actor
from services.desk.merging import merge
from services.errors import Conflict, Invalid, NotFound, Problem
from services.ticket_id import is_id, loose_number, ticket_id
from services.tickets import recording
from services.tickets.persons import persons
from services.tickets.views import PersonView
from services.transaction import transaction

__all__ = ['LinkView', 'LinkedTicket', 'link', 'links', 'links_of', 'merge', 'unlink']

MOST = 100  # of one ticket
LONGEST = 500


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    id: str
    subject: str
    status: Status


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as one of its two tickets shows it. `outgoing`: this ticket is (for example) the one that blocks.

    Either `ticket` or `url` is set.
    """

    id: int
    kind: LinkTo
    outgoing: bool
    ticket: LinkedTicket | None
    url: str
    made_by: PersonView | None
    at: datetime


async def links(actor: Actor, ref: str | int, *, now: datetime | None = None) -> tuple[LinkView, ...]:
    """Everything that the ticket is linked with, in both directions. Raises NotFound, also for customers."""
    await access.staff(actor, now=now)
    return await links_of((await access.ticket(actor, ref, now=now)).ticket)


async def link(
    actor: Actor, ref: str | int, kind: LinkTo, target: str, *, now: datetime | None = None
) -> tuple[LinkView, ...]:
    """Link the ticket with another (its ID, however written) or, as an issue, with an address; its links afterwards.

    The same link a second time is no error. Raises NotFound, Invalid for 'target', Conflict when there are too many.
    """
    await access.staff(actor, now=now)
    now, kind = now or datetime.now(UTC), LinkTo(kind)
    url = _address(target) if kind is LinkTo.ISSUE else ''
    number = None if kind is LinkTo.ISSUE else _number(target)
    async with transaction():
        other = await _other(number) if number is not None else None
        found = await _enter(actor, ref, other.id if other else None, now=now)
        if other is not None and other.id == found.ticket.id:
            raise Invalid({'target': Problem('desk_rules.link_itself')})
        if not await _there(found.ticket, kind, other, url):
            await _write(found, kind, other, url, now)
        return await links_of(found.ticket)


async def unlink(actor: Actor, ref: str | int, link_id: int, *, now: datetime | None = None) -> tuple[LinkView, ...]:
    """Take a link away, from either of its tickets; the links that are left. Raises NotFound."""
    await access.staff(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        row = await TicketLink.get_or_none(id=link_id) if is_id(link_id) else None
        if row is None:
            raise NotFound
        found = await _enter(actor, ref, row.ticket_id, row.other_id, now=now)
        if found.ticket.id not in (row.ticket_id, row.other_id) or not await TicketLink.filter(id=row.id).delete():
            raise NotFound
        await _tell(found, EventKind.UNLINKED, row, now)
        return await links_of(found.ticket)


async def _enter(actor: Actor, ref: str | int, *also: int | None, now: datetime) -> Access:
    """Access to the ticket, held with the others in an order in which two agents do not wait for one another."""
    ids = {(await access.ticket(actor, ref, now=now)).ticket.id, *also}
    for id in sorted(id for id in ids if id is not None):
        await recording.locked(id)
    found = await recording.enter(actor, ref, now=now)
    if not found.is_staff:
        raise NotFound
    return found


async def _write(found: Access, kind: LinkTo, other: Ticket | None, url: str, now: datetime) -> None:
    for ticket in (found.ticket, other):
        if ticket is not None and await _of(ticket).count() >= MOST:
            raise Conflict('desk_rules.too_many_links', most=MOST)
    row = await TicketLink.create(
        ticket_id=found.ticket.id,
        other_id=other.id if other else None,
        kind=kind,
        url=url,
        made_by_id=found.user.id,
        at=utc(now),
    )
    await _tell(found, EventKind.LINKED, row, now)


async def _tell(found: Access, event: EventKind, row: TicketLink, now: datetime) -> None:
    """One event at each of the two tickets, which names the other one."""
    ids = [id for id in (row.ticket_id, row.other_id) if id is not None]
    tickets = {ticket.id: ticket for ticket in await Ticket.filter(id__in=ids)}
    for id in ids:
        other = next((tickets[other].number for other in ids if other != id), None)
        details = {
            'kind': row.kind.value,
            'outgoing': id == row.ticket_id,
            'ticket': ticket_id(other) if other is not None else None,
            'url': row.url or None,
        }
        ticket = found.ticket if id == found.ticket.id else tickets[id]
        await recording.record(ticket, event, by=found.user, now=now, internal=True, details=details)


async def _there(ticket: Ticket, kind: LinkTo, other: Ticket | None, url: str) -> bool:
    same = TicketLink.filter(ticket_id=ticket.id, kind=kind, url=url)
    return await (same.filter(other_id=other.id) if other else same.filter(other_id=None)).exists()


async def _other(number: int) -> Ticket:
    other = await Ticket.get_or_none(number=number)  # staff see every ticket
    if other is None:
        raise Invalid({'target': Problem('desk_rules.no_such_ticket')})
    return other


def _number(text: str) -> int:
    number = loose_number(text)
    if number is None:
        raise Invalid({'target': Problem('desk_rules.no_such_ticket')})
    return number


def _address(text: str) -> str:
    """An address that a browser may open: http or https, with a host and without a password."""
    text = text.strip()
    wrong = Invalid({'target': Problem('desk_rules.no_address', longest=LONGEST)})
    if len(text) > LONGEST or not text.isprintable() or any(sign.isspace() or sign in '\\"<>' for sign in text):
        raise wrong
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ('http', 'https') and bool(parts.hostname) and '@' not in parts.netloc
        _ = parts.port  # raises for one that is none
    except ValueError:
        raise wrong from None
    if not fine:
        raise wrong
    return text


def _of(ticket: Ticket) -> QuerySet[TicketLink]:
    return TicketLink.filter(Q(ticket_id=ticket.id) | Q(other_id=ticket.id))


async def links_of(ticket: Ticket) -> tuple[LinkView, ...]:
    """A ticket's links; whoever shows them has asked for permission."""
    rows: Sequence[TicketLink] = await _of(ticket).order_by('id')
    other_ids = {row.ticket_id if row.other_id == ticket.id else row.other_id for row in rows}
    others = {other.id: other for other in await Ticket.filter(id__in=[id for id in other_ids if id is not None])}
    people = await persons(row.made_by_id for row in rows)
    return tuple(
        LinkView(
            id=row.id,
            kind=row.kind,
            outgoing=row.ticket_id == ticket.id,
            ticket=_linked(others.get((row.ticket_id if row.other_id == ticket.id else row.other_id) or 0)),
            url=row.url,
            made_by=people.get(row.made_by_id) if row.made_by_id is not None else None,
            at=row.at,
        )
        for row in rows
    )


def _linked(ticket: Ticket | None) -> LinkedTicket | None:
    return LinkedTicket(ticket_id(ticket.number), ticket.subject, ticket.status) if ticket is not None else None
