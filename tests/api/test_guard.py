"""The gate before everything: who gets through, from where, how large, and what each answer says."""

import asyncio
import logging
import re
import time

import pytest
from starlette.requests import Request
from starlette.types import Message

from api.failures import failed
from api.guard import Guard
from services import sessions
from services.settings import settings
from tests.api.visitors import PAGES, SECRET, make_app, visitor
from tests.people import PASSWORD, alice, make_session

EVIL = 'https://evil.example'
KIB = 1024


@pytest.fixture
def app(sqlite):
    return make_app()


@pytest.fixture
async def signed_in(app):
    token, _ = await make_session(await alice())
    async with visitor(app, token=token) as client:
        yield client


@pytest.fixture
async def nobody(app):
    async with visitor(app) as client:
        yield client


@pytest.mark.parametrize(
    'path', ['/', '/tickets', '/tickets/SPSUP-1503', '/nonsense', '/.env', '/.git/config', '/docs']
)
async def test_whoever_is_not_signed_in_is_asked_to_wherever_they_go(nobody, path):
    answer = await nobody.get(path)
    assert answer.status_code == 303
    assert answer.headers['location'] == ('/login' if path == '/' else f'/login?next={path}')


async def test_the_asked_for_address_is_kept_with_its_query(nobody):
    answer = await nobody.get('/tickets?status=open&q=экран')
    assert answer.headers['location'].startswith('/login?next=/tickets%3Fstatus%3Dopen%26q%3D')


async def test_a_script_without_a_session_gets_a_status_and_no_page(nobody):
    answer = await nobody.post('/files', content=b'x', headers={'Accept': '*/*'})
    assert (answer.status_code, answer.json()['code']) == (401, 'signed_out')


async def test_pages_open_for_those_signed_in(signed_in):
    assert (await signed_in.get('/')).text.startswith('page of ')


@pytest.mark.parametrize('path', ['/nonsense', '/.env', '/docs', '/openapi.json', '/redoc', '/tickets/'])
async def test_an_unknown_address_is_a_plain_page(signed_in, path):
    answer = await signed_in.get(path)
    assert answer.status_code == 404
    assert 'Здесь ничего нет' in answer.text
    assert '<script' not in answer.text


async def test_a_page_is_only_read(signed_in):
    assert (await signed_in.post('/tickets')).status_code == 405
    assert (await signed_in.delete('/')).status_code == 405


async def test_a_bug_shows_a_number_and_nothing_of_itself(signed_in, caplog):
    answer = await signed_in.get('/broken')
    assert answer.status_code == 500
    assert 'hunter2' not in answer.text
    assert 'Traceback' not in answer.text
    reference = re.search(r'номер ([0-9a-f]{8})', answer.text)
    assert reference is not None
    logged = [record for record in caplog.records if reference[1] in record.getMessage()]
    assert len(logged) == 1
    assert SECRET in (logged[0].exc_text or '')


async def test_what_a_route_cannot_read_is_not_explained(signed_in):
    answer = await signed_in.get('/number/nonsense')
    assert answer.status_code == 422
    assert 'nonsense' not in answer.text
    assert (await signed_in.put('/echo')).status_code == 405


@pytest.mark.parametrize('cookie', ['', 'x', 'x' * 5000, '"; drop', 'ж'])
async def test_a_cookie_of_nonsense_is_nobody(app, cookie):
    async with visitor(app) as client:
        answer = await client.get('/', headers={'Cookie': f'portal={cookie}'.encode()})
        assert answer.status_code == 303


async def test_of_two_session_cookies_none_counts(app):
    token, _ = await make_session(await alice())
    async with visitor(app) as client:
        assert (await client.get('/', headers={'Cookie': f'portal={token}'})).status_code == 200
        assert (await client.get('/', headers={'Cookie': f'portal={token}; portal=planted'})).status_code == 303


async def test_an_ended_session_opens_nothing(app):
    token, session = await make_session(await alice())
    async with visitor(app, token=token) as client:
        assert (await client.get('/')).status_code == 200
        await sessions.end_all(session.user_id)
        for path in (*PAGES, '/who', '/nonsense'):
            assert (await client.get(path)).status_code == 303
        assert (await client.post('/files')).status_code == 401


@pytest.mark.parametrize(
    'headers',
    [
        {'Origin': EVIL},
        {'Origin': 'null'},
        {'Origin': 'http://localhost:9999'},
        {'Origin': 'http://localhost:8080.evil.example'},
        {'Sec-Fetch-Site': 'cross-site'},
        {'Sec-Fetch-Site': 'same-site', 'Origin': 'http://localhost:8080'},
        {'Origin': EVIL, 'Sec-Fetch-Site': 'same-origin'},
    ],
)
@pytest.mark.parametrize('path', ['/echo', '/login', '/logout', '/files'])
async def test_other_sites_make_nobody_do_anything(signed_in, path, headers):
    answer = await signed_in.post(path, headers=headers, data={'email': 'alice@romashka.test', 'password': PASSWORD})
    assert answer.status_code == 403
    assert 'access-control-allow-origin' not in answer.headers
    assert (await signed_in.get('/')).status_code == 200


@pytest.mark.parametrize(
    'headers',
    [{}, {'Origin': 'http://localhost:8080'}, {'Sec-Fetch-Site': 'same-origin', 'Origin': 'http://localhost:8080'}],
)
async def test_own_forms_and_clients_that_are_no_browsers_get_through(signed_in, headers):
    assert (await signed_in.post('/echo', content=b'xy', headers=headers)).json() == {'size': 2}


@pytest.mark.parametrize(
    'host, base_url, fine',
    [
        ('support.example.com', 'https://support.example.com', True),
        ('support.example.com', '', True),
        ('127.0.0.1:8080', 'https://support.example.com', True),
        ('evil.example', 'https://support.example.com', False),
        ('support.example.com:81', 'https://support.example.com', False),
        ('evil.example/path', '', False),
        ('a b', '', False),
        ('', '', False),
    ],
)
async def test_only_our_own_host_is_answered(app, monkeypatch, host, base_url, fine):
    monkeypatch.setenv('PORTAL_BASE_URL', base_url)
    settings.cache_clear()
    async with visitor(app) as client:
        assert ((await client.get('/login', headers={'Host': host})).status_code != 400) is fine
        assert (await client.get('/healthz', headers={'Host': host})).status_code == 404  # nothing serves it here


async def test_a_base_url_is_the_one_origin_besides_this_machine(app, monkeypatch):
    monkeypatch.setenv('PORTAL_BASE_URL', 'https://support.example.com')
    settings.cache_clear()
    token, _ = await make_session(await alice())
    async with visitor(app, token=token, base='https://support.example.com') as client:
        fine, wrong = 'https://support.example.com', 'http://support.example.com'
        assert (await client.post('/echo', headers={'Origin': fine})).status_code == 200
        assert (await client.post('/echo', headers={'Origin': wrong})).status_code == 403


async def test_the_words_of_strangers_about_themselves_are_dropped(signed_in):
    lies = {
        'X-Forwarded-For': '10.0.0.1',
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Prefix': '//evil.example',
        'X-Forwarded-User': 'admin',
        'X-Remote-User': 'admin',
        'X-Original-URL': '/admin',
        'X-Rewrite-URL': '/admin',
        'Forwarded': 'for=10.0.0.1;host=evil.example',
    }
    heard = (await signed_in.get('/who', headers=lies)).json()
    assert heard['address'] == '192.0.2.7'
    assert not set(heard['headers']) & {name.lower() for name in lies}


@pytest.mark.parametrize(
    'forwarded, address',
    [
        ('198.51.100.9', '198.51.100.9'),
        ('1.2.3.4, 198.51.100.9', '198.51.100.9'),
        ('198.51.100.9, 192.0.2.9', '198.51.100.9'),
        ('nonsense', '192.0.2.7'),
        ('', '192.0.2.7'),
    ],
)
async def test_a_trusted_proxy_says_who_comes_through_it(app, monkeypatch, forwarded, address):
    monkeypatch.setenv('PORTAL_TRUSTED_PROXIES', '192.0.2.0/24, 10.0.0.1')
    settings.cache_clear()
    token, _ = await make_session(await alice())
    async with visitor(app, token=token) as client:
        assert (await client.get('/who', headers={'X-Forwarded-For': forwarded})).json()['address'] == address


async def test_every_answer_carries_the_headers(app, signed_in, nobody):
    answers = [await signed_in.get(path) for path in (*PAGES, '/nonsense', '/who', '/number/x', '/password')]
    answers += [await nobody.get(path) for path in ('/', '/login', '/forgot', '/reset/x', '/setup', '/api/v1/who')]
    answers.append(await signed_in.post('/echo', content=b'x' * 100 * KIB))
    for answer in answers:
        policy = answer.headers['content-security-policy']
        for needed in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert needed in policy, answer.url
        assert "connect-src 'self'" in policy
        assert ("'unsafe-eval'" in policy) == (answer.url.path in PAGES and answer.status_code == 200)
        assert answer.headers['x-content-type-options'] == 'nosniff'
        assert answer.headers['referrer-policy'] == 'same-origin'
        assert 'camera=()' in answer.headers['permissions-policy']
        assert answer.headers['cross-origin-opener-policy'] == 'same-origin'
        assert answer.headers['cache-control'] == 'private, no-store'
        assert 'strict-transport-security' not in answer.headers


async def test_https_is_remembered_and_its_cookies_are_bound_to_it(app, monkeypatch):
    monkeypatch.setenv('PORTAL_BASE_URL', 'https://support.example.com')
    settings.cache_clear()
    await alice(password=PASSWORD)
    async with visitor(app, base='https://support.example.com') as client:
        answer = await client.post('/login', data={'email': 'alice@romashka.test', 'password': PASSWORD})
        assert answer.headers['strict-transport-security'].startswith('max-age=')
        assert re.fullmatch(
            r'__Host-portal=[\w-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure',
            answer.headers['set-cookie'],
        )


async def test_the_api_gets_no_cookies(app):
    token, _ = await make_session(await alice())
    async with visitor(app, token=token) as client:
        assert (await client.get('/api/v1/who')).json() == {'cookie': None}


@pytest.mark.parametrize('path, limit', [('/echo', 64 * KIB), ('/files', 25 * 1024 * KIB + 256 * KIB)])
async def test_a_body_has_its_limit_whatever_its_head_says(signed_in, path, limit):
    async def pieces(size: int):
        for start in range(0, size, 64 * KIB):
            yield b'x' * min(64 * KIB, size - start)

    assert (await signed_in.post(path, content=pieces(limit))).json() == {'size': limit}
    assert (await signed_in.post(path, content=pieces(limit + 1))).status_code == 413
    began = time.perf_counter()
    assert (await signed_in.post(path, content=b'x' * (limit + 1))).status_code == 413
    assert time.perf_counter() - began < 0.5


async def test_a_packed_body_is_not_unpacked(signed_in):
    assert (await signed_in.post('/echo', content=b'x', headers={'Content-Encoding': 'gzip'})).status_code == 415


@pytest.mark.parametrize(
    'path, headers, status',
    [
        ('/who?q=' + 'x' * 10_000, {}, 414),
        ('/' + 'x' * 10_000, {}, 414),
        ('/who', {'Cookie': 'x=' + 'y' * 64_000}, 431),
        ('/who', {'X': 'y' * 40_000}, 431),
    ],
)
async def test_a_monstrous_head_is_refused_at_once(signed_in, path, headers, status):
    began = time.perf_counter()
    assert (await signed_in.get(path, headers=headers)).status_code == status
    assert time.perf_counter() - began < 0.2


async def test_uploads_of_nicegui_do_not_exist(signed_in):
    for method in ('POST', 'PUT', 'GET'):
        assert (await signed_in.request(method, '/_nicegui/client/abc/upload/7', content=b'x')).status_code == 404


async def test_the_log_has_one_line_to_a_request_and_no_secret(signed_in, caplog):
    caplog.set_level(logging.DEBUG, 'portal.requests')
    await signed_in.get('/reset/top-secret')
    await signed_in.get('/who?client_id=secret-too&token=secret-three')
    await signed_in.get('/x%0aFAKE%1b[31m' + 'y' * 3000)
    lines = [record.getMessage() for record in caplog.records if record.name == 'portal.requests']
    assert len(lines) == 3
    assert lines[0].startswith("'GET' '/reset/…' 410 ")
    assert not any('secret' in line or '\n' in line or '\x1b' in line or len(line) > 300 for line in lines)


async def test_pages_are_built_one_at_a_time_and_a_slow_reader_keeps_nobody_waiting(sqlite):
    token, _ = await make_session(await alice())
    building = most = 0
    slow = asyncio.Event()

    async def page(scope, receive, send):
        nonlocal building, most
        building += 1
        most = max(most, building)
        await asyncio.sleep(0.01)
        building -= 1
        await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        await send({'type': 'http.response.body', 'body': b''})

    async def get(*, waits: bool) -> None:
        async def send(message: Message) -> None:
            if waits and message['type'] == 'http.response.body':
                await slow.wait()

        async def receive() -> Message:
            return {'type': 'http.request', 'body': b'', 'more_body': False}

        headers = [(b'host', b'localhost'), (b'cookie', f'portal={token}'.encode())]
        scope = {
            'type': 'http',
            'method': 'GET',
            'path': '/',
            'query_string': b'',
            'headers': headers,
            'client': ('::1', 1),
        }
        await guard(scope, receive, send)

    guard = Guard(page, lambda _: True)
    first = asyncio.ensure_future(get(waits=True))
    await asyncio.wait_for(asyncio.gather(*(get(waits=False) for _ in range(10))), 5)
    assert most == 1
    slow.set()
    await first


def test_a_bug_is_logged_once_and_somebody_who_left_is_none(caplog):
    scope = {'type': 'http', 'method': 'GET', 'path': '/x', 'query_string': b'', 'headers': [], 'state': {}}
    answers = [failed(Request(scope), RuntimeError(SECRET)) for _ in range(2)]  # a middleware's handler, then the guard
    assert answers[0].body == answers[1].body
    assert len(caplog.records) == 1
    left = {**scope, 'state': {'gone': True}}
    assert failed(Request(left), RuntimeError('No response returned.')).body == b''
    assert len(caplog.records) == 1
    failed(Request(left), RuntimeError(SECRET))  # a bug is one whoever has left
    assert len(caplog.records) == 2
