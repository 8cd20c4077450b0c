"""The queue: the same tickets as the board as a dense table, sorted, in pieces of which each costs the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from models import Status, User
from models.order import DUE, FINISHED, IMPACT, RULE
from services import access
from services.actor import Actor
from services.desk.asking import Asking, Row, known
from services.desk.cards import Card, make, read_rows
from services.desk.filters import DeskFilter, conditions, looked_up
from services.desk.ordering import NEVER_AT, RULE_SHAPE, Place, cursor, impact_rank, next_due, read_cursor, rule_of
from services.lifecycle import UNFINISHED
from services.ticket_id import ticket_id
from services.tickets.views import Page

MOST = 200
MOST_AT_ONCE = 1_000
"""How many tickets one may select, change or hand over in one go."""


class Sort(StrEnum):
    """What the table can be sorted by: each has an index."""

    RULE = 'rule'
    NUMBER = 'number'
    UPDATED = 'updated'
    CREATED = 'created'
    SINCE = 'since'
    DUE = 'due'
    IMPACT = 'impact'


@dataclass(frozen=True, slots=True)
class _Sorting:
    """How a sort is written in SQL, and of what kind its values are; `descending` is how it is meant by itself."""

    columns: tuple[str, ...]
    shape: tuple[type, ...]
    values: Callable[[Row], tuple[Any, ...]]
    descending: bool = False


def _moment(column: str) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: (known(row[column]), row['id'])


def _rule(row: Row) -> tuple[Any, ...]:
    return (1 if row['status'] == Status.DONE else 0, *rule_of(row))


_MOMENT = (datetime, int)
_SORTS = {
    Sort.RULE: _Sorting((FINISHED, *RULE), (int, *RULE_SHAPE), _rule),
    Sort.NUMBER: _Sorting(('number',), (int,), lambda row: (row['number'],), descending=True),
    Sort.UPDATED: _Sorting(('updated_at', 'id'), _MOMENT, _moment('updated_at'), descending=True),
    Sort.CREATED: _Sorting(('created_at', 'id'), _MOMENT, _moment('created_at'), descending=True),
    Sort.SINCE: _Sorting(('status_since', 'id'), _MOMENT, _moment('status_since')),
    Sort.DUE: _Sorting((DUE, 'id'), _MOMENT, lambda row: (next_due(row) or NEVER_AT, row['id'])),
    Sort.IMPACT: _Sorting((IMPACT, 'id'), (int, int), lambda row: (impact_rank(row), row['id'])),
}


async def queue(
    actor: Actor,
    wanted: DeskFilter | None = None,
    *,
    sort: Sort | str = Sort.RULE,
    descending: bool | None = None,
    after: str | None = None,
    limit: int = 50,
    now: datetime | None = None,
) -> Page[Card]:
    """A piece of the table. Without statuses in the filter: what is not done.

    :param descending: None for the direction in which the sort is meant
    :param after: the `next` of the piece before
    Raises NotFound for customers, Invalid for 'cursor'. A sort that does not exist is the rule.
    """
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    table = await _table(user, wanted, sort, descending, now)
    place = read_cursor(after, [table.sorting.shape], parts=(table.part,)) if after else None
    limit = max(1, min(limit, MOST))
    asking = Asking()
    rows = await read_rows(table.query(asking, limit + 1, start=place), asking, user)
    rows.sort(key=table.values, reverse=table.backwards)
    following = cursor(Place(table.part, table.values(rows[limit - 1]))) if len(rows) > limit else None
    return Page(tuple(make(rows[:limit], user, now=now)), following)


async def matching(
    actor: Actor,
    wanted: DeskFilter | None = None,
    *,
    sort: Sort | str = Sort.RULE,
    descending: bool | None = None,
    limit: int = MOST_AT_ONCE,
    now: datetime | None = None,
) -> list[int]:
    """The numbers of the tickets that the table has, from its top: for 'select all'. Raises NotFound for customers."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    asking = Asking()
    query = (await _table(user, wanted, sort, descending, now)).query(
        asking, max(1, min(limit, MOST_AT_ONCE)), column='number'
    )
    return [row['number'] for row in await asking.rows(query)]


async def neighbours(
    actor: Actor,
    ref: str | int,
    wanted: DeskFilter | None = None,
    *,
    sort: Sort | str = Sort.RULE,
    descending: bool | None = None,
    now: datetime | None = None,
) -> tuple[str | None, str | None]:
    """The IDs of the tickets before and after one in the table, whether or not it is in it. Raises NotFound."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    ticket = (await access.ticket(actor, ref, now=now)).ticket
    table = await _table(user, wanted, sort, descending, now)
    place = Place(table.part, table.values({name: getattr(ticket, name) for name in _COMPARED}))
    found = []
    for backwards in (True, False):
        asking = Asking()
        rows = await asking.rows(table.query(asking, 1, column='number', start=place, turned=backwards))
        found.append(ticket_id(rows[0]['number']) if rows else None)
    return found[0], found[1]


_COMPARED = (
    'id', 'number', 'status', 'status_since', 'impact', 'created_at', 'updated_at', 'answered_at',
    'first_response_at', 'respond_due_at', 'solve_due_at',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    """What somebody asked to see and how it is sorted. `part` marks cursors, so that another sort refuses them."""

    user: User
    wanted: DeskFilter
    sort: Sort
    backwards: bool
    now: datetime

    @property
    def sorting(self) -> _Sorting:
        return _SORTS[self.sort]

    @property
    def part(self) -> int:
        return tuple(Sort).index(self.sort) * 2 + self.backwards

    def query(
        self, asking: Asking, limit: int, *, column: str = 'id', start: Place | None = None, turned: bool = False
    ) -> str:
        """The query for what follows a place (`turned`: precedes it), nearest first."""
        columns = self.sorting.columns
        backwards = self.backwards is not turned
        found = [_having(self.wanted.statuses, self.sort, asking)]
        found += conditions(self.wanted, asking, user_id=self.user.id, now=self.now)
        if start is not None:
            side = '<' if backwards else '>'
            # The first condition says nothing new, but lets SQLite begin in the index near where the page begins.
            found.append(f'{columns[0]} {side}= {asking.value(start.values[0])}')
            found.append(f'({", ".join(columns)}) {side} {asking.row(start.values)}')
        order = ', '.join(f'{name} DESC' if backwards else name for name in columns)
        return f'SELECT {column} FROM ticket WHERE {" AND ".join(found)} ORDER BY {order} LIMIT {limit}'

    def values(self, row: Row) -> tuple[Any, ...]:
        """What the sort compares, of one ticket."""
        return self.sorting.values(row)


async def _table(
    user: User, wanted: DeskFilter | None, sort: Sort | str, descending: bool | None, now: datetime
) -> _Table:
    chosen = Sort(sort) if sort in tuple(Sort) else Sort.RULE
    backwards = _SORTS[chosen].descending if descending is None else descending
    return _Table(user, await looked_up(wanted or DeskFilter(), user, now=now), chosen, backwards, now)


def _having(statuses: tuple[Status, ...], sort: Sort, asking: Asking) -> str:
    """The condition on the status, so that the index of the sort is walked where most tickets fit anyway."""
    if not statuses or set(statuses) == set(UNFINISHED):
        return f'{FINISHED} = 0'
    if len(statuses) == len(Status):
        return '1 = 1'
    codes = ', '.join(f"'{status.value}'" for status in statuses)
    if Status.DONE not in statuses:
        return f'{FINISHED} = 0 AND ticket.status IN ({codes})'
    if sort is Sort.UPDATED and len(statuses) == 1:
        return f'ticket.status = {codes}'
    return f'{asking.unindexed("ticket.status")} IN ({codes})'
