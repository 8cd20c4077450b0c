"""Queries written by hand for both engines: numbered values, lists of ids, moments as each engine stores them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from json import dumps
from typing import Any, TypeVar

from tortoise.models import Model

from models.instant import utc
from models.order import SqlIndex
from services.database import connection, engine

Row = Mapping[str, Any]
M = TypeVar('M', bound=Model)


class Asking:
    """A query in the making: it hands out a placeholder for each value and remembers the values in their order."""

    def __init__(self) -> None:
        self._postgres = engine() == 'postgres'
        self.values: list[Any] = []

    def value(self, value: Any) -> str:
        """The placeholder of a value."""
        if isinstance(value, datetime):
            value = utc(value) if self._postgres else utc(value).isoformat(' ')
        return self._placed(value)

    def row(self, values: Iterable[Any]) -> str:
        """Several values in brackets, to compare with several columns."""
        return f'({", ".join(self.value(value) for value in values)})'

    def among(self, column: str, ids: Iterable[int]) -> str:
        """The condition that a column is one of these ids, however many they are."""
        if self._postgres:
            return f'{column} = ANY({self.value(list(ids))}::int[])'
        return f'{column} IN (SELECT value FROM json_each({self.value(dumps(list(ids)))}))'

    def seconds(self, column: str) -> str:
        """A column of moments as whole seconds since 1970."""
        return f'floor(extract(epoch FROM {column}))::bigint' if self._postgres else f'unixepoch({column})'

    def spans(self, spans: Iterable[tuple[datetime, datetime]]) -> str:
        """A table `span` of numbered spans of time, to be joined; SQLite walks it first."""
        found = list(spans)
        if self._postgres:
            since, until = (self._placed([utc(pair[side]) for pair in found]) for side in (0, 1))
            return (
                f'unnest({since}::timestamptz[], {until}::timestamptz[]) WITH ORDINALITY AS span(since, until, place)'
            )
        written = dumps([[utc(since).isoformat(' '), utc(until).isoformat(' ')] for since, until in found])
        each = 'SELECT value->>0 AS since, value->>1 AS until, key + 1 AS place'
        return f'({each} FROM json_each({self._placed(written)})) AS span'

    def moments(self, moments: Iterable[datetime]) -> str:
        """Several moments as PostgreSQL's array."""
        return f'{self._placed([utc(moment) for moment in moments])}::timestamptz[]'

    def _placed(self, value: Any) -> str:
        self.values.append(value)
        return f'${len(self.values)}' if self._postgres else f'?{len(self.values)}'

    def unindexed(self, column: str) -> str:
        """The column, such that SQLite, which does not know how many rows have a value, looks for it by no index."""
        return column if self._postgres else f'+{column}'

    def by(self, index: SqlIndex) -> str:
        """Says which index SQLite is to walk, which does not know how many rows a span of time has."""
        return '' if self._postgres else f'INDEXED BY {index.name}'

    async def rows(self, query: str) -> list[Row]:
        """The answer to the finished query."""
        return [*await connection().execute_query_dict(query, self.values)]


@cache
def columns(model: type[Model], table: str) -> str:
    """All columns of a model, to be selected from a table of that name; for `made`."""
    return ', '.join(f'{table}.{column} AS {table}_{column}' for column in model._meta.db_fields)


def made(model: type[M], table: str, row: Row) -> M:
    """The model of a row that has its columns, as Tortoise would have made it."""
    return model._init_from_db(**{column: row[f'{table}_{column}'] for column in model._meta.db_fields})


class Inline(Asking):
    """The same with each value written into the query, for a condition that takes none along."""

    def _placed(self, value: Any) -> str:
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list):
            value = f'{{{",".join(map(str, value))}}}'
        return "'" + str(value).replace("'", "''") + "'"


def moment(stored: Any) -> datetime | None:
    """A moment as a query by hand gives it: aware, in UTC."""
    if stored is None or isinstance(stored, datetime):
        return stored
    return datetime.fromisoformat(stored).astimezone(UTC)


def known(stored: Any) -> datetime:
    """A moment that is always there."""
    found = moment(stored)
    assert found is not None
    return found
