"""Who may speak over which socket: a page answers only to the session that opened it, and no longer than that counts.

NiceGUI trusts whoever knows a page's id. Its handlers of socket messages are wrapped here, so the version is pinned and
tests/journeys/test_sockets.py fails when an upgrade changes what is relied on.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client, app, background_tasks, core
from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]

from components.signing_in import sign_in_again
from services import bus, metrics, sessions
from services.actor import Actor
from services.database import FAULTS
from services.errors import Unavailable

log = logging.getLogger(__name__)

SOCKETS_PER_SESSION = 50
EVENTS_PER_SECOND = 50
BURST = 200
_LOOK_EVERY = 10.0  # seconds between two looks at whether open pages' sessions have run out
_TOUCH_EVERY = 60.0
_GOODBYE = 0.3  # seconds in which a page is told where to go before it is gone
_RELOAD = 'Implicit handshake failed'  # what makes NiceGUI's script load the page anew


@dataclass(slots=True)
class _Socket:
    """A connected socket: whose it is, and how much it may still say this second."""

    actor: Actor
    client_id: str
    credit: float = BURST
    at: float = field(default_factory=time.monotonic)

    def spends(self) -> bool:
        now = time.monotonic()
        self.credit = min(BURST, self.credit + (now - self.at) * EVENTS_PER_SECOND) - 1
        self.at = now
        return self.credit >= 0


_sockets: dict[str, _Socket] = {}
_watched: dict[str, list[Callable[[], None]]] = {}  # by page: how to stop listening for the end of its session
_closing: set[str] = set()
_touched: dict[Actor, float] = {}
_original: dict[str, Callable[..., Any]] = {}


def install() -> None:
    """Wrap NiceGUI's socket handlers; call once, before the server starts."""
    handlers = core.sio.handlers['/']
    for name in ('connect', 'disconnect', 'event', 'javascript_response', 'ack', 'log'):
        _original.setdefault(name, handlers[name])
    core.sio.on('connect', _connect)
    core.sio.on('disconnect', _disconnect)
    core.sio.on('event', _event)
    core.sio.on('javascript_response', _of_own_page('javascript_response'))
    core.sio.on('ack', _of_own_page('ack'))
    core.sio.on('log', _ignored)
    core.sio.eio.cors_allowed_origins = []  # origins are the guard's matter; nothing is ever echoed
    app.timer(_LOOK_EVERY, _look)
    metrics.OPEN_PAGES.set_function(lambda: len(_sockets))


async def _connect(sid: str, environ: dict[str, Any], _: Any = None) -> Any:
    """Let a socket speak for its page if it comes from the session that opened the page."""
    client_id = (parse_qs(environ.get('QUERY_STRING', '')).get('client_id') or [''])[0]
    client, actor = Client.instances.get(client_id), _actor_of(environ.get('asgi.scope', {}))
    if client is None or actor is None or client_id in _closing:
        raise Refused(_RELOAD)
    if _actor_of(client.request.scope) != actor:
        log.warning('user %s knocked at a page of somebody else', actor.user_id)
        raise Refused('refused')
    if sum(socket.actor == actor for socket in _sockets.values()) >= SOCKETS_PER_SESSION:
        log.warning('user %s has too many open pages', actor.user_id)
        raise Refused('too many')
    _sockets[sid] = _Socket(actor, client_id)
    _watch(client, actor)
    try:
        return await _original['connect'](sid, environ)
    except BaseException:
        _sockets.pop(sid, None)
        raise


def _disconnect(sid: str, *_: Any) -> None:
    _sockets.pop(sid, None)
    _original['disconnect'](sid)


async def _event(sid: str, message: Any = None) -> None:
    """Something that the person did on their page."""
    socket = _speaker(sid, message)
    if socket is None:
        return
    if not socket.spends():
        log.warning('user %s sent too many events; the socket is cut off', socket.actor.user_id)
        await core.sio.disconnect(sid)
        return
    _keep_alive(socket.actor)
    try:
        _original['event'](sid, message)
    except Exception as error:  # noqa: BLE001 - handlers report their own bugs; this is a message of no known shape
        log.warning('user %s sent a malformed event (%s)', socket.actor.user_id, type(error).__name__)


def _of_own_page(name: str) -> Callable[..., Any]:
    async def handle(sid: str, message: Any = None) -> None:
        socket = _speaker(sid, message)
        if socket is None or not socket.spends():
            return
        try:
            result = _original[name](sid, message)
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - as above
            log.warning('user %s sent a malformed %s (%s)', socket.actor.user_id, name, type(error).__name__)

    return handle


def _ignored(*_: Any) -> None:
    """The browser does not write our log."""


def _speaker(sid: str, message: Any) -> _Socket | None:
    """The socket, if the message is about its own page and that page is not being closed."""
    socket = _sockets.get(sid)
    if socket is None or not isinstance(message, dict) or message.get('client_id') != socket.client_id:
        if socket is not None:
            log.warning('user %s sent a message for a page that is not theirs', socket.actor.user_id)
        return None
    return None if socket.client_id in _closing else socket


def _actor_of(scope: Any) -> Actor | None:
    actor: Actor | None = (scope.get('state') or {}).get('actor')
    return actor


def _watch(client: Client, actor: Actor) -> None:
    """Take the page away when its session ends, or its person's account does."""
    if client.id in _watched:
        return

    def ended(_: str) -> None:
        _close(client)

    def changed(_: str) -> None:
        background_tasks.create_lazy(_check(actor), name=f'check session {actor.session_id}')

    _watched[client.id] = [
        bus.subscribe(f'session:{actor.session_id}', ended),
        bus.subscribe(f'user:{actor.user_id}', changed),
    ]
    client.on_delete(lambda: _forget(client.id))


def _forget(client_id: str) -> None:
    for stop in _watched.pop(client_id, []):
        stop()
    _closing.discard(client_id)


async def _look() -> None:
    """Take away the pages whose sessions have run out meanwhile."""
    for actor in {socket.actor for socket in _sockets.values()}:
        await _check(actor)


async def _check(actor: Actor) -> None:
    try:
        counts = await sessions.counts(actor)
    except FAULTS:
        return  # nobody is put out because the database is away; the next look comes soon
    if not counts:
        _touched.pop(actor, None)
        for client in list(Client.instances.values()):
            if _actor_of(client.request.scope) == actor:
                _close(client)


def _close(client: Client) -> None:
    """From now on the page's events are ignored; it is sent to the sign-in page and is gone a moment later."""
    if client.id in _closing or client.is_deleted:
        return
    _closing.add(client.id)
    sign_in_again(client)
    background_tasks.create(_take_away(client), name=f'take page {client.id} away')


async def _take_away(client: Client) -> None:
    await asyncio.sleep(_GOODBYE)
    if not client.is_deleted:
        for later in client._delete_tasks.values():  # it would find nothing, and log its key while saying so
            later.cancel()
        client.delete()
    for sid in [sid for sid, socket in _sockets.items() if socket.client_id == client.id]:
        await core.sio.disconnect(sid)
    _forget(client.id)


def _keep_alive(actor: Actor) -> None:
    now = time.monotonic()
    if now - _touched.get(actor, -_TOUCH_EVERY) >= _TOUCH_EVERY:
        _touched[actor] = now
        background_tasks.create(_touch(actor), name=f'session {actor.session_id} is in use')


async def _touch(actor: Actor) -> None:
    try:
        await sessions.touch(actor)
    except (*FAULTS, Unavailable):
        _touched.pop(actor, None)  # the next event tries again
