"""Counts of rated tickets, each read from one index (models.counted): by span, by whom and what, and in the middle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.counted import AGENTS, ANSWERS, COMPANIES, RATED, SOLUTIONS, STARS
from models.order import SqlIndex
from services.desk.asking import Asking
from services.desk.filters import within
from services.figures.period import Period
from services.figures.tally import Tally
from services.figures.wanted import Counting, bounds

LONG = 60
"""Days of a period from which SQLite walks all of an index in its order rather than sort what the period has."""

_STARS = '(SELECT 1 AS stars UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) AS star'
_LENGTHS = {'answer': ('ticket.answer_took', ANSWERS), 'solution': ('ticket.solution_took', SOLUTIONS)}


@dataclass(frozen=True, slots=True)
class Took:
    """Half of the tickets with so many stars took less than this; None where none of them got so far."""

    answer: timedelta | None = None
    solution: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """The ratings of a period by whom and what they are about; None stands for nobody or no company."""

    agents: Mapping[int | None, Tally]
    companies: Mapping[int | None, Tally]
    types: Mapping[str, Tally]


async def tallies(periods: Sequence[Period], counting: Counting) -> tuple[Tally, ...]:
    """What was rated in each of the periods."""
    asking = Asking()
    spans = asking.spans(bounds(period.span) for period in periods)
    rows = await asking.rows(
        f'SELECT span.place AS place, star.stars AS stars, (SELECT COUNT(*) FROM ticket {asking.by(STARS)} '
        'WHERE ticket.stars = star.stars AND ticket.rated_at >= span.since AND ticket.rated_at < span.until '
        f'AND {counting(asking)}) AS found FROM {spans} CROSS JOIN {_STARS}'
    )
    counts = [[0] * 5 for _ in periods]
    for row in rows:
        counts[row['place'] - 1][row['stars'] - 1] = row['found']
    return tuple(map(_tally, counts))


@dataclass(frozen=True, slots=True)
class RatedTickets:
    """The tickets of a period that count."""

    period: Period
    counting: Counting

    async def groups(self) -> Groups:
        """Their ratings by agent, by company and by kind of request."""
        companies, agents, types = _Group(), _Group(), _Group()
        for company, stars, found in await self._grouped('company_id', COMPANIES):
            companies[company][stars - 1] += found
        for agent, type, stars, found in await self._grouped('assignee_id, type', AGENTS):
            agents[agent][stars - 1] += found
            types[type][stars - 1] += found
        return Groups(agents.tallies(), companies.tallies(), types.tallies())

    async def took(self, total: Tally) -> dict[int, Took]:
        """For each number of stars the middle of how long answers and solutions took, or between the two in the middle.

        :param total: all of the ratings
        """
        asking = Asking()
        middles = [
            f"SELECT '{what}' AS what, {stars} AS stars, (MIN(took) + MAX(took)) / 2 AS found "
            f'FROM ({self._middle(asking, column, index, stars, count)}) AS {what}_{stars}'
            for what, (column, index) in _LENGTHS.items()
            for stars, count in (await self._having(column, index, total)).items()
            if count
        ]
        rows = await asking.rows(' UNION ALL '.join(middles)) if middles else []
        found = {(row['what'], row['stars']): timedelta(seconds=int(row['found'])) for row in rows}
        return {stars: Took(found.get(('answer', stars)), found.get(('solution', stars))) for stars in range(1, 6)}

    async def _grouped(self, columns: str, index: SqlIndex) -> Iterable[Sequence[Any]]:
        asking = Asking()
        rows = await asking.rows(
            f'SELECT {columns}, stars, COUNT(*) AS found FROM ticket {self._by(asking, index)} '
            f'WHERE {self._where(asking)} GROUP BY {columns}, stars'
        )
        return [tuple(row.values()) for row in rows]

    async def _having(self, column: str, index: SqlIndex, total: Tally) -> dict[int, int]:
        """How many of each number of stars got as far as that: all but the few that did not."""
        asking = Asking()
        rows = await asking.rows(
            f'SELECT star.stars AS stars, (SELECT COUNT(*) FROM ticket {self._by(asking, index)} '
            f'WHERE ticket.stars = star.stars AND {column} IS NULL AND {self._where(asking)}) AS lacking FROM {_STARS}'
        )
        return {row['stars']: total.stars[row['stars'] - 1] - row['lacking'] for row in rows}

    def _middle(self, asking: Asking, column: str, index: SqlIndex, stars: int, count: int) -> str:
        return (
            f'SELECT {column} AS took FROM ticket {self._by(asking, index)} WHERE ticket.stars = {stars} '
            f'AND {column} IS NOT NULL AND {self._where(asking)} '
            f'ORDER BY {column} LIMIT {2 - count % 2} OFFSET {(count - 1) // 2}'
        )

    def _where(self, asking: Asking) -> str:
        return ' AND '.join([*within('ticket.rated_at', self.period.span, asking), self.counting(asking)])

    def _by(self, asking: Asking, index: SqlIndex) -> str:
        return asking.by(index if self.period.days >= LONG else RATED)


class _Group(defaultdict[Any, list[int]]):
    """Five counts for each member."""

    def __init__(self) -> None:
        super().__init__(lambda: [0] * 5)

    def tallies(self) -> dict[Any, Tally]:
        return {key: _tally(found) for key, found in self.items()}


def _tally(counts: Iterable[int]) -> Tally:
    one, two, three, four, five = counts
    return Tally((one, two, three, four, five))
