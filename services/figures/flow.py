"""How work flows: what came and what was solved, what lies open and for how long, who has how much of it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from models import ClosedBy, Status, User
from models.counted import CREATED, DONE, STANDING
from models.order import FINISHED, SqlIndex
from services import access
from services.actor import Actor
from services.desk.asking import Asking
from services.desk.filters import within
from services.figures.moves import growth
from services.figures.period import Grain, Period, Span
from services.figures.wanted import EVERYTHING, Counting, Wanted, bounds, scoped

AGES = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30))
"""Where the classes of the age of open tickets begin."""

AHEAD = 14  # days for which it is told what will close by itself
_OPEN = f'{FINISHED} = 0'
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A day, week or month: what was filed in it, what was solved in it (and by silence), what was open at its end."""

    period: Period
    created: int
    solved: int
    silent: int
    standing: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything that the page of the flow shows. `ages` are counts between the moments, youngest first."""

    wanted: Wanted
    own: bool
    steps: tuple[Step, ...]
    ages: tuple[tuple[Span, int], ...]
    loads: Mapping[int | None, Mapping[Status, int]]
    closing: tuple[tuple[Period, int], ...]


async def flow(actor: Actor, wanted: Wanted, *, now: datetime | None = None) -> Flow:
    """What happened in the period and what is open now; an agent gets their own. Raises NotFound for customers."""
    now = now or datetime.now(UTC)
    user = await access.staff(actor, now=now)
    narrowed = scoped(user, wanted)
    steps, ages, loads, closing = await asyncio.gather(
        _steps(narrowed, user, now),
        _ages(narrowed, user, now),
        _loads(narrowed, user, now),
        _closing(narrowed, user, now),
    )
    return Flow(narrowed, narrowed is not wanted, steps, ages, loads, closing)


async def _steps(wanted: Wanted, user: User, now: datetime) -> tuple[Step, ...]:
    steps = [step for step in wanted.period.steps(wanted.grain) if bounds(step.span)[0] <= now]
    standing, created, solved, silent = await asyncio.gather(
        standing_at([bounds(step.span)[1] for step in steps], wanted, user, now),
        _counted('created_at', CREATED, steps, wanted.counting(user, now)),
        _counted('done_at', DONE, steps, wanted.counting(user, now)),
        _counted('done_at', DONE, steps, wanted.counting(user, now), f"closed_by = '{ClosedBy.SILENCE.value}'"),
    )
    return tuple(map(Step, steps, created, solved, silent, standing))


async def _counted(
    column: str, index: SqlIndex | None, steps: list[Period], counting: Counting, which: str = EVERYTHING
) -> list[int]:
    """How many tickets have their moment in each step.

    :param which: a condition on what is counted. PostgreSQL, which cannot tell how many rows a step has, would leave
        the index for it, if it narrowed what is read
    """
    asking = Asking()
    spans = asking.spans(bounds(step.span) for step in steps)
    rows = await asking.rows(
        f'SELECT (SELECT SUM(CASE WHEN {which} THEN 1 ELSE 0 END) FROM ticket {asking.by(index) if index else ""} '
        f'WHERE ticket.{column} >= span.since AND ticket.{column} < span.until AND {counting(asking)}) AS found '
        f'FROM {spans} ORDER BY span.place'
    )
    return [int(row['found'] or 0) for row in rows]


async def standing_at(moments: list[datetime], wanted: Wanted, user: User, now: datetime) -> list[dict[Status, int]]:
    """How many tickets were in each status before each of the rising moments: today's, with later moves taken back."""
    asking = Asking()
    where = wanted.where(asking, user, now)
    rows = await asking.rows(
        f'SELECT status, COUNT(*) AS found FROM ticket {asking.by(STANDING)} WHERE {where} GROUP BY status'
    )
    count = {status: 0 for status in Status} | {Status(row['status']): row['found'] for row in rows}
    found = []
    grown = await growth(moments, wanted.counting(user, now))
    for place in range(len(moments), 0, -1):
        for status, more in grown[place].items():
            count[status] -= more
        found.append(dict(count))
    return found[::-1]


async def _ages(wanted: Wanted, user: User, now: datetime) -> tuple[tuple[Span, int], ...]:
    """Open tickets by when they were filed."""
    edges = [None, *(now.replace(microsecond=0) - age for age in AGES), None]
    spans = [Span(older, younger) for younger, older in pairwise(edges)]
    asking = Asking()
    columns = [
        f'SUM(CASE WHEN {" AND ".join(within("ticket.created_at", span, asking))} THEN 1 ELSE 0 END) AS age_{place}'
        for place, span in enumerate(spans)
    ]
    where = wanted.where(asking, user, now, _OPEN)
    (row,) = await asking.rows(f'SELECT {", ".join(columns)} FROM ticket WHERE {where}')
    return tuple((span, int(row[f'age_{place}'] or 0)) for place, span in enumerate(spans))


async def _loads(wanted: Wanted, user: User, now: datetime) -> dict[int | None, dict[Status, int]]:
    asking = Asking()
    where = wanted.where(asking, user, now, _OPEN)
    rows = await asking.rows(
        f'SELECT assignee_id, status, COUNT(*) AS found FROM ticket WHERE {where} GROUP BY assignee_id, status'
    )
    found: dict[int | None, dict[Status, int]] = defaultdict(dict)
    for row in rows:
        found[row['assignee_id']][Status(row['status'])] = row['found']
    return dict(found)


async def _closing(wanted: Wanted, user: User, now: datetime) -> tuple[tuple[Period, int], ...]:
    """What will close by itself on each of the coming days, if its customer stays silent."""
    today = now.astimezone(ZoneInfo(wanted.period.zone)).date()
    days = Period(today, today + AHEAD * _DAY, wanted.period.zone).steps(Grain.DAY)
    counts = await _counted(
        'auto_close_at', None, days, wanted.counting(user, now, f"ticket.status = '{Status.AWAITING_FEEDBACK.value}'")
    )
    return tuple(zip(days, counts, strict=True))
