"""NiceGUI without the portal: an empty page, and a word told to all that have it open. What ours adds is beside it."""

import asyncio
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median

import httpx
from nicegui import app, ui

from tests.benchmarks.figures import Times
from tests.benchmarks.stage import Bag, cpu_of, memory_of, quiet
from tests.journeys.server import ROOT, free_port
from tests.journeys.wire import open_page, socket

TIMES = 8
VISITS = 20


@dataclass(frozen=True, slots=True)
class Raw:
    """Milliseconds until a word is heard on each open page; of CPU to tell it; kilobytes of memory of each page."""

    heard: Times
    cpu: float
    memory: float


@dataclass
class Bare:
    """An application of one page, served as the portal is."""

    address: str
    process: Process

    @property
    def url(self) -> str:
        return self.address

    async def page_cpu(self) -> float:
        """Milliseconds of the server's CPU for an empty page, over some visits."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            await client.get('/')
            await quiet(self.process.pid)
            before = cpu_of(self.process.pid)
            for _ in range(VISITS):
                (await client.get('/')).raise_for_status()
            return (cpu_of(self.process.pid) - before) / VISITS

    async def told(self, crowd: int) -> Raw:
        """A word told to so many open pages."""
        async with AsyncExitStack() as stack:
            await quiet(self.process.pid)
            memory = memory_of(self.process.pid)
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=self.url, timeout=60))
            bags = [await self._open(stack, client) for _ in range(crowd)]
            await quiet(self.process.pid)
            memory = (memory_of(self.process.pid) - memory) / crowd
            heard: list[float] = []
            spent = []
            for _ in range(TIMES):
                word = f'word-{time.time_ns()}'
                arrivals = [bag.wait_for(lambda message, word=word: word in message) for bag in bags]  # type: ignore[misc]
                before, begun = cpu_of(self.process.pid), time.time()
                (await client.post('/say', params={'word': word})).raise_for_status()
                heard += [(arrival - begun) * 1000 for arrival in await asyncio.gather(*arrivals)]
                await quiet(self.process.pid)
                spent.append(cpu_of(self.process.pid) - before)
            return Raw(Times(heard), median(spent), memory)

    async def _open(self, stack: AsyncExitStack, client: httpx.AsyncClient) -> Bag:
        page = await open_page(client, '/')
        connected = await stack.enter_async_context(socket(self, page.client_id, cookie=None))
        bag = Bag()
        connected.on('*', bag.take)
        return bag


@asynccontextmanager
async def bare() -> AsyncIterator[Bare]:
    """The application in a process of its own."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, '-m', 'tests.benchmarks.bare', str(port), cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL
    )
    try:
        url = f'http://localhost:{port}'
        async with asyncio.timeout(30), httpx.AsyncClient(base_url=url) as client:
            while True:
                if await _answers(client):
                    break
                await asyncio.sleep(0.05)
        yield Bare(url, process)
    finally:
        process.terminate()
        await process.wait()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get('/')).is_success
    except httpx.TransportError:
        return False


def _serve(port: int) -> None:
    labels: list[ui.label] = []

    @ui.page('/')
    def empty() -> None:
        labels.append(ui.label(''))

    @app.post('/say')
    def say(word: str) -> None:
        for label in labels:
            label.set_text(word)

    app.on_delete(
        lambda client: labels.__setitem__(slice(None), [each for each in labels if each.client is not client])
    )
    ui.run(port=port, host='localhost', show=False, reload=False, show_welcome_message=False)


if __name__ == '__main__':
    _serve(int(sys.argv[1]))
