"""Files by plain HTTP: what a browser, and somebody who is no browser, can send and get."""

import io
from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.failures import install_failure_handlers
from api.files import router
from models import Attachment
from services.actor import Actor
from services.forms import store
from services.settings import settings
from tests.people import actor_of, alice, bob, charlie

PLACE = {'place': 'request:bug'}


class SignedIn:
    """Stands in for the guard: says who is calling."""

    def __init__(self, app: ASGIApp, actor: Actor | None) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope['state'] = {'actor': self.actor}
        await self.app(scope, receive, send)


async def missing(_: Request, __: Exception) -> Response:
    return Response(status_code=HTTPStatus.NOT_FOUND)


def browser(actor: Actor | None) -> httpx.AsyncClient:
    app = FastAPI()
    app.add_exception_handler(404, missing)
    install_failure_handlers(app, lambda _: False)
    app.include_router(router)
    transport = httpx.ASGITransport(SignedIn(app, actor))
    return httpx.AsyncClient(transport=transport, base_url='http://portal.test')


def named(name: str) -> dict[str, str]:
    return {'X-File-Name': quote(name, safe=''), 'Content-Type': 'application/octet-stream'}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new('RGB', (800, 600), 'teal').save(out, 'PNG')
    return out.getvalue()


@pytest.fixture
async def portal(sqlite) -> None:
    await store.publish_catalogue()


async def test_what_is_uploaded_is_described_and_comes_back_to_be_saved(portal):
    async with browser(await actor_of(await alice())) as me:
        sent = await me.post(
            '/files', params=PLACE, content=b'<script>alert(1)</script>', headers=named('Отчёт "май".html')
        )
        assert sent.status_code == HTTPStatus.CREATED
        assert (sent.json()['name'], sent.json()['size'], sent.json()['previewable']) == ('Отчёт _май_.html', 25, False)
        got = await me.get(f'/files/{sent.json()["key"]}/whatever.png')
    assert got.content == b'<script>alert(1)</script>'
    assert got.headers['content-type'] == 'application/octet-stream'
    assert got.headers['content-disposition'] == f"attachment; filename*=utf-8''{quote('Отчёт _май_.html')}"
    assert got.headers['x-content-type-options'] == 'nosniff'
    assert got.headers['content-security-policy'] == "sandbox; default-src 'none'"
    assert got.headers['cache-control'] == 'private, no-store'


@pytest.mark.parametrize(
    'name', ['a\r\nSet-Cookie: x=1', 'x";filename=evil.exe', '\u202egnp.exe', '../../etc/passwd', '\ud800']
)
async def test_no_name_breaks_the_header(portal, name):
    async with browser(await actor_of(await alice())) as me:
        headers = {'X-File-Name': quote(name.encode('utf-8', 'surrogatepass'))}
        sent = await me.post('/files', params=PLACE, content=b'x', headers=headers)
        got = await me.get(f'/files/{sent.json()["key"]}/x')
    assert 'set-cookie' not in got.headers
    assert got.headers['content-disposition'].startswith('attachment; filename')
    assert not set(got.headers['content-disposition']) & set('\r\n/\\')


async def test_the_small_picture_is_another_file_and_is_not_sent_twice(portal):
    async with browser(await actor_of(await alice())) as me:
        key = (await me.post('/files', params=PLACE, content=picture(), headers=named('a.png'))).json()['key']
        small = await me.get(f'/files/{key}/preview')
        again = await me.get(f'/files/{key}/preview', headers={'If-None-Match': small.headers['etag']})
        text = (await me.post('/files', params=PLACE, content=b'x', headers=named('a.png'))).json()['key']
        none = await me.get(f'/files/{text}/preview')
    assert small.headers['content-type'] == 'image/webp'
    assert small.headers['x-content-type-options'] == 'nosniff'
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert none.status_code == HTTPStatus.NOT_FOUND


async def test_too_large_is_told_before_and_after_it_came(portal):
    limit = settings().file_limit

    async def chunked() -> AsyncIterator[bytes]:
        for _ in range(limit // 65536 + 2):
            yield b'x' * 65536

    async with browser(await actor_of(await alice())) as me:
        announced = await me.post('/files', params=PLACE, content=b'x' * (limit + 1), headers=named('a'))
        counted = await me.post('/files', params=PLACE, content=chunked(), headers=named('a'))
    for answer in (announced, counted):
        assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert answer.json() == {'code': 'too_large', 'key': 'files.too_big', 'values': {'megabytes': '25'}}
    assert await Attachment.all().count() == 0


async def test_a_form_of_another_site_cannot_upload(portal):
    async with browser(await actor_of(await alice())) as me:
        plain = await me.post('/files', params=PLACE, content=b'x', headers={'Content-Type': 'text/plain'})
        form = await me.post('/files', params=PLACE, files={'file': b'x'}, headers={'X-File-Name': 'a'})
    assert (plain.status_code, form.status_code) == (415, 415)
    assert await Attachment.all().count() == 0


async def test_who_is_not_signed_in_or_is_somebody_else_gets_nothing(portal):
    async with browser(await actor_of(await alice())) as me:
        key = (await me.post('/files', params=PLACE, content=picture(), headers=named('a.png'))).json()['key']
    async with browser(None) as nobody:
        assert (await nobody.post('/files', params=PLACE, content=b'x', headers=named('a'))).status_code == 401
        assert (await nobody.get(f'/files/{key}/a.png')).headers['location'].startswith('/login?next=')
    for stranger in (await bob(), await charlie()):
        async with browser(await actor_of(stranger)) as they:
            unknown = await they.get('/files/nothing/a.png')
            for ask in (
                f'/files/{key}/a.png',
                f'/files/{key}/preview',
                f'/files/{key}/',
                '/files/%00/x',
                '/files/../x/a',
            ):
                for method in ('GET', 'HEAD'):
                    answer = await they.request(method, ask, headers={'Range': 'bytes=0-1', 'If-None-Match': '*'})
                    assert answer.status_code == HTTPStatus.NOT_FOUND
                    assert method == 'HEAD' or answer.content == unknown.content
            assert (await they.delete(f'/files/{key}')).status_code == HTTPStatus.NOT_FOUND
            assert (
                await they.post('/files', params={'place': 'comment:1'}, content=b'x', headers=named('a'))
            ).status_code == 404
    assert await Attachment.filter(key=key).count() == 1


async def test_taking_a_file_back(portal):
    async with browser(await actor_of(await alice())) as me:
        key = (await me.post('/files', params=PLACE, content=b'x', headers=named('a'))).json()['key']
        assert (await me.delete(f'/files/{key}')).status_code == HTTPStatus.NO_CONTENT
        assert (await me.delete(f'/files/{key}')).status_code == HTTPStatus.NOT_FOUND
        assert (await me.get(f'/files/{key}/a')).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    'ranges, status',
    [
        ('bytes=2-4', 206),
        ('bytes=5-2', 400),
        ('bytes=100-', 416),
        ('bytes=' + ','.join('0-1' for _ in range(10_000)), 200),
        ('bytes=0-5,3-8', 206),
        ('pages=1', 400),
    ],
)
async def test_parts_of_a_file(portal, ranges, status):
    async with browser(await actor_of(await alice())) as me:
        key = (await me.post('/files', params=PLACE, content=b'0123456789', headers=named('a'))).json()['key']
        answer = await me.get(f'/files/{key}/a', headers={'Range': ranges})
        assert (await me.head(f'/files/{key}/a')).headers['content-length'] == '10'
    assert answer.status_code == status
