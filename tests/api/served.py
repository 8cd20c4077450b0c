"""The guard and the REST API behind a real port of this machine, in the test's own event loop and database."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse

from api import guard
from api.v1 import create_api


@asynccontextmanager
async def served(app: Any = None, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the portal's API (or another application); gives its address."""
    if app is None:
        app = FastAPI(openapi_url=None)
        app.mount('/api/v1', create_api())
        app.add_exception_handler(404, _nothing)
        guard.install(app, lambda _: False)
    config = uvicorn.Config(app, log_level='error', http='h11', lifespan='off', timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listening = socket.create_server(('127.0.0.1', port))
    serving = asyncio.ensure_future(server._serve([listening]))
    while not server.started:  # noqa: ASYNC110 - the server sets no Event
        await asyncio.sleep(0.01)
    try:
        yield f'http://127.0.0.1:{listening.getsockname()[1]}'
    finally:
        server.should_exit = True
        await serving
        listening.close()


class Stream:
    """An open stream of events: `await stream.next()` gives what the next one says."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()
        self.last_id = ''

    async def next(self, *, within: float = 10) -> dict[str, Any] | None:
        """The next event's data; None at the end of the stream."""
        async with asyncio.timeout(within):
            async for line in self._lines:
                name, _, value = line.partition(': ')
                if name == 'id':
                    self.last_id = value
                elif name == 'data':
                    return dict(json.loads(value))
        return None


@asynccontextmanager
async def listening(url: str, token: str, *, after: str | None = None) -> AsyncIterator[Stream]:
    headers = {'Authorization': f'Bearer {token}'} | ({'Last-Event-ID': after} if after is not None else {})
    async with (
        httpx.AsyncClient(timeout=30) as client,
        client.stream('GET', f'{url}/api/v1/events', headers=headers) as response,
    ):
        yield Stream(response)


async def _nothing(_request: Request, _error: Exception) -> PlainTextResponse:
    """In place of NiceGUI's pages, on which the guard insists."""
    return PlainTextResponse('', status_code=404)
