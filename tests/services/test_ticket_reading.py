"""Reading: few queries however long the conversation, unread only what others did, lists without gaps or doubles."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from models import FormVersion, ReadMark, Status, Ticket
from models.engines.sqlite import SqliteClient
from services import tickets
from services.errors import Invalid
from services.tickets import ListFilter
from tests.services.ticket_world import BUG, HOUR, NOW, World, let_everybody_write


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


@pytest.fixture
def statements(monkeypatch) -> list[str]:
    """What SQLite was asked since the list was last cleared."""
    asked: list[str] = []
    perform = SqliteClient._perform

    async def noting(self, query, work):
        asked.append(query)
        return await perform(self, query, work)

    monkeypatch.setattr(SqliteClient, '_perform', noting)
    return asked


async def unread(world: World, who: str) -> int:
    listed = await tickets.list_tickets(getattr(world, who), ListFilter(), now=NOW)
    counted = await tickets.unread_count(getattr(world, who), now=NOW)
    if who not in ('grace', 'george', 'mona'):
        assert sum(item.unread for item in listed.items) == counted
    return counted


async def test_a_long_conversation_is_read_with_few_queries(quick, statements):
    original = await quick.in_status(Status.DONE)
    view = await quick.file(share_with=[quick.users['bob'].id], follow_up_of=original.id)
    await tickets.assign(quick.grace, view.id, quick.users['george'].id, now=NOW)
    for turn in range(20):
        for actor in (quick.alice, quick.bob, quick.grace):
            await tickets.comment(actor, view.id, f'{turn}', now=NOW)
    for actor in (quick.alice, quick.grace):
        statements.clear()
        shown = await tickets.read(actor, view.id, now=NOW)
        assert len(shown.comments) == 60
        assert len(statements) <= 12
    statements.clear()
    await tickets.list_tickets(quick.grace, ListFilter(), now=NOW)
    assert len(statements) <= 5


async def test_ones_own_doing_is_no_news_and_others_is(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.assign(world.mona, view.id, world.users['grace'].id, now=NOW)
    assert (await unread(world, 'alice'), await unread(world, 'bob'), await unread(world, 'grace')) == (1, 1, 1)
    for who in ('alice', 'bob', 'grace'):
        shown = await tickets.read(getattr(world, who), view.id, now=NOW)
        await tickets.mark_read(getattr(world, who), view.id, shown.last_event_id, now=NOW)
        assert await unread(world, who) == 0
    await tickets.comment(world.alice, view.id, 'Ау', now=NOW)
    assert (await unread(world, 'alice'), await unread(world, 'bob'), await unread(world, 'grace')) == (0, 1, 1)
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW)
    assert (await unread(world, 'alice'), await unread(world, 'bob'), await unread(world, 'grace')) == (1, 1, 1)
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    assert await unread(world, 'grace') == 0
    await tickets.transition(world.grace, view.id, Status.PENDING, now=NOW)
    assert await unread(world, 'grace') == 0


async def test_a_mark_never_goes_back_nor_beyond_what_there_is(world):
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Да', now=NOW)
    newest = (await tickets.read(world.alice, view.id, now=NOW)).last_event_id
    for event_id in (newest, 1, 0, -5, 2**40):
        await tickets.mark_read(world.alice, view.id, event_id, now=NOW)
        mark = await ReadMark.get(ticket_id=view.pk, user_id=world.users['alice'].id)
        assert mark.event_id == newest


async def test_the_history_is_read_piece_by_piece(world):
    view = await world.file()
    for turn in range(7):
        await tickets.comment(world.grace, view.id, f'{turn}', internal=turn % 2 == 0, now=NOW)
    for actor, kinds in ((world.grace, 8), (world.alice, 4)):
        seen, after = [], '0'
        while after is not None:
            page = await tickets.events(actor, view.id, after=int(after), limit=3, now=NOW)
            seen += page.items
            after = page.next
        assert [event.id for event in seen] == sorted({event.id for event in seen})
        assert len(seen) == kinds


async def test_scopes_and_filters(world):
    mine, shared, company, foreign = (
        await world.file(),
        await world.file(world.bob, share_with=[world.users['alice'].id], subject='Ёж потерялся'),
        await world.file(world.bob, share_company=True),
        await world.file(world.charlie),
    )
    await world.file(world.bob)
    await tickets.take(world.grace, mine.id, now=NOW)
    await tickets.transition(world.grace, company.id, Status.DONE, now=NOW)

    async def ids(actor, **wanted) -> set[str]:
        return {item.id for item in (await tickets.list_tickets(actor, ListFilter(**wanted), now=NOW)).items}

    assert await ids(world.alice) == {mine.id, shared.id, company.id}
    assert await ids(world.alice, scope='own') == {mine.id}
    assert await ids(world.alice, scope='shared') == {shared.id, company.id}
    assert await ids(world.alice, statuses=(Status.DONE,)) == {company.id}
    assert await ids(world.alice, type='estimate') == set()
    assert await ids(world.grace, scope='mine') == {mine.id}
    assert len(await ids(world.grace, scope='unassigned')) == 3
    assert await ids(world.grace, scope='unassigned', statuses=(Status.DONE,)) == {company.id}
    assert await ids(world.grace, company_id=world.users['charlie'].company_id) == {foreign.id}
    assert await ids(world.grace, assignee_id=world.users['grace'].id) == {mine.id}
    assert await ids(world.grace, assignee_id=2**40) == set()
    for text in (
        'еж',
        'ЕЖ потер',
        'потерялся ёж',
        shared.id,
        shared.id.lower(),
        f'№{shared.number}',
        f' {shared.number} ',
    ):
        assert await ids(world.alice, text=text) == {shared.id}
    for text in ('%', '_', '\\', "' OR x=x--", 'x' * 10_000, foreign.id, '"); DROP', '\0%', '\ud800_'):
        assert await ids(world.alice, text=text) == set()
    counted = await tickets.counts(world.alice, now=NOW)
    assert {status: number for status, number in counted.items() if number} == {Status.OPEN: 2, Status.DONE: 1}
    listed = {item.id: item for item in (await tickets.list_tickets(world.alice, ListFilter(), now=NOW)).items}
    assert (listed[mine.id].shared, listed[shared.id].shared) == (False, True)
    assert (listed[mine.id].assignee.name, listed[mine.id].company_name) == (world.users['grace'].name, 'Ромашка')


@pytest.mark.parametrize(
    'cursor', ['x', '!', 'WzAsMSwyXQ', 'e30', 'bnVsbA', 'WzksIjIwMjAiLDFd', 'я', '[' * 190, 'W1tbW1tb']
)
async def test_an_invented_cursor_is_refused(quick, cursor):
    with pytest.raises(Invalid) as refused:
        await tickets.list_tickets(quick.alice, ListFilter(), cursor=cursor, now=NOW)
    assert list(refused.value.problems) == ['cursor']


rows = st.lists(
    st.tuples(st.sampled_from(list(Status)), st.integers(0, 4), st.sampled_from([0, 250_000])), min_size=0, max_size=14
)


@given(rows=rows, limit=st.integers(1, 6), open_first=st.booleans(), customer=st.booleans())
@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_paging_loses_nothing_and_shows_nothing_twice(world, rows, limit, open_first, customer):
    await Ticket.all().delete()
    form = await FormVersion.filter(type='bug').first()
    for number, (status, hours, microseconds) in enumerate(rows, 1):
        at = NOW + hours * HOUR + timedelta(microseconds=microseconds)
        await Ticket.create(
            number=number,
            type='bug',
            form_id=form.id,
            subject=BUG['subject'],
            status=status,
            status_since=at,
            requester_id=world.users['alice'].id,
            company_id=world.users['alice'].company_id,
            submission_key=f'row-{number}',
            created_at=at,
            updated_at=at,
        )
    expected = await Ticket.all()
    expected.sort(
        key=lambda one: (not (open_first and one.status is Status.DONE), one.updated_at, one.id), reverse=True
    )
    seen: list[int] = []
    cursor = None
    for _ in range(len(rows) + 1):
        page = await tickets.list_tickets(
            world.alice if customer else world.grace,
            ListFilter(open_first=open_first),
            cursor=cursor,
            limit=limit,
            now=NOW,
        )
        assert len(page.items) <= limit
        seen += [item.pk for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert cursor is None
    assert seen == [one.id for one in expected]
