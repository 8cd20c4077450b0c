"""The engines: what Tortoise's own clients get wrong under cancelled tasks, two processes and long readers."""

import asyncio
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError
from tortoise.transactions import in_transaction

from models import Attempt, Company, User
from models.engines.library_sqlite import OLDEST, sqlite3
from models.instant import utc
from services import database as portal_database
from services.database import connection
from services.migrations import migrate
from services.transaction import transaction
from tests.people import alice, bob

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOSCOW = timezone(timedelta(hours=3))


async def _attempt(bucket: str) -> None:
    await Attempt.create(bucket=bucket, at=NOW)


async def test_three_hundred_cancelled_transactions_leave_the_database_usable_and_nothing_half_written(database):
    chance = random.Random(7)  # noqa: S311 (not a secret)
    done: set[str] = set()

    async def pair(name: str) -> None:
        async with transaction():
            await _attempt(name)
            await _attempt(name)
        done.add(name)

    for round_ in range(30):
        tasks = [asyncio.ensure_future(pair(f'{round_}-{number}')) for number in range(10)]
        for task in tasks:
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            if chance.random() < 0.5:
                await asyncio.sleep(chance.random() / 300)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async with asyncio.timeout(5):
        await pair('after')
        rows = await Attempt.all().values_list('bucket', flat=True)
    assert all(rows.count(name) == 2 for name in rows)
    assert done <= set(rows)
    assert len(done) < 300  # or nothing was cancelled
    if portal_database.engine() == 'postgres':
        pool = connection()._pool
        assert pool.get_idle_size() == pool.get_size()  # every connection came back


async def test_a_task_cancelled_while_it_waits_for_its_turn_leaves_the_turn_to_others(sqlite):
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await _attempt('held')
            begun.set()
            await end.wait()

    holder = asyncio.ensure_future(hold())
    await begun.wait()
    waiting = [asyncio.ensure_future(_attempt('never')) for _ in range(5)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    end.set()
    await holder
    await _attempt('after')
    assert sorted(await Attempt.all().values_list('bucket', flat=True)) == ['after', 'held']


async def test_cancelled_in_the_middle_takes_everything_back(database):
    begun = asyncio.Event()

    async def write_and_wait() -> None:
        async with transaction():
            await _attempt('half')
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(write_and_wait())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await Attempt.all().count() == 0


async def test_reads_do_not_wait_for_an_open_transaction_and_do_not_see_it(database):
    await _attempt('before')
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await _attempt('unseen')
            begun.set()
            await end.wait()

    holder = asyncio.ensure_future(hold())
    await begun.wait()
    async with asyncio.timeout(2):
        assert await Attempt.all().count() == 1
    end.set()
    await holder
    assert await Attempt.all().count() == 2  # what was committed is read at once


async def test_a_transaction_reads_what_it_wrote_also_when_prefetching(database):
    async with transaction():
        await alice()
        await bob()
        company = await Company.get(name='Ромашка').prefetch_related('people')
        assert len(company.people) == 2


async def test_a_savepoint_that_fails_leaves_the_rest(database):
    async with transaction():
        await _attempt('kept')
        with pytest.raises(ZeroDivisionError):
            async with in_transaction():
                await _attempt('lost')
                raise ZeroDivisionError
    assert await Attempt.all().values_list('bucket', flat=True) == ['kept']


async def test_a_transaction_used_after_its_end_refuses(database):
    async with in_transaction() as ended:
        await _attempt('kept')
    with pytest.raises(TransactionManagementError):
        await Attempt.create(bucket='late', at=NOW, using_db=ended)
    assert await Attempt.all().count() == 1


async def test_a_task_started_inside_may_not_write_into_the_transaction(database):
    async with transaction():
        await _attempt('own')
        with pytest.raises(TransactionManagementError):
            await asyncio.gather(_attempt('foreign'))
    assert await Attempt.all().values_list('bucket', flat=True) == ['own']


async def test_many_rows_are_written_all_or_none(database):
    people = [Company(name='double', created_at=NOW), Company(name='double', created_at=NOW)]
    with pytest.raises(IntegrityError):
        await Company.bulk_create([Company(name='first', created_at=NOW), *people])
    assert await Company.all().count() == 0


@pytest.mark.parametrize('moment', [NOW, NOW.astimezone(MOSCOW)])
async def test_moments_are_stored_and_compared_in_utc_however_they_are_given(database, moment):
    await Attempt.create(bucket='made', at=moment)
    await Attempt.create(bucket='updated', at=NOW - timedelta(days=1))
    await Attempt.filter(bucket='updated').update(at=moment)
    assert await Attempt.filter(at=NOW).count() == 2
    assert await Attempt.filter(at__lte=moment).count() == 2
    assert await Attempt.filter(at__lt=moment).count() == 0
    assert {row.at for row in await Attempt.all()} == {NOW}


def test_utc_refuses_a_moment_without_a_zone():
    assert utc(datetime(2026, 3, 1, 15, tzinfo=MOSCOW)) == NOW
    with pytest.raises(ValueError, match='time zone'):
        utc(datetime(2026, 3, 1, 15))  # noqa: DTZ001


async def test_an_update_tells_how_many_rows_it_changed(database):
    await _attempt('a')
    await _attempt('a')
    assert await Attempt.filter(bucket='a').update(at=NOW) == 2
    assert await Attempt.filter(bucket='b').update(at=NOW) == 0
    assert await Attempt.filter(bucket='a').delete() == 2


async def test_sqlite_is_set_up_to_lose_nothing(sqlite):
    async def pragma(name: str) -> object:
        return (await connection().execute_query(f'PRAGMA {name}'))[1][0][0]

    assert sqlite3.sqlite_version_info >= OLDEST
    assert await pragma('journal_mode') == 'wal'
    assert await pragma('synchronous') == 2  # FULL
    assert await pragma('foreign_keys') == 1
    with pytest.raises(IntegrityError):
        await User.create(email='x@y.test', name='x', role='customer', company_id=4711, created_at=NOW)


async def test_a_file_that_goes_away_is_an_error_and_never_a_new_empty_one(sqlite_url):
    await portal_database.open_database(sqlite_url)
    try:
        await _attempt('before')
        path = portal_database.sqlite_path(sqlite_url)
        path.rename(path.with_suffix('.away'))
        for use in (portal_database.ping(), _attempt('lost'), _in_a_transaction()):
            with pytest.raises(portal_database.FAULTS):
                await use
        assert not path.exists()
        path.with_suffix('.away').rename(path)
        await portal_database.ping()
        assert await Attempt.all().count() == 1
    finally:
        await portal_database.close_database()


async def _in_a_transaction() -> None:
    async with in_transaction():
        await _attempt('lost')


def test_a_new_file_is_for_our_eyes_only(tmp_path):
    url = f'sqlite://{tmp_path}/data/portal.sqlite3'
    asyncio.run(migrate(url))
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / 'data', tmp_path / 'data/portal.sqlite3')]
    assert modes == [0o700, 0o600]


async def test_two_databases_one_after_the_other_in_one_process(sqlite_url, postgres_url):
    for url in (sqlite_url, postgres_url, sqlite_url):
        await portal_database.open_database(url)
        try:
            await _attempt(portal_database.engine())
            assert set(await Attempt.all().values_list('bucket', flat=True)) == {portal_database.engine()}
        finally:
            await portal_database.close_database()


async def test_the_database_is_there_for_every_task_however_it_was_opened(sqlite_url):
    await asyncio.ensure_future(portal_database.open_database(sqlite_url))
    try:
        await asyncio.ensure_future(_attempt('elsewhere'))
        assert await Attempt.all().count() == 1
        with pytest.raises(RuntimeError, match='open already'):
            await portal_database.open_database(sqlite_url)
    finally:
        await asyncio.ensure_future(portal_database.close_database())


@pytest.mark.parametrize('url', ['mysql://x', 'portal.sqlite3', 'sqlite://'])
def test_a_url_that_cannot_work_is_refused_with_a_sentence(url):
    with pytest.raises(ValueError, match='database URL'):
        portal_database.tortoise_config(url)
