"""What agents want to know beside a ticket: tags, links, targets, its time, and what else its requester asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from models import Status, Ticket, TicketEvent
from services import access, jointly
from services.access import Access
from services.actor import Actor
from services.desk import linking, tags
from services.desk.asking import Asking, known
from services.desk.linking import LinkView
from services.errors import NotFound
from services.ticket_id import ticket_id
from services.tickets import reading
from services.tickets.views import TicketView

MOST_OTHERS = 10
MOST_SUGGESTED = 200

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class OtherTicket:
    id: str
    subject: str
    status: Status
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    id: int
    name: str
    people: int
    tickets: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`suggested` are tags that one may want to put on it. The targets' moments are None where none is to be met.

    `spent` are the statuses in which the ticket was, in the order of the board; they sum to its age.
    `others` are the requester's other tickets, unfinished ones first and then the newest; `others_count` counts all.
    """

    tags: tuple[str, ...]
    suggested: tuple[str, ...]
    links: tuple[LinkView, ...]
    respond_due_at: datetime | None
    solve_due_at: datetime | None
    spent: tuple[tuple[Status, timedelta], ...]
    others: tuple[OtherTicket, ...]
    others_count: int
    company: CompanyFacts | None


Moves = Sequence[tuple[Status, datetime]]


async def facts(actor: Actor, ref: str | int, *, now: datetime | None = None) -> Facts:
    """The facts beside a ticket. Raises NotFound, also for customers."""
    now = now or datetime.now(UTC)
    return await _facts(await access.ticket(actor, ref, now=now), now)


async def with_ticket(actor: Actor, ref: str | int, *, now: datetime | None = None) -> tuple[TicketView, Facts]:
    """The whole ticket and the facts beside it. Raises NotFound, also for customers."""
    now = now or datetime.now(UTC)
    found = await access.ticket(actor, ref, now=now)
    beside = await _facts(found, now)
    return await reading.view(found, now=now), beside


async def _facts(found: Access, now: datetime) -> Facts:
    """They are the same for all specialists, so that they are read once for all who have the ticket open."""
    if not found.is_staff:
        raise NotFound
    ticket = found.ticket
    key = ('facts', ticket.id, ticket.version, ticket.last_event_id)
    known_now, moves = await jointly.read(key, lambda: _read(ticket), f'ticket:{ticket.id}', 'staff')
    return replace(known_now, spent=time_in_each(ticket.created_at, moves, now))


async def _read(ticket: Ticket) -> tuple[Facts, Moves]:
    """All but the time spent, which goes on, and the moves from which that follows."""
    others, count = await _others(ticket)
    beside = Facts(
        tags=await tags.names(ticket),
        suggested=tuple(await tags.in_use(limit=MOST_SUGGESTED)),
        links=await linking.links_of(ticket),
        respond_due_at=ticket.respond_due_at,
        solve_due_at=ticket.solve_due_at,
        spent=(),
        others=others,
        others_count=count,
        company=await _company(ticket.company_id),
    )
    moves = TicketEvent.filter(ticket_id=ticket.id, to_status__isnull=False).order_by('id')
    return beside, await moves.values_list('to_status', 'at')


async def _others(ticket: Ticket) -> tuple[tuple[OtherTicket, ...], int]:
    asking = Asking()
    rows = await asking.rows(
        'SELECT number, subject, status, updated_at, count(*) OVER () AS total FROM ticket '
        f'WHERE requester_id = {asking.value(ticket.requester_id)} AND id <> {asking.value(ticket.id)} '
        f"ORDER BY CASE WHEN status = 'done' THEN 1 ELSE 0 END, updated_at DESC, id DESC LIMIT {MOST_OTHERS}"
    )
    others = tuple(
        OtherTicket(ticket_id(row['number']), row['subject'], Status(row['status']), known(row['updated_at']))
        for row in rows
    )
    return others, rows[0]['total'] if rows else 0


def time_in_each(created_at: datetime, moves: Moves, now: datetime) -> tuple[tuple[Status, timedelta], ...]:
    """How long each status lasted in all, given into what the ticket moved and when; sums to its age."""
    places = [(Status.OPEN, created_at), *((Status(to), at) for to, at in moves)]
    spent = dict.fromkeys(Status, _NOTHING)
    for (status, since), (_, until) in pairwise([*places, (Status.DONE, now)]):
        spent[status] += until - since
    return tuple((status, length) for status, length in spent.items() if length)


async def _company(company_id: int | None) -> CompanyFacts | None:
    if company_id is None:
        return None
    asking = Asking()
    id = asking.value(company_id)
    rows = await asking.rows(
        f'SELECT id, name, (SELECT count(*) FROM user_account WHERE company_id = {id}) AS people, '
        f'(SELECT count(*) FROM ticket WHERE company_id = {id}) AS tickets, '
        f"(SELECT count(*) FROM ticket WHERE company_id = {id} AND status <> 'done') AS unfinished "
        f'FROM company WHERE id = {id}'
    )
    return CompanyFacts(**rows[0]) if rows else None
