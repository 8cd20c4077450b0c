"""What many open pages read at once when a change is told, read once for all of them.

An answer is given to everybody who asks for the same until something is told of its topics, and for a second at most:
whoever is told of a change never gets what was read before it. Who may have the answer is no question here. Ask for
permission first, each time, and put into the key how much of the thing the reader may know.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

from services import bus, database

T = TypeVar('T')

FRESH = 1.0  # seconds

_answers: dict[Hashable, asyncio.Task[Any]] = {}


async def read(key: Hashable, query: Callable[[], Awaitable[T]], *topics: str) -> T:
    """What the query gives, asked once for all who want it under that key just now. Nobody may change what they get.

    Inside a transaction everybody asks for themselves: they see what others must not see yet.
    """
    if database.in_transaction():
        return await query()
    if key not in _answers:
        _ask(key, query, topics)
    return cast(T, await asyncio.shield(_answers[key]))  # whoever gives up waiting takes it from nobody


def clear() -> None:
    """Forget every answer; for tests."""
    _answers.clear()


def _ask(key: Hashable, query: Callable[[], Awaitable[Any]], topics: tuple[str, ...]) -> None:
    async def asked() -> Any:
        return await query()

    def forget(_: object = None) -> None:
        if _answers.get(key) is task:
            del _answers[key]
        for stop in stops:
            stop()

    def finished(_: object) -> None:
        if task.cancelled() or task.exception() is not None:
            forget()

    task = _answers[key] = asyncio.create_task(asked())  # noqa: TID251 (held here; whoever waits gets its error)
    stops = [bus.subscribe(topic, forget) for topic in topics]
    task.add_done_callback(finished)
    asyncio.get_running_loop().call_later(FRESH, forget)
