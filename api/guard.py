"""The gate before everything: who is signed in, where a request comes from, and whether it goes any further.

Pure ASGI and outermost, so that nothing is built, read or upgraded for somebody who may not.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import cookies, origin
from api.failures import failed, failure, install_failure_handlers, mask, signed_out
from api.headers import Dressed
from api.limits import Measured, is_oversized
from api.turned_away import turn_away
from services import metrics, request_number, sessions, tracing
from services.actor import Actor
from services.database import FAULTS

log = logging.getLogger('portal.requests')

SAFE = frozenset({'GET', 'HEAD', 'OPTIONS'})
SOCKET = '/_nicegui_ws/'
API = '/api/v1'
_PUBLIC = frozenset({'/healthz', '/readyz', '/login', '/forgot', '/setup', '/favicon.ico'})
_PUBLIC_BELOW = ('/reset/', '/invitation/', '/rate/', '/static/', '/brand/', '/_nicegui/')
_FILES = ('/static/', '/_nicegui/')
_PROBES = frozenset({'/healthz', '/readyz', '/metrics'})  # asked by machines that know us by our address
_NEVER = '/_nicegui/client/'  # NiceGUI's own uploads: unlimited and open to whoever knows the address


def install(app: FastAPI, is_page: Callable[[str], bool]) -> None:
    """Put the guard before everything that `app` answers. `is_page` knows the addresses that open a page."""
    install_failure_handlers(app, is_page)
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Guard(build(), is_page)  # type: ignore[method-assign]


class Guard:
    """See above. Pages are built one at a time, and others get a turn in between: a crowd must not stop the loop."""

    def __init__(self, app: ASGIApp, is_page: Callable[[str], bool]) -> None:
        self.app = app
        self.is_page = is_page
        self.building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'lifespan':
            await self.app(scope, receive, send)
            return
        origin.believe(scope)
        if scope['type'] == 'websocket':
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        request_number.begin()
        dressed = Dressed(send, scope, is_page=self.is_page(scope['path']))
        with tracing.span('request', 'server', caller=scope['headers']) as span:
            try:
                await self._answer(scope, receive, dressed)
            except Exception as error:  # noqa: BLE001 - failed() logs it
                if not dressed.status:
                    await failed(Request(scope), error)(scope, receive, dressed)
            finally:
                _note(scope, dressed, began, span)

    async def _answer(self, scope: Scope, receive: Receive, dressed: Dressed) -> None:
        answer = await self._refused(scope)
        if answer is None:
            await self._pass_on(scope, Measured(receive, scope), dressed)
            return
        if scope['method'] not in SAFE:
            answer.headers['Connection'] = 'close'  # a body that nobody reads may go on for ever
        await answer(scope, receive, dressed)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Dressed) -> None:
        if scope['method'] == 'HEAD' and not scope['path'].startswith(_FILES):
            scope = {**scope, 'method': 'GET'}  # the routes know GET; the server leaves the body out
        async with AsyncExitStack() as turn:
            if self.is_page(scope['path']):
                await turn.enter_async_context(self.building)
                send.before_first = turn.aclose  # a slow reader must not keep the others waiting
            await self.app(scope, receive, send)
        if send.before_first is not None:
            await asyncio.sleep(0.001)

    async def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that goes no further; None for one that may."""
        request, path = Request(scope), str(scope['path'])
        if (status := self._malformed(scope)) is not None:
            return failure(request, status)
        if path.startswith(API + '/'):  # answers by itself, to tokens alone: a cookie means nothing there
            scope['headers'] = [(key, value) for key, value in scope['headers'] if key != b'cookie']
            return None
        if scope['method'] not in SAFE and origin.is_foreign(scope['headers']):
            return failure(request, 403)
        if path.startswith(SOCKET) and origin.socket_is_foreign(scope['headers'], polling=True):
            return failure(request, 403)
        if path in _PROBES or path.startswith(_FILES):
            return None
        return await self._unknown_person(request)

    async def _unknown_person(self, request: Request) -> Response | None:
        """Find out who asks, and what they get if nobody is signed in."""
        scope, path = request.scope, request.url.path
        try:
            actor = await _identify(scope, touch=not path.startswith(SOCKET))
        except FAULTS:
            return failure(request, 503)
        if actor is None and not (path in _PUBLIC or path.startswith(_PUBLIC_BELOW)):
            return signed_out(request)
        if (
            self.is_page(path) and scope['method'] != 'GET'
        ):  # nothing is built for those who only look whether it is there
            return Response() if scope['method'] == 'HEAD' else failure(request, 405)
        return None

    def _malformed(self, scope: Scope) -> int | None:
        path, headers = str(scope['path']), scope['headers']
        if not path.startswith('/') or (path not in _PROBES and not origin.host_is_ours(headers)):
            return HTTPStatus.BAD_REQUEST
        if path.startswith(_NEVER):
            return HTTPStatus.NOT_FOUND
        if origin.header(headers, b'content-encoding') not in (None, '', 'identity'):
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return is_oversized(scope)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a socket in for somebody who is signed in, from our own pages; whose page it is, components ask."""
        headers = scope['headers']
        if (
            not scope['path'].startswith(SOCKET)
            or is_oversized(scope)
            or not origin.host_is_ours(headers)
            or origin.socket_is_foreign(headers, polling=False)
        ):
            await _close(receive, send)
            return
        try:
            actor = await _identify(scope, touch=False)
        except FAULTS:
            await _close(receive, send)  # the page keeps what is typed and tries again
            return
        if actor is None:
            await turn_away(receive, send)
        else:
            await self.app(scope, receive, send)


async def _identify(scope: Scope, *, touch: bool) -> Actor | None:
    """Find the actor behind the session cookie and leave it in the request's state, for routes, pages and sockets."""
    token = cookies.session_token(scope['headers'])
    actor = await sessions.actor_of_token(token, touch=touch) if token else None
    state: dict[str, Any] = scope.setdefault('state', {})
    state['actor'] = actor
    return actor


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({'type': 'websocket.close', 'code': 1008})


_QUIET = ('/static/', '/_nicegui', *_PROBES)
_AREAS = {'api': ('/api/',), 'files': ('/files',), 'static': ('/static/', '/_nicegui'), 'probe': tuple(_PROBES)}


def _note(scope: Scope, answer: Dressed, began: float, span: tracing.Span) -> None:
    """One line to a request, without query, keys and control characters; and its share of the figures and traces."""
    path = answer.path  # the scope's own is shortened by what is mounted
    level = logging.DEBUG if path.startswith(_QUIET) else logging.INFO
    actor = (scope.get('state') or {}).get('actor')
    who = f'user {actor.user_id}' if actor is not None else 'nobody'
    spent = time.monotonic() - began
    area, method = _area(answer), metrics.known(scope['method'])
    metrics.answered(area, method, answer.status, spent)
    _tell(span, scope, answer, area, method)
    facts = {'method': scope['method'], 'path': mask(path)[:200], 'status': answer.status, 'seconds': round(spent, 4)}
    said = (scope['method'], mask(path), answer.status or 'cut off', spent * 1000, who)
    log.log(level, '%.10r %.200r %s %.0f ms %s', *said, extra={'facts': facts | {'who': who}})


def _tell(span: tracing.Span, scope: Scope, answer: Dressed, area: str, method: str) -> None:
    """What a trace says of a request: the pattern that its address fits, never the address."""
    facts: dict[str, str | int] = {'http.request.method': method, 'portal.area': area}
    pattern = getattr(scope.get('route'), 'path', '')
    if pattern:
        facts['http.route'] = f'{scope.get("root_path", "")}{pattern}'
    if answer.status:
        facts['http.response.status_code'] = answer.status
    failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    span.say(facts, name=f'{method} {facts.get("http.route", area)}', failed=failed)


def _area(answer: Dressed) -> str:
    if answer.is_page:
        return 'page'
    return next((area for area, starts in _AREAS.items() if answer.path.startswith(starts)), 'plain')
