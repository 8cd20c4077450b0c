"""Tells other processes on the same PostgreSQL database which topics changed, and this one what they announced.

A notice is sent inside the transaction, so PostgreSQL lets it out at the commit and forgets it at a rollback. It holds
topics, never content. One that was missed while the connection was away is made up for by waking every listener.
Words are for what is in no table and over in a moment (who looks at a ticket): lost when nobody listens.
"""

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from models.engines.asyncpg import AsyncpgClient, AsyncpgTransaction
from models.engines.sqlite import SqliteTransaction
from services import bus
from services.database import FAULTS, connection, engine
from services.waiting import rest

log = logging.getLogger(__name__)

CHANNEL = 'portal_topics'
WORDS = 'portal_words'
LONGEST = 7000  # bytes of a payload; PostgreSQL refuses 8000
PULSE = 10.0  # seconds between two looks at whether the connection still answers
PAUSES = (0.1, 0.5, 2.0, 5.0)  # seconds before each new attempt to connect; the last one from then on

_OURSELVES = secrets.token_hex(8)

Fact = str | int | float


class _Mouth:
    """The words that wait for the line of this process; made anew with each line."""

    def __init__(self) -> None:
        self.words: deque[str] = deque(maxlen=1000)
        self.opened = asyncio.Event()


_mouth: _Mouth | None = None
_hearers: dict[str, Callable[..., None]] = {}


def say(word: str, *facts: Fact) -> None:
    """Tell the other processes something short and passing; nothing where there are none, or none can be reached."""
    if _mouth is not None:
        _mouth.words.append(json.dumps([_OURSELVES, word, *facts]))
        _mouth.opened.set()


def hear(word: str, hearer: Callable[..., None]) -> None:
    """Call `hearer(*facts)` whenever another process says that word."""
    _hearers[word] = hearer


async def send(client: SqliteTransaction | AsyncpgTransaction, topics: Iterable[str]) -> None:
    """Send topics with the client's transaction; with SQLite there is only this process, and nothing to do."""
    if isinstance(client, AsyncpgTransaction):
        for payload in _payloads(topics):
            await client.execute_query('SELECT pg_notify($1, $2)', [CHANNEL, payload])


async def run(stop: asyncio.Event) -> None:
    """Publish on our bus what other processes announce, until `stop` is set."""
    if engine() == 'sqlite':
        await stop.wait()
        return
    missed, failures = False, 0
    while not stop.is_set():
        try:
            failures = 0 if await _listen(stop, missed=missed) else failures + 1
        except (*FAULTS, OSError) as error:
            log.warning('not listening to other processes: %s', error)
            failures += 1
        missed = True
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSES[min(failures, len(PAUSES) - 1)])


async def _listen(stop: asyncio.Event, *, missed: bool) -> bool:
    """Listen until told to stop or the connection breaks; whether it had been made."""
    global _mouth  # noqa: PLW0603 (one process, one line)
    client = connection()
    assert isinstance(client, AsyncpgClient)
    lost = asyncio.Event()
    line = await client.connect_alone()
    mouth = _mouth = _Mouth()
    try:
        line.add_termination_listener(lambda _: lost.set())
        await line.add_listener(CHANNEL, _heard)
        await line.add_listener(WORDS, _heard_word)
        if missed:
            bus.publish_all()
        while not (stop.is_set() or lost.is_set()):
            await rest(PULSE, stop, lost, mouth.opened)
            if not (stop.is_set() or lost.is_set()):
                await asyncio.wait_for(_speak(line, mouth), PULSE)
    except Exception as error:  # noqa: BLE001 (whatever broke the line: it is made anew)
        log.warning('the line to the other processes broke: %s', error)
    finally:
        _mouth = None
        line.terminate()
    return True


async def _speak(line: Any, mouth: _Mouth) -> None:
    """Say what waits; without anything to say, see whether the line still answers."""
    mouth.opened.clear()
    if not mouth.words:
        await line.execute('SELECT 1')
    while mouth.words:
        await line.execute('SELECT pg_notify($1, $2)', WORDS, mouth.words.popleft())


def _heard_word(_line: Any, _process: int, _channel: str, payload: str) -> None:
    origin, word, *facts = json.loads(payload)
    if origin != _OURSELVES and (hearer := _hearers.get(word)):
        hearer(*facts)


def _heard(_line: Any, _process: int, _channel: str, payload: str) -> None:
    origin, *topics = payload.split(' ')
    if origin != _OURSELVES:  # our own were published at the commit
        bus.publish(topics)


def _payloads(topics: Iterable[str]) -> Iterator[str]:
    payload = _OURSELVES
    for topic in dict.fromkeys(topics):
        if len(payload.encode()) + len(topic.encode()) + 1 > LONGEST:
            yield payload
            payload = _OURSELVES
        payload += f' {topic}'
    if payload != _OURSELVES:
        yield payload
