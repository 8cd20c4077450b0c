"""What the services cost without any page: few tickets against many, and ten thousand that are overdue."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from models import Status
from services import clock, jointly, tickets
from services.database import connection
from services.desk import board as desk
from services.desk.filters import DeskFilter
from services.desk.queue import queue
from services.tickets import ListFilter
from tests.benchmarks.data import Population, unfinished_of
from tests.benchmarks.figures import Report, Times, timed
from tests.benchmarks.stage import filled
from tests.journeys.server import BUG

TIMES = 40
CHANGES = ('file a ticket', 'read and move a ticket')  # their statements by themselves would not be let through again
GROWTH = 1.5  # times that a call may cost more when there are a hundred times more tickets

_SILENT = (
    "UPDATE ticket SET status = 'awaiting_feedback', auto_close_at = done_at, done_at = NULL, solution_took = NULL "
    "WHERE id IN (SELECT id FROM ticket WHERE status = 'done' ORDER BY id DESC LIMIT {overdue})"
)
"""Makes of the newest done tickets ones whose customers have been silent for too long."""

Call = Callable[[], Awaitable[object]]


async def measure(report: Report, postgres: str | None, few: int, many: int) -> None:
    """Each call with few and with many tickets; the unfinished ones, which a board is about, are as many in both."""
    first: dict[str, Times] = {}
    for number in (few, many):
        async with filled(postgres, number, unfinished=unfinished_of(few)) as (people, _, _):
            for name, call in _calls(people).items():
                times = await timed(call, TIMES)
                bare = None if name in CHANGES else await _bare(call)
                report.add(f'{name}, {number:,} tickets', times.p50, 'ms', p95=times.p95, cpu=times.cpu, bare=bare)
                if number == few:
                    first[name] = times
                elif few < many:
                    growth = times.fastest / first[name].fastest
                    report.add(f'{name}: {many:,} against {few:,}', growth, 'times', budget=GROWTH)


def _calls(people: Population) -> dict[str, Call]:
    agent, customer = people.agents[0].actor, people.colleagues[0].actor
    keys = count()

    def file() -> Awaitable[object]:
        return tickets.file(agent, 'bug', BUG | {'subject': 'Экран гаснет'}, submission_key=f'bench-{next(keys)}-new')

    def read() -> Awaitable[object]:
        jointly.clear()  # what other pages of it have just read
        return tickets.read(agent, people.others[0])

    async def move() -> None:
        """To and fro."""
        seen = await tickets.read(agent, people.others[0])
        to = Status.PENDING if seen.status is not Status.PENDING else Status.IN_PROGRESS
        await tickets.transition(agent, people.others[0], to)

    return {
        'board': lambda: desk.board(agent),
        'board, one assignee': lambda: desk.board(agent, DeskFilter(assignee='me')),
        'queue': lambda: queue(agent, DeskFilter()),
        'list, agent': lambda: tickets.list_tickets(agent, ListFilter()),
        'list, customer': lambda: tickets.list_tickets(customer, ListFilter()),
        'search, a common word': lambda: tickets.list_tickets(agent, ListFilter(text='экран')),
        'search, a rare word': lambda: tickets.list_tickets(agent, ListFilter(text=people.rare)),
        'read a ticket': read,
        'file a ticket': file,
        'read and move a ticket': move,
    }


async def _bare(call: Call) -> float:
    """What the statements of a call take by themselves, sent one after another."""
    asked: list[tuple[str, list[Any] | None]] = []
    with _listening(asked):
        await call()

    async def statements() -> None:
        for query, values in asked:
            await connection().execute_query(query, values)

    return (await timed(statements, TIMES)).p50


@contextmanager
def _listening(asked: list[tuple[str, list[Any] | None]]) -> Any:
    client = connection()
    answer, answer_dict = client.execute_query, client.execute_query_dict
    inside = False

    def note(through: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def heard(query: str, values: list[Any] | None = None) -> Any:
            nonlocal inside
            if inside:
                return await through(query, values)
            asked.append((query, values))
            inside = True
            try:
                return await through(query, values)
            finally:
                inside = False

        return heard

    with (
        patch.object(client, 'execute_query', note(answer)),
        patch.object(client, 'execute_query_dict', note(answer_dict)),
    ):
        yield


async def closing(report: Report, postgres: str | None, tickets: int, overdue: int) -> None:
    """Close what is overdue, as the clock does it, and watch the event loop meanwhile."""
    tickets = max(tickets, 2 * overdue)
    async with filled(postgres, tickets, unfinished=unfinished_of(tickets)):
        await connection().execute_script(_SILENT.format(overdue=overdue))
        gc.collect()
        gc.freeze()  # as the portal does when it starts
        gc.set_threshold(50_000, 20, 100)
        done = asyncio.Event()
        watching = asyncio.get_running_loop().create_task(_longest_stand_still(done))
        begun, spent = time.perf_counter(), time.process_time()
        closed = await clock.close_overdue()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
        done.set()
        name = f'closing {overdue:,} overdue of {tickets:,} tickets'
        report.add(f'{name}: closed', closed, '')
        report.add(f'{name}: speed', closed / seconds, 'a second')
        report.add(f'{name}: CPU of each', cpu * 1000 / max(1, closed), 'ms')
        longest, worked, p99 = await watching
        report.add(f'{name}: the loop stands still', longest, 'ms', budget=50, p95=p99, cpu=worked)


async def _longest_stand_still(done: asyncio.Event) -> tuple[float, float, float]:
    """The longest, what this process worked in it (else the machine was busy otherwise), and the 99th of a hundred."""
    late = []
    while not done.is_set():
        before, spent = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.001)
        late.append(((time.perf_counter() - before) * 1000 - 1, (time.process_time() - spent) * 1000))
    return *max(late), Times([longest for longest, _ in late]).p99
