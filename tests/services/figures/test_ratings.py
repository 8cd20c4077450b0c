"""The dashboards' figures equal a recount in Python, whatever happened; what stands behind each is exactly that."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from models import BadRating, ClosedBy, Company, Rating, Role, Status, Ticket, TicketEvent, User
from services import ratings, tickets
from services.database import connection, engine
from services.desk import queue
from services.desk.filters import DeskFilter
from services.desk.merging import merge
from services.errors import NotFound
from services.figures import kept
from services.figures.export import export_table
from services.figures.flow import flow
from services.figures.flow_tables import flow_tables
from services.figures.names import names_for
from services.figures.period import Grain, Period
from services.figures.rating_tables import LEAGUE_FROM, rating_tables
from services.figures.ratings import rating_figures
from services.figures.tables import Cell
from services.figures.tally import Tally, wilson
from services.figures.wanted import Wanted
from tests.services.figures.histories import Past, pasts, write
from tests.services.ticket_world import NOW, World

ASKED = (
    {'period': '30d'},
    {'period': '90d', 'by': 'month'},
    {'period': 'own', 'from': '2026-09-20', 'to': '2026-10-26', 'by': 'day', 'impact': 'high'},
    {'period': 'last_month', 'type': 'bug', 'by': 'week'},
    {'period': '365d', 'by': 'month', 'impact': 'medium'},
)
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


def wanted_of(parameters: dict[str, str]) -> Wanted:
    return Wanted.from_parameters(parameters, 'Europe/Moscow', now=NOW)


def tally(rows: Iterable[Ticket]) -> Tally:
    found = Counter(row.stars for row in rows)
    return Tally(tuple(found[stars] for stars in range(1, 6)))  # type: ignore[arg-type]


def counting(wanted: Wanted, rows: list[Ticket]) -> list[Ticket]:
    """The tickets that the filter lets through."""
    impact = wanted.tickets.impact
    return [row for row in rows if impact is None or row.impact is impact]


def inside(period, at) -> bool:
    return at is not None and period.first <= at.astimezone(ZoneInfo(period.zone)).date() <= period.last


@FEW
@given(found=pasts())
async def test_ratings_equal_a_recount(world, found):
    rows = await write(world, found)
    answers = await Rating.all().order_by('id')
    for parameters in ASKED:
        wanted = wanted_of(parameters)
        figures = await rating_figures(world.mona, wanted, now=NOW)
        some = counting(wanted, rows)
        rated = [row for row in some if inside(wanted.period, row.rated_at)]
        assert figures.total == tally(rated)
        assert figures.before == tally(row for row in some if inside(wanted.period.before, row.rated_at))
        assert figures.agents == grouped(rated, 'assignee_id')
        assert figures.companies == grouped(rated, 'company_id')
        assert figures.types == grouped(rated, 'type')
        for step, tallied in figures.trend:
            assert tallied == tally(row for row in some if inside(step, row.rated_at))
        for stars, took in figures.took.items():
            mine = [row for row in rated if row.stars == stars]
            assert took.answer == middle(
                row.first_response_at - row.created_at for row in mine if row.first_response_at
            )
            assert took.solution == middle(row.done_at - row.created_at for row in mine if row.done_at)
        for period, replies, closings in (
            (wanted.period, figures.replies, figures.closings),
            (wanted.period.before, figures.replies_before, figures.closings_before),
        ):
            ids = {row.id for row in some}
            asked = [one for one in answers if inside(period, one.asked_at) and one.ticket_id in ids]
            assert replies.asked == len({one.ticket_id for one in asked})
            assert replies.rated == len({one.ticket_id for one in asked if one.rated_at})
            done = [row for row in some if inside(period, row.done_at)]
            assert (closings.done, closings.reopened) == (len(done), sum(r.reopenings > 0 for r in done))
            assert closings.by == {closer: sum(r.closed_by is closer for r in done) for closer in ClosedBy}


def grouped(rows: list[Ticket], column: str) -> dict:
    return {key: tally(r for r in rows if getattr(r, column) == key) for key in {getattr(r, column) for r in rows}}


def middle(lengths: Iterable[timedelta]) -> timedelta | None:
    seconds = sorted(int(length.total_seconds()) for length in lengths)
    if not seconds:
        return None
    return timedelta(seconds=(seconds[(len(seconds) - 1) // 2] + seconds[len(seconds) // 2]) // 2)


@FEW
@given(found=pasts())
async def test_what_older_databases_are_filled_with_is_what_moves_would_have_written(world, found):
    columns = ('id', 'stars', 'rated_at', 'reopenings', 'closed_by')
    await write(world, found)
    before = await Ticket.all().order_by('id').values_list(*columns)
    await Ticket.all().update(stars=None, rated_at=None, reopenings=0, closed_by=None)
    migration = import_module('models.migrations.0009_figures')
    await migration.fill(None, SimpleNamespace(client=connection(), DIALECT=engine()))
    assert await Ticket.all().order_by('id').values_list(*columns) == before


@FEW
@given(found=pasts())
async def test_lengths_that_older_databases_are_filled_with_are_those_of_the_history(world, found):
    columns = ('id', 'answer_took', 'solution_took')
    await write(world, found)
    before = await Ticket.all().order_by('id').values_list(*columns)
    assert await kept.differences() == []
    await Ticket.all().update(answer_took=None, solution_took=7)
    assert len(await kept.differences()) == len(before)
    migration = import_module('models.migrations.0011_figure_indexes')
    await migration.fill(None, SimpleNamespace(client=connection(), DIALECT=engine()))
    assert await Ticket.all().order_by('id').values_list(*columns) == before


async def test_what_is_kept_follows_late_changes(world):
    """Reopened and done again, taken back, rated and rated anew, handed over, merged: all of it in the figures."""
    view, other = await world.in_status(Status.DONE), await world.file()
    hour, undo = timedelta(hours=1), timedelta(minutes=1)
    await ratings.rate_own(world.alice, view.id, 2, now=NOW)
    await ratings.rate_own(world.alice, view.id, 4, now=NOW + undo)
    await tickets.transition(world.grace, view.id, Status.REOPENED, comment='Ещё раз', now=NOW + hour)
    assert (await Ticket.get(id=view.pk)).solution_took is None
    await tickets.transition(world.grace, view.id, Status.DONE, undo_window=undo, now=NOW + 2 * hour)
    event = await TicketEvent.filter(ticket_id=view.pk).order_by('-id').first()
    await tickets.undo_transition(world.grace, view.id, event.id, now=NOW + 2 * hour)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW + 3 * hour)
    await tickets.assign(world.grace, view.id, world.users['grace'].id, now=NOW + 3 * hour)
    await merge(world.grace, other.id, view.id, now=NOW + 4 * hour)
    ticket = await Ticket.get(id=view.pk)
    assert ticket.solution_took == (ticket.done_at - ticket.created_at).total_seconds()
    assert await kept.differences() == []
    figures = await rating_figures(world.mona, wanted_of({'period': '90d'}), now=NOW + 5 * hour)
    assert figures.total == Tally((0, 0, 0, 1, 0)) == figures.agents[world.users['grace'].id]
    assert figures.took[4].solution == timedelta(seconds=ticket.solution_took)
    assert (figures.closings.done, figures.closings.reopened) == (2, 1)


SOME = [
    Past(
        filed=day * 1440 + 300,
        moves=[(90, Status.IN_PROGRESS, True), (600, Status.AWAITING_FEEDBACK, True), (700, Status.DONE, closer)]
        + ([(60, Status.REOPENED, False), (900, Status.DONE, True)] if day % 4 == 0 else []),
        company=day % 2,
        assignee=(None, 0, 1, 0)[day % 4],
        impact='high',
        ratings={place: (1 + day % 5, 60) for place in (2, 4)} if day % 3 else {},
    )
    for day, closer in zip(range(2, 29), [True, False, None] * 9, strict=True)
]

OPEN = [
    Past(
        filed=day * 1440 + 100,
        moves=[(60, Status.IN_PROGRESS, True)] + ([(60, Status.AWAITING_FEEDBACK, True)] if day % 2 else []),
        company=day % 2,
        assignee=(None, 0, 1)[day % 3],
        impact='high',
    )
    for day in (0, 1, 2, 5, 6, 11, 12, 25, 40)
]


@pytest.mark.parametrize('narrowed', [{}, {'impact': 'high', 'by': 'week'}])
async def test_every_figure_leads_to_exactly_its_tickets(world, narrowed):
    """Counts, shares and the names of rows, on both pages, down to tickets of no company and of nobody."""
    rows = await write(world, SOME + OPEN)
    await Ticket.filter(id__in=[row.id for row in rows[::7]]).update(company_id=None)
    silent = Ticket.filter(status=Status.AWAITING_FEEDBACK)
    await silent.update(auto_close_at=NOW + timedelta(days=3))
    names = await names_for(world.users['mona'])
    wanted = wanted_of({'period': '90d', **narrowed})
    tables = rating_tables(await rating_figures(world.mona, wanted, now=NOW), names)
    tables |= flow_tables(await flow(world.mona, wanted, now=NOW), names)
    looked = Counter[str]()
    for table in tables.values():
        for row in table.rows:
            for column, cell in enumerate(row):
                if (figure := figure_of(table.code, row, column)) is None:
                    continue
                assert bool(cell.href) == bool(figure), (table.code, cell)
                if figure:
                    assert await behind(world, cell.href) == figure, (table.code, cell)
                    looked[table.code] += 1
    assert set(looked) == set(tables) - {'agents'}, 'nobody has enough answers to stand in the league'
    assert sum(looked.values()) > 150


async def behind(world: World, href: str) -> int:
    """How many tickets the queue shows at that address."""
    wanted = DeskFilter.from_parameters(dict(parse_qsl(urlsplit(href).query)))
    return len(await queue.matching(world.mona, wanted, now=NOW))


def figure_of(code: str, row: tuple[Cell, ...], column: int) -> float | None:
    """How many tickets a cell stands for; None where it names several figures or none."""
    if code in {'days', 'standing'}:
        return row[column].value if column else None
    if code in {'loads', 'ages', 'ahead'}:
        return row[max(column, 1)].value
    if code in {'stars', 'replies', 'closings'}:
        return row[1].value
    if code == 'took':
        return row[3].value if row[column].text != '–' else None
    answers, good = row[1].value or 0, row[2].value or 0
    if column in {2, 3}:
        return round(good * answers)
    return row[6].value if column == 6 else answers


async def test_an_agent_gets_their_own_and_a_customer_nothing(world):
    rows = await write(world, SOME)
    mine = await rating_figures(world.grace, wanted_of({'assignee': str(world.users['george'].id)}), now=NOW)
    grace = world.users['grace'].id
    assert mine.total == tally(row for row in rows if row.assignee_id == grace and row.rated_at)
    assert 'agents' not in rating_tables(mine, await names_for(world.users['grace']))
    with pytest.raises(NotFound):
        await rating_figures(world.alice, wanted_of({}), now=NOW)
    with pytest.raises(NotFound):
        await export_table(world.grace, 'agents', 'csv', {}, now=NOW)
    with pytest.raises(NotFound):
        await export_table(world.alice, 'stars', 'csv', {}, now=NOW)


async def test_nobody_with_few_answers_stands_in_the_league(world):
    await write(world, SOME)
    figures = await rating_figures(world.mona, wanted_of({'period': '90d'}), now=NOW)
    assert 0 < max(each.answers for each in figures.agents.values()) < LEAGUE_FROM
    assert rating_tables(figures, await names_for(world.users['mona']))['agents'].rows == ()


async def test_of_many_companies_a_page_has_the_most_rated_and_says_how_many_it_leaves_out(world):
    await write(world, SOME)
    figures = await rating_figures(world.mona, wanted_of({'period': '90d'}), now=NOW)
    assert len(figures.companies) > 1
    names = await names_for(world.users['mona'])
    whole, short = (rating_tables(figures, names, most=most)['companies'] for most in (None, 1))
    assert short.rows == whole.rows[:1]
    assert (whole.left_out, short.left_out) == (0, len(figures.companies) - 1)
    answers = [row[1].value for row in whole.rows]
    assert answers == sorted(answers, reverse=True)


@pytest.mark.parametrize('kind', ['csv', 'xlsx'])
async def test_every_table_is_exported_with_its_numbers_and_no_formula(world, kind):
    """Whatever people typed: names of companies, of people and of forms, subjects, comments and notes."""
    rows = await write(world, SOME * 3 + OPEN)
    await Company.filter(id=rows[0].company_id).update(name='=1+1')
    await User.filter(role=Role.AGENT).update(name='@SUM(A1)')
    await Ticket.all().update(subject='+7 900')
    await Rating.filter(rated_at__not_isnull=True).update(comment='-2+3')
    for rating in await Rating.filter(stars__in=(1, 2)):
        await BadRating.create(rating_id=rating.id, opened_at=NOW, note='=cmd', owner_id=world.users['grace'].id)
    settled = await BadRating.all().order_by('id')
    await BadRating.filter(id__in=[row.id for row in settled[::2]]).update(outcome='explained', settled_at=NOW)
    names = await names_for(world.users['mona'])
    wanted = {'period': '90d'}
    figures = await rating_figures(world.mona, wanted_of(wanted), now=NOW)
    tables = rating_tables(figures, names) | flow_tables(await flow(world.mona, wanted_of(wanted), now=NOW), names)
    assert tables['agents'].rows
    typed = set()
    for code in (*tables, 'opinions', 'bad_ratings'):
        found = await read_back(world.mona, code, kind, wanted)
        typed |= {str(cell).lstrip("'") for row in found for cell in row}
        if code in tables:
            table = tables[code]
            assert [len(row) for row in found] == [len(table.head)] * (len(table.rows) + 1)
            for row, cells in zip(found[1:], table.rows, strict=True):
                for read, cell in zip(row, cells, strict=True):
                    assert cell.value is None or float(read) == pytest.approx(cell.value)
    assert typed >= {'=1+1', '@SUM(A1)', '+7 900', '-2+3', '=cmd'}
    counts = {
        code: len(await read_back(world.mona, 'bad_ratings', kind, code)) - 1 for code in ((), (('settled', '1'),))
    }
    assert counts == {(): len(settled) - len(settled[::2]), (('settled', '1'),): len(settled[::2])}
    rated = await Ticket.filter(stars__not_isnull=True).count()
    assert len(await read_back(world.mona, 'opinions', kind, wanted)) == rated + 1


async def read_back(actor, code: str, kind: str, parameters) -> list[list]:
    """The cells of an exported table, after a look that none of them is reckoned."""
    file = await export_table(actor, code, kind, dict(parameters), now=NOW)
    try:
        if kind == 'csv':
            with file.path.open(encoding='utf-8-sig', newline='') as opened:
                rows = list(csv.reader(opened))
            assert not [cell for row in rows for cell in row if cell.startswith(('=', '+', '-', '@'))]
            return rows
        sheet = openpyxl.load_workbook(file.path).active
        assert {cell.data_type for row in sheet.rows for cell in row} <= {'s', 'n'}
        assert not [cell for row in sheet.rows for cell in row if cell.hyperlink]
        return [[cell.value or '' if cell.data_type == 's' else cell.value for cell in row] for row in sheet.rows]
    finally:
        file.remove()


async def test_lists_of_single_ratings_are_exported_to_whom_they_are_shown(world):
    await write(world, SOME)
    grace = world.users['grace'].id
    await Rating.filter(rated_at__not_isnull=True).update(comment='Долго')
    mine = await Ticket.filter(assignee_id=grace, stars__not_isnull=True).count()
    assert 0 < mine < await Ticket.filter(stars__not_isnull=True).count()
    assert len(await read_back(world.grace, 'opinions', 'csv', {'period': '90d'})) == mine + 1
    for actor, code in ((world.grace, 'bad_ratings'), (world.alice, 'bad_ratings'), (world.alice, 'opinions')):
        with pytest.raises(NotFound):
            await export_table(actor, code, 'csv', {}, now=NOW)


@pytest.mark.parametrize(
    'hits, of, low, high',
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (92, 100, 0.8500, 0.9589)],
)
def test_wilson_is_the_published_interval(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_a_mean_says_how_sure_it_is():
    assert Tally().mean_between is None
    assert Tally((0, 0, 0, 0, 1)).mean_between is None
    assert Tally((0, 0, 0, 0, 9)).mean_between == (5.0, 5.0)
    assert Tally((1, 0, 0, 0, 1)).mean_between == (1.0, 5.0)
    assert Tally((0, 0, 10, 20, 30)).mean_between == pytest.approx((4.143, 4.523), abs=1e-3)
    assert Tally((0, 0, 0, 0, 19)).small
    assert not Tally((0, 0, 0, 0, 20)).small


@pytest.mark.parametrize('zone', ['Europe/Moscow', 'America/New_York', 'Asia/Kolkata'])
@pytest.mark.parametrize('grain', list(Grain))
def test_steps_make_up_the_period_without_gaps_across_a_change_of_the_clock(zone, grain):
    period = Period(date(2026, 2, 27), date(2026, 11, 20), zone)
    steps = period.steps(grain)
    assert steps[0].span.since == period.span.since
    assert steps[-1].span.until == period.span.until
    assert all(before.span.until == after.span.since for before, after in pairwise(steps))


@pytest.mark.parametrize(
    'parameters',
    [
        {'period': 'own', 'from': '2026-02-31', 'to': '2026-03-01'},
        {'period': 'own', 'from': '2026-03-02', 'to': '2026-03-01'},
        {'period': 'own', 'from': '0001-01-01', 'to': '9999-12-31'},
        {'period': 'x'},
        {'by': 'hour'},
    ],
)
def test_an_address_that_means_nothing_asks_for_thirty_days(parameters):
    assert wanted_of(parameters) == wanted_of({})


def test_the_address_makes_the_same_again():
    for parameters in (
        *ASKED,
        {'period': 'own', 'from': '2026-01-01', 'to': '2026-10-01', 'company': '3', 'os': 'tizen'},
    ):
        wanted = wanted_of(parameters)
        assert wanted_of(wanted.to_parameters()) == wanted
