"""Calls under an `Idempotency-Key`: whoever sends one again, because no answer came, gets the answer of the first."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.v1.identity import actor_of
from api.v1.problems import ERRORS
from services import answered
from services.answered import Answer, Claim
from services.errors import Invalid, Problem

HEADER = 'Idempotency-Key'
LONGEST_KEY = 255
_KEPT_HEADERS = ('location', 'etag', 'content-type')
_SHOWN_ONCE = 'secret'  # a secret is in the first answer alone
_PIECE = 64 * 1024
_PARAMETER = {
    'name': HEADER,
    'in': 'header',
    'required': False,
    'description': (
        'Any text of the caller’s own, such as a UUID. The same call under the same key is made once and answered '
        'the same for 24 hours; another call under it is refused with the code `idempotency_key_reused`.'
    ),
    'schema': {'type': 'string', 'minLength': 1, 'maxLength': LONGEST_KEY, 'pattern': '^[!-~]+$'},
    'example': '0b6f6a2e-3d0a-4c43-9f0e-6c1b3f2f6f0d',
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def resource(tag: str) -> APIRouter:
    """The router of one kind of thing, whose every POST can be made once by a key."""
    return APIRouter(tags=[tag], route_class=Once, responses=ERRORS)


class Once(APIRoute):
    """A route that makes a call under a key once; without the header it is as any other."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if 'POST' in (options.get('methods') or ()):
            extra = options.get('openapi_extra') or {}
            options['openapi_extra'] = {**extra, 'parameters': [*extra.get('parameters', ()), _PARAMETER]}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != 'POST':
                return await handle(request)
            caller = await actor_of(request)
            try:
                found = await answered.claim(caller, _checked(key), await _fingerprint(request))
                return _again(found) if isinstance(found, Answer) else await _make(request, handle, found)
            finally:
                await request.close()  # the files of a form

        return once


def submission_of(request: Request) -> str | None:
    """What a call under a key writes its ticket or comment under; None for a call without one."""
    found: str | None = getattr(request.state, 'submission', None)
    return found


async def _make(request: Request, handle: Handler, claim: Claim) -> Response:
    """Make the call; what was refused or broke changed nothing, so its key is free again."""
    request.state.submission = claim.submission
    try:
        response = await handle(request)
    except BaseException:
        await answered.release(claim)
        raise
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await answered.keep(claim, Answer(response.status_code, headers, _without_secret(bytes(response.body))))
    return response


def _again(answer: Answer) -> Response:
    headers = {**answer.headers, 'Idempotency-Replayed': 'true'}
    return Response(answer.body or None, answer.status, headers)


def _without_secret(body: bytes) -> str:
    text = body.decode()
    if f'"{_SHOWN_ONCE}"' not in text:
        return text
    content = json.loads(text)
    if isinstance(content, dict) and _SHOWN_ONCE in content:
        content[_SHOWN_ONCE] = None
    return json.dumps(content, ensure_ascii=False)


def _checked(key: str) -> str:
    key = key.strip()
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable() or ' ' in key:
        raise Invalid({HEADER: Problem('entry.idempotency_key', limit=LONGEST_KEY)})
    return key


async def _fingerprint(request: Request) -> str:
    """What makes two calls the same one: where they go and what they bring."""
    digest = sha256(f'{request.method}\n{request.url.path}\n{request.url.query}\n'.encode())
    async for piece in _content(request):
        digest.update(piece)
    return digest.hexdigest()


async def _content(request: Request) -> AsyncIterator[bytes]:
    """The body; of a form its parts, for what stands between them is another in each call."""
    if not request.headers.get('content-type', '').startswith('multipart/form-data'):
        yield await request.body()
        return
    for name, value in (await request.form()).multi_items():
        yield f'\n{name}\n'.encode(errors='surrogatepass')
        if not isinstance(value, UploadFile):
            yield value.encode(errors='surrogatepass')
            continue
        yield f'{value.filename}\n'.encode(errors='surrogatepass')
        while piece := await value.read(_PIECE):
            yield piece
        await value.seek(0)
