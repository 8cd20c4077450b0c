"""What comes first on the board and in the queue, as SQL that both engines index: the one rule of the cards' order.

A ticket comes before another when a person needs it more: a customer answered or it was reopened; its next time target
is (or was) sooner; its impact is greater; it has been in its status for longer. The rule does not look at the clock, so
that an index can hold it: whatever is overdue is due sooner than everything that is not.
"""

from typing import Any

from tortoise.expressions import RawSQL
from tortoise.indexes import Index

NEVER = '9999-12-31 00:00:00+00:00'
"""Stands for 'is due at no time': after every moment, and written so that both engines understand it."""

FINISHED = "(CASE WHEN status = 'done' THEN 1 ELSE 0 END)"
URGENT = "(CASE WHEN answered_at IS NOT NULL OR status = 'reopened' THEN 0 ELSE 1 END)"
DUE = f"(COALESCE(CASE WHEN first_response_at IS NULL THEN respond_due_at END, solve_due_at, '{NEVER}'))"
IMPACT = "(CASE impact WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)"

RULE = (URGENT, DUE, IMPACT, 'status_since', 'id')


class SqlIndex(Index):
    """An index over expressions of SQL, which Tortoise's own can neither check nor write into a migration.

    :param where: which rows it holds; all of them if it says nothing
    """

    name: str

    def __init__(self, *columns: str, name: str, where: str = '') -> None:
        super().__init__(*(RawSQL(column) for column in columns), name=name)
        self.columns, self.where = columns, where
        self.extra = f' WHERE {where}' if where else ''

    @property
    def field_names(self) -> list[str]:
        return list(self.columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        partly = {'where': self.where} if self.where else {}
        return f'{SqlIndex.__module__}.{SqlIndex.__name__}', list(self.columns), {'name': self.name, **partly}

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, SqlIndex) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[tuple[str, ...], str, str]:
        return self.columns, self.name, self.where
