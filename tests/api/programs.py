"""Programs outside: clients of the REST API with the token of one of the tests' people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from api.v1 import create_api
from services import tokens
from services.forms import store
from tests import people

BUG = {
    'details': 'Экран гаснет.',
    'project': 'Торговый зал',
    'impact': 'high',
    'steps': '1. Включить.',
    'expected': 'Светит.',
    'actual': 'Гаснет.',
    'os': 'tizen',
    'server_type': 'cloud',
    'app_version': '4.13.0',
}


class Client(httpx.AsyncClient):
    """Somebody's program."""

    async def file(self, subject: str = 'Экран гаснет', **more: Any) -> str:
        answer = await self.post('/tickets', json={'type': 'bug', 'subject': subject, 'fields': BUG, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()['id'])


@asynccontextmanager
async def programs_of(*names: str) -> AsyncIterator[dict[str, Client]]:
    """A client with a token for each of these people, by first name."""
    await store.publish_catalogue()
    transport = httpx.ASGITransport(create_api(), raise_app_exceptions=False)
    clients = {}
    for name in names:
        user = await getattr(people, name)()
        token = await tokens.create_for(user.email, 'a program')
        clients[name] = Client(
            transport=transport, base_url='http://portal.test', headers={'Authorization': f'Bearer {token}'}
        )
    yield clients
    for client in clients.values():
        await client.aclose()
