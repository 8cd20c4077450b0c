"""PostgreSQL for the portal: a cancelled task gives its connection back, and waiting has an end.

Tortoise's own client loses a connection of its pool for ever when a task is cancelled while its transaction opens.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg import client as stock
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.connection import ConnectionToken, get_connections
from tortoise.exceptions import DBConnectionError, TransactionManagementError

from models.engines.faults import NOT_YOURS, OVER, DatabaseBusy, DatabaseFull, DatabaseGone
from models.engines.timing import timed
from models.engines.to_the_end import to_the_end

PATIENCE = 30.0  # seconds that a task waits for a free connection, and a statement for a lock
SERVER_SETTINGS = {
    'application_name': 'portal',
    'jit': 'off',  # our queries are short; compiling them costs more than it saves
    'lock_timeout': f'{PATIENCE:.0f}s',
    'idle_in_transaction_session_timeout': '60s',  # a process that stands still must not block the others
}

_DEAD = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What the pool says of a connection that it wants to make ready for the next one, and throws away instead."""
_NO_MORE = ('closed', 'closing', 'released back to the pool')
"""How asyncpg speaks of a connection, a pool or a transport that is gone; a dead connection is taken from its user."""

log = logging.getLogger(__name__)


class AsyncpgClient(stock.AsyncpgDBClient):
    """The client outside transactions, with a pool of connections."""

    def __init__(self, **kwargs: Any) -> None:
        settings = SERVER_SETTINGS | (kwargs.pop('server_settings', None) or {})
        super().__init__(**{'minsize': 1, 'maxsize': 10, 'timeout': 10, **kwargs, 'server_settings': settings})

    async def create_connection(self, with_db: bool) -> None:
        """Open the pool. Raises DatabaseGone, which says where and why, when the server does not let us in."""
        try:
            await super().create_connection(with_db)
        except (OSError, asyncpg.PostgresError, DBConnectionError) as error:
            server = self.host or self.extra.get('host') or 'localhost'
            why = str(error) or 'it does not answer'
            raise DatabaseGone(f'no connection to PostgreSQL at {server}:{self.port}: {why}') from error

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(AsyncpgTransaction(self))

    def acquire_connection(self) -> PoolConnectionWrapper[Any]:
        return _FromPool(self, self._pool_init_lock)

    async def take(self) -> Any:
        """One connection of the pool; put it back with give_back(). Raises DatabaseBusy, DatabaseGone."""
        await PoolConnectionWrapper(self, self._pool_init_lock).ensure_connection()
        try:
            return await self._pool.acquire(timeout=PATIENCE)  # type: ignore[union-attr]
        except TimeoutError as error:
            raise DatabaseBusy(f'no free connection within {PATIENCE:.0f} seconds') from error

    async def give_back(self, connection: Any) -> None:
        """Put a connection of take() back. That it has died since its last statement is no failure of that one."""
        if self._pool:
            try:
                await to_the_end(self._pool.release(connection))
            except _DEAD as error:
                log.info('a connection to PostgreSQL was lost while nobody used it: %s', error)

    async def connect_alone(self) -> Any:
        """A connection of its own, outside of the pool; the caller closes it."""
        known = {'host': self.host, 'port': self.port, 'user': self.user, 'database': self.database}
        extra = {name: self.extra[name] for name in ('ssl', 'timeout') if name in self.extra}
        return await self._do('CONNECT', lambda: asyncpg.connect(**known, **extra, password=self.password))

    async def _do(self, statement: str, work: Callable[[], Awaitable[Any]]) -> Any:
        return await self._translate_exceptions(lambda *_: work(), statement)

    async def _translate_exceptions(self, func: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        try:
            with timed(str(args[0]) if args else ''):
                return await super()._translate_exceptions(func, *args, **kwargs)
        except (
            asyncpg.DeadlockDetectedError,
            asyncpg.SerializationError,
            asyncpg.LockNotAvailableError,
            asyncpg.TooManyConnectionsError,
        ) as error:
            raise DatabaseBusy(error) from error
        except (asyncpg.DiskFullError, asyncpg.OutOfMemoryError) as error:
            raise DatabaseFull(error) from error
        except (
            asyncpg.PostgresConnectionError,
            asyncpg.CannotConnectNowError,
            asyncpg.AdminShutdownError,
            asyncpg.CrashShutdownError,
            OSError,
        ) as error:
            raise DatabaseGone(error) from error
        except asyncpg.InterfaceError as error:
            if any(word in str(error) for word in _NO_MORE):
                raise DatabaseGone(error) from error
            raise


class AsyncpgTransaction(AsyncpgClient, TransactionalDBClient):
    """The client inside a transaction. After the end it refuses; tasks started inside may read but not write."""

    _parent: AsyncpgClient
    _owner: asyncio.Task[Any] | None

    def __init__(self, parent: AsyncpgClient) -> None:
        self.connection_name = parent.connection_name
        self.fetch_inserted = getattr(parent, 'fetch_inserted', True)
        self.log = parent.log
        self.transaction: Any = None
        self.begun = False
        self.committed = False
        self._parent = parent
        self._connection = parent._connection
        self._lock = asyncio.Lock()
        self._finalized = False
        self._owner = parent._owner if isinstance(parent, AsyncpgTransaction) else asyncio.current_task()

    def is_over(self) -> bool:
        return self._finalized or (isinstance(self._parent, AsyncpgTransaction) and self._parent.is_over())

    def acquire_connection(self) -> ConnectionWrapper[Any]:  # type: ignore[override]
        if self.is_over():
            raise TransactionManagementError(OVER)
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(AsyncpgTransaction(self))

    def _own(self) -> None:
        if asyncio.current_task() is not self._owner:
            raise TransactionManagementError(NOT_YOURS)

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        self._own()
        return await super().execute_insert(query, values)

    async def execute_many(self, query: str, values: list[Any]) -> None:
        self._own()
        await self._translate_exceptions(_execute_many, query, values)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[Any]]:
        if not _reads(query):
            self._own()
        result: tuple[int, list[Any]] = await super().execute_query(query, values)
        return result

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        if not _reads(query):
            self._own()
        rows: list[dict[str, Any]] = await super().execute_query_dict(query, values)
        return rows

    async def begin(self, statement: str = 'BEGIN') -> None:
        await self._do(statement, self._start)
        self.begun = True

    async def _start(self) -> None:
        self.transaction = self._connection.transaction()  # type: ignore[union-attr]
        await self.transaction.start()

    async def commit(self) -> None:
        await self._do('COMMIT', self.transaction.commit)
        self.committed = True
        self._finalized = True

    async def rollback(self) -> None:
        try:
            await self._do('ROLLBACK', self.transaction.rollback)
        finally:
            self._finalized = True

    async def savepoint(self) -> None:
        await self.begin('SAVEPOINT')

    async def release_savepoint(self) -> None:
        await self._do('RELEASE', self.transaction.commit)
        self._finalized = True

    async def savepoint_rollback(self) -> None:
        await self.rollback()


class _FromPool(PoolConnectionWrapper[Any]):
    """A connection for one statement."""

    client: AsyncpgClient

    async def __aenter__(self) -> Any:
        self.connection = await self.client.take()
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        await self.client.give_back(self.connection)


class _Transaction(TransactionContext):
    """Opens and ends one transaction so that a cancelled task leaves nothing behind."""

    client: AsyncpgTransaction
    __slots__ = ('_token', 'client')

    def __init__(self, client: AsyncpgTransaction) -> None:
        self.client = client
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> TransactionalDBClient:
        client, parent = self.client, self.client._parent
        client._connection = await parent._do('CONNECT', parent.take)
        try:
            await to_the_end(client.begin())  # it waits for nobody, and half a BEGIN would be hard to take back
        except BaseException:
            try:
                if client.begun:
                    await to_the_end(client.rollback())
            finally:
                await parent.give_back(client._connection)
            raise
        self._token = get_connections().set(client.connection_name, client)
        return client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        client = self.client
        try:
            await to_the_end(client.rollback() if exc_type else client.commit())
        finally:
            client._finalized = True
            get_connections().reset(self._token)
            await client._parent.give_back(client._connection)


async def _execute_many(client: AsyncpgTransaction, query: str, values: list[Any]) -> None:
    async with client.acquire_connection() as connection:
        await connection.executemany(query, values)


def _reads(query: str) -> bool:
    return query.lstrip()[:6].upper() == 'SELECT'


client_class = AsyncpgClient
