"""People with tickets, and the server that their mail goes to."""

import pytest

from tests.journeys.mailbox import open_mailbox
from tests.services.sending.outgoing import use
from tests.services.ticket_world import World


@pytest.fixture
async def mailbox(monkeypatch):
    async with open_mailbox() as mailbox:
        use(monkeypatch, mailbox.url)
        yield mailbox


@pytest.fixture
async def small_world(sqlite) -> World:
    return await World().build()


@pytest.fixture
async def world(database) -> World:
    return await World().build()
