"""What the dashboards and their pages cost when three fifths of all tickets are rated, over all the past and lately."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from playwright.async_api import Browser, Page

from services.actor import Actor
from services.database import connection
from services.figures.board_then import board_then
from services.figures.flow import flow
from services.figures.ratings import rating_figures
from services.figures.wanted import Wanted
from tests.benchmarks.data import Seat, unfinished_of
from tests.benchmarks.figures import Report, Times, timed
from tests.benchmarks.stage import Stage, browser, click, filled, serving, window

BUDGET = 300  # ms, for the figures and for the answer with their page
RATED = 3 / 5  # of all tickets
TIMES = 12
ZONE = 'Europe/Moscow'
PAGES = {'ratings': '/admin', 'flow': '/admin/flow'}

_DRAWN = '.chart[data-drawn]'
_LINK = "(path) => document.body.insertAdjacentHTML('beforeend', `<a id=asked href='${path}'></a>`)"

_STARS = (
    'CASE WHEN number % 20 < 12 THEN 5 WHEN number % 20 < 16 THEN 4 WHEN number % 20 < 18 THEN 3 '
    'ELSE number % 2 + 1 END'
)
_RATE = (
    'INSERT INTO rating (ticket_id, done_event_id, rater_id, asked_at, opened_at, rated_at, stars, comment) '
    'SELECT id, last_event_id, requester_id, done_at, done_at, done_at, {stars}, CASE WHEN number % 7 = 0 '
    "THEN 'Спасибо' ELSE '' END FROM ticket WHERE status = 'done' AND number > 1 ORDER BY id LIMIT {rated}",
    'INSERT INTO rating (ticket_id, done_event_id, rater_id, asked_at, comment) '
    "SELECT id, last_event_id, requester_id, done_at, '' FROM ticket WHERE status = 'done' AND number > 1 "
    'AND id NOT IN (SELECT ticket_id FROM rating)',
    'UPDATE ticket SET stars = {stars}, rated_at = done_at '
    'WHERE id IN (SELECT ticket_id FROM rating WHERE stars IS NOT NULL)',
    "UPDATE ticket SET closed_by = CASE number % 3 WHEN 0 THEN 'silence' WHEN 1 THEN 'customer' ELSE 'staff' END, "
    "reopenings = CASE WHEN number % 11 = 0 THEN 1 ELSE 0 END WHERE status = 'done'",
    'VACUUM',
    'ANALYZE',
)


async def measure(report: Report, postgres: str | None, many: int) -> None:
    """Each page's figures as the head of support and as an agent asks for them, then the pages themselves."""
    async with filled(postgres, many, unfinished=unfinished_of(many)) as (people, folder, url):
        for statement in _RATE:
            await connection().execute_script(
                statement.replace('{stars}', _STARS).replace('{rated}', str(int(many * RATED)))
            )
        head, agent = people.agents[-1].actor, people.agents[0].actor
        for name, call in _calls(head, agent).items():
            times = await timed(call, TIMES)
            report.add(f'{name}, {many:,} tickets', times.p50, 'ms', p95=times.p95, cpu=times.cpu, budget=BUDGET)
        async with serving(people, folder, url) as stage, browser() as chromium:
            await _pages(report, stage, chromium, many)


def _calls(head: Actor, agent: Actor) -> dict[str, Callable[[], Awaitable[object]]]:
    today, ever = datetime.now(UTC).date(), _two_years()

    def wanted(**parameters: str) -> Wanted:
        return Wanted.from_parameters(parameters, ZONE)

    return {
        'ratings of 30 days': lambda: rating_figures(head, wanted()),
        'ratings of two years': lambda: rating_figures(head, wanted(**ever)),
        'ratings of two years, one company': lambda: rating_figures(head, wanted(**ever, company='7')),
        'ratings of two years, one agent': lambda: rating_figures(head, wanted(**ever, assignee='3')),
        'ratings of two years, one impact': lambda: rating_figures(head, wanted(**ever, impact='medium')),
        "ratings of a year, an agent's own": lambda: rating_figures(agent, wanted(period='365d')),
        'flow of 30 days': lambda: flow(head, wanted()),
        'flow of two years': lambda: flow(head, wanted(**ever)),
        'flow of two years, one company': lambda: flow(head, wanted(**ever, company='7')),
        'flow of two years, one agent': lambda: flow(head, wanted(**ever, assignee='3')),
        'flow of two years, one impact': lambda: flow(head, wanted(**ever, impact='medium')),
        'the board 30 days ago': lambda: board_then(head, today - timedelta(days=30), ZONE),
        'the board a year ago': lambda: board_then(head, today - timedelta(days=365), ZONE),
    }


def _two_years() -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {
        'period': 'own',
        'from': (today - timedelta(days=729)).isoformat(),
        'to': today.isoformat(),
        'by': 'week',
    }


async def _pages(report: Report, stage: Stage, chromium: Browser, many: int) -> None:
    """How soon the server answers with a dashboard's page, and how long after a click all its charts are drawn."""
    head = stage.people.agents[-1]
    for page, place in PAGES.items():
        for period, parameters in _asked().items():
            path = f'{place}?{urlencode(parameters)}'.removesuffix('?')
            name = f'page of the {page} of {period}, {many:,} tickets'
            times = await _answered(stage, head, path)
            report.add(f'{name}: answered', times.p50, 'ms', p95=times.p95, cpu=times.cpu, budget=BUDGET)
            async with window(chromium, stage, head, '/') as opened:
                times = await _clicked(stage, opened, path)
            report.add(f'{name}: click to its charts', times.p50, 'ms', p95=times.p95)


def _asked() -> dict[str, dict[str, str]]:
    ever = _two_years()
    return {'30 days': {}, 'two years': ever, 'two years, one impact': {**ever, 'impact': 'medium'}}


async def _answered(stage: Stage, seat: Seat, path: str) -> Times:
    taken, spent = [], 0.0
    async with stage.client(seat) as client:
        await client.get(path)
        for _ in range(TIMES):
            await stage.quiet()
            before, begun = stage.cpu, time.perf_counter()
            (await client.get(path)).raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
            spent += stage.cpu - before
    return Times(taken, spent / TIMES)


async def _clicked(stage: Stage, page: Page, path: str) -> Times:
    await page.evaluate(_LINK, path)
    await click(page, '#asked', _DRAWN)
    await stage.quiet()
    charts, taken = await page.locator(_DRAWN).count(), []
    for _ in range(TIMES):
        await click(page, '.frame-nav a[href="/"]', '.home')
        await stage.quiet()
        taken.append(await click(page, '#asked', _DRAWN, charts))
        await stage.quiet()
    return Times(taken)
