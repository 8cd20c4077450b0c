"""Tickets from before one could filter by operating system and kind of server get both from their answers."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from models import Ticket
from services.database import connection, engine
from tests.models.rows import a_ticket
from tests.people import alice


@pytest.mark.parametrize(
    'answers, os, server_type',
    [
        ({'os': 'tizen', 'server_type': 'cloud'}, 'tizen', 'cloud'),
        ({'os': 'x' * 200}, 'x' * 64, None),
        ({'details': 'os'}, None, None),
        ({}, None, None),
    ],
)
async def test_older_tickets_get_what_they_answered(database, answers, os, server_type):
    ticket = await a_ticket(await alice())
    await Ticket.filter(id=ticket.id).update(answers=answers)
    migration = import_module('models.migrations.0004_os_and_server_type')
    await migration.fill(None, SimpleNamespace(client=connection(), DIALECT=engine()))
    found = await Ticket.get(id=ticket.id)
    assert (found.os, found.server_type) == (os, server_type)
