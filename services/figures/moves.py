"""How many tickets entered and left each status between moments, from the events of an index (models.counted)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from models import Status
from models.counted import ENTERED, LEFT
from models.order import SqlIndex
from services.database import engine
from services.desk.asking import Asking
from services.figures.wanted import EVERYTHING, Counting

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_STATUSES = ' UNION ALL '.join(f"SELECT '{status.value}' AS status" for status in Status)

_Growth = tuple[int, Status, int]


async def growth(moments: Sequence[datetime], counting: Counting) -> Mapping[int, Mapping[Status, int]]:
    """By how many each status grew from each of the rising moments, counted from 1, to the next; then without an end.

    Ranges of an index are counted many times faster than events are sorted into groups; only PostgreSQL, when not all
    tickets count, would look for those that do once for each range.
    """
    by_range = engine() == 'sqlite' or counting(Asking()) == EVERYTHING
    rows = await (_by_range if by_range else _by_group)(moments, counting)
    found: dict[int, dict[Status, int]] = defaultdict(lambda: dict.fromkeys(Status, 0))
    for place, status, more in rows:
        found[place][status] += more
    return found


async def _by_range(moments: Sequence[datetime], counting: Counting) -> Iterable[_Growth]:
    """Each index is walked by a query of its own, so that both are at once."""
    entered, left = await asyncio.gather(
        _counts('to_status', ENTERED, moments, counting), _counts('from_status', LEFT, moments, counting)
    )
    return [*entered, *((place, status, -found) for place, status, found in left)]


async def _counts(column: str, index: SqlIndex, moments: Sequence[datetime], counting: Counting) -> Iterable[_Growth]:
    asking = Asking()
    spans, some = asking.spans(pairwise([*moments, _NEVER])), _of_some(asking, counting)
    rows = await asking.rows(
        'SELECT span.place AS place, place_to_be.status AS status, (SELECT COUNT(*) FROM ticket_event AS event '
        f'{asking.by(index)} WHERE event.{column} = place_to_be.status AND event.at >= span.since '
        f'AND event.at < span.until{some}) AS found FROM {spans} CROSS JOIN ({_STATUSES}) AS place_to_be'
    )
    return [(row['place'], Status(row['status']), row['found']) for row in rows]


async def _by_group(moments: Sequence[datetime], counting: Counting) -> Iterable[_Growth]:
    asking = Asking()
    place = f'width_bucket(event.at, {asking.moments(moments)})'
    rows = await asking.rows(
        f'SELECT {place} AS place, event.from_status AS was, event.to_status AS became, COUNT(*) AS found '
        f'FROM ticket_event AS event WHERE event.to_status IS NOT NULL AND event.at >= {asking.value(moments[0])}'
        f'{_of_some(asking, counting)} GROUP BY 1, 2, 3'
    )
    entered = [(row['place'], Status(row['became']), row['found']) for row in rows]
    return entered + [(row['place'], Status(row['was']), -row['found']) for row in rows if row['was']]


def _of_some(asking: Asking, counting: Counting) -> str:
    where = counting(asking)
    return f' AND event.ticket_id IN (SELECT ticket.id FROM ticket WHERE {where})' if where != EVERYTHING else ''
