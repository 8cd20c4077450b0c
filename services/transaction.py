"""One database transaction, and the announcements that leave only after it has committed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from tortoise.connection import get_connections
from tortoise.expressions import F
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.engines.asyncpg import AsyncpgTransaction
from models.engines.sqlite import SqliteTransaction
from models.instant import utc
from services import bus, relay
from services.database import FAULTS, NAME, connection, engine
from services.errors import Unavailable


@dataclass(slots=True)
class _Running:
    task: asyncio.Task[Any] | None
    topics: list[str] = field(default_factory=list)


_running: ContextVar[_Running | None] = ContextVar('running transaction', default=None)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing; a call inside another one joins it, so that services may call each other.

    Wait for nothing but the database inside: no network, no hashing. A task started inside has no part in it: it may
    read, and its own transaction() is a separate one. Raises Unavailable when the database is busy, full or away.
    """
    if in_progress():
        yield
        return
    running = _Running(asyncio.current_task())
    before = _running.set(running)
    outside = _step_outside()
    client: SqliteTransaction | AsyncpgTransaction | None = None
    try:
        async with in_transaction(NAME) as opened:
            client = cast(SqliteTransaction | AsyncpgTransaction, opened)
            yield
            await relay.send(client, running.topics)
    except FAULTS as fault:
        raise Unavailable from fault
    finally:
        if outside is not None:
            get_connections().reset(outside)
        _running.reset(before)
        if client is not None and client.committed:  # also when the task was cancelled just then
            bus.publish(running.topics)


def announce(*topics: str) -> None:
    """Tell open pages of a change, once it is certain."""
    running = _running.get()
    if running is None or not in_progress():
        raise RuntimeError('announce() belongs inside transaction()')
    running.topics.extend(topics)


async def in_turn(name: str) -> None:
    """Wait for whoever else does what goes by this name; from then on it is ours until the transaction ends.

    For what no row stands for that could be locked. What is read afterwards is what the one before left.
    """
    if not in_progress():
        raise RuntimeError('in_turn() belongs inside transaction()')
    if engine() == 'postgres':  # on SQLite only one transaction is open at a time anyway
        await connection().execute_query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name])


def in_progress() -> bool:
    """Whether this task is inside a transaction() of its own."""
    running = _running.get()
    return running is not None and running.task is asyncio.current_task()


async def swap(rows: QuerySet[Any], *, version: int, **changes: Any) -> bool:
    """Write the changes and raise `version`, if the row still has that version; whether it had.

    `save()` and `update()` know nothing of auto_now: give the time of the change yourself.
    """
    changes = {name: utc(value) if isinstance(value, datetime) else value for name, value in changes.items()}
    return await rows.filter(version=version).update(version=F('version') + 1, **changes) > 0


def _step_outside() -> Any:
    """Let go of a transaction inherited from the task that started this one; a token for taking it back, or None."""
    client = get_connections().get(NAME)
    if not isinstance(client, (SqliteTransaction, AsyncpgTransaction)):
        return None
    while isinstance(client, (SqliteTransaction, AsyncpgTransaction)):
        client = client._parent
    return get_connections().set(NAME, client)
