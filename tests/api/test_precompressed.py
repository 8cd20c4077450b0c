"""Static files arrive packed for those who can unpack them, and whole for the others."""

import gzip

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from api import precompressed

SCRIPT = 'const answer = 42;\n' * 200


@pytest.fixture
async def visitor():
    app = FastAPI()
    app.asked = 0

    @app.get('/static/big.js')
    async def big() -> PlainTextResponse:
        app.asked += 1
        return PlainTextResponse(SCRIPT, media_type='text/javascript', headers={'Cache-Control': 'max-age=9'})

    @app.get('/static/small.js')
    async def small() -> PlainTextResponse:
        return PlainTextResponse('1', media_type='text/javascript')

    @app.get('/page')
    async def page() -> PlainTextResponse:
        return PlainTextResponse(SCRIPT)

    precompressed.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://portal.test') as client:
        client.app = app
        yield client


async def test_a_file_is_packed_once_and_says_so(visitor):
    for _ in range(3):
        answer = await visitor.get('/static/big.js?v=1', headers={'Accept-Encoding': 'gzip'})
        assert answer.text == SCRIPT
        assert answer.headers['content-encoding'] == 'gzip'
        assert answer.headers['cache-control'] == 'max-age=9'
        assert int(answer.headers['content-length']) == len(gzip.compress(SCRIPT.encode(), 9, mtime=0))
    assert visitor.app.asked == 1
    await visitor.get('/static/big.js?v=2', headers={'Accept-Encoding': 'gzip'})
    assert visitor.app.asked == 2


@pytest.mark.parametrize(
    ('path', 'encoding'), [('/static/big.js', 'identity'), ('/static/small.js', 'gzip'), ('/page', 'gzip')]
)
async def test_what_does_not_pay_or_cannot_be_unpacked_passes_untouched(visitor, path, encoding):
    answer = await visitor.get(path, headers={'Accept-Encoding': encoding})
    assert answer.status_code == 200
    assert 'content-encoding' not in answer.headers


async def test_what_is_missing_stays_missing(visitor):
    assert (await visitor.get('/static/none.js', headers={'Accept-Encoding': 'gzip'})).status_code == 404
