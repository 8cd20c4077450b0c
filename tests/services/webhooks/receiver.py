"""A program outside that receives webhooks on a real port of this machine, and checks each as the library says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook as Verifier

from tests.api.served import served


@dataclass
class Receiver:
    """What has come, in order. `answers` are the statuses of the next ones (then 200); `slow`: seconds before each."""

    url: str = ''
    secret: str = ''
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        headers = dict(request.headers)
        await asyncio.sleep(self.slow)
        if self.secret:
            Verifier(self.secret).verify(body, headers)
        self.raw.append(body)
        self.headers.append(headers)
        self.ids.append(headers['webhook-id'])
        self.bodies.append(await request.json())
        status = self.answers.pop(0) if self.answers else 200
        moved = {'Location': f'{self.url}/elsewhere'} if 300 <= status < 400 else None
        return Response(f'answer {status}', status, headers=moved)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that listens at `url`."""
    outside, found = FastAPI(), Receiver()
    outside.add_api_route('/hook', found.take, methods=['POST'])
    outside.add_api_route('/hook/elsewhere', found.take, methods=['POST', 'GET'])
    async with served(outside) as url:
        found.url = f'{url}/hook'
        yield found
