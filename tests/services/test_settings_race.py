"""Two admins who set something at the same moment: what would not go together is refused, and nothing is lost."""

import asyncio
from collections.abc import Awaitable

import pytest

from models import Impact, Role
from services import adjustments
from services.actor import Actor
from services.desk import settings_store
from services.errors import Invalid
from services.settings import settings
from tests.people import actor_of, make_user, mona


@pytest.fixture
async def admins(database) -> tuple[Actor, Actor]:
    second = await make_user(email='second@support.test', role=Role.ADMIN)
    return await actor_of(await mona()), await actor_of(second)


async def at_once(*changes: Awaitable[object]) -> list[type]:
    """What became of each."""
    return [type(each) for each in await asyncio.gather(*changes, return_exceptions=True)]


async def test_a_reminder_never_comes_before_the_wait_begins(admins):
    first, second = admins
    outcomes = await at_once(
        adjustments.change(first, {'remind_before': '6d'}), adjustments.change(second, {'auto_close_after': '5d'})
    )
    assert sorted(each is Invalid for each in outcomes) == [False, True], outcomes
    await adjustments.refresh()
    assert settings().remind_before < settings().auto_close_after


async def test_of_two_changes_to_the_targets_none_is_lost(admins):
    first, second = admins
    outcomes = await at_once(
        settings_store.change_targets(first, {'critical': {'respond': 6, 'solve': 8}}),
        settings_store.change_targets(second, {'high': {'respond': 2, 'solve': 12}}),
    )
    assert Invalid not in outcomes
    targets = (await settings_store.plan()).targets
    assert (targets[Impact.CRITICAL].respond, targets[Impact.HIGH].respond) == (6, 2)
