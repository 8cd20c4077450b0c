"""Journeys: real people's ways through a portal that is served by a process of its own, seen by a real Chromium.

Every test in this folder carries the marker `browser` and runs in one event loop, that of the browser.
Alice and Bob are colleagues at «Ромашка», Charlie is of another company, Grace and George help, Mona leads.
"""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from models import Role
from services import people, tokens
from services.database import close_database, open_database
from services.migrations import migrate
from services.settings import settings
from tests.journeys.browser import ARGUMENTS, Visitors, chromium
from tests.journeys.mailbox import Mailbox, open_mailbox
from tests.journeys.server import PASSWORD, TOKENS, Portal

ALICE, BOB = 'alice@romashka.test', 'bob@romashka.test'
CHARLIE = 'charlie@lutik.test'
GRACE, GEORGE = 'grace@smartplayer.test', 'george@smartplayer.test'
MONA = 'mona@smartplayer.test'
PEOPLE = (
    (ALICE, 'customer', 'Ромашка'),
    (BOB, 'customer', 'Ромашка'),
    (CHARLIE, 'customer', 'Лютик'),
    (GRACE, 'agent', ''),
    (GEORGE, 'agent', ''),
    (MONA, 'admin', ''),
)

StartPortal = Callable[..., Awaitable[Portal]]
_outcome = pytest.StashKey[bool]()


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Give every journey its marker and the browser's event loop."""
    if isinstance(collector, pytest.Module) and Path(__file__).parent in collector.path.parents:
        collector.add_marker(pytest.mark.browser)
        collector.add_marker(pytest.mark.asyncio(loop_scope='session'))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Remember whether the test failed, for what is shown when its fixtures end."""
    report = yield
    if report.failed:
        item.stash[_outcome] = False
    return report


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all journeys; each visitor gets a context of their own."""
    program = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope='session')
async def mailbox() -> AsyncIterator[Mailbox]:
    """Where the portal's e-mails arrive: `letter = await mailbox.wait_for(to=ALICE, subject_contains='SPSUP-1')`."""
    async with open_mailbox() as mailbox:
        yield mailbox


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def people_folder(tmp_path_factory) -> Path:
    """A data folder with the six people of PEOPLE and a token for each; portals get copies."""
    folder = tmp_path_factory.mktemp('people') / 'data'
    await settle_people(folder)
    return folder


async def settle_people(folder: Path, **settings_of_theirs: str) -> None:
    """Put the six people into an empty database, and their tokens into the data folder."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {'PORTAL_DATA_DIR': str(folder), **settings_of_theirs}.items():
            environment.setenv(name, value)
        settings.cache_clear()
        await migrate(settings().database)
        await open_database(settings().database)
        try:
            issued = {email: await _settle_in(email, Role(role), company) for email, role, company in PEOPLE}
        finally:
            await close_database()
            settings.cache_clear()
    (folder / TOKENS).write_text(json.dumps(issued))


async def _settle_in(email: str, role: Role, company: str) -> str:
    await people.create_user(email, role=role, company_name=company or None, password=PASSWORD)
    return await tokens.create_for(email, 'tests')


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def demo_folder(tmp_path_factory) -> Path:
    """A data folder with the demo's content, made once by `main.py demo`; portals get copies."""
    master = Portal(tmp_path_factory.mktemp('demo') / 'data')
    await master.start('demo')
    await master.stop()
    return master.data


@pytest_asyncio.fixture(loop_scope='session')
async def start_portal(request, tmp_path, mailbox) -> AsyncIterator[StartPortal]:
    """Serve portals: `await start_portal(folder, PORTAL_RATING_DELAY='2s')`; without a folder one with nobody in it."""
    portals: list[Portal] = []

    async def start(folder: Path | None = None, **environment: str) -> Portal:
        data = tmp_path / f'portal-{len(portals) + 1}'
        if folder is not None:
            shutil.copytree(folder, data)
        portal = Portal(data, {'PORTAL_SMTP_URL': mailbox.url, **environment})
        portals.append(portal)
        try:
            await portal.start()
        except AssertionError:
            portal.trouble_expected = True  # it says so itself
            raise
        return portal

    yield start
    for portal in portals:
        await portal.stop()
        if not request.node.stash.get(_outcome, True):
            print(f'\n--- what {portal.url} said ---\n{portal.log}')
    for portal in portals:
        portal.check_log()


@pytest_asyncio.fixture(loop_scope='session')
async def portal(request, start_portal, people_folder) -> Portal:
    """A served portal with six people and no ticket, set by `@pytest.mark.portal(PORTAL_RATING_DELAY='2s')`."""
    wanted = request.node.get_closest_marker('portal')
    return await start_portal(people_folder, **(wanted.kwargs if wanted else {}))


@pytest_asyncio.fixture(loop_scope='session')
async def demo_portal(start_portal, demo_folder) -> Portal:
    """A served portal with the demo's people and tickets."""
    return await start_portal(demo_folder)


@pytest_asyncio.fixture(loop_scope='session')
async def visitor(request, browser, tmp_path) -> AsyncIterator[Visitors]:
    """Windows of people: `alice = await visitor(ALICE, '/tickets', width=390, dark=True)`. Ask for the portal first."""
    name = next((name for name in ('portal', 'demo_portal') if name in request.fixturenames), None)
    visitors = Visitors(browser, request.getfixturevalue(name) if name else None)
    yield visitors
    for number, page in enumerate(visitors.pages, start=1):
        if not request.node.stash.get(_outcome, True) and not page.is_closed():
            picture = tmp_path / f'window-{number}.png'
            await page.screenshot(path=picture, full_page=True)
            print(f'window {number} at {page.url} looked like {picture}')
        await page.context.close()
    visitors.check()
