"""How customers rate the help in a period: shares, trend, by agent, company and kind, each from one pass of SQL.

A ticket counts with its newest answered rating, which stands in its own row (`stars`, `rated_at`), in the period in
which it was given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import ClosedBy, User
from services import access
from services.actor import Actor
from services.desk.asking import Asking, Row, known
from services.desk.filters import REPLIES, within
from services.figures.period import Period
from services.figures.tally import Tally
from services.figures.wanted import Wanted, bounds, scoped
from services.ticket_id import ticket_id

SHOWN = 12  # opinions
_GROUPS = {'agent': 'assignee_id', 'company': 'company_id', 'type': 'type'}


@dataclass(frozen=True, slots=True)
class Took:
    """Half of the tickets with so many stars took less than this; None where none of them got so far."""

    answer: timedelta | None = None
    solution: timedelta | None = None


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
    """Everything that the dashboard shows. Groups are by id or code; None stands for nobody or no company."""

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
    closings: Closings
    opinions: tuple[Opinion, ...]


async def rating_figures(actor: Actor, wanted: Wanted, *, now: datetime | None = None) -> RatingFigures:
    """What the period's ratings say; an agent gets their own. Raises NotFound for customers."""
    now = now or datetime.now(UTC)
    return await figures_for(await access.staff(actor, now=now), wanted, now)


async def figures_for(user: User, wanted: Wanted, now: datetime) -> RatingFigures:
    """The same for a member of staff whose identity is certain, such as the reader of an e-mail."""
    narrowed = scoped(user, wanted)
    groups, took = await _grouped(narrowed, user, now)
    trend = await _trend(narrowed, user, now)
    return RatingFigures(
        wanted=narrowed,
        own=narrowed is not wanted,
        total=_sum(tally for _, tally in trend),
        before=await _before(narrowed, user, now),
        trend=trend,
        agents={int(key) if key else None: tally for key, tally in groups['agent'].items()},
        companies={int(key) if key else None: tally for key, tally in groups['company'].items()},
        types={key or '': tally for key, tally in groups['type'].items()},
        took=took,
        replies=await _replies(narrowed, user, now),
        closings=await _closings(narrowed, user, now),
        opinions=await _opinions(narrowed, user, now),
    )


async def _grouped(
    wanted: Wanted, user: User, now: datetime
) -> tuple[Mapping[str, Mapping[str | None, Tally]], dict[int, Took]]:
    """The period's tickets are looked up once; everything else is counted among them."""
    asking = Asking()
    created, answered, done = (asking.seconds(f'ticket.{name}_at') for name in ('created', 'first_response', 'done'))
    rated = wanted.where(asking, user, now, *within('ticket.rated_at', wanted.period.span, asking))
    parts = [
        f"SELECT '{part}' AS part, CAST({column} AS TEXT) AS label, stars, COUNT(*) AS found "
        f'FROM rated GROUP BY {column}, stars'
        for part, column in _GROUPS.items()
    ]
    rows = await asking.rows(
        'WITH rated AS MATERIALIZED (SELECT assignee_id, company_id, type, stars, '
        f'{answered} - {created} AS answer, {done} - {created} AS solution FROM ticket WHERE {rated}) '
        + ' UNION ALL '.join([*parts, _median('answer'), _median('solution')])
    )
    counts: dict[str, dict[str | None, list[int]]] = {part: defaultdict(lambda: [0] * 5) for part in _GROUPS}
    medians: dict[str, dict[int, timedelta]] = {'answer': {}, 'solution': {}}
    for row in rows:
        if row['part'] in medians:
            medians[row['part']][row['stars']] = timedelta(seconds=int(row['found']))
        else:
            counts[row['part']][row['label']][row['stars'] - 1] = row['found']
    took = {stars: Took(medians['answer'].get(stars), medians['solution'].get(stars)) for stars in range(1, 6)}
    return {part: {key: _tally(found) for key, found in group.items()} for part, group in counts.items()}, took


def _median(what: str) -> str:
    """The middle of so many durations, or between the two in the middle, for each number of stars."""
    ranked = (
        f'SELECT stars, {what}, ROW_NUMBER() OVER (PARTITION BY stars ORDER BY {what}) AS place, '
        f'COUNT(*) OVER (PARTITION BY stars) AS many FROM rated WHERE {what} IS NOT NULL'
    )
    middle = 'place IN ((many + 1) / 2, (many + 2) / 2)'
    return (
        f"SELECT '{what}', NULL, stars, (MIN({what}) + MAX({what})) / 2 "
        f'FROM ({ranked}) AS ranked_{what} WHERE {middle} GROUP BY stars'
    )


async def _trend(wanted: Wanted, user: User, now: datetime) -> tuple[tuple[Period, Tally], ...]:
    """The tickets of each step of the period, by their stars."""
    steps, asking = wanted.period.steps(wanted.grain), Asking()
    spans = asking.spans(bounds(step.span) for step in steps)
    where = wanted.where(asking, user, now)
    rows = await asking.rows(
        f'SELECT span.place AS place, ticket.stars AS stars, COUNT(*) AS found FROM {spans} '
        'CROSS JOIN ticket WHERE ticket.rated_at >= span.since AND ticket.rated_at < span.until '
        f'AND {where} GROUP BY span.place, ticket.stars'
    )
    counts = [[0] * 5 for _ in steps]
    for row in rows:
        counts[row['place'] - 1][row['stars'] - 1] = row['found']
    return tuple((step, _tally(found)) for step, found in zip(steps, counts, strict=True))


async def _before(wanted: Wanted, user: User, now: datetime) -> Tally:
    asking = Asking()
    where = wanted.where(asking, user, now, *within('ticket.rated_at', wanted.period.before.span, asking))
    rows = await asking.rows(f'SELECT stars, COUNT(*) AS found FROM ticket WHERE {where} GROUP BY stars')
    found = {row['stars']: row['found'] for row in rows}
    return _tally(found.get(stars, 0) for stars in range(1, 6))


async def _replies(wanted: Wanted, user: User, now: datetime) -> Replies:
    asking = Asking()
    asked = ' AND '.join(within('rating.asked_at', wanted.period.span, asking))
    narrowed = wanted.where(asking, user, now)
    tickets = f'JOIN ticket ON ticket.id = rating.ticket_id WHERE {narrowed} AND' if narrowed != '1 = 1' else 'WHERE'
    (row,) = await asking.rows(
        'SELECT COUNT(DISTINCT rating.ticket_id) AS asked, '
        f'COUNT(DISTINCT CASE WHEN {REPLIES["opened"]} THEN rating.ticket_id END) AS opened, '
        f'COUNT(DISTINCT CASE WHEN {REPLIES["rated"]} THEN rating.ticket_id END) AS rated '
        f'FROM rating {tickets} {asked}'
    )
    return Replies(row['asked'], row['opened'], row['rated'])


async def _closings(wanted: Wanted, user: User, now: datetime) -> Closings:
    asking = Asking()
    where = wanted.where(asking, user, now, *within('ticket.done_at', wanted.period.span, asking))
    rows = await asking.rows(
        'SELECT closed_by, COUNT(*) AS found, SUM(CASE WHEN reopenings > 0 THEN 1 ELSE 0 END) AS reopened '
        f'FROM ticket WHERE {where} GROUP BY closed_by'
    )
    by = {ClosedBy(row['closed_by']): row['found'] for row in rows if row['closed_by']}
    done, reopened = (sum(int(row[name]) for row in rows) for name in ('found', 'reopened'))
    return Closings({closer: by.get(closer, 0) for closer in ClosedBy}, done, reopened)


async def _opinions(wanted: Wanted, user: User, now: datetime) -> tuple[Opinion, ...]:
    """The period's newest words; among them the lowest first."""
    asking = Asking()
    where = wanted.where(asking, user, now, *within('rating.rated_at', wanted.period.span, asking))
    newest = (
        'SELECT rating.id AS id, rating.stars, rating.comment, rating.rated_at, ticket.number, ticket.subject, '
        'ticket.requester_id, ticket.company_id FROM rating CROSS JOIN ticket '
        "WHERE ticket.id = rating.ticket_id AND ticket.rated_at = rating.rated_at AND rating.comment <> '' "
        f'AND {where} ORDER BY rating.rated_at DESC LIMIT {SHOWN}'
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


def _tally(counts: Iterable[int]) -> Tally:
    one, two, three, four, five = counts
    return Tally((one, two, three, four, five))


def _sum(tallies: Iterable[Tally]) -> Tally:
    return _tally(map(sum, zip((0,) * 5, *(tally.stars for tally in tallies), strict=True)))
