"""What the portal does by itself while it runs: the clock, the mail sender, the cleaning."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from services import clock, files, ratelimit, relay, sender, sessions

log = logging.getLogger(__name__)

CLEANING_EVERY = timedelta(minutes=10)
_PAUSE_AFTER_A_BUG = timedelta(seconds=5)

Loop = Callable[[asyncio.Event], Awaitable[None]]


async def run(stop: asyncio.Event) -> None:
    """Run every job until `stop` is set. A job that breaks is logged and begun anew; none of them stops another."""
    await asyncio.gather(*(_keep_running(job, stop) for job in (clock.run, sender.run, relay.run, _clean)))


async def _keep_running(job: Loop, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await job(stop)
        except Exception:
            log.exception('the job %s broke and begins anew', job.__module__)
            await _rest(stop, _PAUSE_AFTER_A_BUG)


async def _clean(stop: asyncio.Event) -> None:
    while not stop.is_set():
        await ratelimit.clean()
        await sessions.clean()
        await files.clean()
        await _rest(stop, CLEANING_EVERY)


async def _rest(stop: asyncio.Event, pause: timedelta) -> None:
    try:
        async with asyncio.timeout(pause.total_seconds()):
            await stop.wait()
    except TimeoutError:
        return
