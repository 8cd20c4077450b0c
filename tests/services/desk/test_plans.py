"""Twenty thousand tickets: what board and queue ask is answered from indexes, and not much slower than for few."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import Impact, Status, Tag, Ticket, TicketEvent, TicketTag
from models.instant import utc
from services.database import connection, engine
from services.desk import board, places, queue
from services.desk.asking import Asking
from services.desk.filters import DeskFilter
from services.desk.queue import Sort
from tests.services.ticket_world import NOW, World

MANY = 20_000  # of fewer PostgreSQL would rather read all than two hundred by the index


async def fill(world: World, many: int) -> None:
    """Tickets of which one in ten is not done, most of them done long ago."""
    view = await world.file()
    like = await Ticket.get(id=view.pk).values()
    rows = []
    for number in range(10, 10 + many):
        status = list(Status)[number // 10 % 6] if number % 10 == 0 else Status.DONE
        since = NOW - timedelta(minutes=number * 30)
        own = {
            'id': number,
            'number': number,
            'submission_key': f'key-of-{number}',
            'status': status,
            'impact': list(Impact)[number % 4],
            'done_at': since if status is Status.DONE else None,
            'status_since': since,
            'created_at': since,
            'updated_at': since,
            'assignee_id': world.users['grace'].id if number % 100 == 0 else None,
            'solve_due_at': None if status is Status.DONE else NOW + timedelta(minutes=number % 999),
            'respond_due_at': None,
            'last_event_id': number,
        }
        rows.append(Ticket(**(like | own)))
    await Ticket.bulk_create(rows, batch_size=1000)
    events = [
        TicketEvent(ticket_id=row.id, actor_id=row.requester_id, kind='filed', at=utc(NOW), details={}) for row in rows
    ]
    await TicketEvent.bulk_create(events, batch_size=1000)
    tag = await Tag.create(name='Сеть', folded='сеть')
    await TicketTag.bulk_create([TicketTag(ticket_id=row.id, tag_id=tag.id) for row in rows[::50]], batch_size=1000)
    if engine() == 'postgres':
        await connection().execute_query('ANALYZE')


@pytest.fixture
async def plans(database, monkeypatch) -> list[tuple[str, str]]:
    """Every query by hand and how the engine answered it, from when the fixture's list is emptied."""
    found: list[tuple[str, str]] = []
    rows = Asking.rows

    async def explained(self, query):
        words = 'EXPLAIN QUERY PLAN' if engine() == 'sqlite' else 'EXPLAIN'
        plan = await connection().execute_query_dict(f'{words} {query}', self.values)
        found.append((query, '\n'.join(str(row.get('detail') or row.get('QUERY PLAN')) for row in plan)))
        return await rows(self, query)

    monkeypatch.setattr(Asking, 'rows', explained)
    return found


def walked(plan: str) -> list[str]:
    """The large tables of which the engine reads every row; those of a few rows it may."""
    if engine() == 'sqlite':
        if 'SCAN ticket_event' in plan:  # nor through an index of all of them
            return ['ticket_event']
        scans = [line.split()[1] for line in plan.splitlines() if line.startswith('SCAN') and 'USING' not in line]
    else:
        scans = [line.split(' on ')[1].split()[0] for line in plan.splitlines() if 'Seq Scan on ' in line]
    return [name for name in scans if name in ('ticket', 'ticket_event')]


FILTERS = (
    DeskFilter(),
    DeskFilter(assignee='me'),
    DeskFilter(assignee='none', type='bug', impact=Impact.HIGH, os='tizen', server_type='cloud'),
    DeskFilter(tag='сеть'),
    DeskFilter(text='экран samsung'),
    DeskFilter(text='SPSUP-500'),
    DeskFilter(answered=True),
    DeskFilter(overdue=True),
    DeskFilter(company=1),
    DeskFilter(requester=1),
)


async def test_no_question_of_the_board_and_the_queue_walks_through_all_tickets(plans):
    world = await World().build()
    await fill(world, MANY)
    now = NOW + timedelta(hours=1)
    for wanted in FILTERS:
        view = await board.board(world.grace, wanted, now=now)
        for column in view.columns:
            if column.next:
                await board.column(world.grace, wanted, column.status, column.next, now=now)
        await board.changes(world.grace, wanted, view.version - 50, now=now)
    for wanted in (FILTERS[0], FILTERS[1], FILTERS[4]):
        for statuses in ((), (Status.DONE,), (Status.OPEN, Status.PENDING)):
            for sort in Sort:
                listed = replace(wanted, statuses=statuses)
                page = await queue.queue(world.grace, listed, sort=sort, limit=20, now=now)
                if page.next:
                    await queue.queue(world.grace, listed, sort=sort, after=page.next, limit=20, now=now)
    view = await board.board(world.grace, now=now)
    await places.place(world.grace, view.columns[0].cards[5].id, view.columns[0].cards[2].id, now=now)
    await board.board(world.grace, now=now)
    assert len(plans) > 200
    assert [(walked(plan), query) for query, plan in plans if walked(plan)][:1] == []


async def test_the_order_of_a_column_is_read_from_the_index(plans):
    world = await World().build()
    await fill(world, MANY)
    plans.clear()
    view = await board.board(world.grace, now=NOW)
    assert {len(column.cards) for column in view.columns} == {board.FIRST}
    (plan,) = [plan for query, plan in plans if 'card_place' in query and 'read_mark' in query]
    assert plan.count('idx_ticket_board') == 6, plan
    if engine() == 'sqlite':
        assert 'TEMP B-TREE' not in plan.replace('USE TEMP B-TREE FOR LAST TERM', ''), plan


async def test_what_was_done_lately_is_counted_without_reading_a_ticket(plans):
    world = await World().build()
    await fill(world, MANY)
    covered = 'COVERING INDEX' if engine() == 'sqlite' else 'Index Only Scan using'
    for wanted in FILTERS[:3]:
        plans.clear()
        await board.board(world.grace, wanted, now=NOW)
        (plan,) = [plan for query, plan in plans if 'count(*)' in query]
        assert f'{covered} idx_ticket_done' in plan, plan
