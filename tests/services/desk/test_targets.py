"""Time targets: when an answer and a solution are due, where the time stands still, and that lateness is noted once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import AuditEntry, EventKind, JobRun, Setting, Status, Ticket, TicketEvent
from services import bus, clock, tickets
from services.desk import settings_store, targets
from services.desk.calendar import add, between
from services.desk.settings_store import calendar_data, change_calendar, change_targets, plan, read_plan
from services.errors import Invalid, NotFound
from services.forms import store
from tests import people
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write, row

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)  # NOW is a Monday, 12:30 in Moscow; BUG has high impact: 4 and 24 hours
ROUND_THE_CLOCK = {'zone': 'UTC', 'week': [[['00:00', '24:00']]] * 7, 'holidays': []}


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def kinds(view, *wanted: EventKind) -> list[EventKind]:
    """The ticket's events of those kinds, in order."""
    return [event.kind for event in await TicketEvent.filter(ticket_id=view.pk, kind__in=wanted).order_by('id')]


@pytest.mark.parametrize(
    'impact, respond, solve', [('critical', 1, 8), ('high', 4, 24), ('medium', 8, 40), ('low', 16, 80)]
)
async def test_a_new_ticket_is_due_by_its_impact(world, impact, respond, solve):
    ticket = await row(await world.file(impact=impact))
    calendar = (await plan()).calendar
    assert ticket.respond_due_at == add(calendar, NOW, respond)
    assert ticket.solve_due_at == add(calendar, NOW, solve)
    assert ticket.solve_left is None


async def test_a_ticket_without_impact_is_measured_like_a_medium_one(world):
    fields = [field for field in (await store.current('feature')).fields if field.required]
    answers = {field.code: field.options[0].code if field.options else 'Красная кнопка' for field in fields}
    view = await tickets.file(world.alice, 'feature', answers, submission_key='feature', now=NOW)
    assert view.impact is None
    assert (await row(view)).respond_due_at == add((await plan()).calendar, NOW, 8)


async def test_only_the_first_public_answer_of_staff_ends_the_wait_for_it(world):
    view = await world.file()
    due = (await row(view)).respond_due_at
    await tickets.comment(world.alice, view.id, 'Ещё подробность.', now=NOW)
    await tickets.comment(world.grace, view.id, 'Между нами.', internal=True, now=NOW)
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW)
    assert (await row(view)).respond_due_at == due
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW + HOUR)
    ticket = await row(view)
    assert (ticket.respond_due_at, ticket.first_response_at) == (None, NOW + HOUR)


@pytest.mark.parametrize('still', [Status.AWAITING_DEVELOPMENT, Status.PENDING, Status.AWAITING_FEEDBACK])
async def test_the_time_to_a_solution_stands_still_while_support_waits(world, still):
    calendar = (await plan()).calendar
    view = await world.file()
    await tickets.transition(world.grace, view.id, still, comment='Проверьте.', now=NOW + 2 * HOUR)
    ticket = await row(view)
    assert (ticket.solve_due_at, ticket.solve_left) == (None, 22 * 3600)
    later = NOW + 4 * HOUR
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=later)
    ticket = await row(view)
    assert (ticket.solve_due_at, ticket.solve_left) == (add(calendar, later, 22), None)


async def test_done_ends_it_and_reopening_goes_on_with_what_was_left(world):
    calendar = (await plan()).calendar
    view = await world.file()
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW + HOUR)
    ticket = await row(view)
    assert (ticket.solve_due_at, ticket.respond_due_at, ticket.solve_left) == (None, None, 23 * 3600)
    assert await clock.mark_breaches(now=NOW + 365 * DAY) == 0
    later = NOW + 2 * HOUR
    await tickets.transition(world.alice, view.id, Status.REOPENED, comment='Опять.', now=later)
    ticket = await row(view)
    assert ticket.solve_due_at == add(calendar, later, 23)
    assert ticket.respond_due_at == add(calendar, later, 4)


async def test_what_is_undone_leaves_the_first_answer_due_as_it_was(world):
    view = await world.file()
    due = (await row(view)).respond_due_at
    moved = await tickets.transition(world.grace, view.id, Status.DONE, undo_window=10 * SECOND, now=NOW + HOUR)
    assert (await row(view)).respond_due_at is None
    await tickets.undo_transition(world.grace, view.id, moved.undo_event_id, now=NOW + HOUR + 2 * SECOND)
    ticket = await row(view)
    assert ticket.respond_due_at == due
    assert timedelta(0) <= ticket.solve_due_at - add((await plan()).calendar, NOW, 24) <= 2 * SECOND


async def test_lateness_is_noted_once_and_internally(world):
    view = await world.file()
    ticket = await row(view)
    respond, solve = ticket.respond_due_at, ticket.solve_due_at
    assert await clock.mark_breaches(now=respond - SECOND) == 0
    assert await clock.mark_breaches(now=respond) == 1
    assert await clock.mark_breaches(now=respond + DAY) == 0
    found = await asyncio.gather(*(clock.mark_breaches(now=solve) for _ in range(2)))
    assert sum(found) == 1
    both = (EventKind.RESPONSE_BREACHED, EventKind.SOLUTION_BREACHED)
    assert await kinds(view, *both) == list(both)
    ticket = await row(view)
    assert (ticket.respond_breached_at, ticket.solve_breached_at) == (respond, solve)
    assert ticket.version == view.version
    shown = await tickets.read(world.alice, view.id, now=NOW)
    assert [event.kind for event in shown.events] == [EventKind.FILED]
    assert not await TicketEvent.filter(kind__in=both, internal=False).exists()
    assert await JobRun.filter(name='solution_breached').exists()


async def test_a_late_answer_is_late_though_the_clock_stood(world):
    view = await world.file()
    due = (await row(view)).respond_due_at
    late = await people.actor_of(world.users['grace'], now=due + HOUR)
    await tickets.comment(late, view.id, 'Смотрим.', now=due + HOUR)
    ticket = await row(view)
    assert (ticket.respond_due_at, ticket.respond_breached_at) == (None, due)
    assert await kinds(view, EventKind.RESPONSE_BREACHED, EventKind.COMMENTED) == [
        EventKind.RESPONSE_BREACHED,
        EventKind.COMMENTED,
    ]


async def test_the_clock_wakes_for_a_target(world):
    view = await world.file()
    assert await clock.next_due() == (await row(view)).respond_due_at
    past = datetime.now(UTC) - SECOND
    await Ticket.filter(id=view.pk).update(respond_due_at=past, solve_due_at=None)
    noted, stop = asyncio.Event(), asyncio.Event()
    bus.subscribe(f'ticket:{view.pk}', lambda _: noted.set())
    running = asyncio.ensure_future(clock.run(stop))
    async with asyncio.timeout(20):
        await noted.wait()
    stop.set()
    await running
    assert (await row(view)).respond_breached_at == past


async def test_admins_set_targets_and_open_tickets_follow(world):
    views = [await world.in_status(status) for status in (Status.IN_PROGRESS, Status.PENDING, Status.DONE)]
    done = await row(views[2])
    assert await targets.refresh(now=NOW) == 0
    await change_targets(world.mona, {'high': {'respond': 2, 'solve': 30}}, now=NOW)
    await change_calendar(world.mona, ROUND_THE_CLOCK, now=NOW)
    assert await targets.refresh(now=NOW) == 2
    running, standing, still_done = [await row(view) for view in views]
    assert (running.respond_due_at, running.solve_due_at) == (NOW + 2 * HOUR, NOW + 30 * HOUR)
    assert (standing.solve_due_at, standing.solve_left) == (None, 30 * 3600)
    assert (still_done.solve_due_at, still_done.solve_left) == (None, done.solve_left)
    assert await targets.refresh(now=NOW) == 0
    entries = await AuditEntry.filter(action__startswith='setting.').order_by('id')
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ('setting.targets', world.users['mona'].id),
        ('setting.calendar', world.users['mona'].id),
    ]


async def test_each_says_who_set_it_and_there_is_a_way_back(world):
    before = await read_plan(world.mona, now=NOW)
    assert await settings_store.changes(world.mona, now=NOW) == {}
    await change_targets(world.mona, {'high': {'respond': 2, 'solve': 30}}, now=NOW)
    await change_calendar(world.mona, ROUND_THE_CLOCK, now=NOW)
    by_whom = (world.users['mona'].name, NOW)
    shown = await settings_store.changes(world.mona, now=NOW)
    assert shown == {settings_store.TARGETS: by_whom, settings_store.CALENDAR: by_whom}
    await settings_store.reset_targets(world.mona, now=NOW)
    assert (await settings_store.reset_calendar(world.mona, now=NOW)).fingerprint == before.fingerprint
    assert await settings_store.changes(world.mona, now=NOW) == {}
    with pytest.raises(NotFound):
        await settings_store.reset_targets(world.grace, now=NOW)


async def test_a_new_plan_counts_the_time_that_was_spent(world):
    view = await world.file()
    for hours, status in ((1, Status.PENDING), (5, Status.IN_PROGRESS), (6, Status.AWAITING_DEVELOPMENT)):
        await tickets.transition(world.grace, view.id, status, now=NOW + hours * HOUR)
    await change_calendar(world.mona, ROUND_THE_CLOCK, now=NOW)
    await targets.refresh(now=NOW + 6 * HOUR)
    assert (await row(view)).solve_left == 22 * 3600
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW + 7 * HOUR)
    before = await row(view)
    await change_targets(world.mona, {'high': {'respond': 4, 'solve': 25}}, now=NOW)
    await targets.refresh(now=NOW + 7 * HOUR)
    assert (await row(view)).solve_due_at == before.solve_due_at + HOUR


async def test_longer_targets_take_lateness_back_and_a_second_breach_is_noted(world):
    view = await world.file()
    due = (await row(view)).respond_due_at
    await clock.mark_breaches(now=due)
    await change_targets(world.mona, {'high': {'respond': 8, 'solve': 24}}, now=NOW)
    await targets.refresh(now=due)
    ticket = await row(view)
    assert ticket.respond_breached_at is None
    assert await clock.mark_breaches(now=ticket.respond_due_at) == 1


async def test_tickets_from_before_the_targets_are_late_without_an_event(world):
    view = await world.file()
    nothing = dict.fromkeys(('respond_due_at', 'solve_due_at', 'solve_left'))
    await Ticket.filter(id=view.pk).update(**nothing)
    assert await targets.refresh(now=NOW + 100 * DAY) == 1
    ticket = await row(view)
    assert ticket.respond_breached_at == ticket.respond_due_at == add((await plan()).calendar, NOW, 4)
    assert await clock.mark_breaches(now=NOW + 100 * DAY) == 0


async def test_a_running_portal_notices_new_targets(world):
    view = await world.file()
    await targets.refresh(now=NOW)
    stop, measured = asyncio.Event(), asyncio.Event()
    bus.subscribe(f'ticket:{view.pk}', lambda _: measured.set())
    running = asyncio.ensure_future(targets.run(stop))
    async with asyncio.timeout(20):
        await change_targets(world.mona, {'high': {'respond': 1, 'solve': 2}}, now=NOW)
        await measured.wait()
    stop.set()
    await running
    assert (await row(view)).solve_due_at == NOW + 2 * HOUR


async def test_only_admins_set_and_only_staff_read(world):
    for actor in (world.alice, world.charlie, world.grace):
        with pytest.raises(NotFound):
            await change_targets(actor, {'high': {'respond': 1, 'solve': 2}}, now=NOW)
        with pytest.raises(NotFound):
            await change_calendar(actor, ROUND_THE_CLOCK, now=NOW)
    for actor in (world.alice, world.charlie):
        with pytest.raises(NotFound):
            await read_plan(actor, now=NOW)
    assert (await read_plan(world.grace, now=NOW)).targets == settings_store.DEFAULT_TARGETS
    assert not await Setting.exists()


@pytest.mark.parametrize(
    'hours, field',
    [
        ({'high': {'respond': 0, 'solve': 24}}, 'high.respond'),
        ({'low': {'respond': -1, 'solve': 24}}, 'low.respond'),
        ({'low': {'respond': 5, 'solve': 4}}, 'low.solve'),
        ({'low': {'respond': 5, 'solve': float('nan')}}, 'low.solve'),
        ({'low': {'respond': 5, 'solve': 10**9}}, 'low.solve'),
        ({'low': {'respond': True, 'solve': '8'}}, 'low.respond'),
        ({'low': {}}, 'low.respond'),
    ],
)
async def test_hours_that_make_no_sense_are_refused(world, hours, field):
    with pytest.raises(Invalid) as refused:
        await change_targets(world.mona, hours, now=NOW)
    assert field in refused.value.problems
    assert (await plan()).targets == settings_store.DEFAULT_TARGETS


@pytest.mark.parametrize(
    'change, field',
    [
        ({'zone': 'Moon/Crater'}, 'zone'),
        ({'zone': '../../etc/passwd'}, 'zone'),
        ({'zone': None}, 'zone'),
        ({'week': [[]] * 7}, 'week'),
        ({'week': [[['09:00', '18:00']]] * 6}, 'week'),
        ({'week': [[['18:00', '09:00']]] * 7}, 'week'),
        ({'week': [[['09:00', '12:00'], ['11:00', '13:00']]] * 7}, 'week'),
        ({'week': [[['9', '25:00']]] * 7}, 'week'),
        ({'week': 'always'}, 'week'),
        ({'holidays': ['2026-02-30']}, 'holidays'),
        ({'holidays': ['soon']}, 'holidays'),
        ({'holidays': [7]}, 'holidays'),
        ({'holidays': ['01-01'] * 500}, 'holidays'),
    ],
)
async def test_a_calendar_that_makes_no_sense_is_refused(world, change, field):
    with pytest.raises(Invalid) as refused:
        await change_calendar(world.mona, ROUND_THE_CLOCK | change, now=NOW)
    assert list(refused.value.problems) == [field]


async def test_a_calendar_is_read_as_it_was_written(world):
    data = {
        'zone': 'Europe/Berlin',
        'week': [[['09:00', '13:00'], ['14:00', '24:00']], *([[['10:00', '11:00']]] * 4), [], []],
        'holidays': ['02-29', '12-31', '2026-12-24'],
    }
    changed = await change_calendar(world.mona, data, now=NOW)
    assert calendar_data(changed.calendar) == data
    assert calendar_data((await read_plan(world.grace, now=NOW)).calendar) == data
    assert between(changed.calendar, NOW, NOW + DAY) > timedelta(0)
