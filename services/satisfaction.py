"""How customers rate the help lately: the figures and the words behind them, for admins."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import Rating, Ticket
from services import access
from services.actor import Actor
from services.ticket_id import ticket_id

GOOD = 4  # stars from which a rating counts as good
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Opinion:
    """One answer, with the ticket that it is about."""

    ticket: str
    subject: str
    requester: str
    company: str | None
    stars: int
    comment: str
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """A period's answers; `mean` and `good` (a share from 0 to 1) are None without any. `stars` counts one to five."""

    since: datetime
    asked: int
    answers: int
    mean: float | None
    good: float | None
    stars: tuple[int, int, int, int, int]
    opinions: tuple[Opinion, ...]


async def lately(actor: Actor, *, days: int = 30, now: datetime | None = None) -> Satisfaction:
    """The last `days` days. A ticket's newest answer is the one that counts. Lowest opinions first. Raises NotFound."""
    now = now or datetime.now(UTC)
    await access.admin(actor, now=now)
    since = now - timedelta(days=days)
    answered = (
        await Rating.filter(stars__not_isnull=True, rated_at__gte=since)
        .order_by('id')
        .values_list('ticket_id', 'stars', 'id')
    )
    newest = {pk: (stars, id) for pk, stars, id in answered}
    counted = [stars for stars, _ in newest.values()]
    count = len(counted)
    return Satisfaction(
        since=since,
        asked=await Rating.filter(asked_at__gte=since).count(),
        answers=count,
        mean=sum(counted) / count if count else None,
        good=sum(stars >= GOOD for stars in counted) / count if count else None,
        stars=(counted.count(1), counted.count(2), counted.count(3), counted.count(4), counted.count(5)),
        opinions=await _opinions([id for _, id in newest.values()]),
    )


async def _opinions(ids: list[int]) -> tuple[Opinion, ...]:
    found = await Rating.filter(id__in=ids[-500:]).order_by('stars', '-rated_at').limit(SHOWN)
    tickets = {
        ticket.id: ticket
        for ticket in await Ticket.filter(id__in=[row.ticket_id for row in found]).select_related(
            'requester', 'company'
        )
    }
    return tuple(_opinion(row, tickets[row.ticket_id]) for row in found)


def _opinion(row: Rating, ticket: Ticket) -> Opinion:
    assert row.stars is not None
    assert row.rated_at is not None
    company = ticket.company.name if ticket.company is not None else None
    return Opinion(
        ticket_id(ticket.number), ticket.subject, ticket.requester.name, company, row.stars, row.comment, row.rated_at
    )
