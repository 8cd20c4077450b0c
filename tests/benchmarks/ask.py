"""What questions in any words cost, and how many are answered rightly: few tickets against many, and the demo."""

import random
from collections.abc import Awaitable
from itertools import count
from statistics import fmean
from unittest.mock import patch

from playwright.async_api import Page

from models import User
from services import tickets
from services.database import close_database, open_database
from services.demo.material import make_file
from services.demo.story import tell
from services.desk.filters import DeskFilter
from services.desk.queue import queue
from services.forms import store
from services.search import answers, upkeep
from services.tickets import ListFilter
from tests.benchmarks.data import Population, unfinished_of
from tests.benchmarks.figures import Report, Times, timed
from tests.benchmarks.stage import browser, empty, filled
from tests.journeys.browser import settled
from tests.journeys.server import BUG, Portal
from tests.people import actor_of, make_session
from tests.questions import PARTS, PEOPLE, score, unanswered

TIMES = 40
BUDGETS = {1_000: 50, 100_000: 50, 1_000_000: 150}  # milliseconds by tickets, for 95 % of the questions
FILING = 2  # milliseconds that the index may add to filing
SEEN = 100  # milliseconds from the last key to the answer
QUESTIONS = {
    'the good': 'Добрый день, вы не подскажете как обстоят дела по проблеме SPSUP-1503?',
    'the bad': 'Здравствуйте, что там с ошибкой по Samsung-ам?',
}
_WATCH = """(id) => {
    window.painted = 0;
    document.querySelector('.ask-field').onkeydown = () => (window.pressed = performance.now());
    const look = () => document.querySelector('.ask .answer-id')?.textContent === id
        ? requestAnimationFrame(() => (window.painted = performance.now())) : requestAnimationFrame(look);
    requestAnimationFrame(look);
}"""
_COMMON = ('экран', 'плеер', 'ошибка', 'после обновления', 'ролик витрина', 'сервер', 'лицензия монитор')
_ODD = ('ашибка плэера', 'hjkbr dbnhbyf', 'pleer posle obnovleniya', 'монетор касса', 'купить слона', 'zzzqqq')


async def measure(report: Report, postgres: str | None, few: int, many: int) -> None:
    """The share of good answers on the demo, then times with few and with many tickets."""
    await _quality(report, postgres)
    for number in (few, many):
        async with filled(postgres, number, unfinished=unfinished_of(few)) as (people, _, _):
            await _times(report, people, number)
            await _lists(report, people, number)
            await _filing(report, people, number)


async def _quality(report: Report, postgres: str | None) -> None:
    async with empty(postgres) as (folder, url):
        await store.publish_catalogue()
        await tell(make_file)
        actors = {key: await actor_of(await User.get(email=email)) for key, email in PEOPLE.items()}
        for part in PARTS:
            found = await score(part, actors)
            report.add(f'{found.asked} questions ({part}): the right ticket first', found.first * 100, '%')
            report.add(f'… among the first three ({part})', found.three * 100, '%')
            report.add(f'… sure of one, and wrong ({part})', found.sure_and_wrong, 'questions')
        report.add('questions about no ticket that say so', await unanswered(actors) * 100, '%')
        cookie, _ = await make_session(await User.get(email=PEOPLE['anna']))
        await close_database()
        await _seen(report, Portal(folder, {'PORTAL_DATABASE_URL': url}), cookie)
        await open_database(url)


async def _seen(report: Report, portal: Portal, cookie: str) -> None:
    """How long after the last key the answer to the two questions is painted."""
    await portal.start()
    try:
        async with browser() as started:
            context = await started.new_context(base_url=portal.url, viewport={'width': 1440, 'height': 900})
            await context.add_cookies([{'name': 'portal', 'value': cookie, 'url': portal.url}])
            page = await context.new_page()
            await page.goto('/')
            await settled(page)
            for name, question in QUESTIONS.items():
                times = Times([await _last_key_to_paint(page, question) for _ in range(TIMES // 2)][1:])
                report.add(
                    f'{name} question: last key to the card painted', times.p50, 'ms', budget=SEEN, p95=times.p95
                )
    finally:
        await portal.stop()


async def _last_key_to_paint(page: Page, question: str) -> float:
    field = page.locator('.ask-field')
    await field.fill('')
    await page.evaluate(_WATCH, 'SPSUP-1503')
    await field.press_sequentially(question)
    await page.wait_for_function('window.painted > 0')
    return max(0.0, float(await page.evaluate('window.painted - window.pressed')))


async def _times(report: Report, people: Population, number: int) -> None:
    chance = random.Random(5)  # noqa: S311 - the same questions each time
    budget = next((budget for size, budget in BUDGETS.items() if number <= size), None)
    agent, customer = people.agents[0].actor, people.colleagues[0].actor
    rare = [f'меню {chance.randrange(1, number)}' for _ in range(4)]
    for who, actor in (('agent', agent), ('customer', customer)):
        asked = []
        for text in (*_COMMON, *_ODD, *rare, f'что с SPSUP-{number // 2}?'):
            asked.append(await timed(lambda text=text, actor=actor: answers.ask(actor, text), 5))  # type: ignore[misc]
        times = Times([each for one in asked for each in one.taken])
        cpu = fmean(one.cpu or 0 for one in asked)
        report.add(f'question, {who}, {number:,} tickets', times.p50, 'ms', p95=times.p95, cpu=cpu)
        report.add(f'… 95 % of them, {who}, {number:,} tickets', times.p95, 'ms', budget=budget)


async def _lists(report: Report, people: Population, number: int) -> None:
    actor = people.agents[0].actor
    for name, text in (('a common', 'экран'), ('a rare', people.rare)):
        listed = await timed(lambda text=text: tickets.list_tickets(actor, ListFilter(text=text)), TIMES)  # type: ignore[misc]
        queued = await timed(lambda text=text: queue(actor, DeskFilter(text=text)), TIMES)  # type: ignore[misc]
        report.add(f'list by {name} word, {number:,} tickets', listed.p50, 'ms', p95=listed.p95, cpu=listed.cpu)
        report.add(f'queue by {name} word, {number:,} tickets', queued.p50, 'ms', p95=queued.p95, cpu=queued.cpu)


async def _filing(report: Report, people: Population, number: int) -> None:
    keys = count()

    def file() -> Awaitable[object]:
        answered = BUG | {'subject': 'Экран гаснет после обновления'}
        return tickets.file(people.agents[0].actor, 'bug', answered, submission_key=f'ask-{next(keys)}')

    async def nothing(*_: object, **__: object) -> None: ...

    whole = await timed(file, TIMES)
    with patch.object(upkeep, 'keep', nothing):
        bare = await timed(file, TIMES)
    report.add(f'filing costs more by the index, {number:,} tickets', whole.fastest - bare.fastest, 'ms', budget=FILING)
