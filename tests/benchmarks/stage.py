"""Where it is measured: a portal in a process of its own, its CPU and memory, browsers and open pages."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, async_playwright

from services import tokens
from services.database import close_database, open_database
from services.migrations import migrate
from services.settings import settings
from tests.benchmarks.data import Population, Seat, load
from tests.journeys.browser import ARGUMENTS, chromium, settled
from tests.journeys.server import Portal
from tests.journeys.wire import OpenPage, open_page, socket
from tests.postgres import execute, sibling

_TICKS = os.sysconf('SC_CLK_TCK')
KEEP = 'BENCH_KEEP'
PATIENCE = 60  # seconds that a change may take at most
_numbers = count(1)


@asynccontextmanager
async def filled(postgres: str | None, tickets: int, **mix: int) -> AsyncIterator[tuple[Population, Path, str]]:
    """A data folder and a database with so many tickets, open in this process until the block is left."""
    kept = Kept(postgres, '_'.join(map(str, ('kept', tickets, *mix.values()))))
    async with empty(postgres, kept) as (folder, url):
        people = await load(tickets, **mix)
        if kept.is_wanted and not kept.is_there:
            await close_database()
            kept.take(url)
            await open_database(url)
        yield people, folder, url


@asynccontextmanager
async def empty(postgres: str | None, kept: 'Kept | None' = None) -> AsyncIterator[tuple[Path, str]]:
    """A data folder and a database, open in this process until the block is left.

    :param postgres: the DSN of a server on which to make the database; None for SQLite
    :param kept: what is in it, if it is there; otherwise there is nothing in it
    """
    with tempfile.TemporaryDirectory(prefix='portal-bench-', dir=os.environ.get(KEEP)) as scratch:
        folder = Path(scratch, 'data')
        url = _database(postgres, folder, kept)
        os.environ |= {'PORTAL_DATA_DIR': str(folder), 'PORTAL_DATABASE_URL': url}
        settings.cache_clear()
        await migrate(url)
        await open_database(url)
        try:
            yield folder, url
        finally:
            await close_database()


def _database(postgres: str | None, folder: Path, kept: 'Kept | None') -> str:
    folder.mkdir()
    there = kept is not None and kept.is_there
    if postgres is None:
        if kept is not None and there:
            shutil.copy(kept.path, folder / 'portal.sqlite3')
        return f'sqlite://{folder / "portal.sqlite3"}'
    name = f'bench_{os.getpid()}_{next(_numbers)}'
    execute(postgres, f'CREATE DATABASE {name}' + (f' TEMPLATE {kept.name}' if kept is not None and there else ''))
    return sibling(postgres, name)


class Kept:
    """A filled database that the next measurement begins with a copy of, where BENCH_KEEP names a folder for it.

    On PostgreSQL that takes a server which stays: the one of TEST_PG_DSN.
    """

    def __init__(self, postgres: str | None, name: str) -> None:
        self.postgres, self.name = postgres, name
        self.is_wanted = bool(os.environ.get(KEEP)) and (postgres is None or 'TEST_PG_DSN' in os.environ)
        self.path = Path(
            os.environ.get(KEEP) or tempfile.gettempdir(), f'{name}.{"postgres" if postgres else "sqlite3"}'
        )

    @property
    def is_there(self) -> bool:
        return self.is_wanted and self.path.exists()

    def take(self, url: str) -> None:
        """Keep a copy of that database, which nobody has open; on PostgreSQL the file only says that there is one."""
        if self.postgres is None:
            shutil.copy(url.removeprefix('sqlite://'), self.path)
        else:
            execute(self.postgres, f'CREATE DATABASE {self.name} TEMPLATE {url.rpartition("/")[2].partition("?")[0]}')
            self.path.touch()


def cpu_of(process: int) -> float:
    """Milliseconds of CPU that a process has used."""
    words = Path(f'/proc/{process}/stat').read_text().rpartition(')')[2].split()
    return (int(words[11]) + int(words[12])) * 1000 / _TICKS


def memory_of(process: int) -> float:
    """Kilobytes that a process has in memory."""
    status = Path(f'/proc/{process}/status').read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith('VmRSS')))


async def quiet(process: int) -> None:
    """Wait until a process has nothing more to do."""
    async with asyncio.timeout(120):
        while True:
            before = cpu_of(process)
            await asyncio.sleep(0.4)
            if cpu_of(process) - before <= 20:
                return


@dataclass
class Stage:
    """A served portal with its people and tickets."""

    portal: Portal
    people: Population
    api_token: str
    cold_start: float  # seconds to the first answered page
    _bags: list['Bag'] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU that the server has used."""
        return cpu_of(self.portal.pid)

    @property
    def memory(self) -> float:
        """Kilobytes that the server has in memory."""
        return memory_of(self.portal.pid)

    async def quiet(self) -> None:
        """Wait until the server has nothing more to do, such as its jobs after a start."""
        await quiet(self.portal.pid)

    @asynccontextmanager
    async def client(self, seat: Seat) -> AsyncIterator[httpx.AsyncClient]:
        """That person's way to fetch pages."""
        headers = {'Accept': 'text/html', 'Cookie': f'portal={seat.cookie}'}
        async with httpx.AsyncClient(base_url=self.portal.url, timeout=60, headers=headers) as client:
            yield client

    @asynccontextmanager
    async def api(self) -> AsyncIterator[httpx.AsyncClient]:
        """The REST API as the last of the agents, whose pages nobody looks at."""
        headers = {'Authorization': f'Bearer {self.api_token}'}
        async with httpx.AsyncClient(base_url=f'{self.portal.url}/api/v1/', headers=headers, timeout=60) as client:
            yield client

    async def open(self, stack: AsyncExitStack, seat: Seat, path: str) -> 'Bag':
        """A page with its socket and no browser, open as long as the stack."""
        async with self.client(seat) as client:
            page = await open_page(client, path)
        connected = await stack.enter_async_context(socket(self.portal, page.client_id, cookie=seat.cookie))
        bag = Bag()
        connected.on('*', bag.take)
        for id, element in page.elements.items():
            if any(each['type'] == 'ready' for each in element.get('events') or ()):
                await connected.emit('event', page.event(int(id), 'ready'))
        return bag


class Bag:
    """What a page without a browser hears."""

    def __init__(self) -> None:
        self._wanted: Callable[[str], bool] = lambda _: False
        self._heard: asyncio.Future[float] | None = None

    def wait_for(self, wanted: Callable[[str], bool]) -> asyncio.Future[float]:
        """The moment (of `time.time`) at which such a message arrives."""
        self._wanted, self._heard = wanted, asyncio.get_running_loop().create_future()
        return self._heard

    async def take(self, event: str, *content: Any) -> None:
        """A message from the server."""
        if self._heard is not None and not self._heard.done() and self._wanted(f'{event} {content}'):
            self._heard.set_result(time.time())


@asynccontextmanager
async def served(postgres: str | None, tickets: int, **mix: int) -> AsyncIterator[Stage]:
    """A portal that serves so many tickets, all at rest."""
    async with filled(postgres, tickets, **mix) as (people, folder, url), serving(people, folder, url) as stage:
        yield stage


@asynccontextmanager
async def serving(people: Population, folder: Path, url: str) -> AsyncIterator[Stage]:
    """A portal that serves what is in a filled database, of which this process lets go, all at rest."""
    token = await tokens.create_for(people.agents[-1].email, 'bench')
    await close_database()
    portal = Portal(folder, {'PORTAL_DATABASE_URL': url, 'PORTAL_API_CALLS_PER_MINUTE': '1000000'})
    begun = time.perf_counter()
    try:
        await portal.start()
        async with httpx.AsyncClient(base_url=portal.url, timeout=30) as client:
            (await client.get('/login')).raise_for_status()
        stage = Stage(portal, people, token, time.perf_counter() - begun)
        await stage.quiet()
        yield stage
    finally:
        await portal.stop()
        portal.check_log()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield started
        await started.close()


@asynccontextmanager
async def window(browser: Browser, stage: Stage, seat: Seat, path: str) -> AsyncIterator[Page]:
    """A person's window at an address of the portal."""
    context = await browser.new_context(base_url=stage.portal.url, viewport={'width': 1440, 'height': 900})
    await context.add_cookies([{'name': 'portal', 'value': seat.cookie, 'url': stage.portal.url}])
    page = await context.new_page()
    await page.goto(path)
    await settled(page)
    yield page
    await context.close()


_CLICK = """([link, wanted, count]) => new Promise((resolve) => {
    const begun = performance.now();
    document.querySelector(link).click();
    const look = () => document.querySelectorAll(wanted).length >= count
        ? requestAnimationFrame(() => resolve(performance.now() - begun)) : requestAnimationFrame(look);
    look();
})"""


async def click(page: Page, link: str, wanted: str, count: int = 1) -> float:
    """Milliseconds from a click until so many of the wanted elements are painted."""
    return float(await page.evaluate(_CLICK, [link, wanted, count]))


async def seen(page: Page) -> float:
    """The moment (of `time.time`, in milliseconds) at which the page saw what it was told to look for."""
    async with asyncio.timeout(PATIENCE):
        return float(await page.evaluate('window.seen'))


def subtree(page: OpenPage, css_class: str) -> int:
    """How many elements there are inside the one of that class, itself included."""

    def size(id: int | str) -> int:
        return 1 + sum(size(child) for child in page.elements[str(id)].get('children') or ())

    return size(next(id for id, each in page.elements.items() if css_class in (each.get('class') or ())))
