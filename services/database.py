"""Where the portal's data is, and how it is opened: SQLite in a file or PostgreSQL, by one URL."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError
from tortoise.models import Model

import models
from models.engines.faults import DatabaseBusy, DatabaseFull, DatabaseGone
from models.engines.sqlite import SqliteClient

log = logging.getLogger(__name__)

Engine = Literal['sqlite', 'postgres']

NAME = 'default'  # Tortoise's name of our one connection
FAULTS = (DatabaseBusy, DatabaseFull, DatabaseGone)
"""What may be raised by any query when the database itself is the trouble, not the question."""

_ENGINES = {'sqlite': 'models.engines.sqlite'} | dict.fromkeys(
    ('postgres', 'postgresql', 'asyncpg'), 'models.engines.asyncpg'
)
_open: TortoiseContext | None = None

for _model in vars(models).values():
    if isinstance(_model, type) and issubclass(_model, Model):
        # Tortoise puts docstrings into the schema: rewording one would be a migration, a semicolon would break it.
        _model._meta.table_description = ''


def tortoise_config(url: str, **credentials: Any) -> dict[str, Any]:
    """Tortoise's configuration for a URL.

    `sqlite://PATH` (three slashes begin an absolute path), `postgres://USER:PASSWORD@HOST:PORT/NAME`, or, for a server
    behind a socket, `postgres://USER@/NAME?host=/folder/of/the/socket`; `?sslmode=require` and the like work.
    Raises ValueError for any other URL.
    """
    scheme = url.partition(':')[0]
    if scheme not in _ENGINES:
        raise ValueError(f'a database URL begins with sqlite:// or postgres://, not with {scheme}:')
    try:
        connection = expand_db_url(url)
    except ConfigurationError as error:
        raise ValueError(f'the database URL does not work: {error}') from error
    connection['engine'] = _ENGINES[scheme]
    if 'sslmode' in connection['credentials']:
        connection['credentials']['ssl'] = connection['credentials'].pop('sslmode')
    connection['credentials'] |= credentials
    return {
        'connections': {NAME: connection},
        'apps': {'models': {'models': ['models'], 'default_connection': NAME, 'migrations': 'models.migrations'}},
        'use_tz': True,
        'timezone': 'UTC',
    }


CONFIG = tortoise_config('sqlite://:memory:')
"""For `tortoise makemigrations`, which compares models with migration files and opens no database."""


def engine_of(url: str) -> Engine:
    return 'sqlite' if url.startswith('sqlite:') else 'postgres'


def sqlite_path(url: str) -> Path | None:
    """The database file a SQLite URL names; None for PostgreSQL and for a database in memory."""
    if engine_of(url) != 'sqlite':
        return None
    path: str = tortoise_config(url)['connections'][NAME]['credentials']['file_path']
    return None if path == ':memory:' else Path(path)


def make_file(url: str) -> None:
    """Make a SQLite file that is not there yet, for our eyes only: it holds what customers wrote.

    Raises DatabaseGone when there is no place for one.
    """
    path = sqlite_path(url)
    if path is None or path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise DatabaseGone(f'no database can be made at {path}: {error.strerror}') from error
    log.info('a new database is made at %s', path)


async def open_database(url: str) -> None:
    """Open the database for this process, for every task of it.

    The schema has to be there (services.migrations.migrate). A missing SQLite file is created, but only here: once
    open, a file that goes away is an error and never becomes a new empty one. Raises DatabaseGone or RuntimeError.
    """
    global _open  # noqa: PLW0603 (one process, one database)
    if _open is not None:
        raise RuntimeError('the database is open already')
    make_file(url)
    context = await new_context(tortoise_config(url), for_all_tasks=True)
    try:
        client = context.db()
        await client.create_connection(with_db=True)
        await check_letters(client)
    except BaseException:
        await context.close_connections()
        raise
    _open = context


async def close_database() -> None:
    """Close what open_database() opened; nothing when nothing is open."""
    global _open
    context, _open = _open, None
    if context is not None:
        await context.close_connections()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database is open within the block. Raises what open_database() raises."""
    await open_database(url)
    try:
        yield
    finally:
        await close_database()


async def ping() -> None:
    """Ask the database anything. Raises one of FAULTS when it does not answer, or is not the file it was."""
    async with asyncio.timeout(5):
        await get_connection(NAME).execute_query('SELECT 1')


def connection() -> BaseDBAsyncClient:
    """The client that belongs to the current task: its transaction if it is in one."""
    return get_connection(NAME)


def in_transaction() -> bool:
    """Whether what is read now may not have been committed yet."""
    return isinstance(connection(), TransactionalDBClient)


def engine() -> Engine:
    """Which engine is open."""
    return 'sqlite' if isinstance(connection(), SqliteClient) else 'postgres'


async def new_context(config: dict[str, Any], *, for_all_tasks: bool = False) -> TortoiseContext:
    """Tortoise's state for one database."""
    EXECUTOR_CACHE.clear()  # it remembers SQL by the connection's name and would hand one engine's to the other
    context = TortoiseContext()
    with context:  # only while models are bound to it: this task must not keep what others do not have
        await context.init(config=config, _enable_global_fallback=for_all_tasks)
    return context


async def check_letters(client: BaseDBAsyncClient) -> None:
    """Refuse a PostgreSQL database that does not know Cyrillic letters: searching would go wrong silently."""
    if isinstance(client, SqliteClient):
        return
    rows = await client.execute_query_dict("SELECT lower('Ё') = 'ё' AS fine")
    if not rows[0]['fine']:
        raise RuntimeError(
            'the PostgreSQL database cannot lower Cyrillic letters: create it with '
            "CREATE DATABASE ... ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
        )
