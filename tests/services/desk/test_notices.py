"""The bell: who is told of what, who is not, and when a notice is read."""

import pytest

from models import EventKind, Follow, Notice, Role, Status, User
from services import bus, clock, tickets
from services.desk.notices import list_notices, mark_read, unread_count
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write, row


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


EVERYBODY = ('alice', 'bob', 'charlie', 'grace', 'george', 'mona')


async def told(world: World) -> dict[str, list[EventKind]]:
    """What stands unread in everybody's bell, oldest first; who has nothing is left out."""
    found = {}
    for name in EVERYBODY:
        page = await list_notices(getattr(world, name), unread_only=True, now=NOW)
        if page.items:
            found[name] = [item.kind for item in page.items][::-1]
        assert await unread_count(getattr(world, name), now=NOW) == len(page.items)
    return found


async def nothing_unread(world: World) -> None:
    for name in EVERYBODY:
        await mark_read(getattr(world, name), now=NOW)


async def test_a_specialist_hears_of_what_happens_to_their_ticket_and_the_customer_of_what_concerns_them(world):
    view = await world.file(share_with=[world.users['bob'].id])
    assert await told(world) == {'bob': [EventKind.FILED]}
    await nothing_unread(world)
    await tickets.assign(world.mona, view.id, world.users['grace'].id, now=NOW)
    assert await told(world) == {'grace': [EventKind.ASSIGNED]}
    await nothing_unread(world)
    await tickets.comment(world.bob, view.id, 'У меня тоже.', now=NOW)
    assert await told(world) == {'alice': [EventKind.COMMENTED], 'grace': [EventKind.COMMENTED]}
    await nothing_unread(world)
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW)
    assert await told(world) == {'alice': [EventKind.STATUS], 'bob': [EventKind.STATUS]}


async def test_internal_events_are_for_staff_alone(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await nothing_unread(world)
    await tickets.follow(world.george, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.comment(world.grace, view.id, 'Между нами.', internal=True, now=NOW)
    await clock.mark_breaches(now=(await row(view)).respond_due_at)
    assert await told(world) == {'george': [EventKind.COMMENTED, EventKind.RESPONSE_BREACHED]}
    page = await list_notices(world.george, now=NOW)
    assert [(item.internal, item.actor.name if item.actor else None, item.ticket) for item in page.items] == [
        (True, None, view.id),
        (True, world.users['grace'].name, view.id),
    ]


async def test_who_muted_the_ticket_hears_nothing(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    await tickets.follow(world.grace, view.id, Follow.MUTED, now=NOW)
    await tickets.follow(world.alice, view.id, Follow.MUTED, now=NOW)
    await tickets.comment(world.alice, view.id, 'Ау?', now=NOW)
    await tickets.comment(world.george, view.id, 'Да?', now=NOW)
    assert await told(world) == {}


async def test_reading_a_ticket_reads_its_notices_and_says_so(world):
    view = await world.file()
    other = await world.file()
    for each in (view, other):
        await tickets.take(world.grace, each.id, now=NOW)
        await tickets.comment(world.alice, each.id, 'Ау?', now=NOW)
    heard = []
    bus.subscribe(f'user:{world.users["grace"].id}', heard.append)
    shown = await tickets.read(world.grace, view.id, now=NOW)
    await tickets.mark_read(world.grace, view.id, shown.last_event_id, now=NOW + HOUR)
    assert heard
    left = await list_notices(world.grace, unread_only=True, now=NOW)
    assert [item.ticket for item in left.items] == [other.id]
    everything = await list_notices(world.grace, now=NOW)
    assert [item.read_at for item in everything.items if item.ticket == view.id] == [NOW + HOUR]


async def test_answering_reads_too(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    await tickets.comment(world.alice, view.id, 'Ау?', now=NOW)
    await tickets.comment(world.grace, view.id, 'Да?', now=NOW)
    assert await told(world) == {'alice': [EventKind.COMMENTED]}


async def test_what_is_undone_is_told_to_nobody(world):
    view = await world.file()
    moved = await tickets.transition(world.grace, view.id, Status.DONE, undo_window=HOUR, now=NOW)
    assert await told(world) == {'alice': [EventKind.STATUS]}
    await tickets.undo_transition(world.grace, view.id, moved.undo_event_id, now=NOW)
    assert await told(world) == {}


async def test_a_notice_is_as_true_as_the_rights_of_its_reader(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.comment(world.alice, view.id, 'Тише.', now=NOW)
    await tickets.unshare(world.alice, view.id, world.users['bob'].id, now=NOW)
    assert 'bob' not in await told(world)
    await tickets.follow(world.george, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.comment(world.grace, view.id, 'Тайна.', internal=True, now=NOW)
    george = world.users['george']
    await User.filter(id=george.id).update(role=Role.CUSTOMER, company_id=world.users['alice'].company_id)
    await tickets.share(world.alice, view.id, [george.id], now=NOW)
    page = await list_notices(world.george, now=NOW)
    assert [item.kind for item in page.items] == [EventKind.SHARED]
    assert await unread_count(world.george, now=NOW) == 1


async def test_one_reads_ones_own_notices_alone_and_some_or_all(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    for turn in range(5):
        await tickets.comment(world.alice, view.id, f'Ау {turn}?', now=NOW)
    mine = [item.id for item in (await list_notices(world.grace, now=NOW)).items]
    for stranger in ('charlie', 'alice', 'george'):
        assert await mark_read(getattr(world, stranger), mine, now=NOW) == 0
        assert not [item for item in (await list_notices(getattr(world, stranger), now=NOW)).items if item.id in mine]
    assert await mark_read(world.grace, [*mine[:2], -1, 2**40], now=NOW) == 2
    assert await mark_read(world.grace, [], now=NOW) == 0
    assert await unread_count(world.grace, now=NOW) == 3
    assert await mark_read(world.grace, now=NOW) == 3
    assert await Notice.filter(user_id=world.users['grace'].id, read_at=None).count() == 0


async def test_a_long_list_comes_in_pages(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    for turn in range(5):
        await tickets.comment(world.alice, view.id, f'Ау {turn}?', now=NOW)
    found, cursor = [], None
    for _ in range(3):
        page = await list_notices(world.grace, cursor=cursor, limit=2, now=NOW)
        found += [item.id for item in page.items]
        cursor = page.next
    assert (len(found), cursor, found) == (5, None, sorted(found, reverse=True))
    for nonsense in ('x', '-1', '9' * 30, '٣'):
        assert (await list_notices(world.grace, cursor=nonsense, now=NOW)).items == ()


async def test_a_rolled_back_change_leaves_no_notice(world):
    view = await world.file()
    with pytest.raises(Exception, match='refusal'):
        await tickets.transition(world.alice, view.id, Status.PENDING, now=NOW)
    assert await Notice.filter(ticket_id=view.pk).count() == 0
