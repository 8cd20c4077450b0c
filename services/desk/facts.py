"""What agents want to know beside a ticket: where its time went, what else its requester asked, for which company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from models import Status, Ticket, TicketEvent
from services import access
from services.actor import Actor
from services.desk.asking import Asking, known
from services.errors import NotFound
from services.ticket_id import ticket_id

MOST_OTHERS = 10

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
    """`spent` are the statuses in which the ticket was, in the order of the board; they sum to its age.

    `others` are the requester's other tickets, unfinished ones first and then the newest; `others_count` counts all.
    """

    spent: tuple[tuple[Status, timedelta], ...]
    others: tuple[OtherTicket, ...]
    others_count: int
    company: CompanyFacts | None


async def facts(actor: Actor, ref: str | int, *, now: datetime | None = None) -> Facts:
    """The facts beside a ticket. Raises NotFound, also for customers."""
    now = now or datetime.now(UTC)
    found = await access.ticket(actor, ref, now=now)
    if not found.is_staff:
        raise NotFound
    others, count = await _others(found.ticket)
    return Facts(
        spent=await _spent(found.ticket, now),
        others=others,
        others_count=count,
        company=await _company(found.ticket.company_id),
    )


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


async def _spent(ticket: Ticket, now: datetime) -> tuple[tuple[Status, timedelta], ...]:
    moves = TicketEvent.filter(ticket_id=ticket.id, to_status__isnull=False).order_by('id')
    return time_in_each(ticket.created_at, await moves.values_list('to_status', 'at'), now)


def time_in_each(
    created_at: datetime, moves: Sequence[tuple[Status, datetime]], now: datetime
) -> tuple[tuple[Status, timedelta], ...]:
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
