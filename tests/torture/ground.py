"""Where it happens: a portal in a process of its own on SQLite or PostgreSQL, with people, writers and a journal."""

import asyncio
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from services.database import opened
from services.settings import settings, sqlite_url
from tests.journeys.conftest import settle_people
from tests.journeys.server import Portal
from tests.postgres import Server, execute, sibling
from tests.torture.journal import Journal
from tests.torture.verdict import losses
from tests.torture.writers import UNLIMITED, Writers

_numbers = count(1)


@dataclass
class Ground:
    """One portal and what it has acknowledged so far."""

    portal: Portal
    url: str
    journal: Journal
    server: Server | None = None
    _writing: list[tuple[Writers, asyncio.Task[None]]] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return sum(1 for _ in self.journal.entries())

    def write(self) -> Writers:
        """Let people write until the next fault is over."""
        writers = Writers(self.portal, self.journal)
        self._writing.append((writers, asyncio.create_task(writers.run())))
        return writers

    async def rest(self) -> None:
        """Let everybody finish, or give up with a process that is gone."""
        for writers, task in self._writing:
            writers.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(task, 90)
        self._writing.clear()

    async def losses(self) -> list[str]:
        """What is wrong now; the portal may run, but nobody writes."""
        async with opened(self.url):
            return await losses(self.journal)


@asynccontextmanager
async def ground(
    folder: Path, server: Server | None = None, *, notes: Path | None = None, **environment: str
) -> AsyncIterator[Ground]:
    """A portal that is not started yet; on SQLite without a server.

    :param notes: the folder of the journal, where `folder` is no place to rely on
    """
    data = folder / 'data'
    data.mkdir(parents=True, exist_ok=True)
    url = sqlite_url(data) if server is None else _database(server)
    with _settings(PORTAL_DATA_DIR=str(data), PORTAL_DATABASE_URL=url):
        await settle_people(data, PORTAL_DATABASE_URL=url)
        portal = Portal(data, {'PORTAL_DATABASE_URL': url, **UNLIMITED, **environment})
        journal = Journal((notes or folder) / 'journal.jsonl')
        here = Ground(portal, url, journal, server)
        try:
            yield here
        finally:
            await here.rest()
            await portal.stop()
            journal.close()


def _database(server: Server) -> str:
    name = f'torture_{os.getpid()}_{next(_numbers)}'
    execute(server.dsn, f'CREATE DATABASE {name}')
    return sibling(server.dsn, name)


@contextmanager
def _settings(**wanted: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


class Disk:
    """A small disk that can be filled: one of its own in memory, or where that is not allowed, a limit on files."""

    SIZE = 48  # megabytes

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True)
        mount = ['mount', '-t', 'tmpfs', '-o', f'size={self.SIZE}m', 'tmpfs', str(place)]
        self.is_real = subprocess.run(mount, check=False, capture_output=True).returncode == 0

    def fill(self, portal: Portal) -> None:
        if not self.is_real:
            resource.prlimit(portal.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            return
        with (self.place / 'ballast').open('wb', buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def free(self, portal: Portal) -> None:
        if self.is_real:
            (self.place / 'ballast').unlink()
        else:
            resource.prlimit(portal.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def remove(self) -> None:
        if self.is_real:
            subprocess.run(['umount', '-l', str(self.place)], check=True)  # noqa: S607
