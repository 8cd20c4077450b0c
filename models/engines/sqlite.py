"""SQLite for the portal: one connection writes, two read, and no cancelled task leaves a transaction open.

Tortoise's own client has one connection for everybody, so that reading waits for writing, begins transactions in a way
that fails when two processes write, and hangs for ever when a task is cancelled while its transaction opens.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NoReturn, TypeVar

from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite import client as stock
from tortoise.connection import ConnectionToken, get_connections
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from models.engines.faults import NOT_YOURS, OVER, DatabaseBusy, DatabaseFull, DatabaseGone
from models.engines.lane_sqlite import Lane, OneFile
from models.engines.library_sqlite import sqlite3
from models.engines.to_the_end import to_the_end

T = TypeVar('T')
Rows = list[Any]

READERS = 2
PATIENCE = 30.0  # seconds that a task waits for its turn to write before it is told that the database is busy
LEAST = 8  # who has waited for a turn already waits less for another process, but this part of the time in any case
BUSY_TIMEOUT = 8000  # milliseconds
PRAGMAS: dict[str, str | int] = {
    'busy_timeout': BUSY_TIMEOUT,  # first, because the next line may have to wait for another process
    'journal_mode': 'WAL',
    'synchronous': 'FULL',  # a ticket that was confirmed survives a power cut
    'foreign_keys': 'ON',
    'journal_size_limit': 64 * 1024 * 1024,
    'cache_size': -64 * 1024,  # kibibytes
}

_BEGIN = 'BEGIN IMMEDIATE'
_savepoints = count()
_READS = re.compile(r'\s*(SELECT|VALUES|WITH(?!.*\b(INSERT|UPDATE|DELETE|REPLACE)\b))\b', re.IGNORECASE | re.DOTALL)


class SqliteClient(stock.SqliteClient):
    """The client outside transactions: reads go to the readers, each write is a transaction of its own."""

    def __init__(
        self, file_path: str, *, foreign_keys: bool = True, busy_timeout: int = BUSY_TIMEOUT, **kwargs: Any
    ) -> None:
        super().__init__(file_path, **kwargs)
        self.pragmas = PRAGMAS | {'busy_timeout': busy_timeout, 'foreign_keys': 'ON' if foreign_keys else 'OFF'}
        self._busy_timeout = busy_timeout
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._writer: Lane | None = None
        self._readers: Lane | None = None
        self._file: OneFile | None = None
        self._closed = False

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 (a file is its database)
        async with self._opening:
            if self._closed:
                raise DatabaseGone('the database is closed')
            if self._writer is None:
                with _faults():
                    await self._open()
                await self._post_connect()

    async def _open(self) -> None:
        writer = Lane(self.filename, self.pragmas, 1, 'sqlite-writer')
        readers = Lane(self.filename, self.pragmas | {'query_only': 'ON'}, READERS, 'sqlite-reader')
        try:
            await writer.open()
            if not self.is_in_memory:
                await readers.open()
                self._file = OneFile(self.filename)
                self._readers = readers
            self._writer = writer
        except BaseException:
            await to_the_end(readers.close())
            await to_the_end(writer.close())
            raise

    @property
    def is_in_memory(self) -> bool:
        return self.filename == ':memory:'

    async def close(self) -> None:
        self._closed = True  # a late job must not open it again behind everybody's back
        writer, readers, self._writer, self._readers = self._writer, self._readers, None, None
        if readers is not None:
            await to_the_end(readers.close(break_off=True))
        if writer is not None:  # after the readers: the last to close tidies the write-ahead log away
            await to_the_end(writer.close())

    async def writer(self) -> Lane:
        """The one connection that writes. Raises DatabaseGone when its file is no longer the file of that name."""
        if self._writer is None:
            await self.create_connection(with_db=True)
        assert self._writer is not None
        if self._file is not None and not self._file.unchanged():
            raise DatabaseGone(f'{self.filename} was removed or replaced while the portal was using it')
        return self._writer

    async def take_turn(self) -> int:
        """Wait until this task alone may write; give_turn() afterwards.

        Gives the milliseconds that are left to wait for another process: while one holds the file, those in the queue
        must not wait for it one after another.
        """
        begun = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turn.acquire()
        except TimeoutError as error:
            raise DatabaseBusy(f'no turn to write within {PATIENCE:.0f} seconds') from error
        left = self._busy_timeout - int((time.monotonic() - begun) * 1000)
        return max(left, self._busy_timeout // LEAST)

    def give_turn(self) -> None:
        self._turn.release()

    async def _write(self, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        left = await self.take_turn()
        try:
            with _faults():
                return await (await self.writer()).run(query, _within(left, work))
        finally:
            self.give_turn()

    async def _perform(self, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        if not _READS.match(query):
            return await self._write(query, work)
        await self.writer()  # opens the file, or says that it is gone
        if self._readers is None:
            return await self._write(query, work)
        with _faults():
            return await self._readers.run(query, work)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(SqliteTransaction(self))

    def acquire_connection(self) -> NoReturn:
        raise NotImplementedError('statements go through the client: its connections belong to their threads')

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        return await self._write(query, lambda connection: int(connection.execute(query, values).lastrowid or 0))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self._write(query, lambda connection: _all_or_nothing(connection, query, values))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        return await self._perform(query, lambda connection: _answer(connection, query, values))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_script(self, query: str) -> None:
        await self._write(query, lambda connection: _script(connection, query))


class SqliteTransaction(SqliteClient, TransactionalDBClient):
    """The client inside a transaction. After the end it refuses; tasks started inside may read but not write."""

    _parent: SqliteClient
    _owner: asyncio.Task[Any] | None

    def __init__(self, parent: SqliteClient) -> None:
        self.capabilities = parent.capabilities
        self.connection_name = parent.connection_name
        self.filename = parent.filename
        self.fetch_inserted = parent.fetch_inserted
        self.log = parent.log
        self.committed = False
        self._parent = parent
        self._savepoint = ''
        self._finalized = False
        self._owner = parent._owner if isinstance(parent, SqliteTransaction) else asyncio.current_task()

    async def writer(self) -> Lane:
        if self._finalized:
            raise TransactionManagementError(OVER)
        return await self._parent.writer()

    async def _write(self, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        if asyncio.current_task() is not self._owner:
            raise TransactionManagementError(NOT_YOURS)
        return await self._run(query, work)

    async def _perform(self, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        # Reads see what this transaction has written, also those of the tasks in which Tortoise prefetches.
        return await (self._run if _READS.match(query) else self._write)(query, work)

    async def _run(self, query: str, work: Callable[[sqlite3.Connection], T]) -> T:
        with _faults():
            return await (await self.writer()).run(query, work)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(SqliteTransaction(self))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self._write(query, lambda connection: connection.executemany(query, values).close())

    async def create_connection(self, with_db: bool) -> None:
        await self._parent.create_connection(with_db)

    async def close(self) -> None:
        await self._parent.close()

    async def begin(self, left: int = BUSY_TIMEOUT) -> None:
        """:param left: what take_turn() gave"""
        await self._run(_BEGIN, _within(left, _statement(_BEGIN)))

    async def commit(self) -> None:
        await self._run('COMMIT', _commit)
        self.committed = True
        self._finalized = True

    async def rollback(self) -> None:
        try:
            await self._run('ROLLBACK', _rollback)
        finally:
            self._finalized = True

    async def savepoint(self) -> None:
        self._savepoint = f'savepoint_{next(_savepoints)}'
        await self._say(f'SAVEPOINT {self._savepoint}')

    async def savepoint_rollback(self) -> None:
        await self._say(f'ROLLBACK TO {self._savepoint}')
        await self.release_savepoint()

    async def release_savepoint(self) -> None:
        await self._say(f'RELEASE {self._savepoint}')

    async def _say(self, statement: str) -> None:
        await self._run(statement, _statement(statement))


class _Transaction(TransactionContext):
    """Opens and ends one transaction so that a cancelled task leaves nothing behind."""

    client: SqliteTransaction
    __slots__ = ('_token', 'client')

    def __init__(self, client: SqliteTransaction) -> None:
        self.client = client
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> TransactionalDBClient:
        parent = self.client._parent
        left = await parent.take_turn()
        try:
            await self.client.begin(left)
        except BaseException:
            if parent._writer is not None:
                parent._writer.submit(_rollback)  # stands behind a BEGIN that may still be on its way
            parent.give_turn()
            raise
        self._token = get_connections().set(self.client.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            await to_the_end(self.client.rollback() if exc_type else self.client.commit())
        finally:
            self.client._finalized = True
            get_connections().reset(self._token)
            self.client._parent.give_turn()


@contextmanager
def _faults() -> Iterator[None]:
    """Say SQLite's errors in Tortoise's words and ours."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error
    except sqlite3.Error as error:
        said = str(error)
        if 'is locked' in said or 'is busy' in said:
            raise DatabaseBusy(error) from error
        if 'is full' in said or 'readonly' in said:
            raise DatabaseFull(error) from error
        if 'unable to open' in said or 'disk I/O error' in said:
            raise DatabaseGone(error) from error
        raise OperationalError(error) from error


def _answer(connection: sqlite3.Connection, query: str, values: list[Any] | None) -> tuple[int, Rows]:
    cursor = connection.execute(query.replace('\x00', "'||CHAR(0)||'"), values or ())
    rows = cursor.fetchall()
    return (cursor.rowcount if cursor.rowcount > 0 else len(rows)), rows


def _all_or_nothing(connection: sqlite3.Connection, query: str, values: list[list[Any]]) -> None:
    connection.execute('BEGIN IMMEDIATE')
    try:
        connection.executemany(query, values)
        connection.commit()
    except BaseException:
        _rollback(connection)
        raise


def _script(connection: sqlite3.Connection, script: str) -> None:
    """Run statement by statement: sqlite3's own executescript would commit the transaction around it."""
    statement = ''
    for piece in re.split(r'(?<=;)', script):
        statement += piece
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ''
    if statement.strip():
        connection.execute(statement)


def _within(milliseconds: int, work: Callable[[sqlite3.Connection], T]) -> Callable[[sqlite3.Connection], T]:
    """The work, which waits no longer than that for another process."""

    def patient(connection: sqlite3.Connection) -> T:
        connection.execute(f'PRAGMA busy_timeout={milliseconds}').close()
        return work(connection)

    return patient


def _statement(sql: str) -> Callable[[sqlite3.Connection], None]:
    return lambda connection: connection.execute(sql).close()


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute('COMMIT').close()
    except BaseException:
        _rollback(connection)
        raise


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.rollback()


client_class = SqliteClient
