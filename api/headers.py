"""What every answer of the portal says to the browser besides its content."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

from api import cookies
from api.plain import POLICY
from services import request_number
from services.settings import settings

# Vue's template compiler and NiceGUI's event code need 'unsafe-eval': the policy keeps strangers' code and frames out.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self' data:"
)
_ALWAYS = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',  # 'no-referrer' would make browsers hide the origin of our own forms
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
}
_A_YEAR = 'max-age=31536000'
_SHARED = ('/static/', '/_nicegui/', '/favicon.ico')


class Dressed:
    """A `send` that puts the headers on; what a route has set for itself about frames and caching stays."""

    def __init__(self, send: Send, scope: Scope, *, is_page: bool) -> None:
        self.send = send
        self.path = str(scope['path'])
        self.is_page = is_page
        self.status = 0
        self.node_cookie = cookies.node_cookie(scope['headers']) if is_page else None
        self.before_first: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, message: Message) -> None:
        if message['type'] == 'http.response.start':
            self.status = int(message['status'])
            self._dress(MutableHeaders(raw=message.setdefault('headers', [])), message)
            if self.before_first is not None:
                await self.before_first()
        await self.send(message)

    def _dress(self, headers: MutableHeaders, message: Message) -> None:
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        if 'Content-Security-Policy' not in headers:
            html = headers.get('Content-Type', '').startswith('text/html')
            headers['Content-Security-Policy'] = PAGE_POLICY if self.is_page and html else POLICY
            headers.setdefault('X-Frame-Options', 'DENY')
        if settings().https:
            headers['Strict-Transport-Security'] = _A_YEAR
        if not self.path.startswith(_SHARED):
            headers.setdefault('Cache-Control', 'private, no-store')
        if self.node_cookie:
            headers.append('Set-Cookie', self.node_cookie)
        headers['X-Request-ID'] = request_number.current()
        for name in ('Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'):
            del headers[name]  # nobody else's page reads ours, whatever a library thinks
        message['headers'] = headers.raw
