"""Ticket numbers: every one once, none left out."""

import asyncio

import pytest

from models import Counter
from services.numbering import next_number
from services.transaction import transaction


async def _take(name: str = 'ticket') -> int:
    async with transaction():
        return await next_number(name)


async def test_fifty_at_once_get_fifty_numbers_without_gaps(database):
    numbers = await asyncio.gather(*(_take() for _ in range(50)))
    assert sorted(numbers) == list(range(1, 51))


async def test_a_rollback_gives_the_number_back(database):
    await _take()
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await next_number('ticket')
            raise ZeroDivisionError
    assert await _take() == 2


async def test_names_count_apart(database):
    assert [await _take('ticket'), await _take('ticket'), await _take('other')] == [1, 2, 1]
    assert await Counter.all().count() == 2


async def test_is_refused_outside_a_transaction(database):
    with pytest.raises(RuntimeError, match='transaction'):
        await next_number('ticket')
