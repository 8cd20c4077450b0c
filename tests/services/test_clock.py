"""The clock: a ticket closes fourteen days after feedback was asked for, to the second, whatever goes wrong."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from models import JobRun, MailKind, OutboxMail, Rating, Status, Ticket, TicketEvent
from services import bus, clock, tickets
from services.database import connection, engine
from services.errors import Unavailable
from services.settings import settings
from services.tickets import recording
from services.transaction import transaction
from tests import people
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write, row

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DUE = NOW + 14 * DAY


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def closings(view: tickets.TicketView) -> int:
    """How many times the ticket was closed by the system."""
    return await TicketEvent.filter(ticket_id=view.pk, to_status=Status.DONE, actor_id=None).count()


@pytest.mark.parametrize(
    'age, closed',
    [
        (timedelta(0), 0),
        (14 * DAY - SECOND, 0),
        (14 * DAY - timedelta(microseconds=1), 0),
        (14 * DAY, 1),
        (30 * DAY, 1),
    ],
)
async def test_closes_after_fourteen_days_and_not_a_moment_earlier(world, age, closed):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    assert await clock.close_overdue(now=NOW + age) == closed
    ticket = await row(view)
    assert ticket.status is (Status.DONE if closed else Status.AWAITING_FEEDBACK)
    assert await closings(view) == closed


async def test_a_closing_is_the_systems_and_asks_for_a_rating(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    assert await clock.close_overdue(now=DUE) == 1
    shown = await tickets.read(await people.actor_of(world.users['alice'], now=DUE), view.id, now=DUE)
    last = shown.events[-1]
    assert (last.actor, last.from_status, last.to_status) == (None, Status.AWAITING_FEEDBACK, Status.DONE)
    assert (shown.status, shown.done_at, shown.auto_close_at) == (Status.DONE, DUE, None)
    assert await Rating.filter(ticket_id=view.pk).count() == 1
    kinds = [mail.kind for mail in await OutboxMail.filter(ticket_id=view.pk, event_id=last.id, recipient_id=1)]
    assert sorted(kinds) == sorted([MailKind.TICKET_CLOSED, MailKind.RATING])
    assert await clock.close_overdue(now=DUE + DAY) == 0


async def test_a_comment_of_the_customer_in_between_stops_it(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    late = DUE - SECOND
    await tickets.comment(await people.actor_of(world.users['alice'], now=late), view.id, 'Ещё проверяю.', now=late)
    assert await clock.close_overdue(now=DUE) == 0
    assert await clock.close_overdue(now=DUE + 365 * DAY) == 0
    assert (await row(view)).status is Status.AWAITING_FEEDBACK


async def test_an_agents_comment_and_a_note_do_not_stop_it(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    await tickets.comment(world.grace, view.id, 'Ждём.', now=NOW)
    await tickets.comment(world.grace, view.id, 'Молчит.', internal=True, now=NOW)
    assert await clock.close_overdue(now=DUE) == 1


async def test_asking_anew_starts_a_fresh_clock(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    later = NOW + 5 * HOUR
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=later)
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='А теперь?', now=later)
    assert await clock.close_overdue(now=DUE) == 0
    assert await clock.close_overdue(now=DUE + 5 * HOUR) == 1


async def test_other_statuses_never_close(world):
    views = [await world.in_status(status) for status in Status if status is not Status.AWAITING_FEEDBACK]
    assert await clock.close_overdue(now=NOW + 1000 * DAY) == 0
    await clock.mark_breaches(now=NOW + 1000 * DAY)
    assert await clock.next_due() is None
    assert [await closings(view) for view in views] == [0] * len(views)


async def test_two_clocks_at_once_close_each_ticket_once(world):
    views = [await world.in_status(Status.AWAITING_FEEDBACK) for _ in range(12)]
    counts = await asyncio.gather(*(clock.close_overdue(now=DUE) for _ in range(3)))
    assert sum(counts) == 12
    assert [await closings(view) for view in views] == [1] * 12
    assert await Rating.all().count() == 12


async def test_the_clock_and_a_person_at_once(world):
    for _ in range(10):
        view = await world.in_status(Status.AWAITING_FEEDBACK)
        grace = await people.actor_of(world.users['grace'], now=DUE)
        await asyncio.gather(
            clock.close_overdue(now=DUE),
            tickets.transition(grace, view.id, Status.PENDING, expected_version=view.version, now=DUE),
            return_exceptions=True,
        )
        moves = await TicketEvent.filter(ticket_id=view.pk, kind='status').order_by('id')
        assert [move.to_status for move in moves[:-1]] == [Status.AWAITING_FEEDBACK]
        assert moves[-1].to_status in (Status.DONE, Status.PENDING)


async def test_a_broken_row_in_the_middle_stops_nothing(world, caplog):
    views = [await world.in_status(Status.AWAITING_FEEDBACK, now=NOW + turn * SECOND) for turn in range(3)]
    broken = views[1].pk
    await connection().execute_query(f"UPDATE ticket SET impact = 'nonsense' WHERE id = {broken}")  # noqa: S608
    with caplog.at_level(logging.ERROR, logger='services.clock'):
        assert await clock.close_overdue(now=DUE + DAY) == 2
    assert [await closings(view) for view in views] == [1, 0, 1]
    assert f'the id {broken}' in caplog.text
    run = await JobRun.get(name='close_overdue')
    assert (run.done, run.failed) == (2, 1)
    await connection().execute_query(f'UPDATE ticket SET impact = NULL WHERE id = {broken}')  # noqa: S608
    assert await clock.close_overdue(now=DUE + DAY) == 1


async def test_the_running_clock_leaves_a_broken_row_alone_for_a_while(world, caplog):
    async def overdue() -> tuple[tickets.TicketView, asyncio.Event]:
        view, closed = await world.in_status(Status.AWAITING_FEEDBACK), asyncio.Event()
        past = datetime.now(UTC) - SECOND
        await Ticket.filter(id=view.pk).update(auto_close_at=past, remind_at=None)
        bus.subscribe(f'ticket:{view.pk}', lambda _: closed.set())
        return view, closed

    broken, _ = await overdue()
    await connection().execute_query(f"UPDATE ticket SET impact = 'nonsense' WHERE id = {broken.pk}")  # noqa: S608
    fine, fine_closed = await overdue()
    stop = asyncio.Event()
    running = asyncio.ensure_future(clock.run(stop))
    async with asyncio.timeout(20):
        await fine_closed.wait()
        later, later_closed = await overdue()  # the clock comes back for it, and passes by the broken one
        await later_closed.wait()
    stop.set()
    await running
    assert (await closings(fine), await closings(later), await closings(broken)) == (1, 1, 0)
    assert caplog.text.count(f'the id {broken.pk}') == 1


async def test_a_database_that_is_away_is_no_tickets_fault(world, monkeypatch):
    async def away(_):
        raise Unavailable

    view = await world.in_status(Status.AWAITING_FEEDBACK)
    with monkeypatch.context() as patched:
        patched.setattr(recording, 'locked_if_free', away)
        with pytest.raises(Unavailable):
            await clock.close_overdue(now=DUE)
    assert await clock.close_overdue(now=DUE) == 1
    assert await closings(view) == 1


async def test_many_are_closed_in_batches_of_the_same_moment(world, monkeypatch):
    monkeypatch.setattr(clock, 'BATCH', 4)
    views = [await world.in_status(Status.AWAITING_FEEDBACK) for _ in range(9)]
    assert await clock.close_overdue(now=DUE) == 9
    assert [await closings(view) for view in views] == [1] * 9


async def test_who_answers_in_that_very_moment_is_not_closed_and_holds_up_nobody(world):
    views = [await world.in_status(Status.AWAITING_FEEDBACK) for _ in range(3)]
    alice, said, go_on = await people.actor_of(world.users['alice'], now=DUE), asyncio.Event(), asyncio.Event()

    async def answer() -> None:
        async with transaction():
            await tickets.comment(alice, views[1].id, 'Всё ещё гаснет.', now=DUE - SECOND)
            said.set()
            await go_on.wait()

    answering = asyncio.create_task(answer())
    await said.wait()
    closing = asyncio.create_task(clock.close_overdue(now=DUE))
    if engine() == 'postgres':  # on SQLite whoever writes is alone
        async with asyncio.timeout(10):
            assert await closing == 2
    go_on.set()
    await asyncio.gather(answering, closing)
    assert [await closings(view) for view in views] == [1, 0, 1]
    assert (await row(views[1])).status is Status.AWAITING_FEEDBACK


async def test_reminds_once_three_days_before(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    remind_at = DUE - 3 * DAY
    assert await clock.remind(now=remind_at - SECOND) == 0
    assert await clock.remind(now=remind_at) == 1
    assert await clock.remind(now=remind_at + DAY) == 0
    mails = await OutboxMail.filter(ticket_id=view.pk, kind=MailKind.CLOSE_REMINDER)
    assert [mail.recipient_id for mail in mails] == [world.users['alice'].id]
    assert (await row(view)).status is Status.AWAITING_FEEDBACK
    assert await clock.close_overdue(now=DUE) == 1


async def test_no_reminder_after_an_answer_nor_of_what_is_to_close_now(world):
    answered, late = [await world.in_status(Status.AWAITING_FEEDBACK) for _ in range(2)]
    await tickets.comment(world.alice, answered.id, 'Проверяю.', now=NOW)
    assert await clock.remind(now=DUE) == 0
    assert await clock.remind(now=DUE - SECOND) == 1
    assert await OutboxMail.filter(ticket_id=late.pk, kind=MailKind.CLOSE_REMINDER).count() == 1


async def test_a_wait_shorter_than_the_reminder_has_none(world, monkeypatch):
    monkeypatch.setenv('PORTAL_AUTO_CLOSE_AFTER', '20s')
    settings.cache_clear()
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    ticket = await row(view)
    assert (ticket.auto_close_at, ticket.remind_at) == (NOW + 20 * SECOND, None)
    assert await clock.next_due() == NOW + 20 * SECOND


async def test_the_running_clock_closes_at_the_very_second(world, monkeypatch):
    monkeypatch.setenv('PORTAL_AUTO_CLOSE_AFTER', '1.5s')
    settings.cache_clear()
    alice = await people.actor_of(world.users['alice'])
    grace = await people.actor_of(world.users['grace'])
    view = await world.file(alice, now=datetime.now(UTC))
    stop = asyncio.Event()
    running = asyncio.ensure_future(clock.run(stop))
    try:
        view = await tickets.transition(grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте.')
        due = view.auto_close_at
        changed = asyncio.Event()
        unsubscribe = bus.subscribe(f'ticket:{view.pk}', lambda _: changed.set())
        async with asyncio.timeout(10):
            await changed.wait()
        unsubscribe()
    finally:
        stop.set()
        await running
    event = await TicketEvent.filter(ticket_id=view.pk, to_status=Status.DONE).get()
    assert timedelta(0) <= event.at - due < SECOND
    assert await JobRun.filter(name='close_overdue').exists()
