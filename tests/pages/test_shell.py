"""The frame around every page: how long a visitor waits for it, and what they are told then."""

import asyncio
import inspect

import pytest
from nicegui import Client
from nicegui.page import page
from starlette.requests import Request

from models import Role
from pages import shell
from services.errors import Unavailable
from tests.people import actor_of, make_user


async def test_a_page_that_takes_too_long_is_unavailable_before_nicegui_loses_patience(sqlite, monkeypatch):
    async def never(_: shell.Shell) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(shell.Shell, 'build', never)
    actor = await actor_of(await make_user(role=Role.ADMIN))
    request = Request({'type': 'http', 'path': '/', 'query_string': b'', 'headers': [], 'state': {'actor': actor}})
    with Client(page(''), request=request) as client:
        waiting = shell.shell()
        assert inspect.iscoroutine(waiting)
        waiting.close()
        assert client.page.response_timeout > shell.LONGEST_BUILD > 10
        monkeypatch.setattr(shell, 'LONGEST_BUILD', 0.01)
        with pytest.raises(Unavailable):
            await shell.shell()
    client.delete()
