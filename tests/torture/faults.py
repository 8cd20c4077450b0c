"""The faults: a process killed, a database killed, locked or full; and what was lost by each."""

import asyncio
import random
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from services.database import sqlite_path
from tests.journeys.conftest import GRACE
from tests.postgres import Server
from tests.torture.ground import Disk, Ground, ground
from tests.torture.outcome import Outcome, until
from tests.torture.writers import Writers


async def killed(folder: Path, server: Server | None, *, cycles: int, seed: int = 1) -> Outcome:
    """kill -9 of the portal in the middle of writing; it is started anew, and everything compared, each time."""
    outcome, dice = Outcome(f'kill -9 of the portal, {_engine(server)}', cycles), random.Random(seed)  # noqa: S311
    async with ground(folder, server) as here:
        for _ in range(cycles):
            await here.portal.start()
            writers = here.write()
            await _until_written(here, dice.randint(5, 40))
            await here.portal.stop(by=signal.SIGKILL)
            await here.rest()
            outcome.hear(writers)
            outcome.losses += await here.losses()
            outcome.recovered += 1
        await here.portal.start()
        outcome.acknowledged = here.acknowledged
    return outcome


async def postgres_restarted(folder: Path, server: Server, *, cycles: int, away: float) -> Outcome:
    """PostgreSQL dies under the portal and is back after `away` seconds; the portal is not touched."""
    outcome = Outcome(f'PostgreSQL killed, back after {away:.0f} s', cycles)
    async with ground(folder, server) as here:
        await here.portal.start()
        for _ in range(cycles):
            writers = here.write()
            await _until_written(here, 10)
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(away)
            await asyncio.to_thread(server.start)
            outcome.recovered += await _works_again(here)
            await here.rest()
            outcome.hear(writers)
            outcome.losses += await here.losses()
        outcome.acknowledged = here.acknowledged
    return outcome


async def locked(folder: Path, server: Server | None, *, seconds: float, answer: int, cycles: int = 1) -> Outcome:
    """Somebody else holds the database for so long: a request filed then gets `answer`, and works afterwards."""
    outcome = Outcome(f'locked for {seconds:.0f} s by somebody else, {_engine(server)}', cycles)
    async with ground(folder, server) as here:
        await here.portal.start()
        writers = Writers(here.portal, here.journal)
        for _ in range(cycles):
            async with _held(here.url):
                asked = asyncio.create_task(writers.once())
                await asyncio.sleep(seconds)
            if (status := await asked) != answer:
                outcome.unfriendly[status] += 1
            outcome.recovered += await _works_again(here)
            outcome.losses += await here.losses()
        outcome.acknowledged = here.acknowledged
    return outcome


async def full_disk(folder: Path, *, cycles: int) -> Outcome:
    """No space is left while people write: they are told, reading works, and all goes on once there is space."""
    disk = Disk(folder / 'disk')
    outcome = Outcome('disk full, SQLite' if disk.is_real else 'no file may grow, SQLite', cycles)
    try:
        async with ground(disk.place, notes=folder) as here:
            await here.portal.start()
            for _ in range(cycles):
                writers = here.write()
                await _until_written(here, 10)
                disk.fill(here.portal)
                await until(lambda writers=writers: writers.answers[503] + writers.answers[507] > 3)
                if (status := await _read(here)) != httpx.codes.OK:
                    outcome.unfriendly[status] += 1
                disk.free(here.portal)
                outcome.recovered += await _works_again(here)
                await here.rest()
                outcome.hear(writers)
                outcome.losses += await here.losses()
            outcome.acknowledged = here.acknowledged
    finally:
        disk.remove()
    return outcome


def _engine(server: Server | None) -> str:
    return 'SQLite' if server is None else 'PostgreSQL'


async def _until_written(here: Ground, more: int) -> None:
    wanted = here.acknowledged + more
    await until(lambda: here.acknowledged >= wanted)


async def _works_again(here: Ground) -> bool:
    """Whether a request can be filed again, soon and without a restart of the portal."""
    writers = Writers(here.portal, here.journal)
    for _ in range(100):
        if await writers.once() == httpx.codes.CREATED:
            return True
        await asyncio.sleep(0.2)
    return False


async def _read(here: Ground) -> int:
    async with await here.portal.api(GRACE) as grace:
        return (await grace.get('tickets')).status_code


@asynccontextmanager
async def _held(url: str) -> AsyncIterator[None]:
    """Nobody else can file a request within the block."""
    if path := sqlite_path(url):
        file = sqlite3.connect(path, isolation_level=None)
        try:
            file.execute('BEGIN IMMEDIATE')
            yield
        finally:
            file.close()
        return
    line = await asyncpg.connect(url)
    try:
        async with line.transaction():
            await line.execute('LOCK TABLE counter IN EXCLUSIVE MODE')
            yield
    finally:
        await line.close()
