"""What the dashboards cost at a hundred thousand tickets, three fifths of them rated, over all the past and lately."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from services.actor import Actor
from services.database import connection
from services.figures.board_then import board_then
from services.figures.flow import flow
from services.figures.ratings import rating_figures
from services.figures.wanted import Wanted
from tests.benchmarks.data import unfinished_of
from tests.benchmarks.figures import Report, timed
from tests.benchmarks.stage import filled

BUDGET = 300  # ms
RATED = 3 / 5  # of all tickets
TIMES = 12
ZONE = 'Europe/Moscow'

_STARS = (
    'CASE WHEN number % 20 < 12 THEN 5 WHEN number % 20 < 16 THEN 4 WHEN number % 20 < 18 THEN 3 '
    'ELSE number % 2 + 1 END'
)
_RATE = (
    'INSERT INTO rating (ticket_id, done_event_id, rater_id, asked_at, opened_at, rated_at, stars, comment) '
    'SELECT id, last_event_id, requester_id, done_at, done_at, done_at, {stars}, CASE WHEN number % 7 = 0 '
    "THEN 'Спасибо' ELSE '' END FROM ticket WHERE status = 'done' AND number > 1 ORDER BY id LIMIT {rated}",
    'INSERT INTO rating (ticket_id, done_event_id, rater_id, asked_at, comment) '
    "SELECT id, last_event_id, requester_id, done_at, '' FROM ticket WHERE status = 'done' AND number > 1 "
    'AND id NOT IN (SELECT ticket_id FROM rating)',
    'UPDATE ticket SET stars = {stars}, rated_at = done_at '
    'WHERE id IN (SELECT ticket_id FROM rating WHERE stars IS NOT NULL)',
    "UPDATE ticket SET closed_by = CASE number % 3 WHEN 0 THEN 'silence' WHEN 1 THEN 'customer' ELSE 'staff' END, "
    "reopenings = CASE WHEN number % 11 = 0 THEN 1 ELSE 0 END WHERE status = 'done'",
    'VACUUM',
    'ANALYZE',
)


async def measure(report: Report, postgres: str | None, many: int) -> None:
    """Each page's figures as the head of support and as an agent asks for them."""
    async with filled(postgres, many, unfinished=unfinished_of(many)) as (people, _, _):
        for statement in _RATE:
            await connection().execute_script(
                statement.replace('{stars}', _STARS).replace('{rated}', str(int(many * RATED)))
            )
        head, agent = people.agents[-1].actor, people.agents[0].actor
        for name, call in _calls(head, agent).items():
            times = await timed(call, TIMES)
            report.add(f'{name}, {many:,} tickets', times.p50, 'ms', p95=times.p95, cpu=times.cpu, budget=BUDGET)


def _calls(head: Actor, agent: Actor) -> dict[str, Callable[[], Awaitable[object]]]:
    today = datetime.now(UTC).date()
    first = (today - timedelta(days=729)).isoformat()
    ever = {'period': 'own', 'from': first, 'to': today.isoformat(), 'by': 'week'}

    def wanted(**parameters: str) -> Wanted:
        return Wanted.from_parameters(parameters, ZONE)

    return {
        'ratings of 30 days': lambda: rating_figures(head, wanted()),
        'ratings of two years': lambda: rating_figures(head, wanted(**ever)),
        'ratings of two years, one company': lambda: rating_figures(head, wanted(**ever, company='7')),
        'ratings of two years, one agent': lambda: rating_figures(head, wanted(**ever, assignee='3')),
        'ratings of two years, one impact': lambda: rating_figures(head, wanted(**ever, impact='medium')),
        "ratings of a year, an agent's own": lambda: rating_figures(agent, wanted(period='365d')),
        'flow of 30 days': lambda: flow(head, wanted()),
        'flow of two years': lambda: flow(head, wanted(**ever)),
        'flow of two years, one company': lambda: flow(head, wanted(**ever, company='7')),
        'flow of two years, one agent': lambda: flow(head, wanted(**ever, assignee='3')),
        'flow of two years, one impact': lambda: flow(head, wanted(**ever, impact='medium')),
        'the board 30 days ago': lambda: board_then(head, today - timedelta(days=30), ZONE),
        'the board a year ago': lambda: board_then(head, today - timedelta(days=365), ZONE),
    }
