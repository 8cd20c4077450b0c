"""What is announced and when, and who takes part in a transaction."""

import asyncio

import pytest
from tortoise.exceptions import OperationalError

from models import Attempt, Counter, Ticket
from services import bus
from services.errors import Unavailable
from services.numbering import next_number
from services.transaction import announce, in_progress, swap, transaction
from tests.models.rows import NOW, a_ticket
from tests.people import alice


@pytest.fixture
def heard():
    topics: list[str] = []
    for topic in ('ticket:1', 'ticket:2', 'staff'):
        bus.subscribe(topic, topics.append)
    return topics


async def test_announcements_leave_after_the_commit_once_each(database, heard):
    seen: list[int] = []
    bus.subscribe('ticket:1', lambda _: seen.append(in_progress()))
    async with transaction():
        await Attempt.create(bucket='a', at=NOW)
        announce('ticket:1', 'staff')
        announce('ticket:1')
        assert heard == []
    assert heard == ['ticket:1', 'staff']
    assert seen == [False]


async def test_a_rollback_announces_nothing(database, heard):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await Attempt.create(bucket='a', at=NOW)
            announce('ticket:1')
            raise ZeroDivisionError
    assert heard == []
    assert await Attempt.all().count() == 0
    assert not in_progress()


async def test_an_inner_transaction_joins_the_outer_one(database, heard):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            async with transaction():
                await Attempt.create(bucket='inner', at=NOW)
                announce('ticket:2')
            assert heard == []
            raise ZeroDivisionError
    assert heard == []
    assert await Attempt.all().count() == 0


async def test_a_commit_that_fails_announces_nothing(sqlite, heard):
    with pytest.raises(OperationalError):
        async with transaction():
            announce('ticket:1')
            await Attempt.raw('SELECT nonsense')
    assert heard == []


async def test_a_task_cancelled_while_it_commits_still_announces_what_was_committed(sqlite, heard):
    async def write() -> None:
        async with transaction():
            await Attempt.create(bucket='a', at=NOW)
            announce('ticket:1')
            asyncio.get_running_loop().call_soon(task.cancel)  # meets the commit, the next thing awaited

    task = asyncio.ensure_future(write())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await Attempt.all().count() == len(heard) == 1


async def test_cancelled_at_whatever_moment_what_was_committed_was_announced_and_nothing_else(database, heard):
    async def write() -> None:
        async with transaction():
            await Attempt.create(bucket='a', at=NOW)
            announce('ticket:1')

    for delay in range(40):
        task = asyncio.ensure_future(write())
        await asyncio.sleep(delay / 10_000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await Attempt.all().count() == len(heard)
    assert heard


async def test_announcing_outside_is_a_mistake(database):
    with pytest.raises(RuntimeError, match='inside transaction'):
        announce('ticket:1')


async def test_a_task_started_inside_has_a_transaction_of_its_own(database, heard):
    started: list[asyncio.Task[int]] = []

    async def later() -> int:
        assert not in_progress()
        async with transaction():
            announce('ticket:2')
            return await next_number('later')

    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await Attempt.create(bucket='a', at=NOW)
            announce('ticket:1')
            started.append(asyncio.ensure_future(later()))
            await asyncio.sleep(0)
            raise ZeroDivisionError
    assert await started[0] == 1
    assert heard == ['ticket:2']
    assert await Counter.get(name='later')


async def test_a_busy_database_is_a_refusal_that_says_so(sqlite, monkeypatch):
    monkeypatch.setattr('models.engines.sqlite.PATIENCE', 0.05)
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            begun.set()
            await end.wait()

    holder = asyncio.ensure_future(hold())
    await begun.wait()
    with pytest.raises(Unavailable):
        async with transaction():
            raise AssertionError('there is no turn to have')
    end.set()
    await holder
    async with transaction():
        await Attempt.create(bucket='a', at=NOW)


async def test_swap_lets_one_of_fifty_win(database):
    ticket = await a_ticket(await alice())

    async def change(number: int) -> bool:
        async with transaction():
            return await swap(Ticket.filter(id=ticket.id), version=1, subject=f'{number}')

    won = await asyncio.gather(*(change(number) for number in range(50)))
    assert sum(won) == 1
    changed = await Ticket.get(id=ticket.id)
    assert (changed.version, changed.subject) == (2, str(won.index(True)))
