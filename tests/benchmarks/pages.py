"""What pages cost: bytes, elements, the server's CPU, click to content, and the first answer after a start."""

from contextlib import AsyncExitStack
from statistics import median

import httpx
from playwright.async_api import Page

from tests.benchmarks.bare import bare
from tests.benchmarks.data import COMMENTS, Seat
from tests.benchmarks.figures import Report
from tests.benchmarks.stage import Stage, browser, click, served, subtree, window
from tests.journeys.wire import open_page

TIMES = 7
VISITS = 20
_TICKET_ELEMENTS = 61  # sixty of the page's fixed parts, one for the conversation


async def measure(report: Report, postgres: str | None, tickets: int) -> None:
    """Everything about single pages of a portal with so many tickets."""
    async with bare() as empty:
        least = await empty.page_cpu()
    async with served(postgres, tickets) as stage:
        report.add('cold start to the first answered page', stage.cold_start, 's', budget=3)
        await _plain(report, stage)
        await _ticket(report, stage, least)


async def _plain(report: Report, stage: Stage) -> None:
    async with httpx.AsyncClient(base_url=stage.portal.url, timeout=30, headers={'Accept': 'text/html'}) as visitor:
        for name, path in (('sign-in page', '/login'), ('rating page', stage.people.rating_path)):
            answer = await visitor.get(path)
            answer.raise_for_status()
            report.add(f'{name}, HTML', len(answer.content) / 1024, 'KB', budget=30)
            report.add(f'{name}, scripts in it', answer.text.count('<script'), '', budget=0)


async def _ticket(report: Report, stage: Stage, least: float) -> None:
    ticket = f'SPSUP-{stage.people.discussed}'
    for name, seat in (('customer', stage.people.colleagues[0]), ('agent', stage.people.agents[0])):
        async with stage.client(seat) as client:
            built = await open_page(client, f'/tickets/{ticket}')
            whose = f'ticket with {COMMENTS} comments, {name}'
            report.add(f'{whose}: elements', subtree(built, 'ticket'), '', budget=_TICKET_ELEMENTS)
            report.add(f'{whose}: elements of the frame', len(built.elements) - subtree(built, 'ticket'), '')
        spent = await page_cpu(stage, seat, f'/tickets/{ticket}')
        report.add(f'{whose}: CPU of the whole page (an empty one of NiceGUI)', spent, 'ms', bare=least)
    await stage.quiet()
    async with browser() as chromium, window(chromium, stage, stage.people.colleagues[0], '/tickets') as page:
        waited, spent = await _clicks(page, stage, ticket)
    report.add(f'ticket with {COMMENTS} comments: click to content', waited, 'ms', budget=100)
    report.add(f'ticket with {COMMENTS} comments: CPU of a click and back', spent, 'ms')


async def _clicks(page: Page, stage: Stage, ticket: str) -> tuple[float, float]:
    link, taken = f'.ticket-row a[href="/tickets/{ticket}"]', []
    await page.wait_for_selector(link)
    before = stage.cpu
    for _ in range(TIMES + 1):
        taken.append(await click(page, link, '.conversation .comment', COMMENTS))
        await stage.quiet()
        await click(page, '.frame-nav a[href="/tickets"]', link)
        await stage.quiet()
    return median(taken[1:]), (stage.cpu - before) / len(taken)


async def page_cpu(stage: Stage, seat: Seat, path: str) -> float:
    """Milliseconds of the server's CPU for a page with its first HTML, over some visits."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(stage.client(seat))
        await client.get(path)
        await stage.quiet()
        before = stage.cpu
        for _ in range(VISITS):
            (await client.get(path)).raise_for_status()
        return (stage.cpu - before) / VISITS
