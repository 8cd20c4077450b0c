"""People without a browser: signed in over HTTP, with open pages and the sockets behind them, free to say anything."""

import html
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
import httpx
import socketio

from tests.journeys.server import PASSWORD, Portal

_ELEMENTS = re.compile(r'parseElements\(String\.raw`(.*?)`\)', re.DOTALL)
_CLIENT = re.compile(r'"client_id":\s*"([0-9a-f-]{36})"|\'client_id\':\s*\'([0-9a-f-]{36})\'')


@asynccontextmanager
async def signed_in(portal: Portal, email: str) -> AsyncIterator[httpx.AsyncClient]:
    """A person's cookies, got by the real form."""
    async with httpx.AsyncClient(base_url=portal.url, timeout=30, headers={'Accept': 'text/html'}) as client:
        answer = await client.post('/login', data={'email': email, 'password': PASSWORD})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        yield client


class OpenPage:
    """A page as the server sent it: its id and its elements."""

    def __init__(self, text: str) -> None:
        found = _CLIENT.search(text)
        elements = _ELEMENTS.search(text)
        assert found is not None, text[:2000]
        assert elements is not None, text[:2000]
        self.client_id = found[1] or found[2]
        self.elements: dict[str, dict[str, Any]] = json.loads(html.unescape(elements[1]))

    def find(self, **props: Any) -> int:
        """The element with these props."""
        return next(int(id) for id, e in self.elements.items() if props.items() <= (e.get('props') or {}).items())

    def event(self, element: int, kind: str, *args: Any) -> dict[str, Any]:
        """The message that the browser would send."""
        listeners = self.elements[str(element)]['events']
        listener = next(each['listener_id'] for each in listeners if each['type'] == kind)
        listened = {'id': element, 'client_id': self.client_id, 'listener_id': listener}
        return listened | {'args': [json.dumps(arg) for arg in args]}


async def open_page(client: httpx.AsyncClient, path: str) -> OpenPage:
    answer = await client.get(path)
    assert answer.status_code == httpx.codes.OK, f'{path}: {answer.status_code}'
    return OpenPage(answer.text)


class Served(Protocol):
    """Whatever serves pages of NiceGUI."""

    @property
    def url(self) -> str: ...


@asynccontextmanager
async def socket(
    portal: Served,
    client_id: str,
    *,
    cookie: str | None,
    origin: str | None = '',
    transport: str = 'websocket',
    on_refusal: Callable[[object], None] | None = None,
) -> AsyncIterator[socketio.AsyncClient]:
    """A socket as a page opens it; `origin` is the portal's own unless given. Raises ConnectionError when refused."""
    query = {'client_id': client_id, 'tab_id': 'tab', 'document_id': 'document', 'next_message_id': 0}
    headers = {'Cookie': f'portal={cookie}'} if cookie else {}
    if origin is not None:
        headers['Origin'] = origin or portal.url
    async with aiohttp.ClientSession() as session:
        client = socketio.AsyncClient(reconnection=False, http_session=session)
        if on_refusal is not None:
            client.on('connect_error', on_refusal)
        address = f'{portal.url}?{urlencode(query | {"implicit_handshake": "true"})}'
        path = '/_nicegui_ws/socket.io'
        try:
            await client.connect(address, headers=headers, transports=[transport], socketio_path=path, wait_timeout=5)
            yield client
        finally:
            await client.disconnect()
