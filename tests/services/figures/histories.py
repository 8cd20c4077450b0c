"""Pasts of tickets built by hypothesis: rows as the services would have written them, and what one counts in them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

from models import EventKind, Rating, Role, Status, Ticket, TicketEvent, User
from tests.services.ticket_world import NOW, World

SPAN = 70  # days of past
STATUSES = tuple(Status)


@dataclass
class Past:
    """One ticket: when it was filed, how it moved, how it was rated."""

    filed: int
    moves: list[tuple[int, Status, bool | None]]
    company: int
    assignee: int | None
    impact: str
    ratings: dict[int, tuple[int, int]] = field(default_factory=dict)


def pasts() -> st.SearchStrategy[list[Past]]:
    """Some tickets. Times are minutes; the mover of a move is staff, a customer, or nobody: the clock."""
    move = st.tuples(st.integers(1, 20_000), st.sampled_from(STATUSES), st.sampled_from([True, False, None]))
    one = st.builds(
        Past,
        filed=st.integers(0, SPAN * 1440),
        moves=st.lists(move, max_size=6),
        company=st.integers(0, 1),
        assignee=st.sampled_from([None, 0, 1]),
        impact=st.sampled_from(['critical', 'high', 'medium', 'low']),
        ratings=st.dictionaries(st.integers(0, 5), st.tuples(st.integers(1, 5), st.integers(1, 30_000)), max_size=4),
    )
    return st.lists(one, min_size=1, max_size=12)


async def write(world: World, found: list[Past]) -> list[Ticket]:
    """Store these instead of whatever was there; gives the tickets as stored."""
    await TicketEvent.all().delete()
    await Ticket.all().delete()
    made = [await _write(world, past) for past in found]
    return await Ticket.filter(id__in=[ticket.id for ticket in made]).order_by('id')


async def _write(world: World, past: Past) -> Ticket:
    agents = [world.users['grace'], world.users['george']]
    customers = [world.users['alice'], world.users['charlie']]
    requester = customers[past.company]
    filed = NOW - timedelta(minutes=past.filed)
    number = await Ticket.all().count() + 1
    ticket = Ticket(
        number=number, type='bug', form_id=1, subject='x', impact=past.impact, status_since=filed,
        requester_id=requester.id, company_id=requester.company_id,
        assignee_id=None if past.assignee is None else agents[past.assignee].id,
        submission_key=f'h{number}', created_at=filed, updated_at=filed,
    )  # fmt: skip
    await ticket.save()
    await _event(ticket, requester, filed, Status.OPEN)
    at, status = filed, Status.OPEN
    for place, (later, to, mover) in enumerate(past.moves):
        at += timedelta(minutes=later)
        if to is status or at >= NOW:
            continue
        actor = None if mover is None else agents[0] if mover else requester
        event = await _event(ticket, actor, at, to, status)
        ticket.reopenings += to is Status.REOPENED
        ticket.done_at = at if to is Status.DONE else None
        ticket.closed_by = _closer(actor) if to is Status.DONE else None
        ticket.update_from_dict({'status': to, 'status_since': at, 'updated_at': at})
        status = to
        if actor is not None and actor.is_staff and ticket.first_response_at is None:
            ticket.first_response_at = at
        if to is Status.DONE:
            await _rate(ticket, event, requester, past.ratings.get(place))
    ticket.answer_took = _seconds(ticket.first_response_at, filed)
    ticket.solution_took = _seconds(ticket.done_at, filed)
    await ticket.save()
    return ticket


def _seconds(until: datetime | None, since: datetime) -> int | None:
    return int((until - since).total_seconds()) if until else None


def _closer(actor: User | None) -> str:
    if actor is None:
        return 'silence'
    return 'customer' if actor.role is Role.CUSTOMER else 'staff'


async def _event(ticket: Ticket, by: User | None, at: datetime, to: Status, was: Status | None = None) -> TicketEvent:
    kind = EventKind.STATUS if was else EventKind.FILED
    return await TicketEvent.create(
        ticket_id=ticket.id, actor_id=by.id if by else None, kind=kind, at=at, from_status=was, to_status=to
    )


async def _rate(ticket: Ticket, event: TicketEvent, rater: User, answer: tuple[int, int] | None) -> None:
    rating = Rating(ticket_id=ticket.id, done_event_id=event.id, rater_id=rater.id, asked_at=event.at)
    if answer is not None and event.at + timedelta(minutes=answer[1]) < NOW:
        at = event.at + timedelta(minutes=answer[1])
        rating.update_from_dict({'stars': answer[0], 'rated_at': at, 'opened_at': at})
        ticket.stars, ticket.rated_at = answer[0], at
    await rating.save()
