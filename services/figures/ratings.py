"""How customers rate the help in a period: shares, trend, by agent, company and kind, each read from an index.

A ticket counts with its newest answered rating, which stands in its own row (`stars`, `rated_at`), in the period in
which it was given.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from models import ClosedBy, User
from models.counted import ASKED, DONE, RATED
from services import access
from services.actor import Actor
from services.desk.asking import Asking, Inline, Row, known
from services.desk.filters import REPLIES, within
from services.figures.period import Period
from services.figures.rated import LONG, RatedTickets, Took, tallies
from services.figures.tally import Tally
from services.figures.wanted import EVERYTHING, Wanted, scoped
from services.ticket_id import ticket_id

T = TypeVar('T')

SHOWN = 12  # opinions
MOST_OPINIONS = 20_000  # in a file


@dataclass(frozen=True, slots=True)
class Replies:
    """Of how many tickets a rating was asked in the period; of how many of these it was opened, and given, since."""

    asked: int
    opened: int
    rated: int


@dataclass(frozen=True, slots=True)
class Closings:
    """The tickets that became done in the period and are; who closed them, and how many had been reopened before."""

    by: Mapping[ClosedBy, int]
    done: int
    reopened: int


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
class RatingFigures:
    """Everything that the dashboard shows, `before` of as long a time before. Groups are by id or code; None stands for
    nobody or no company.
    """

    wanted: Wanted
    own: bool
    total: Tally
    before: Tally
    trend: tuple[tuple[Period, Tally], ...]
    agents: Mapping[int | None, Tally]
    companies: Mapping[int | None, Tally]
    types: Mapping[str, Tally]
    took: Mapping[int, Took]
    replies: Replies
    replies_before: Replies
    closings: Closings
    closings_before: Closings
    opinions: tuple[Opinion, ...]


async def rating_figures(actor: Actor, wanted: Wanted, *, now: datetime | None = None) -> RatingFigures:
    """What the period's ratings say; an agent gets their own. Raises NotFound for customers."""
    now = now or datetime.now(UTC)
    return await figures_for(await access.staff(actor, now=now), wanted, now)


async def all_opinions(actor: Actor, wanted: Wanted, *, now: datetime | None = None) -> tuple[Opinion, ...]:
    """Every word that came with the period's ratings, those of the lowest first; an agent gets those about their own.

    Raises NotFound for customers.
    """
    now = now or datetime.now(UTC)
    user = await access.staff(actor, now=now)
    return await _opinions(scoped(user, wanted), user, now, most=MOST_OPINIONS)


async def figures_for(user: User, wanted: Wanted, now: datetime) -> RatingFigures:
    """The same for a member of staff whose identity is certain, such as the reader of an e-mail."""
    narrowed = scoped(user, wanted)
    counting, steps = narrowed.counting(user, now), narrowed.period.steps(narrowed.grain)
    tickets = RatedTickets(narrowed.period, counting)
    trend, groups, opinions, (replies, replies_before), (closings, closings_before) = await asyncio.gather(
        tallies([*steps, narrowed.period.before], counting),
        tickets.groups(),
        _opinions(narrowed, user, now),
        _now_and_before(_replies, narrowed, user, now),
        _now_and_before(_closings, narrowed, user, now),
    )
    *steps_of_it, before = trend
    total = _sum(steps_of_it)
    took = await tickets.took(total)
    return RatingFigures(
        wanted=narrowed,
        own=narrowed is not wanted,
        total=total,
        before=before,
        trend=tuple(zip(steps, steps_of_it, strict=True)),
        agents=groups.agents,
        companies=groups.companies,
        types=groups.types,
        took=took,
        replies=replies,
        replies_before=replies_before,
        closings=closings,
        closings_before=closings_before,
        opinions=opinions,
    )


async def _now_and_before(
    read: Callable[[Wanted, Period, User, datetime], Awaitable[T]], wanted: Wanted, user: User, now: datetime
) -> tuple[T, T]:
    """The same of the period and of the one before."""
    found, before = await asyncio.gather(*(read(wanted, p, user, now) for p in (wanted.period, wanted.period.before)))
    return found, before


async def _replies(wanted: Wanted, period: Period, user: User, now: datetime) -> Replies:
    """A ticket of which was asked twice in the period is one, and answered if either question was.

    The values stand in the query: what PostgreSQL is often asked it plans without a look at them, for two empty years
    as for two full ones.
    """
    asking = Inline()
    asked = ' AND '.join(within('rating.asked_at', period.span, asking))
    narrowed = wanted.where(asking, user, now)
    some = f'rating.ticket_id IN (SELECT ticket.id FROM ticket WHERE {narrowed}) AND' if narrowed != EVERYTHING else ''
    walk = asking.by(ASKED) if period.days >= LONG else ''
    opened, answered = (f'MAX(CASE WHEN {REPLIES[name]} THEN 1 ELSE 0 END)' for name in ('opened', 'rated'))
    (row,) = await asking.rows(
        'SELECT COUNT(*) AS asked, SUM(opened) AS opened, SUM(rated) AS rated FROM '
        f'(SELECT {opened} AS opened, {answered} AS rated FROM rating {walk} WHERE {some} {asked} '
        'GROUP BY rating.ticket_id) AS asked'
    )
    return Replies(row['asked'], int(row['opened'] or 0), int(row['rated'] or 0))


async def _closings(wanted: Wanted, period: Period, user: User, now: datetime) -> Closings:
    asking = Asking()
    where = wanted.where(asking, user, now, *within('ticket.done_at', period.span, asking))
    by = ', '.join(f"SUM(CASE WHEN closed_by = '{who}' THEN 1 ELSE 0 END) AS by_{who}" for who in ClosedBy)
    (row,) = await asking.rows(
        f'SELECT COUNT(*) AS done, {by}, SUM(CASE WHEN reopenings > 0 THEN 1 ELSE 0 END) AS reopened '
        f'FROM ticket {asking.by(DONE)} WHERE {where}'
    )
    return Closings({who: int(row[f'by_{who}'] or 0) for who in ClosedBy}, row['done'], int(row['reopened'] or 0))


async def _opinions(wanted: Wanted, user: User, now: datetime, *, most: int = SHOWN) -> tuple[Opinion, ...]:
    """The period's newest words; among them the lowest first."""
    asking = Asking()
    where = wanted.where(asking, user, now, *within('ticket.rated_at', wanted.period.span, asking))
    newest = (
        'SELECT rating.id AS id, rating.stars, rating.comment, rating.rated_at, ticket.number, ticket.subject, '
        f'ticket.requester_id, ticket.company_id FROM ticket {asking.by(RATED)} CROSS JOIN rating '
        "WHERE rating.ticket_id = ticket.id AND rating.rated_at >= ticket.rated_at AND rating.comment <> '' "
        f'AND {where} ORDER BY ticket.rated_at DESC LIMIT {most}'
    )
    rows = await asking.rows(
        f'SELECT newest.*, user_account.name AS requester, company.name AS company FROM ({newest}) AS newest '
        'JOIN user_account ON user_account.id = newest.requester_id '
        'LEFT JOIN company ON company.id = newest.company_id ORDER BY stars, rated_at DESC, newest.id'
    )
    return tuple(map(_opinion, rows))


def _opinion(row: Row) -> Opinion:
    return Opinion(
        ticket_id(row['number']),
        row['subject'],
        row['requester'],
        row['company'],
        row['stars'],
        row['comment'],
        known(row['rated_at']),
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    one, two, three, four, five = map(sum, zip((0,) * 5, *(tally.stars for tally in tallies), strict=True))
    return Tally((one, two, three, four, five))
