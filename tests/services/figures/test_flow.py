"""What lay open, what the board looked like and what took the time equal a recount from the events."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import AuditEntry, BadRating, Impact, Outcome, Rating, Status, Ticket, TicketEvent
from services import ratings, tickets
from services.desk import queue
from services.desk.filters import DeskFilter
from services.errors import Conflict, NotFound
from services.figures import bad_ratings
from services.figures.board_then import board_then
from services.figures.flow import flow
from services.figures.period import midnight
from services.figures.spent import CAUSES, Cause, Spent, spent
from services.figures.wanted import Wanted, bounds
from services.lifecycle import UNFINISHED
from tests.services.figures.histories import pasts, write
from tests.services.ticket_world import NOW, World

DAY = timedelta(days=1)
ZONE = 'Europe/Moscow'
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def statuses_at(moment: datetime) -> dict[int, Status]:
    """The status of each ticket before a moment, by its last event."""
    found: dict[int, Status] = {}
    for event in await TicketEvent.filter(at__lt=moment, to_status__not_isnull=True).order_by('id'):
        assert event.to_status is not None
        found[event.ticket_id] = event.to_status
    return found


@FEW
@given(found=pasts())
async def test_the_flow_equals_a_recount(world, found):
    everything = await write(world, found)
    for narrowed in ({}, {'impact': 'high'}):
        asked = Wanted.from_parameters({'period': '90d', 'by': 'week', **narrowed}, ZONE, now=NOW)
        figures = await flow(world.mona, asked, now=NOW)
        rows = [row for row in everything if asked.tickets.impact in (None, row.impact)]
        counted = {row.id for row in rows}
        for step in figures.steps:
            since, until = bounds(step.period.span)
            solved = [row for row in rows if row.done_at is not None and since <= row.done_at < until]
            assert step.created == sum(since <= row.created_at < until for row in rows)
            assert (step.solved, step.silent) == (len(solved), sum(row.closed_by == 'silence' for row in solved))
            then = await statuses_at(until)
            standing = Counter(status for id, status in then.items() if id in counted)
            assert step.standing == {status: standing[status] for status in Status}
        unfinished = [row for row in rows if row.status is not Status.DONE]
        assert sum(count for _, count in figures.ages) == len(unfinished)
        loads: dict = defaultdict(Counter)
        for row in unfinished:
            loads[row.assignee_id][row.status] += 1
        assert figures.loads == loads


@FEW
@given(found=pasts())
async def test_the_board_of_any_past_day_is_that_of_its_events(world, found):
    await write(world, found)
    numbers, impacts = {}, {}
    for ticket in await Ticket.all():
        numbers[ticket.id], impacts[ticket.id] = ticket.number, ticket.impact
    today = NOW.astimezone(ZoneInfo(ZONE)).date()
    for ago in (0, 1, 7, 33, 69):
        day = today - ago * DAY
        then = await statuses_at(midnight(day + DAY, ZONE))
        columns = await board_then(world.grace, day, ZONE, now=NOW)
        assert tuple(column.status for column in columns) == UNFINISHED
        for column in columns:
            there = {f'SPSUP-{numbers[id]}' for id, status in then.items() if status is column.status}
            assert {card.id for card in column.cards} == there
            assert column.count == len(there)
            wanted = DeskFilter.from_parameters(dict(parse_qsl(urlsplit(column.href).query)))
            behind = await queue.matching(world.grace, wanted, now=NOW)
            assert {f'SPSUP-{number}' for number in behind} == there
        high = await board_then(world.grace, day, ZONE, DeskFilter(impact=Impact.HIGH), now=NOW)
        important = {id for id, impact in impacts.items() if impact is Impact.HIGH}
        assert [column.count for column in high] == [
            sum(id in important and then[id] is status for id in then) for status in UNFINISHED
        ]


@FEW
@given(found=pasts())
async def test_what_took_the_time_sums_up_to_all_of_it(world, found):
    for ticket in await write(world, found):
        events = await TicketEvent.filter(ticket_id=ticket.id).order_by('id')
        until = events[-1].at
        laid_open = spent(events, until)
        assert sum(laid_open.by.values(), timedelta(0)) == laid_open.elapsed == until - ticket.created_at
        assert laid_open.reopenings == ticket.reopenings
        assert set(CAUSES) == set(Status)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=5, max_size=5))
def test_what_is_read_of_it_sums_up_as_well(lengths):
    """Rounded to minutes, below an hour to seconds, and never by more than one of them."""
    laid_open = Spent(sum(lengths, timedelta(0)), dict(zip(Cause, lengths, strict=True)), 0, 0)
    whole, parts = laid_open.legible()
    unit = timedelta(minutes=1) if laid_open.elapsed >= timedelta(hours=1) else timedelta(seconds=1)
    assert sum(parts.values(), timedelta(0)) == whole
    assert abs(whole - laid_open.elapsed) <= unit / 2
    assert all(abs(parts[cause] - laid_open.by[cause]) < unit and not parts[cause] % unit for cause in Cause)


async def test_what_was_undone_is_no_reopening_and_the_ticket_says_so_too(world):
    view = await world.in_status(Status.DONE)
    hour = timedelta(hours=1)
    again = dict(comment='Снова', undo_window=timedelta(minutes=1), now=NOW + hour)
    await tickets.transition(world.grace, view.id, Status.REOPENED, **again)
    ticket = await Ticket.get(id=view.pk)
    assert (ticket.reopenings, ticket.closed_by) == (1, None)
    event = await TicketEvent.filter(ticket_id=view.pk).order_by('-id').first()
    await tickets.undo_transition(world.grace, view.id, event.id, now=NOW + hour + timedelta(seconds=5))
    ticket = await Ticket.get(id=view.pk)
    assert (ticket.reopenings, ticket.closed_by) == (0, 'staff')
    events = await TicketEvent.filter(ticket_id=view.pk).order_by('id')
    assert spent(events, NOW + 2 * hour).reopenings == 0


async def test_a_bad_rating_is_an_item_until_it_is_settled(world):
    view = await world.file()
    await tickets.assign(world.grace, view.id, world.users['grace'].id, now=NOW)
    await tickets.assign(world.mona, view.id, world.users['george'].id, now=NOW + timedelta(hours=1))
    await tickets.transition(world.george, view.id, Status.IN_PROGRESS, now=NOW + timedelta(hours=2))
    await tickets.transition(world.george, view.id, Status.DONE, now=NOW + timedelta(hours=5))
    later = NOW + timedelta(hours=6)
    await ratings.rate_own(world.alice, view.id, 2, 'Долго', now=later)
    (item,) = await bad_ratings.items(world.mona, now=later)
    assert (item.ticket, item.stars, item.comment, item.owner, item.outcome) == (view.id, 2, 'Долго', None, None)
    assert item.spent.by[Cause.AGENT] == timedelta(hours=2)
    assert item.spent.by[Cause.WORK] == timedelta(hours=3)
    assert (item.spent.elapsed, item.spent.handovers) == (timedelta(hours=5), 1)
    assert await bad_ratings.open_count(world.mona, now=later) == 1
    await bad_ratings.give(world.mona, item.pk, world.users['george'].id, now=later)
    await bad_ratings.settle(world.mona, item.pk, Outcome.CALLED_BACK, 'Договорились', now=later)
    assert await bad_ratings.open_count(world.mona, now=later) == 0
    (settled,) = await bad_ratings.items(world.mona, settled=True, now=later)
    assert (settled.owner_id, settled.outcome, settled.note) == (
        world.users['george'].id, Outcome.CALLED_BACK, 'Договорились',
    )  # fmt: skip
    with pytest.raises(Conflict):
        await bad_ratings.settle(world.mona, item.pk, Outcome.NOTHING, now=later)
    await bad_ratings.reopen(world.mona, item.pk, now=later)
    assert await bad_ratings.open_count(world.mona, now=later) == 1
    told = await AuditEntry.filter(action__startswith='bad_rating.').values_list('action', 'subject')
    assert dict(told) == {f'bad_rating.{done}': item.ticket for done in ('given', 'settled', 'reopened')}


async def test_who_thinks_better_of_it_takes_the_item_away_unless_it_was_settled(world):
    view = await world.in_status(Status.DONE)
    await ratings.rate_own(world.alice, view.id, 1, now=NOW)
    await ratings.rate_own(world.alice, view.id, 1, 'Совсем плохо', now=NOW)
    assert await BadRating.all().count() == 1
    await ratings.rate_own(world.alice, view.id, 3, now=NOW)
    assert await BadRating.all().count() == 0
    await ratings.rate_own(world.alice, view.id, 2, now=NOW)
    item = await BadRating.get()
    await bad_ratings.settle(world.mona, item.id, 'explained', now=NOW)
    await ratings.rate_own(world.alice, view.id, 5, now=NOW)
    assert (await BadRating.get()).outcome is Outcome.EXPLAINED
    assert (await Rating.get()).stars == 5


async def test_bad_ratings_are_for_admins_alone(world):
    for stranger in (world.grace, world.alice):
        for asked in (bad_ratings.items, bad_ratings.open_count):
            with pytest.raises(NotFound):
                await asked(stranger, now=NOW)
        with pytest.raises(NotFound):
            await bad_ratings.settle(stranger, 1, Outcome.NOTHING, now=NOW)
