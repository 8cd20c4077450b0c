"""What the browser is told when something cannot be or goes wrong: never an exception's text."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.plain import language_of, plain_page
from api.v1.problems import unread
from services import request_number
from services.database import FAULTS
from services.errors import Refusal, TooMany
from services.i18n import duration, file_size, translate
from services.settings import settings

log = logging.getLogger(__name__)

_KINDS = {404: 'not_found', 405: 'bad_request', 410: 'expired', 413: 'too_large', 429: 'too_many', 503: 'unavailable'}

_UNANSWERED = 'No response returned.'  # Starlette's middlewares, when the visitor left before the answer

Handler = Callable[[Request, Any], Awaitable[Response]]


def install_failure_handlers(app: FastAPI, is_page: Callable[[str], bool]) -> None:
    """Answer everything that a route outside the REST API raises; the router's own 'not found' leads to pages only."""
    draw_page = cast(Handler, app.exception_handlers[404])  # NiceGUI draws its root page from there

    async def missing(request: Request, error: HTTPException) -> Response:
        if request.scope.get('endpoint') is None and is_page(request.url.path):
            return await draw_page(request, error)
        return failure(request, 404)

    async def broken(request: Request, error: Exception) -> Response:
        return failed(request, error)

    app.add_exception_handler(404, missing)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Refusal, _refusal)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, broken)


def failure(request: Request, status: int, *, kind: str | None = None, **context: Any) -> Response:
    """A page or, for a script, JSON that says what an HTTP status means here; for a program a problem of the API.

    `context` goes to message.html.
    """
    if request.url.path.startswith('/api/'):
        return unread(request, status)
    kind = kind or _KINDS.get(status, 'forbidden' if status in (401, 403) else 'bad_request')
    language = language_of(request)
    if kind == 'too_large':
        context.setdefault('limit', file_size(language, settings().file_limit))
    if status >= 500:
        context.setdefault('reference', request_number.current())
    if _wants_html(request):
        return plain_page(request, 'message.html', status=status, kind=kind, **context)
    words = {'retry': '', 'limit': ''} | {key: value for key, value in context.items() if key in ('retry', 'limit')}
    detail = context.get('text') or translate(language, f'plain.message.{kind}_text', **words)
    return JSONResponse({'code': kind, 'detail': detail}, status_code=status)


def failed(request: Request, error: Exception) -> Response:
    """The answer to what no route expected. A bug is logged once, under a number that the visitor is told."""
    state = request.scope.setdefault('state', {})
    if isinstance(error, ClientDisconnect) or (state.get('gone') and str(error) == _UNANSWERED):
        return Response(status_code=500)  # nobody is there to read it
    if isinstance(error, FAULTS):
        return failure(request, 503)
    if request.url.path.startswith('/api/'):
        return Response(status_code=500)  # the API has logged and answered it
    if 'bug' not in state:
        state['bug'] = request_number.reference()
        log.error('bug %s in %s %.200r', state['bug'], request.method, mask(request.url.path), exc_info=error)
    return failure(request, 500, kind='error', reference=state['bug'])


def signed_out(request: Request) -> Response:
    """Nobody is signed in: to the sign-in page, from which a visitor comes back to what they asked for."""
    if request.method not in ('GET', 'HEAD') or request.url.path.startswith('/_nicegui'):
        detail = translate(language_of(request), 'refusal.signed_out')
        return JSONResponse({'code': 'signed_out', 'detail': detail}, status_code=401)
    asked = request.url.path + (f'?{request.url.query}' if request.url.query else '')
    return RedirectResponse('/login' if asked == '/' else f'/login?next={quote(asked, safe="/")}', status_code=303)


def mask(path: str) -> str:
    """A path as it may be logged: what follows /reset/ and the like is a key."""
    head, _, rest = path.lstrip('/').partition('/')
    return f'/{head}/…' if rest and head in ('reset', 'invitation', 'rate') else path


async def _http(request: Request, error: HTTPException) -> Response:
    response = failure(request, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _malformed(request: Request, _: Exception) -> Response:
    return failure(request, 422)


async def _refusal(request: Request, error: Refusal) -> Response:
    language = language_of(request)
    if error.status == 401:
        return signed_out(request)
    if isinstance(error, TooMany):
        response = failure(request, 429, retry=duration(language, timedelta(seconds=error.retry_after)))
        response.headers['Retry-After'] = str(error.retry_after)
        return response
    if error.status in (404, 413, 503):
        return failure(request, error.status)
    kind = 'expired' if error.status == 410 else 'forbidden'
    return failure(request, error.status, kind=kind, text=translate(language, error.key, **error.values))


def _wants_html(request: Request) -> bool:
    return 'text/html' in request.headers.get('accept', '') or request.headers.get('sec-fetch-mode') == 'navigate'
