"""How soon a change is seen on other open pages, what telling them costs the server, and what an open page costs."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from playwright.async_api import Page

from tests.benchmarks.bare import Raw, bare
from tests.benchmarks.data import Seat
from tests.benchmarks.figures import Report, Times
from tests.benchmarks.stage import PATIENCE, Bag, Stage, browser, seen, served, window

CROWDS = (1, 50, 200, 500)
OTHERS = 200  # pages of other tickets
CHANGES = 8

_WAIT = """(text) => { window.seen = new Promise((resolve) => {
    const look = () => document.querySelector('.conversation')?.textContent.includes(text)
        ? resolve(Date.now()) : requestAnimationFrame(look);
    look();
}); }"""


async def measure(report: Report, postgres: str | None, tickets: int) -> None:
    """Comments, seen by everybody who has that ticket open, and beside pages that have others open."""
    async with bare() as empty:
        raw = {crowd: await empty.told(crowd) for crowd in CROWDS}
    async with served(postgres, tickets) as stage, browser() as chromium:
        talked = stage.people.others[0]
        path, seats = f'/tickets/SPSUP-{talked}', stage.people.agents[:10]
        async with window(chromium, stage, stage.people.agents[10], path) as page:
            await stage.quiet()
            memory = stage.memory
            for crowd in CROWDS:
                async with _crowd(stage, [(seats[number % len(seats)], path) for number in range(crowd)]) as bags:
                    if crowd == CROWDS[-1]:  # the earlier ones are gone by then, and what they took is used again
                        await stage.quiet()
                        report.add(
                            'memory of an open ticket page (an empty one of NiceGUI)',
                            (stage.memory - memory) / crowd,
                            'KB',
                            bare=raw[crowd].memory,
                        )
                    await _talk(report, stage, page, bags, f'{crowd} pages of the changed ticket', raw=raw[crowd])
            others = [f'/tickets/SPSUP-{number}' for number in stage.people.others[1:]]
            places = [(seats[number % len(seats)], others[number % len(others)]) for number in range(OTHERS)]
            async with _crowd(stage, places):
                await _talk(report, stage, page, [], f'{OTHERS} pages of other tickets')


@asynccontextmanager
async def _crowd(stage: Stage, places: list[tuple[Seat, str]]) -> Any:
    async with AsyncExitStack() as stack:
        yield [await stage.open(stack, seat, path) for seat, path in places]


async def _talk(
    report: Report, stage: Stage, page: Page, bags: list[Bag], where: str, *, raw: Raw | None = None
) -> None:
    heard, painted, spent = [], [], []
    for number in range(CHANGES):
        word = f'примета-{len(bags)}-{number}-{time.time_ns()}'
        await page.evaluate(_WAIT, word)
        await stage.quiet()
        before, begun = stage.cpu, time.time()
        arrivals = await _say(stage, word, bags)
        painted.append(await seen(page) - begun * 1000)
        heard += [(arrival - begun) * 1000 for arrival in arrivals]
        await stage.quiet()
        spent.append(stage.cpu - before)
    if heard:
        times = Times(heard)
        bare_ms = raw.heard.p50 if raw else None
        report.add(f'a comment heard on {where}', times.p50, 'ms', p95=times.p99, bare=bare_ms, budget=100)
    times = Times(painted)
    report.add(f'a comment painted in a browser beside {where}', times.p50, 'ms', p95=times.p99, budget=100)
    report.add(f'CPU of one comment, {where}', Times(spent).p50, 'ms', bare=raw.cpu if raw else None)


async def _say(stage: Stage, word: str, bags: list[Bag]) -> list[float]:
    arrivals = [bag.wait_for(_contains(word)) for bag in bags]
    async with stage.api() as client:
        path = f'tickets/SPSUP-{stage.people.others[0]}/comments'
        (await client.post(path, json={'body': f'Смотрим: {word}'})).raise_for_status()
    async with asyncio.timeout(PATIENCE):
        return list(await asyncio.gather(*arrivals))


def _contains(*words: str) -> Callable[[str], bool]:
    return lambda message: all(word in message for word in words)
