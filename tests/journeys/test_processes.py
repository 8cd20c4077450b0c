"""Two processes of the portal on one PostgreSQL behind nginx: people work on while one of them dies or is replaced."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import settled
from tests.journeys.conftest import ALICE, GEORGE, GRACE, settle_people
from tests.journeys.proxy import Proxy
from tests.journeys.server import Portal, free_port
from tests.postgres import execute, sibling

_LOST = ('ERR_', 'WebSocket', '_nicegui_ws', '502')  # what a browser says while a process is away


@dataclass
class Together:
    """Node 1 and node 2, and what stands before them."""

    nodes: tuple[Portal, Portal]
    proxy: Proxy

    @property
    def url(self) -> str:
        return self.proxy.url


@pytest_asyncio.fixture(loop_scope='session')
async def together(tmp_path, postgres_dsn, mailbox) -> AsyncIterator[Together]:
    execute(postgres_dsn, 'CREATE DATABASE portal_together')
    url, data = sibling(postgres_dsn, 'portal_together'), tmp_path / 'data'
    data.mkdir()
    await settle_people(data, PORTAL_DATABASE_URL=url)
    proxy = Proxy(tmp_path / 'nginx', free_port(), (ports := (free_port(), free_port())))
    shared = {
        'PORTAL_DATABASE_URL': url,
        'PORTAL_BASE_URL': proxy.url,
        'PORTAL_TRUSTED_PROXIES': '127.0.0.1',
        'PORTAL_SMTP_URL': mailbox.url,
    }
    one, two = (Portal(data, {**shared, 'PORTAL_NODE': str(n)}, port) for n, port in enumerate(ports, start=1))
    try:
        await asyncio.gather(one.start(), two.start())
        await proxy.start()
        yield Together((one, two), proxy)
        one.check_log()  # of both: they share the folder that it lies beside
    finally:
        proxy.stop()
        await one.stop()
        await two.stop()
        execute(postgres_dsn, 'DROP DATABASE portal_together WITH (FORCE)')


async def node_of(page: Page) -> str:
    """The process that serves the page."""
    return next(cookie['value'] for cookie in await page.context.cookies() if cookie['name'] == 'node')


async def bring(page: Page, node: str, path: str) -> Page:
    """Let that process serve the window from now on."""
    await page.context.add_cookies([{'name': 'node', 'value': node, 'domain': 'localhost', 'path': '/'}])
    await page.goto(path)
    await settled(page)
    assert await node_of(page) == node
    return page


def reply(page: Page) -> Locator:
    return page.locator('.reply').get_by_role('textbox')


async def test_what_happens_in_one_process_is_seen_in_the_other(together, visitor, mailbox):
    one, _ = together.nodes
    board = await bring(await visitor(GRACE, '/board', portal=together.proxy), '2', '/board')
    ticket = await one.file_bug(ALICE, 'Подано через первый процесс')
    await expect(board.locator('.board-card', has_text='Подано через первый процесс')).to_contain_text(ticket)
    here = f'/tickets/{ticket}'
    alice = await bring(await visitor(ALICE, here, portal=together.proxy), '1', here)
    await bring(await visitor(GEORGE, here, portal=together.proxy), '1', here)
    await expect(board.locator('.board-card-present')).to_have_attribute('title', re.compile('george'))
    await alice.locator('.composer input[type=file]').first.set_input_files(
        {'name': 'лог.txt', 'mimeType': 'text/plain', 'buffer': b'what happened'}
    )
    await expect(alice.locator('.upload.done')).to_have_count(1)
    grace = await bring(board, '2', here)
    await reply(alice).fill('Вот журнал')
    await reply(alice).press('Control+Enter')
    await expect(grace.locator('.comment', has_text='Вот журнал')).to_be_visible()
    link = grace.locator('.comment', has_text='Вот журнал').get_by_role('link', name='лог.txt')
    async with grace.expect_download() as coming:
        await link.click()
    assert await asyncio.to_thread(Path(await (await coming.value).path()).read_bytes) == b'what happened'
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    await one.move(GRACE, ticket, 'in_progress')
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    assert len(mailbox.to(ALICE)) == 2, 'each letter leaves once, whichever process sends it'


async def test_with_tls_before_the_portal_the_session_travels_by_tls_alone(together, visitor):
    grace = await visitor(GRACE, '/board', portal=together.proxy)
    session = next(cookie for cookie in await grace.context.cookies() if 'portal' in cookie['name'])
    assert (session['name'], session['secure'], session['httpOnly']) == ('__Host-portal', True, True)
    async with grace.expect_response('**/queue') as coming:
        await grace.goto('/queue')
    assert 'max-age=' in (await coming.value).headers['strict-transport-security']


async def test_pages_of_a_process_that_ends_come_back_on_the_other(together, visitor):
    one, two = together.nodes
    ticket = await one.file_bug(ALICE)
    here = f'/tickets/{ticket}'
    alice = await bring(await visitor(ALICE, here, portal=together.proxy), '1', here)
    grace = await bring(await visitor(GRACE, here, portal=together.proxy), '2', here)
    await reply(alice).press_sequentially('Начала писать и не')
    with visitor.tolerating(*_LOST):
        await one.stop(by=signal.SIGKILL)
        await moved(alice, to='2')
        await expect(reply(alice)).to_have_value('Начала писать и не')
        await reply(alice).press_sequentially(' забыла')
        await reply(alice).press('Control+Enter')
        await expect(grace.locator('.comment', has_text='Начала писать и не забыла')).to_be_visible()

        await one.start()
        await reply(grace).press_sequentially('Отвечаю')
        async with await two.api(GRACE) as agent:
            slow = asyncio.create_task(agent.post(f'{here[1:]}/attachments', **slow_upload()))
            await _uploading.wait()
            assert await two.stop(by=signal.SIGTERM) == 0
            assert (await slow).status_code == httpx.codes.CREATED, 'what was being answered is answered'
        await moved(grace, to='1')
        await expect(reply(grace)).to_have_value('Отвечаю')
        await reply(grace).press('Control+Enter')
        await moved(alice, to='1')
        await expect(alice.locator('.comment', has_text='Отвечаю')).to_be_visible()


async def moved(page: Page, *, to: str) -> None:
    """The window has come back by itself, served by that process."""
    async with asyncio.timeout(30):
        while await node_of(page) != to:  # noqa: ASYNC110 - the browser is another process
            await asyncio.sleep(0.05)
    await settled(page)


_uploading = asyncio.Event()


def slow_upload() -> dict[str, Any]:
    """A file whose second half comes a while after the first."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nfirst half, '
        _uploading.set()
        await asyncio.sleep(1.5)
        yield b'second half\r\n--x--\r\n'

    return {'content': pieces(), 'headers': {'Content-Type': 'multipart/form-data; boundary=x'}}
