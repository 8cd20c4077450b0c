"""Who is at a ticket: seen by staff alone, and forgotten by itself."""

import asyncio

import pytest

from models import Role, User
from services import bus
from services.desk import presence
from services.desk.presence import around, enter, everywhere, typing
from services.errors import NotFound
from tests.services.ticket_world import NOW, World


@pytest.fixture(autouse=True)
def nobody():
    presence.clear()
    yield
    presence.clear()


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def seen(actor, view) -> list[tuple[str, bool]]:
    return [(one.person.name.split()[0], one.typing) for one in await around(actor, view.id, now=NOW)]


async def test_staff_see_who_looks_and_who_writes_but_not_themselves(world):
    view, other = await world.file(), await world.file()
    heard: list[str] = []
    bus.subscribe(f'presence:{view.pk}', heard.append)
    bus.subscribe('presence', heard.append)
    leave = await enter(world.grace, view.id, 'a', now=NOW)
    await enter(world.alice, view.id, 'b', now=NOW)
    assert heard == [f'presence:{view.pk}', 'presence'] * 2
    assert await seen(world.george, view) == [('Алиса', False), ('Галина', False)]
    assert await seen(world.grace, view) == [('Алиса', False)]
    await typing(world.grace, view.id, 'a', now=NOW)
    assert await seen(world.george, view) == [('Галина', True), ('Алиса', False)]
    await typing(world.grace, view.id, 'a', now=NOW)
    assert len(heard) == 6, 'a further letter is no news'
    await typing(world.grace, view.id, 'a', still=False, now=NOW)
    assert await seen(world.george, view) == [('Алиса', False), ('Галина', False)]
    leave()
    leave()
    assert await seen(world.george, view) == [('Алиса', False)]
    assert await seen(world.george, other) == []


async def test_two_windows_are_one_person_until_both_are_gone(world):
    view = await world.file()
    first = await enter(world.grace, view.id, 'one', now=NOW)
    second = await enter(world.grace, view.id, 'two', now=NOW)
    await typing(world.grace, view.id, 'two', now=NOW)
    assert await seen(world.george, view) == [('Галина', True)]
    second()
    assert await seen(world.george, view) == [('Галина', False)]
    first()
    assert await seen(world.george, view) == []
    for turn in range(50):
        await enter(world.grace, view.id, f'window {turn}', now=NOW)
    assert len(presence._windows[view.pk]) == presence.MOST_WINDOWS


async def test_customers_see_nobody_and_strangers_do_not_get_in(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await enter(world.grace, view.id, 'a', now=NOW)
    await typing(world.bob, view.id, 'b', now=NOW)
    assert await seen(world.alice, view) == []
    with pytest.raises(NotFound):
        await everywhere(world.alice, now=NOW)
    for call in (enter, typing):
        with pytest.raises(NotFound):
            await call(world.charlie, view.id, 'c', now=NOW)
    with pytest.raises(NotFound):
        await around(world.charlie, view.id, now=NOW)
    with pytest.raises(NotFound):
        await everywhere(world.charlie, now=NOW)
    assert await seen(world.george, view) == [('Борис', True), ('Галина', False)]
    await User.filter(id=world.users['george'].id).update(role=Role.CUSTOMER)
    with pytest.raises(NotFound):
        await around(world.george, view.id, now=NOW)


async def test_a_board_sees_every_ticket_where_somebody_is(world):
    view, other = await world.file(), await world.file()
    await enter(world.grace, view.id, 'a', now=NOW)
    await typing(world.alice, other.id, 'b', now=NOW)
    found = await everywhere(world.george, now=NOW)
    assert {number: [one.typing for one in people] for number, people in found.items()} == {
        view.number: [False],
        other.number: [True],
    }
    assert list(await everywhere(world.grace, now=NOW)) == [other.number]


async def test_what_is_not_refreshed_ends_by_itself(world, monkeypatch):
    view = await world.file()
    monkeypatch.setattr(presence, 'LOOKING_FOR', 1.2)
    monkeypatch.setattr(presence, 'TYPING_FOR', 0.6)
    changed = asyncio.Event()
    await typing(world.grace, view.id, 'a', now=NOW)
    assert await seen(world.george, view) == [('Галина', True)]
    bus.subscribe(f'presence:{view.pk}', lambda _: changed.set())
    async with asyncio.timeout(10):
        await changed.wait()
        changed.clear()
        assert not presence._state(view.pk).get(world.users['grace'].id)
        await changed.wait()
    assert await seen(world.george, view) == []
    assert (presence._windows, presence._timers) == ({}, {})
