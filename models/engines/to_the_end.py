"""Awaits that a cancelled task cannot break off half-way."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar('T')


async def to_the_end(work: Awaitable[T]) -> T:
    """Await `work` until it is over, however often the caller is cancelled meanwhile; that is raised afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:  # noqa: BLE001 (task.result() below raises it)
            break
    if cancelled is not None:
        task.exception()  # looked at, so that asyncio does not complain about a failure nobody read
        raise cancelled
    return task.result()
