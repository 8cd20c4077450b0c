"""The engines when something breaks: full disks, lost connections, killed processes, several that write at once."""

import asyncio
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from models import Attempt
from models.engines.asyncpg import AsyncpgTransaction
from models.engines.faults import DatabaseBusy, DatabaseGone
from models.engines.library_sqlite import sqlite3
from models.engines.sqlite import SqliteClient
from services import database as portal_database
from services import health
from services.database import connection
from services.errors import Unavailable
from services.transaction import transaction
from tests.postgres import execute

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_DROP = (
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity '
    'WHERE datname = current_database() AND pid <> pg_backend_pid()'
)


async def _attempt(bucket: str) -> None:
    await Attempt.create(bucket=bucket, at=NOW)


async def test_a_full_disk_is_told_reading_goes_on_and_space_is_used_when_it_is_back(sqlite):
    await _attempt('before')
    pages = (await connection().execute_query('PRAGMA page_count'))[1][0][0]
    await connection().execute_query(f'PRAGMA max_page_count={pages}')
    with pytest.raises(Unavailable):
        async with transaction():
            for number in range(200):
                await _attempt(f'{number}' * 50)
    assert await Attempt.all().count() == 1
    await connection().execute_query('PRAGMA max_page_count=1000000')
    await _attempt('after')
    assert await Attempt.all().count() == 2


async def test_connections_that_the_server_drops_are_made_anew(postgres):
    async with transaction():
        await _attempt('before')
    await _drop_connections(postgres)
    refused = 0
    while await Attempt.all().count() < 2:
        try:
            async with asyncio.timeout(5), transaction():
                await _attempt('after')
        except Unavailable:
            refused += 1
    assert refused <= 10  # at most once for each connection of the pool


async def test_a_transaction_whose_connection_is_dropped_is_refused_and_leaves_nothing(postgres):
    with pytest.raises(Unavailable):
        async with transaction():
            await _attempt('lost')
            await _drop_connections(postgres)
            await _attempt('lost, too')
    async with asyncio.timeout(5):
        assert await Attempt.all().count() == 0


async def test_a_connection_that_dies_after_its_work_was_done_is_no_failure_of_the_work(postgres):
    client = connection()
    taken = await client.take()
    await taken.fetchval('SELECT 1')
    execute(postgres, _DROP)  # the event loop stands still meanwhile: nobody has noticed it
    await client.give_back(taken)
    async with asyncio.timeout(5):
        await _attempt('after')


async def test_a_transaction_that_begins_on_a_connection_which_has_just_died_is_refused(postgres):
    client = connection()
    one = AsyncpgTransaction(client)
    one._connection = await client.take()
    await _drop_connections(postgres)
    with pytest.raises(DatabaseGone):
        await one.begin()
    await client.give_back(one._connection)
    async with asyncio.timeout(5):
        await _attempt('after')


async def _drop_connections(url: str) -> None:
    other = await asyncpg.connect(url)
    try:
        await other.execute(_DROP)
    finally:
        await other.close()


async def test_a_closed_database_stays_closed_for_a_late_task(database_url):
    await portal_database.open_database(database_url)
    client = connection()
    await portal_database.close_database()
    with pytest.raises((*portal_database.FAULTS, RuntimeError)):
        await Attempt.create(bucket='late', at=NOW)
    if portal_database.engine_of(database_url) == 'sqlite':
        with pytest.raises(portal_database.FAULTS):
            await client.execute_query('SELECT 1')


_KILLED = """
import asyncio, os, sys
sys.path.insert(0, sys.argv[1])
from models import Attempt
from services.database import open_database
from services.numbering import next_number
from services.transaction import transaction
from datetime import UTC, datetime

async def one():
    async with transaction():
        number = await next_number('acknowledged')
        for half in range(2):
            await Attempt.create(bucket=str(number), at=datetime.now(UTC))
    os.write(1, f'{number}\\n'.encode())

async def main():
    await open_database(sys.argv[2])
    while True:
        await asyncio.gather(*(one() for _ in range(5)))

asyncio.run(main())
"""


async def test_killed_in_mid_write_no_acknowledged_write_is_lost_and_none_is_half_there(database_url):
    chance = random.Random(11)  # noqa: S311 (not a secret)
    acknowledged: list[str] = []
    for _ in range(4):
        process = await _python(_KILLED, database_url)
        acknowledged.append((await process.stdout.readline()).decode().strip())
        await asyncio.sleep(chance.random() / 5)
        process.kill()
        acknowledged += (await process.communicate())[0].decode().split()
    await portal_database.open_database(database_url)
    try:
        buckets = Counter(await Attempt.all().values_list('bucket', flat=True))
        assert set(acknowledged) <= set(buckets)
        assert set(buckets.values()) == {2}
        assert sorted(int(name) for name in buckets) == list(range(1, len(buckets) + 1))
        assert await health.check() == []
    finally:
        await portal_database.close_database()


_WRITER = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from models import Counter
from services.database import close_database, open_database
from services.numbering import next_number
from services.transaction import transaction

async def one():
    async with transaction():
        await Counter.get_or_none(name='shared')  # read, then write: what a deferred BEGIN fails at
        await next_number('shared')

async def main():
    await open_database(sys.argv[2])
    try:
        for _ in range(20):
            await asyncio.gather(*(one() for _ in range(5)))
    finally:
        await close_database()

asyncio.run(main())
"""


async def test_those_in_the_queue_do_not_wait_for_another_process_one_after_another(sqlite_url):
    patience = 2000  # milliseconds: each in turn would make 20 seconds
    stranger = sqlite3.connect(portal_database.sqlite_path(sqlite_url), isolation_level=None)
    client = SqliteClient(str(portal_database.sqlite_path(sqlite_url)), busy_timeout=patience, connection_name='queue')
    stranger.execute('BEGIN IMMEDIATE')
    try:
        async with asyncio.timeout(15):
            told = await asyncio.gather(
                *(client.execute_query('DELETE FROM attempt') for _ in range(10)), return_exceptions=True
            )
        assert {type(one) for one in told} == {DatabaseBusy}
        stranger.execute('ROLLBACK')
        await client.execute_query('DELETE FROM attempt')
    finally:
        stranger.close()
        await client.close()


async def test_three_processes_write_at_once_and_none_is_told_that_the_database_is_locked(database_url):
    writers = [await _python(_WRITER, database_url) for _ in range(3)]
    for writer in writers:
        _, said = await writer.communicate()
        assert writer.returncode == 0, said.decode()
    await portal_database.open_database(database_url)
    try:
        rows = await connection().execute_query_dict("SELECT value FROM counter WHERE name = 'shared'")
        assert rows == [{'value': 300}]
    finally:
        await portal_database.close_database()


async def test_a_process_that_forgets_to_close_ends_all_the_same(sqlite_url):
    forgetful = _WRITER.replace('await close_database()', 'pass')
    process = await _python(forgetful, sqlite_url)
    async with asyncio.timeout(30):
        await process.communicate()
    assert process.returncode == 0


async def _python(program: str, url: str) -> asyncio.subprocess.Process:
    root = Path(__file__).parents[2]
    return await asyncio.create_subprocess_exec(
        sys.executable, '-c', program, str(root), url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
