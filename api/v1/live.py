"""What happens, as it happens: server-sent events over the REST API, each only to those who may know of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import ExitStack
from datetime import datetime
from time import monotonic
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.schemas import ID_EXAMPLE
from models import EventKind, Status
from services import bus, news, stopping
from services.actor import Actor
from services.database import FAULTS
from services.errors import SignedOut, TooMany, Unavailable
from services.news import Listener, News
from services.waiting import rest

router = resource('live')

LOOK_EVERY = 1.0  # seconds, at most, until a token that was taken back ends the stream
HEARTBEAT = 15.0  # seconds of silence after which a line says that the connection lives
MOST_OF_ONE = 10
MOST = 500
"""How many streams one person, and all people together, may have open on one process."""

_open: Counter[int] = Counter()


class Happened(BaseModel):
    """What stands in `data` of each event: codes and ids; whoever wants more reads the ticket."""

    id: int = Field(examples=[5120])
    kind: EventKind
    at: datetime
    ticket: str = Field(examples=[ID_EXAMPLE])
    actor_id: int | None = Field(description='null when the system acted.')
    internal: bool = Field(description='Known to staff alone.')
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None


_EXAMPLE = Happened(
    id=5120,
    kind=EventKind.COMMENTED,
    at=datetime.fromisoformat('2026-11-22T10:15:00Z'),
    ticket=ID_EXAMPLE,
    actor_id=12,
    internal=False,
    from_status=None,
    to_status=None,
    comment_id=311,
)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        'model': Happened,
        'description': 'A stream that goes on until one of the two hangs up, or the token does not count any more.',
        'content': {
            'text/event-stream': {
                'schema': {'type': 'string'},
                'example': f'id: 5120\ndata: {_EXAMPLE.model_dump_json()}\n\n',
            }
        },
    }
}


@router.get('/events', response_class=StreamingResponse, responses=_STREAM)
async def stream_events(
    caller: Caller,
    last_event_id: Annotated[
        str | None, Header(max_length=20, description='The last event one has heard of; without it: from now on.')
    ] = None,
) -> StreamingResponse:
    """Events of the tickets that the caller sees, live, as `text/event-stream`.

    After a cut a client sends the last id as `Last-Event-ID`, as every EventSource does, and misses nothing. The stream
    ends with `event: end` when the token was taken back or its person's account was closed.
    """
    listener = await news.listen(caller, _place(last_event_id))
    return Stream(caller, _lines(listener, await news.topics(caller)))


class Stream(StreamingResponse):
    """A stream that takes one of a limited number of seats, and gives it back however it ends."""

    media_type = 'text/event-stream'

    def __init__(self, caller: Actor, lines: AsyncGenerator[str]) -> None:
        self.lines = lines
        self.person = caller.user_id or 0
        if _open[self.person] >= MOST_OF_ONE or _open.total() >= MOST:
            raise TooMany(retry_after=30)
        super().__init__(lines, headers={'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no'})
        _open[self.person] += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            _open[self.person] -= 1
            await self.lines.aclose()


async def _lines(listener: Listener, topics: Iterable[str]) -> AsyncGenerator[str]:
    wake = asyncio.Event()
    with ExitStack() as subscriptions:
        for topic in topics:
            subscriptions.callback(bus.subscribe(topic, lambda _: wake.set()))
        yield f'retry: 2000\nid: {listener.place}\n\n'
        spoken = monotonic()
        while not stopping.has_begun():
            wake.clear()
            try:
                heard = await listener.hear()
            except SignedOut:
                yield 'event: end\ndata: {"code": "signed_out"}\n\n'
                return
            except (Unavailable, *FAULTS):
                heard = []  # the database is away: what happens there meanwhile is told later
            for item in heard:
                yield _event(item)
            if heard or monotonic() - spoken >= HEARTBEAT:
                yield ': still here\n\n'
                spoken = monotonic()
            await rest(0 if len(heard) >= news.PIECE else LOOK_EVERY, wake)


def _event(item: News) -> str:
    happened = Happened(**{name: getattr(item, name) for name in Happened.model_fields})
    return f'id: {item.id}\ndata: {happened.model_dump_json()}\n\n'


def _place(last_event_id: str | None) -> int | None:
    text = (last_event_id or '').strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 else None
