"""What every test gets: an environment of its own, and on demand a fresh database of either kind.

`database` runs a test twice, on SQLite and on PostgreSQL; `sqlite` and `postgres` once, on that one alone.
`database_url` (and `sqlite_url`, `postgres_url`) give the address of a migrated, empty database without opening it.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from services import brand, bus, jointly
from services.database import close_database, open_database
from services.mail import texts
from services.migrations import migrate
from services.settings import put_in_force, settings
from tests.postgres import execute, postgres_server, sibling

_numbers = count(1)


@pytest.fixture(autouse=True)
def own_environment(tmp_path, monkeypatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and what one test set does not reach the next."""
    for name in [name for name in os.environ if name.startswith('PORTAL_')]:
        monkeypatch.delenv(name)
    monkeypatch.setenv('PORTAL_DATA_DIR', str(tmp_path / 'data'))
    put_in_force({})
    settings.cache_clear()
    yield
    put_in_force({})
    settings.cache_clear()
    brand.forget()
    texts.forget()
    bus.clear()
    jointly.clear()


@pytest.fixture(scope='session')
def postgres_dsn() -> Iterator[str]:
    """A PostgreSQL server on which databases may be made."""
    with postgres_server() as dsn:
        yield dsn


@pytest.fixture(scope='session')
def templates(tmp_path_factory) -> dict[str, str]:
    """Migrated and empty databases, by engine, of which the tests get copies; filled by whoever comes first."""
    return {}


@pytest.fixture
async def sqlite_url(templates, tmp_path, tmp_path_factory) -> str:
    """An empty database in a file of its own."""
    if 'sqlite' not in templates:
        master = tmp_path_factory.mktemp('sqlite') / 'master.sqlite3'
        await migrate(f'sqlite://{master}')
        templates['sqlite'] = str(master)
    mine = tmp_path / 'portal.sqlite3'
    shutil.copy(templates['sqlite'], mine)
    return f'sqlite://{mine}'


@pytest.fixture
async def postgres_url(templates, postgres_dsn) -> AsyncIterator[str]:
    """An empty database on the PostgreSQL server."""
    if 'postgres' not in templates:
        master = f'portal_master_{os.getpid()}'
        execute(postgres_dsn, f'CREATE DATABASE {master}')
        await migrate(sibling(postgres_dsn, master))
        templates['postgres'] = master
    name = f'portal_{os.getpid()}_{next(_numbers)}'
    master = templates['postgres']
    execute(postgres_dsn, f'CREATE DATABASE {name} TEMPLATE {master} STRATEGY file_copy')  # half of the usual time
    yield sibling(postgres_dsn, name)
    execute(postgres_dsn, f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture(params=['sqlite', 'postgres'])
def database_url(request) -> str:
    """An empty database, once of each kind."""
    return str(request.getfixturevalue(f'{request.param}_url'))


@pytest.fixture
async def database(database_url) -> AsyncIterator[str]:
    """An open database, once of each kind; gives its address."""
    async with _opened(database_url) as url:
        yield url


@pytest.fixture
async def sqlite(sqlite_url) -> AsyncIterator[str]:
    """An open SQLite database; gives its address."""
    async with _opened(sqlite_url) as url:
        yield url


@pytest.fixture
async def postgres(postgres_url) -> AsyncIterator[str]:
    """An open PostgreSQL database; gives its address."""
    async with _opened(postgres_url) as url:
        yield url


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[str]:
    await open_database(url)
    try:
        yield url
    finally:
        await close_database()
