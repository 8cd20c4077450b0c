"""Visitors of the plain pages, without a browser: the guard and the forms in front of an application of two pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from api import guard, sign_in

PAGES = ('/', '/tickets', '/broken')
SECRET = 'the database password is hunter2'
HTML = {'Accept': 'text/html'}


def make_app() -> FastAPI:
    """Forms and guard as main.py puts them together, with a stand-in for NiceGUI's pages and for other routes."""
    app = FastAPI(openapi_url=None)
    app.include_router(sign_in.router)

    async def draw_page(request: Request, _: Exception) -> HTMLResponse:
        if request.url.path == '/broken':
            raise RuntimeError(SECRET)
        return HTMLResponse(f'page of {request.state.actor.user_id}')

    app.add_exception_handler(404, draw_page)

    @app.post('/echo')
    async def echo(request: Request) -> JSONResponse:
        return JSONResponse({'size': len(await request.body())})

    @app.post('/files')
    async def upload(request: Request) -> JSONResponse:
        return JSONResponse({'size': sum([len(piece) async for piece in request.stream()])})

    @app.get('/who')
    async def who(request: Request) -> JSONResponse:
        return JSONResponse(
            {'address': request.client.host if request.client else '', 'headers': dict(request.headers)}
        )

    @app.get('/api/v1/who')
    async def api_who(request: Request) -> JSONResponse:
        return JSONResponse({'cookie': request.headers.get('cookie')})

    @app.get('/number/{number}')
    async def number(number: int) -> int:
        return number

    guard.install(app, lambda path: path in PAGES)
    return app


@asynccontextmanager
async def visitor(
    app: FastAPI, *, token: str | None = None, base: str = 'http://localhost:8080', address: str = '192.0.2.7'
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, as far as cookies and headers go; `token` is the session it is signed in with."""
    transport = httpx.ASGITransport(app=app, client=(address, 5))
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=HTML) as client:
        if token is not None:
            client.cookies.set('__Host-portal' if base.startswith('https') else 'portal', token)
        yield client
