"""How large and how slow a request may be, by where it goes."""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from api import origin
from services import brand
from services.settings import settings

LONGEST_ADDRESS = 8192
LARGEST_HEADERS = 32 * 1024
_PATIENCE = 30  # seconds that a body may stand still
_KIB = 1024
_FORM = 64 * _KIB
_JSON = 1024 * _KIB
_SOCKET = 2 * 1024 * _KIB
_ENVELOPE = 256 * _KIB  # what multipart adds to the files themselves


def is_oversized(scope: Scope) -> int | None:
    """The status that refuses a request for its size, as far as its head tells; None when it is fine."""
    if len(scope.get('raw_path') or b'') + len(scope.get('query_string') or b'') > LONGEST_ADDRESS:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if sum(len(key) + len(value) for key, value in scope['headers']) > LARGEST_HEADERS:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    length = origin.header(scope['headers'], b'content-length') or '0'
    if not length.isdecimal():
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length[:19]) > body_limit(scope['path']) else None


def body_limit(path: str) -> int:
    """Bytes that a body sent there may have."""
    limits = settings()
    if path == '/files':
        return limits.file_limit + _ENVELOPE
    if path == f'{brand.ROUTE}/logo':
        return brand.LARGEST + _KIB
    if path.startswith('/api/'):
        many = limits.file_limit * limits.files_per_message + _ENVELOPE
        return many if path.endswith('/attachments') else _JSON
    return _SOCKET if path.startswith('/_nicegui_ws/') else _FORM


class Measured:
    """A `receive` that counts what really comes, whatever the head said, and does not wait for a body for ever."""

    def __init__(self, receive: Receive, scope: Scope) -> None:
        self.receive = receive
        self.state = scope.setdefault('state', {})
        self.left = body_limit(scope['path'])
        self.done = False

    async def __call__(self) -> Message:
        if self.done:
            return self._noticed(await self.receive())
        try:
            async with asyncio.timeout(_PATIENCE):
                message = await self.receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
        self._noticed(message)
        self.left -= len(message.get('body', b''))
        self.done = not message.get('more_body', False)
        if self.left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    def _noticed(self, message: Message) -> Message:
        if message['type'] == 'http.disconnect':
            self.state['gone'] = True  # whoever asked: what fails for that reason is no bug
        return message
