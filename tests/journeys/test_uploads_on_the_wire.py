"""Uploads by somebody who is no browser: cut off, endless, lying about their size, without a session."""

import asyncio
import sqlite3
from contextlib import closing
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import pytest_asyncio

from tests.journeys.conftest import ALICE
from tests.journeys.server import PASSWORD, Portal

PLACE = '/files?place=request:bug'
MB = 1024 * 1024


@pytest_asyncio.fixture(loop_scope='session')
async def cookie(portal) -> str:
    """Alice's session as a header's value."""
    async with httpx.AsyncClient(base_url=portal.url, headers={'Origin': portal.url}) as browser:
        answer = await browser.post('/login', data={'email': ALICE, 'password': PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER
        return '; '.join(f'{name}={value}' for name, value in browser.cookies.items())


def rows(portal: Portal) -> int:
    with closing(sqlite3.connect(f'file:{portal.data}/portal.sqlite3?mode=ro', uri=True)) as database:
        return int(database.execute('SELECT count(*) FROM attachment').fetchone()[0])


def on_disk(portal: Portal) -> list[str]:
    return [path.name for path in (portal.data / 'files').rglob('*') if path.is_file()]


async def raw(portal: Portal, cookie: str, *headers: str, body: bytes = b'', path: str = PLACE) -> tuple[int, bool]:
    """Send exactly this; the status of the answer (0 for none), and whether all of the body was taken."""
    address = urlsplit(portal.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = [f'POST {path} HTTP/1.1', f'Host: {address.netloc}', f'Origin: {portal.url}', f'Cookie: {cookie}', *headers]
    writer.write('\r\n'.join([*head, 'X-File-Name: a.bin', '', '']).encode() + body)
    try:
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), 10)
        taken = True
    except (ConnectionError, TimeoutError):
        line, taken = b'', False
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0, taken


async def test_uploads_that_break_off_leave_nothing(portal, cookie):
    address = urlsplit(portal.url)
    for _ in range(30):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f'POST {PLACE} HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {portal.url}\r\nCookie: {cookie}\r\n'
        writer.write(f'{head}X-File-Name: a\r\nContent-Length: {4 * MB}\r\n\r\n'.encode() + b'x' * 2 * MB)
        await writer.drain()
        writer.transport.abort()
    async with asyncio.timeout(20):
        while on_disk(portal):  # noqa: ASYNC110 - another process, which cannot set an Event
            await asyncio.sleep(0.1)
    assert rows(portal) == 0


async def test_an_announced_size_is_believed_only_when_it_is_too_large(portal, cookie):
    assert (await raw(portal, cookie, f'Content-Length: {2**40}'))[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert (await raw(portal, cookie, 'Content-Length: 3', body=b'abc'))[0] == HTTPStatus.CREATED
    assert (await raw(portal, cookie, 'Content-Length: minus'))[0] == HTTPStatus.BAD_REQUEST
    assert rows(portal) == 1


async def test_an_endless_upload_is_cut_at_the_limit_and_a_strangers_at_once(portal, cookie):
    async def endless():
        while True:
            yield b'x' * MB

    headers = {'Origin': portal.url, 'X-File-Name': 'a'}
    async with httpx.AsyncClient(base_url=portal.url, timeout=60) as client:
        for more, status in (({'Cookie': cookie}, 413), ({}, 401)):
            try:
                answer = await client.post(PLACE, content=endless(), headers=headers | more)
                assert answer.status_code == status
            except httpx.TransportError:
                pass  # the portal hung up while we were still talking
    assert on_disk(portal) == []
    assert rows(portal) == 0


async def test_nobody_and_no_other_site_uploads_and_nicegui_takes_nothing(portal, cookie):
    ours = {'Origin': portal.url, 'X-File-Name': 'a'}
    async with httpx.AsyncClient(base_url=portal.url) as client:
        assert (await client.post(PLACE, content=b'x', headers=ours)).status_code == HTTPStatus.UNAUTHORIZED
        for origin in ('https://evil.example', 'null'):
            headers = ours | {'Origin': origin, 'Cookie': cookie}
            assert (await client.post(PLACE, content=b'x', headers=headers)).status_code == HTTPStatus.FORBIDDEN
        direct = await client.post('/_nicegui/client/x/upload/1', content=b'x', headers=ours | {'Cookie': cookie})
        assert direct.status_code == HTTPStatus.NOT_FOUND
        foreign = await client.post('/files?place=comment:1', content=b'x', headers=ours | {'Cookie': cookie})
        assert foreign.status_code == HTTPStatus.NOT_FOUND
    assert rows(portal) == 0
