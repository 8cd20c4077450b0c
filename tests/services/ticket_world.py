"""A small world for the tests of tickets: forms published, people signed in, tickets of every status."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from models import Comment, Status, Ticket, User
from services import tickets
from services.actor import Actor
from services.forms import store
from services.settings import settings
from services.tickets import TicketView
from tests import people

NOW = datetime(2026, 11, 2, 9, 30, 15, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)

BUG: dict[str, Any] = {
    'subject': 'Экран гаснет на Samsung',
    'details': 'Через час после запуска гаснет экран.',
    'project': 'Витрина',
    'impact': 'high',
    'steps': 'Запустить, ждать час.',
    'expected': 'Экран светится.',
    'actual': 'Экран чёрный.',
    'os': 'tizen',
    'server_type': 'cloud',
    'app_version': '3.14.1',
}

_keys = count(1)


class World:
    """Everybody signed in, by first name: `world.alice` is an Actor, `world.users['alice']` the row."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}

    async def build(self) -> 'World':
        await store.publish_catalogue()
        for name in ('alice', 'bob', 'charlie', 'grace', 'george', 'mona'):
            self.users[name] = await getattr(people, name)()
            setattr(self, name, await people.actor_of(self.users[name], now=NOW))
        return self

    def __getattr__(self, name: str) -> Actor:
        raise AttributeError(name)

    async def file(self, actor: Actor | None = None, *, now: datetime = NOW, **changes: Any) -> TicketView:
        """A bug report; by Alice unless said otherwise."""
        options = {name: changes.pop(name) for name in list(changes) if name in _OPTIONS}
        options.setdefault('submission_key', f'key-{next(_keys)}')
        return await tickets.file(actor or self.alice, 'bug', BUG | changes, now=now, **options)

    async def in_status(self, status: Status, *, now: datetime = NOW) -> TicketView:
        """A ticket of Alice's in that status since `now`, by the moves that lead there."""
        view = await self.file(now=now)
        for step in _WAYS[status]:
            comment = 'Готово, проверьте.' if step in _WITH_COMMENT else None
            view = await tickets.transition(self.grace, view.id, step, comment=comment, now=now)
        return view


_OPTIONS = ('submission_key', 'file_keys', 'share_with', 'share_company', 'follow_up_of')
_WITH_COMMENT = (Status.AWAITING_FEEDBACK, Status.REOPENED)
_WAYS: dict[Status, Sequence[Status]] = {
    Status.OPEN: (),
    Status.IN_PROGRESS: (Status.IN_PROGRESS,),
    Status.AWAITING_DEVELOPMENT: (Status.AWAITING_DEVELOPMENT,),
    Status.PENDING: (Status.PENDING,),
    Status.AWAITING_FEEDBACK: (Status.AWAITING_FEEDBACK,),
    Status.REOPENED: (Status.DONE, Status.REOPENED),
    Status.DONE: (Status.DONE,),
}


def let_everybody_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so high that a test about something else does not meet them."""
    monkeypatch.setenv('PORTAL_TICKETS_PER_HOUR', '100000')
    monkeypatch.setenv('PORTAL_COMMENTS_PER_HOUR', '100000')
    settings.cache_clear()


async def row(view: TicketView) -> Ticket:
    """The ticket as it is stored now."""
    return await Ticket.get(id=view.pk)


async def bodies(view: TicketView) -> list[str]:
    """What was written to the ticket, as stored."""
    return [comment.body for comment in await Comment.filter(ticket_id=view.pk).order_by('id')]
