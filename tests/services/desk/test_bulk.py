"""Many tickets at once: told for each, taken back together, and no mail before that is settled."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from models import AuditEntry, BulkAction, EventKind, MailKind, MailState, OutboxMail, Status, TicketEvent, TicketTag
from services import tickets
from services.desk import bulk
from services.errors import Conflict, Invalid, NotFound
from services.tickets import recording
from tests.services.ticket_world import NOW, World, let_everybody_write, row

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


async def waiting_mails(kind: MailKind) -> list[OutboxMail]:
    return await OutboxMail.filter(kind=kind, state=MailState.WAITING)


async def test_one_bad_ticket_never_stops_the_rest(world):
    first, second = await world.file(), await world.file()
    done = await world.in_status(Status.DONE)
    result = await bulk.move_many(world.grace, [first.id, 'SPSUP-999', done.number, second.number], 'pending', now=NOW)
    assert [outcome.changed for outcome in result.outcomes] == [True, False, False, True]
    assert [outcome.refusal.key for outcome in result.refused] == ['refusal.not_found', 'refusal.done_reopen_first']
    assert result.undo_until is not None
    assert {(await row(first)).status, (await row(second)).status} == {Status.PENDING}


async def test_something_wrong_inside_one_ticket_is_told_of_that_one(quick, monkeypatch):
    views = [await quick.file() for _ in range(3)]
    enter = recording.enter

    async def fails_at_the_second(actor, ref, *, now):
        if ref == views[1].number:
            raise ZeroDivisionError
        return await enter(actor, ref, now=now)

    monkeypatch.setattr(recording, 'enter', fails_at_the_second)
    result = await bulk.take_many(quick.grace, [view.number for view in views], now=NOW)
    assert [outcome.changed for outcome in result.outcomes] == [True, False, True]
    assert result.refused[0].refusal.key == 'refusal.general'


async def test_an_undone_move_leaves_the_tickets_as_they_were_and_no_mail(world):
    views = [await world.file() for _ in range(3)]
    result = await bulk.move_many(world.grace, [view.id for view in views], Status.DONE, now=NOW)
    held = await waiting_mails(MailKind.TICKET_CLOSED)
    assert len(held) == 3
    assert all(mail.not_before >= NOW + 10 * SECOND for mail in held)
    back = await bulk.undo(world.grace, result.id, now=NOW + 5 * SECOND)
    assert back.changed == 3
    assert {(await row(view)).status for view in views} == {Status.OPEN}
    assert await waiting_mails(MailKind.TICKET_CLOSED) == []
    assert await waiting_mails(MailKind.RATING) == []
    with pytest.raises(Conflict):
        await bulk.undo(world.grace, result.id, now=NOW + 6 * SECOND)


async def test_mails_leave_when_the_window_is_over_and_the_rating_after_its_own_delay(world):
    view = await world.file()
    result = await bulk.move_many(world.grace, [view.id], Status.DONE, now=NOW)
    closed, rating = await waiting_mails(MailKind.TICKET_CLOSED), await waiting_mails(MailKind.RATING)
    assert [mail.not_before for mail in closed] == [result.undo_until]
    assert rating[0].not_before - closed[0].not_before == timedelta(minutes=3) - timedelta(seconds=10)
    with pytest.raises(Conflict):
        await bulk.undo(world.grace, result.id, now=result.undo_until + SECOND)


async def test_what_somebody_changed_meanwhile_stays_and_its_mail_leaves(world):
    views = [await world.file() for _ in range(2)]
    result = await bulk.assign_many(world.grace, [view.id for view in views], world.users['george'].id, now=NOW)
    await tickets.take(world.mona, views[0].id, now=NOW + SECOND)
    back = await bulk.undo(world.grace, result.id, now=NOW + 2 * SECOND)
    assert [outcome.changed for outcome in back.outcomes] == [False, True]
    assert back.refused[0].refusal.key == 'refusal.taken_meanwhile'
    assert (await row(views[0])).assignee_id == world.users['mona'].id
    assert (await row(views[1])).assignee_id is None
    assigned = {event.id for event in await TicketEvent.filter(kind=EventKind.ASSIGNED)}
    mails = await OutboxMail.filter(recipient_id=world.users['george'].id, state=MailState.WAITING)
    told = [mail.ticket_id for mail in mails if mail.event_id in assigned]
    assert told == [views[0].pk]


async def test_tags_come_and_go_and_customers_learn_nothing(world):
    views = [await world.file() for _ in range(2)]
    await bulk.tag_many(world.grace, [views[0].id], add=['Экран'], now=NOW)
    result = await bulk.tag_many(world.grace, [view.id for view in views], add=['экран', 'Сеть'], now=NOW)
    assert await TicketTag.all().count() == 4
    assert result.changed == 2
    await bulk.undo(world.grace, result.id, now=NOW + SECOND)
    kept = await TicketTag.all().select_related('tag')
    assert [(one.ticket_id, one.tag.name) for one in kept] == [(views[0].pk, 'Экран')]
    seen = await tickets.read(world.alice, views[0].id, now=NOW)
    assert seen.version == views[0].version
    assert {event.kind for event in seen.events} == {EventKind.FILED}


async def test_a_ticket_with_many_tags_refuses_more(quick):
    full, empty = await quick.file(), await quick.file()
    await bulk.tag_many(quick.grace, [full.id], add=[f'метка {number}' for number in range(20)], now=NOW)
    result = await bulk.tag_many(quick.grace, [full.id, empty.id], add=['ещё одна'], now=NOW)
    assert [outcome.changed for outcome in result.outcomes] == [False, True]
    assert result.refused[0].refusal.key == 'desk_rules.too_many_tags'
    swapped = await bulk.tag_many(quick.grace, [full.id], add=['ещё одна'], remove=['МЕТКА 7'], now=NOW)
    assert swapped.changed == 1


async def test_what_changes_nothing_and_what_asks_for_a_comment(world):
    mine = await world.file()
    await tickets.take(world.grace, mine.id, now=NOW)
    result = await bulk.take_many(world.grace, [mine.id], now=NOW)
    assert (result.changed, result.refused, result.id) == (0, (), None)
    asked = await bulk.move_many(world.grace, [mine.id], Status.AWAITING_FEEDBACK, now=NOW)
    assert asked.refused[0].refusal.key == 'refusal.move_one_by_one'


async def test_nobody_else_takes_it_back(world):
    view = await world.file()
    result = await bulk.take_many(world.grace, [view.id], now=NOW)
    for somebody in (world.george, world.alice, world.charlie):
        with pytest.raises(NotFound):
            await bulk.undo(somebody, result.id, now=NOW)
    assert (await row(view)).assignee_id == world.users['grace'].id


async def test_customers_find_nothing_here(world):
    view = await world.file()
    for attempt in (
        lambda: bulk.take_many(world.charlie, [view.id], now=NOW),
        lambda: bulk.assign_many(world.charlie, [view.id], None, now=NOW),
        lambda: bulk.move_many(world.alice, [view.id], Status.DONE, now=NOW),
        lambda: bulk.tag_many(world.charlie, [view.id], add=['чужая'], now=NOW),
        lambda: bulk.undo(world.charlie, 1, now=NOW),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await BulkAction.all().count() == 0
    assert (await row(view)).status is Status.OPEN


async def test_nonsense_is_refused_before_anything_is_done(quick):
    view = await quick.file()
    for attempt in (
        lambda: bulk.assign_many(quick.grace, [view.id], quick.users['alice'].id, now=NOW),
        lambda: bulk.assign_many(quick.grace, [view.id], 2**40, now=NOW),
        lambda: bulk.move_many(quick.grace, [view.id], 'closed', now=NOW),
        lambda: bulk.tag_many(quick.grace, [view.id], add=['x' * 51], now=NOW),
        lambda: bulk.take_many(quick.grace, range(1001), now=NOW),
    ):
        with pytest.raises(Invalid):
            await attempt()
    assert await AuditEntry.all().count() == 0


async def test_the_event_loop_breathes_while_two_hundred_tickets_are_taken(quick):
    views = [await quick.file() for _ in range(200)]
    seen, turns, going = [], 0, True

    async def watch() -> None:
        nonlocal turns
        while going:
            await asyncio.sleep(0)
            turns += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        result = await bulk.take_many(
            quick.grace, [view.id for view in views], progress=lambda done, _: seen.append((done, turns)), now=NOW
        )
        going = False
    assert result.changed == 200
    assert [done for done, _ in seen] == list(range(1, 201))
    assert all(after > before for (_, before), (_, after) in pairwise(seen)), 'others had their turn with each ticket'
