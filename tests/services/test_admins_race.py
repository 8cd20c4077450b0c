"""Two admins who remove each other at the same moment."""

import asyncio

import pytest

from models import Role, User
from services import people
from services.errors import Conflict, NotFound, SignedOut
from tests.people import actor_of, make_user, mona


@pytest.mark.parametrize('turn', range(3))
@pytest.mark.parametrize('how', ['deactivate', 'role', 'self'])
async def test_one_admin_is_left(database, how, turn):
    first = await mona()
    second = await make_user(email='second@support.test', role=Role.ADMIN)
    a, b = await actor_of(first), await actor_of(second)
    acts = {
        'deactivate': (lambda: people.deactivate(a, second.id), lambda: people.deactivate(b, first.id)),
        'role': (
            lambda: people.change_role(a, second.id, Role.AGENT),
            lambda: people.change_role(b, first.id, Role.AGENT),
        ),
        'self': (lambda: people.deactivate(a, first.id), lambda: people.deactivate(b, second.id)),
    }[how]
    out = await asyncio.gather(*(act() for act in acts), return_exceptions=True)
    refused = [each for each in out if each is not None]
    left = await User.filter(role=Role.ADMIN, active=True).count()
    assert left == 1, out
    assert [type(each) in (Conflict, NotFound, SignedOut) for each in refused] == [True], out
