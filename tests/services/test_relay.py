"""What one process announces, the others hear."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from services import bus, relay
from services.transaction import announce, transaction

_ANNOUNCES = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from services.database import close_database, open_database
from services.transaction import announce, transaction

async def main():
    await open_database(sys.argv[2])
    try:
        async with transaction():
            announce('ticket:42', 'staff')
        try:
            async with transaction():
                announce('ticket:43')
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        async with transaction():
            announce('user:1')
    finally:
        await close_database()

asyncio.run(main())
"""


@pytest.fixture
async def heard(postgres) -> AsyncIterator[list[str]]:
    topics: list[str] = []
    for topic in ('ticket:42', 'ticket:43', 'staff', 'user:1'):
        bus.subscribe(topic, topics.append)
    stop = asyncio.Event()
    listening = asyncio.ensure_future(relay.run(stop))
    await _until(lambda: _listeners(postgres))
    yield topics
    stop.set()
    async with asyncio.timeout(5):
        await listening


async def test_another_process_is_heard_and_what_it_rolled_back_is_not(heard, postgres):
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', _ANNOUNCES, str(root), postgres)
    assert await process.wait() == 0
    await _until(lambda: _holds('user:1' in heard))
    assert heard == ['ticket:42', 'staff', 'user:1']


async def test_our_own_announcement_is_heard_once(heard, postgres):
    async with transaction():
        announce('staff')
    await _notify(postgres, 'somebody user:1')
    await _until(lambda: _holds('user:1' in heard))
    assert heard == ['staff', 'user:1']


async def test_words_reach_the_others_and_not_ourselves(heard, postgres):
    ours, theirs = [], asyncio.Queue[str]()
    relay.hear('greeting', lambda *facts: ours.append(facts))
    line = await asyncpg.connect(postgres)
    try:
        await line.add_listener(relay.WORDS, lambda *notice: theirs.put_nowait(notice[3]))
        relay.say('greeting', 42, 'window')
        async with asyncio.timeout(5):
            assert json.loads(await theirs.get())[1:] == ['greeting', 42, 'window']
        await line.execute('SELECT pg_notify($1, $2)', relay.WORDS, json.dumps(['somebody', 'greeting', 7, 'theirs']))
        await _until(lambda: _holds(bool(ours)))
    finally:
        await line.close()
    assert ours == [(7, 'theirs')]


async def test_after_a_broken_line_everybody_is_woken_and_listening_goes_on(heard, postgres):
    await _command(postgres, f'SELECT pg_terminate_backend({(await _listeners(postgres))[0]})')
    await _until(lambda: _holds(len(heard) == 4))  # whatever was missed
    await _notify(postgres, 'somebody ticket:42')
    await _until(lambda: _holds(len(heard) == 5))


async def test_more_topics_than_fit_into_one_notice_all_arrive(heard, postgres):
    everything: list[str] = []
    for number in range(3000):
        bus.subscribe(f'many:{number}', everything.append)
    payloads = list(relay._payloads(f'many:{number}' for number in range(3000)))
    assert max(len(payload) for payload in payloads) < 8000
    for payload in payloads:
        await _notify(postgres, payload.replace(relay._OURSELVES, 'somebody'))
    await _until(lambda: _holds(len(everything) == 3000))


async def test_on_sqlite_there_is_nobody_to_listen_to(sqlite):
    stop = asyncio.Event()
    listening = asyncio.ensure_future(relay.run(stop))
    async with transaction():
        announce('staff')
    stop.set()
    await listening


async def _until(holds: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():  # noqa: ASYNC110 (what another process did raises no event here)
            await asyncio.sleep(0.01)


async def _holds(condition: bool) -> bool:
    return condition


async def _listeners(url: str) -> list[int]:
    """Processes of the server that listen for us."""
    rows = await _ask(
        url, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    return [row['pid'] for row in rows]


async def _notify(url: str, payload: str) -> None:
    other = await asyncpg.connect(url)
    try:
        await other.execute('SELECT pg_notify($1, $2)', relay.CHANNEL, payload)
    finally:
        await other.close()


async def _command(url: str, statement: str) -> None:
    await _ask(url, statement)


async def _ask(url: str, question: str) -> list[asyncpg.Record]:
    other = await asyncpg.connect(url)
    try:
        return await other.fetch(question)
    finally:
        await other.close()
