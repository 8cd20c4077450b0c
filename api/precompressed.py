"""Static files go out compressed, and each is compressed once per process rather than for every new visitor.

Without a proxy that does it, packing NiceGUI's own scripts anew costs 120 ms of processor time per visitor (level 9).
"""

import asyncio
import gzip
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1024  # bytes; below that packing does not pay
ROOM = 64 * 1024 * 1024  # bytes of packed files kept; their addresses hold a version, so none grows stale
_WORTH = (b'text/', b'application/javascript', b'application/json', b'image/svg+xml')
_BELOW = ('/static/', '/_nicegui/')


@dataclass(frozen=True, slots=True)
class Packed:
    headers: list[tuple[bytes, bytes]]
    body: bytes


def install(app: FastAPI) -> None:
    """Put the cache before everything that `app` answers."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Precompressed(build())  # type: ignore[method-assign]


class Precompressed:
    """See above; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, Packed] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _concerns(scope):
            await self.app(scope, receive, send)
            return
        address = f'{scope["path"]}?{scope["query_string"].decode("latin-1")}'
        packed = self._kept.get(address)
        if packed is None:
            answer = _Answer()
            plain = [(name, value) for name, value in scope['headers'] if name != b'accept-encoding']
            await self.app({**scope, 'headers': plain}, receive, answer)
            if not answer.is_worth_packing():
                await answer.pass_on(send)
                return
            packed = await asyncio.to_thread(answer.pack)
            self._keep(address, packed)
        await send({'type': 'http.response.start', 'status': 200, 'headers': packed.headers})
        await send({'type': 'http.response.body', 'body': packed.body})

    def _keep(self, address: str, packed: Packed) -> None:
        if address not in self._kept and self._size + len(packed.body) <= ROOM:
            self._kept[address] = packed
            self._size += len(packed.body)


class _Answer:
    """Takes a whole answer in, to be packed or passed on."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._chunks: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message['type'] == 'http.response.start':
            self._start = message
        else:
            self._chunks.append(message.get('body', b''))

    def is_worth_packing(self) -> bool:
        kind = dict(self._start['headers']).get(b'content-type', b'')
        return self._start['status'] == 200 and kind.startswith(_WORTH) and sum(map(len, self._chunks)) >= LEAST

    def pack(self) -> Packed:
        body = gzip.compress(b''.join(self._chunks), 9, mtime=0)
        headers = [(name, value) for name, value in self._start['headers'] if name not in (b'content-length', b'etag')]
        headers += [
            (b'content-encoding', b'gzip'),
            (b'vary', b'Accept-Encoding'),
            (b'content-length', b'%d' % len(body)),
        ]
        return Packed(headers, body)

    async def pass_on(self, send: Send) -> None:
        await send(self._start)
        await send({'type': 'http.response.body', 'body': b''.join(self._chunks)})


def _concerns(scope: Scope) -> bool:
    if scope['type'] != 'http' or scope['method'] != 'GET' or not scope['path'].startswith(_BELOW):
        return False
    headers = dict(scope['headers'])
    return b'gzip' in headers.get(b'accept-encoding', b'') and b'range' not in headers
