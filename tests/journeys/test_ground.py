"""The ground that every journey stands on: the portal starts, asks who one is, keeps what it knows, and stops."""

import signal

import httpx
import pytest
from playwright.async_api import expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, BOB, GRACE, MONA

PLACES = ((ALICE, '/'), (ALICE, '/tickets'), (ALICE, '/requests/bug/new'), (GRACE, '/board'), (MONA, '/admin/people'))


@pytest.mark.parametrize('email, path', PLACES)
async def test_whoever_opens_an_address_is_asked_to_sign_in_and_lands_there(portal, visitor, email, path):
    page = await visitor(email, path)
    await expect(page.locator('main')).to_be_visible()
    assert page.url == portal.url + path


@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
@pytest.mark.parametrize('width', [390, 1440])
async def test_the_first_pages_have_no_barriers(portal, visitor, width, dark):
    stranger = await visitor(None, '/login', width=width, dark=dark)
    await axe(stranger)
    alice = await visitor(ALICE, '/', width=width, dark=dark)
    await expect(alice.locator('main')).to_be_visible()
    await axe(alice)


@pytest.mark.parametrize('end', [signal.SIGTERM, signal.SIGKILL], ids=['stopped', 'killed'])
async def test_a_restart_keeps_people_and_their_sessions(portal, visitor, end):
    alice = await visitor(ALICE, '/tickets')
    with visitor.tolerating('ERR_CONNECTION_', 'WebSocket connection'):
        await portal.restart(end)
        await alice.goto('/tickets')
    assert alice.url == f'{portal.url}/tickets'


async def test_health_needs_no_sign_in_and_an_unknown_address_tells_a_stranger_nothing(portal):
    async with httpx.AsyncClient(base_url=portal.url) as stranger:
        assert (await stranger.get('/healthz')).status_code == httpx.codes.OK
        assert (await stranger.get('/readyz')).status_code == httpx.codes.OK
        assert (await stranger.get('/tickets/SPSUP-1')).headers['location'].startswith('/login?next=')


async def test_the_same_portal_stands_on_postgres(postgres_url, start_portal, visitor):
    portal = await start_portal(PORTAL_DATABASE_URL=postgres_url)
    await portal.create_user(MONA, role='admin')
    mona = await visitor(MONA, '/tickets', portal=portal)
    assert mona.url == f'{portal.url}/tickets'
    assert not list(portal.data.glob('*.sqlite3'))


async def test_people_ask_and_are_answered_by_the_rest_api_too(portal):
    ticket = await portal.file_bug(ALICE, 'Экран мигает')
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте, пожалуйста, на версии 2.14.2.')
    await portal.comment(ALICE, ticket, 'Проверю завтра.')
    async with await portal.api(BOB) as bob:
        assert (await bob.get(f'tickets/{ticket}')).status_code == httpx.codes.NOT_FOUND
    async with await portal.api(ALICE) as alice:
        answer = (await alice.get(f'tickets/{ticket}')).json()
    assert (answer['subject'], answer['status']) == ('Экран мигает', 'awaiting_feedback')
