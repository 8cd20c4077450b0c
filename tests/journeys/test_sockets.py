"""What a socket may say: for the page of its own session, while that counts, and not without end."""

import asyncio
import contextlib
import json

import aiohttp
import pytest
import socketio

from tests.journeys.conftest import ALICE, GRACE, MONA
from tests.journeys.wire import OpenPage, open_page, signed_in, socket

Refused = socketio.exceptions.ConnectionError
LABEL = 'Комментарии и файлы'  # a checkbox of the profile that is stored at once


def tick(page: OpenPage, value: bool) -> dict[str, object]:
    return page.event(page.find(kind='check', label=LABEL), 'change', value)


async def is_ticked(client) -> bool:
    page = await open_page(client, '/profile')
    return bool(page.elements[str(page.find(kind='check', label=LABEL))]['props']['value'])


async def eventually(condition) -> None:
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - the portal is another process
            await asyncio.sleep(0.05)


async def gone(client: socketio.AsyncClient, seconds: float = 2) -> None:
    async with asyncio.timeout(seconds):
        while client.connected:  # noqa: ASYNC110 - the portal is another process
            await asyncio.sleep(0.02)


async def test_the_owner_of_a_page_is_heard(portal):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        async with socket(portal, page.client_id, cookie=grace.cookies['portal']) as wire:
            await wire.emit('event', tick(page, False))

            async def stored() -> bool:
                return not await is_ticked(grace)

            await eventually(stored)


@pytest.mark.parametrize('transport', ['websocket', 'polling'])
@pytest.mark.parametrize('origin', ['https://evil.example', 'null', None])
async def test_another_site_opens_no_socket(portal, origin, transport):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        with pytest.raises(Refused):
            async with socket(
                portal, page.client_id, cookie=grace.cookies['portal'], origin=origin, transport=transport
            ):
                pass
        headers = {'Origin': 'https://evil.example', 'Cookie': f'portal={grace.cookies["portal"]}'}
        answer = await grace.get('/_nicegui_ws/socket.io/?EIO=4&transport=polling', headers=headers)
        assert answer.status_code == 403
        assert 'access-control-allow-origin' not in answer.headers


@pytest.mark.parametrize('transport', ['websocket', 'polling'])
async def test_a_page_is_for_the_session_that_opened_it(portal, transport):
    async with signed_in(portal, GRACE) as grace, signed_in(portal, ALICE) as alice:
        page = await open_page(grace, '/profile')
        hers = grace.cookies['portal']
        for cookie in (None, 'A' * 43, alice.cookies['portal']):
            with pytest.raises(Refused):
                async with socket(portal, page.client_id, cookie=cookie, transport=transport):
                    pass
        async with signed_in(portal, GRACE) as elsewhere:  # herself, but in another browser
            with pytest.raises(Refused):
                async with socket(portal, page.client_id, cookie=elsewhere.cookies['portal'], transport=transport):
                    pass
        async with socket(portal, page.client_id, cookie=hers) as wire:
            assert wire.connected
        await grace.post('/logout')
        with pytest.raises(Refused):
            async with socket(portal, page.client_id, cookie=hers, transport=transport):
                pass


async def test_where_websockets_are_blocked_polling_does(portal):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        query = f'client_id={page.client_id}&tab_id=t&document_id=d&next_message_id=0&implicit_handshake=true'
        path = f'/_nicegui_ws/socket.io/?{query}&EIO=4&transport=polling'
        own = {'Sec-Fetch-Site': 'same-origin'}  # all that browsers say with a GET
        opened = await grace.get(path, headers=own)
        path += f'&sid={json.loads(opened.text[1:])["sid"]}'
        assert (await grace.post(path, content='40', headers={'Origin': portal.url})).text == 'OK'
        assert (await grace.get(path, headers=own)).text.startswith('40{')


async def test_nobody_speaks_for_somebody_elses_page(portal):
    async with signed_in(portal, GRACE) as grace, signed_in(portal, ALICE) as alice:
        hers, own = await open_page(grace, '/profile'), await open_page(alice, '/profile')
        async with (
            socket(portal, hers.client_id, cookie=grace.cookies['portal']),
            socket(portal, own.client_id, cookie=alice.cookies['portal']) as attacker,
        ):
            await attacker.emit('event', tick(hers, False))
            await attacker.emit('javascript_response', {'client_id': hers.client_id, 'request_id': 'x', 'result': 1})
            await attacker.emit('ack', {'client_id': hers.client_id, 'next_message_id': 10**9})
            await attacker.emit('log', {'client_id': hers.client_id, 'level': 'error', 'message': 'ERROR\nFAKE LINE'})
            await attacker.emit('event', tick(own, False))  # what came before has been dealt with when this has

            async def done() -> bool:
                return not await is_ticked(alice)

            await eventually(done)
        assert await is_ticked(grace)
    assert portal.log.count('a message for a page that is not theirs') == 3
    assert 'FAKE LINE' not in portal.log


async def test_after_signing_out_an_open_page_does_nothing_any_more(portal):
    async with signed_in(portal, GRACE) as grace, signed_in(portal, GRACE) as elsewhere:
        page = await open_page(grace, '/profile')
        async with socket(portal, page.client_id, cookie=grace.cookies['portal']) as wire:
            told: asyncio.Queue[dict[str, object]] = asyncio.Queue()
            wire.on('open', told.put)
            await grace.post('/logout')
            with contextlib.suppress(socketio.exceptions.BadNamespaceError):
                await wire.emit('event', tick(page, False))
            assert (await asyncio.wait_for(told.get(), 2))['path'] == '/login?next=/profile'
            await gone(wire)
        assert await is_ticked(elsewhere)
        with pytest.raises(Refused):
            async with socket(portal, page.client_id, cookie=elsewhere.cookies['portal']):
                pass


async def test_a_page_that_comes_back_after_its_session_is_told_to_load_anew(portal):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        await grace.post('/logout')
        said: list[object] = []
        with pytest.raises(Refused):
            async with socket(portal, page.client_id, cookie=None, on_refusal=said.append):
                pass
        assert said == [{'message': 'Implicit handshake failed'}]


@pytest.mark.portal(PORTAL_SESSION_IDLE_STAFF='6s')
async def test_an_open_page_alone_is_no_activity(portal):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        async with socket(portal, page.client_id, cookie=grace.cookies['portal']) as wire:
            await gone(wire, 20)
        assert (await grace.get('/profile')).headers['location'].startswith('/login')


async def test_events_of_nonsense_change_nothing_and_break_nothing(portal):
    deep: object = 1
    for _ in range(10):
        deep = [deep]
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        fine = tick(page, False)
        async with socket(portal, page.client_id, cookie=grace.cookies['portal']) as wire:
            for wrong in (
                None, 1, 'x', [], {}, {'client_id': page.client_id}, fine | {'id': 10**9}, fine | {'id': 'x'},
                fine | {'listener_id': 'unknown'}, fine | {'args': None}, fine | {'args': ['{']}, fine | {'args': [1]},
            ):  # fmt: skip
                await wire.emit('event', wrong)
            await wire.emit('nonsense', {'event': 'base'})
            await wire.emit('event', b'binary')
            await wire.emit('javascript_response', {'client_id': page.client_id})
            await wire.emit('ack', {'client_id': page.client_id, 'next_message_id': 'x'})
            other = page.event(page.find(kind='check', label='Новый статус'), 'change', False)
            await wire.emit('event', other)  # what came before has been dealt with when this has

            async def done() -> bool:
                now = await open_page(grace, '/profile')
                return not now.elements[str(now.find(kind='check', label='Новый статус'))]['props']['value']

            await eventually(done)
            assert await is_ticked(grace)
            for odd in (deep, 'x', -1, {'a': deep}, None):
                await wire.emit('event', fine | {'args': [json.dumps(odd)]})
            await wire.emit('event', fine | {'args': [None] * 50})
            await wire.emit('event', tick(page, True))

            async def ticked() -> bool:
                return await is_ticked(grace)

            await eventually(ticked)
    assert 'Traceback' not in portal.log


async def test_a_flood_of_events_is_cut_off(portal):
    async with signed_in(portal, GRACE) as grace:
        page = await open_page(grace, '/profile')
        async with socket(portal, page.client_id, cookie=grace.cookies['portal']) as wire:
            with contextlib.suppress(socketio.exceptions.SocketIOError, aiohttp.ClientError):
                for number in range(2000):
                    await wire.emit('event', tick(page, bool(number % 2)))
            await gone(wire, 15)
        assert (await grace.get('/profile')).status_code == 200
    assert 'too many events' in portal.log


async def test_a_closed_account_is_out_of_its_open_pages(portal, visitor):
    mona = await visitor(MONA, '/admin/people')
    grace = await visitor(GRACE, '/tickets')
    await mona.get_by_role('link', name=GRACE).click()
    await mona.get_by_role('button', name='Действия: grace').click()
    await mona.locator('.menu-list:popover-open').get_by_text('Закрыть доступ').click()
    await mona.get_by_role('button', name='Закрыть доступ').last.click()
    await grace.wait_for_url('**/login**', timeout=5000)


async def test_another_role_takes_the_pages_of_the_old_one_away(portal, visitor):
    mona = await visitor(MONA, '/admin/people')
    with visitor.tolerating('404'):
        grace = await visitor(GRACE, '/board')
        await mona.get_by_role('link', name=GRACE).click()
        await mona.get_by_role('button', name='Роль и компания').click()
        await mona.get_by_label('Клиент').check()
        await mona.get_by_role('dialog').get_by_label('Компания').select_option(label='Ромашка')
        await mona.get_by_role('button', name='Сохранить').click()
        await (
            grace.get_by_text('Страница не найдена')
            .or_(grace.get_by_text('Такой страницы нет'))
            .first.wait_for(timeout=5000)
        )
