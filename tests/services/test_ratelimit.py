"""Limits on how often something may be tried."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import Attempt
from services import ratelimit
from services.database import close_database, open_database
from services.errors import TooMany

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


async def _spend(at: datetime = NOW, bucket: str = 'sign-in:alice', limit: int = 5) -> None:
    await ratelimit.spend(bucket, limit=limit, window=WINDOW, now=at)


async def test_the_sixth_try_is_refused_until_the_first_has_left_the_window(database):
    for minute in range(5):
        await _spend(NOW + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refused:
        await _spend(NOW + timedelta(minutes=5))
    assert refused.value.retry_after == 10 * 60
    with pytest.raises(TooMany):
        await _spend(NOW + WINDOW - timedelta(seconds=1))
    await _spend(NOW + WINDOW)


async def test_a_refused_try_is_not_counted(database):
    await _spend(limit=1)
    for _ in range(3):
        with pytest.raises(TooMany):
            await _spend(limit=1)
    assert await Attempt.all().count() == 1


async def test_buckets_are_apart_and_may_have_long_names(database):
    await _spend(bucket='a' * 500, limit=1)
    await _spend(bucket='a' * 499 + 'b', limit=1)
    with pytest.raises(TooMany):
        await _spend(bucket='a' * 500, limit=1)


async def test_of_twenty_at_once_no_more_than_the_limit_get_through(database):
    results = await asyncio.gather(*(_spend() for _ in range(20)), return_exceptions=True)
    assert results.count(None) == 5
    assert sum(isinstance(result, TooMany) for result in results) == 15


async def test_a_limit_holds_over_a_restart(database_url):
    await open_database(database_url)
    await _spend(limit=1)
    await close_database()
    await open_database(database_url)
    try:
        with pytest.raises(TooMany):
            await _spend(limit=1)
    finally:
        await close_database()


async def test_a_try_can_be_given_back_and_a_bucket_forgotten(database):
    await _spend(limit=1)
    await ratelimit.give_back('sign-in:alice')
    await ratelimit.give_back('sign-in:alice')
    await _spend(limit=1)
    await ratelimit.forget('sign-in:alice')
    await _spend(limit=1)


async def test_a_clock_set_back_by_a_day_locks_nobody_out(database):
    await _spend(NOW + timedelta(days=1), limit=1)
    await _spend(NOW, limit=1)
