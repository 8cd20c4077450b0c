"""One reading for all who want the same at once: not from before what they were told, nor of what is not for them."""

import asyncio
from dataclasses import replace

import pytest

from models import Role, Status, User
from services import bus, jointly, people, tickets
from services.desk import board
from services.desk.facts import facts
from services.desk.filters import ME, DeskFilter
from services.errors import NotFound, SignedOut
from services.transaction import transaction
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write

MARKER = 'тайна-эдельвейс'


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


class Source:
    """Something that can be read, how often it was, and a door behind which readings wait."""

    def __init__(self) -> None:
        self.value = 'before'
        self.read = 0
        self.door = asyncio.Event()

    async def query(self) -> str:
        self.read += 1
        found = self.value
        await self.door.wait()
        return found


async def started() -> None:
    """Whatever was begun by now has begun to read."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_all_who_want_the_same_get_one_reading(sqlite):
    source = Source()
    asking = [asyncio.ensure_future(jointly.read('key', source.query)) for _ in range(5)]
    other = asyncio.ensure_future(jointly.read('another', source.query))
    await started()
    source.door.set()
    assert await asyncio.gather(*asking, other) == ['before'] * 6
    assert source.read == 2


async def test_whoever_was_told_of_a_change_gets_nothing_read_before_it(sqlite):
    source = Source()
    early = asyncio.ensure_future(jointly.read('key', source.query, 'ticket:1', 'staff'))
    await started()
    source.value = 'after'
    bus.publish(['ticket:2'])
    still = asyncio.ensure_future(jointly.read('key', source.query, 'ticket:1', 'staff'))
    await started()
    bus.publish(['ticket:1'])
    late = asyncio.ensure_future(jointly.read('key', source.query, 'ticket:1', 'staff'))
    await started()
    source.door.set()
    assert await asyncio.gather(early, still, late) == ['before', 'before', 'after']
    bus.publish(['staff'])
    source.value = 'later'
    assert await jointly.read('key', source.query, 'ticket:1', 'staff') == 'later'
    bus.publish(['staff'])
    assert bus.count() == 0, 'what is forgotten listens no more'


async def test_a_reading_that_failed_is_nobodys_answer_and_one_given_up_is_still_the_others(sqlite):
    source = Source()

    async def broken() -> str:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is ours
        await jointly.read('key', broken)
    hasty = asyncio.ensure_future(jointly.read('key', source.query))
    patient = asyncio.ensure_future(jointly.read('key', source.query))
    await started()
    hasty.cancel()
    source.door.set()
    assert await patient == 'before'
    assert source.read == 1


async def test_what_is_not_committed_is_shown_to_nobody_else(world):
    async def name() -> str:
        return (await User.get(id=world.users['bob'].id)).name

    async def rename(committed: asyncio.Event) -> str:
        async with transaction():
            await User.filter(id=world.users['bob'].id).update(name='Роберт')
            inside = await jointly.read('name', name)
            outside.set()
            await committed.wait()
        return inside

    outside, commit = asyncio.Event(), asyncio.Event()
    renaming = asyncio.ensure_future(rename(commit))
    await outside.wait()
    assert await jointly.read('name', name) == world.users['bob'].name
    commit.set()
    assert await renaming == 'Роберт'


async def test_no_customer_gets_what_was_read_for_specialists(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.comment(world.grace, view.id, MARKER, internal=True, now=NOW)
    readers = [world.grace, world.alice, world.george, world.bob, world.mona, world.alice] * 3
    seen = await asyncio.gather(*(tickets.read(actor, view.id, now=NOW) for actor in readers))
    for actor, found in zip(readers, seen, strict=True):
        staff = actor in (world.grace, world.george, world.mona)
        assert (MARKER in repr(found)) is staff
        assert any(event.internal for event in found.events) is staff


async def test_what_one_reader_may_do_is_nobody_elses(world):
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW)
    moved = await tickets.transition(world.grace, view.id, Status.PENDING, undo_window=HOUR, now=NOW)
    author, colleague, customer = await asyncio.gather(
        *(tickets.read(actor, view.id, now=NOW) for actor in (world.grace, world.george, world.alice))
    )
    assert [found.comments[0].editable_until is None for found in (author, colleague, customer)] == [False, True, True]
    assert [found.undo_event_id for found in (author, colleague, customer)] == [moved.undo_event_id, None, None]
    assert replace(author.comments[0], editable_until=None) == colleague.comments[0] == customer.comments[0]
    await tickets.mark_read(world.george, view.id, moved.last_event_id, now=NOW)
    george, mona = await asyncio.gather(*(tickets.read(a, view.id, now=NOW) for a in (world.george, world.mona)))
    assert (george.read_event_id, mona.read_event_id) == (moved.last_event_id, 0)


async def test_no_change_between_two_readings_is_missed(world):
    view = await world.file()
    for turn in range(5):
        _, *others = await asyncio.gather(
            tickets.comment(world.grace, view.id, f'{turn}-й ответ', now=NOW),
            *(tickets.read(world.george, view.id, now=NOW) for _ in range(3)),
        )
        assert all(len(found.comments) in (turn, turn + 1) for found in others)
        found, beside = await asyncio.gather(
            tickets.read(world.george, view.id, now=NOW), facts(world.george, view.id, now=NOW + turn * HOUR)
        )
        assert found.comments[-1].body == f'{turn}-й ответ'
        assert sum((length for _, length in beside.spent), 0 * HOUR) == turn * HOUR
    await people.change_profile(world.grace, name='Грета', now=NOW)
    assert (await tickets.read(world.george, view.id, now=NOW)).comments[-1].author.name == 'Грета'


async def test_who_may_not_see_it_any_more_gets_it_from_nobody(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.comment(world.grace, view.id, MARKER, internal=True, now=NOW)
    for actor in (world.bob, world.george, world.alice):
        await tickets.read(actor, view.id, now=NOW)
    await User.filter(id=world.users['george'].id).update(role=Role.CUSTOMER)  # as another process would, unheard
    await User.filter(id=world.users['alice'].id).update(active=False)
    await tickets.read(world.grace, view.id, now=NOW)
    with pytest.raises(NotFound):
        await tickets.read(world.george, view.id, now=NOW)
    for refused in (facts(world.george, view.id, now=NOW), board.changes(world.george, None, 0, now=NOW)):
        with pytest.raises(NotFound):
            await refused
    with pytest.raises(SignedOut):
        await tickets.read(world.alice, view.id, now=NOW)
    await tickets.unshare(world.grace, view.id, world.users['bob'].id, now=NOW)
    with pytest.raises(NotFound):
        await tickets.read(world.bob, view.id, now=NOW)


async def test_boards_share_the_cards_and_nothing_of_ones_own(world):
    view = await world.file()
    await tickets.assign(world.grace, view.id, world.users['grace'].id, now=NOW)
    seen = await tickets.read(world.grace, view.id, now=NOW)
    await tickets.mark_read(world.grace, view.id, seen.last_event_id, now=NOW)
    grace, george = await asyncio.gather(
        *(board.changes(actor, DeskFilter(), 0, now=NOW) for actor in (world.grace, world.george))
    )
    assert (grace.cards[view.pk].unread, george.cards[view.pk].unread) == (False, True)
    assert replace(george.cards[view.pk], unread=False) == grace.cards[view.pk]
    mine, theirs = await asyncio.gather(
        *(board.changes(actor, DeskFilter(assignee=ME), 0, now=NOW) for actor in (world.grace, world.george))
    )
    assert mine.cards[view.pk] is not None
    assert theirs.cards == {view.pk: None}
    assert [sum(column.count for column in found.columns) for found in (mine, theirs)] == [1, 0]
