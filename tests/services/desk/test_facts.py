"""What stands beside a ticket, for staff: its time by status, the requester's other tickets, the company."""

from datetime import timedelta

import pytest

from models import Status
from services import tickets
from services.desk.facts import facts
from services.errors import NotFound
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def test_the_time_in_each_status_sums_to_the_age(world):
    view = await world.file()
    for hours, status in ((1, Status.IN_PROGRESS), (3, Status.PENDING), (4, Status.IN_PROGRESS)):
        await tickets.transition(world.grace, view.id, status, now=NOW + hours * HOUR)
    moved = await tickets.transition(world.grace, view.id, Status.DONE, undo_window=HOUR, now=NOW + 6 * HOUR)
    await tickets.undo_transition(world.grace, view.id, moved.undo_event_id, now=NOW + 6.5 * HOUR)
    now = NOW + 7 * HOUR + timedelta(microseconds=7)
    found = await facts(world.grace, view.id, now=now)
    assert dict(found.spent) == {
        Status.OPEN: HOUR,
        Status.IN_PROGRESS: 4.5 * HOUR + timedelta(microseconds=7),
        Status.PENDING: HOUR,
        Status.DONE: HOUR / 2,
    }
    assert [status for status, _ in found.spent] == [status for status in Status if status in dict(found.spent)]
    assert sum((length for _, length in found.spent), timedelta(0)) == now - NOW


async def test_the_requesters_other_tickets_unfinished_first(world):
    done = await world.in_status(Status.DONE)
    views = [await world.file(now=NOW + turn * HOUR) for turn in range(3)]
    await world.file(world.bob)
    found = await facts(world.grace, views[0].id, now=NOW + 4 * HOUR)
    assert [other.id for other in found.others] == [views[2].id, views[1].id, done.id]
    assert found.others_count == 3
    assert (found.company.name, found.company.people, found.company.tickets, found.company.unfinished) == (
        'Ромашка',
        2,
        5,
        4,
    )


async def test_staff_alone_are_told(world):
    view = await world.file()
    for actor in (world.alice, world.bob, world.charlie):
        with pytest.raises(NotFound):
            await facts(actor, view.id, now=NOW)
    mine = await world.file(world.grace)
    assert (await facts(world.mona, mine.id, now=NOW)).company is None
