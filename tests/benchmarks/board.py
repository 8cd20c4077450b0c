"""What an open board costs, by how many tickets are on it, and how soon a move is on twenty other boards."""

import asyncio
import re
import time
from contextlib import AsyncExitStack
from statistics import median

from playwright.async_api import Browser, Page

from tests.benchmarks.figures import Report, Times
from tests.benchmarks.stage import PATIENCE, Bag, Stage, browser, click, seen, served, window

SIZES = (50, 300, 1_000, 3_000)
BOARDS = 20
CLICKS = 6
MOVES = 8
_BUDGETED = 1_000  # open tickets for which there are budgets
_SHOWN = re.compile('"(patch|renew)"')  # the assignee's own board is read again as a whole

_WAIT = """(pk) => {
    const column = () => document.querySelector(`[data-pk="${pk}"]`)?.closest('[data-status]')?.dataset.status;
    const before = column();
    window.seen = new Promise((resolve) => {
        const look = () => column() && column() !== before ? resolve(Date.now()) : requestAnimationFrame(look);
        look();
    });
    return before;
}"""


async def measure(report: Report, postgres: str | None, tickets: int, sizes: tuple[int, ...] = SIZES) -> None:
    """All sizes, one portal after another, each with so many tickets or with some more than are open."""
    async with browser() as chromium:
        for size in sizes:
            async with served(postgres, max(tickets, size + 400), unfinished=size) as stage:
                await _measure(report, stage, chromium, size)


async def _measure(report: Report, stage: Stage, chromium: Browser, size: int) -> None:
    name, budgeted = f'board, {size:,} open tickets', size <= _BUDGETED
    async with AsyncExitStack() as stack:
        async with stage.client(stage.people.agents[0]) as client:
            report.add(f'{name}: HTML', len((await client.get('/board')).content) / 1024, 'KB')
        for seat in stage.people.agents[:3]:  # the first ones fill caches
            await stage.open(stack, seat, '/board')
        await stage.quiet()
        cpu, memory = stage.cpu, stage.memory
        bags = [await stage.open(stack, stage.people.agents[number % 18], '/board') for number in range(BOARDS)]
        await stage.quiet()
        report.add(f'{name}: CPU of opening one', (stage.cpu - cpu) / BOARDS, 'ms')
        budget = 1024 if budgeted else None
        report.add(f'{name}: memory of an open one', (stage.memory - memory) / BOARDS, 'KB', budget=budget)
        async with window(chromium, stage, stage.people.agents[18], '/') as page:
            waited, received = await _clicks(stage, page)
            report.add(f'{name}: click to content', waited, 'ms', budget=300 if budgeted else None)
            report.add(f'{name}: sent for a click', received / 1024, 'KB')
            await _moves(report, stage, page, bags, name)


async def _clicks(stage: Stage, page: Page) -> tuple[float, float]:
    taken, sizes = [], [0]

    def received(frame: str | bytes) -> None:
        sizes[-1] += len(frame.encode() if isinstance(frame, str) else frame)

    page.on('websocket', lambda socket: socket.on('framereceived', received))
    await page.reload()
    await page.wait_for_function('window.did_handshake === true')
    for _ in range(CLICKS + 1):
        await stage.quiet()
        sizes.append(0)
        taken.append(await click(page, '.frame-nav a[href="/board"]', '.board-card'))
        await stage.quiet()
        sizes.append(0)
        await click(page, '.frame-nav a[href="/"]', '.home')
    return median(taken[1:]), median(sizes[1::2])


async def _moves(report: Report, stage: Stage, page: Page, bags: list[Bag], name: str) -> None:
    await stage.quiet()
    await click(page, '.frame-nav a[href="/board"]', '.board-card')
    heard, painted, spent = [], [], []
    for _ in range(MOVES):
        await stage.quiet()
        standing = await page.evaluate(_WAIT, stage.people.urgent)
        before, begun = stage.cpu, time.time()
        arrivals = await _move(stage, bags, 'in_progress' if standing == 'pending' else 'pending')
        painted.append(await seen(page) - begun * 1000)
        heard += [(arrival - begun) * 1000 for arrival in arrivals]
        await stage.quiet()
        spent.append(stage.cpu - before)
    others = Times(heard)
    report.add(f'{name}: a move heard on {BOARDS} others', others.p50, 'ms', p95=others.p99, budget=100)
    mine = Times(painted)
    report.add(f'{name}: a move painted in a browser', mine.p50, 'ms', p95=mine.p99, budget=100)
    report.add(f'{name}: CPU of a move with {BOARDS + 4} open', Times(spent).p50, 'ms')


async def _move(stage: Stage, bags: list[Bag], to: str) -> list[float]:
    ticket = f'SPSUP-{stage.people.urgent}'
    arrivals = [bag.wait_for(lambda message: bool(_SHOWN.search(message)) and ticket in message) for bag in bags]
    async with stage.api() as client:
        (await client.post(f'tickets/{ticket}/transitions', json={'to': to})).raise_for_status()
    async with asyncio.timeout(PATIENCE):
        return list(await asyncio.gather(*arrivals))
