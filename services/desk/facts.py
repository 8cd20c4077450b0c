"""What agents want to know beside a ticket: where its time went, what else its requester asked, for which company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tortoise.functions import Count

from models import Company, Status, Ticket, TicketEvent
from services import access
from services.actor import Actor
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
    await access.staff(actor, now=now)
    ticket = (await access.ticket(actor, ref, now=now)).ticket
    others = Ticket.filter(requester_id=ticket.requester_id).exclude(id=ticket.id)
    unfinished = await others.exclude(status=Status.DONE).order_by('-updated_at', '-id').limit(MOST_OTHERS)
    done = await others.filter(status=Status.DONE).order_by('-updated_at', '-id').limit(MOST_OTHERS)
    shown = [*unfinished, *done][:MOST_OTHERS]
    return Facts(
        spent=await _spent(ticket, now),
        others=tuple(OtherTicket(ticket_id(row.number), row.subject, row.status, row.updated_at) for row in shown),
        others_count=await others.count(),
        company=await _company(ticket.company_id),
    )


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
    company = await Company.get(id=company_id).annotate(count=Count('people'))
    tickets = Ticket.filter(company_id=company_id)
    return CompanyFacts(
        id=company.id,
        name=company.name,
        people=int(company.count),  # type: ignore[attr-defined]
        tickets=await tickets.count(),
        unfinished=await tickets.exclude(status=Status.DONE).count(),
    )
