"""What the portal does by itself while it runs: the clock, the mail sender, the cleaning."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from services import adjustments, answered, clock, files, job_runs, loop_delay, processes, relay, sender, tracing
from services.database import FAULTS
from services.desk import targets
from services.errors import Unavailable
from services.figures import weekly
from services.privacy import retention
from services.waiting import rest
from services.webhooks import sending

log = logging.getLogger(__name__)

CLEANING_EVERY = 600.0  # seconds
_PAUSE = 5.0  # seconds until what has failed is tried again

Loop = Callable[[asyncio.Event], Awaitable[None]]


async def run(stop: asyncio.Event) -> None:
    """Run every job until `stop` is set. A job that breaks is logged and begun anew; none of them stops another."""
    jobs = (
        clock.run,
        weekly.run,
        targets.run,
        sender.run,
        sending.run,
        relay.run,
        adjustments.run,
        loop_delay.run,
        processes.run,
        _clean,
    )
    await asyncio.gather(*(_keep_running(job, stop) for job in jobs))


async def _keep_running(job: Loop, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await job(stop)
        except (*FAULTS, Unavailable) as fault:
            log.warning('the job %s waits for the database: %s', job.__module__, fault.__cause__ or fault)
            await rest(_PAUSE, stop)
        except Exception:
            log.exception('the job %s broke and begins anew', job.__module__)
            await rest(_PAUSE, stop)


async def _clean(stop: asyncio.Event) -> None:
    while not stop.is_set():
        started = datetime.now(UTC)
        with tracing.run_of('cleaning'):
            await retention.run_daily()
            await files.clean()
            await answered.clean()
            await job_runs.note('cleaning', started)
        await rest(CLEANING_EVERY, stop)
