"""The board: what stands in which column in which order, what changed, and that no customer ever gets in."""

import base64
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import CardPlace, Impact, ReadMark, Status, Tag, Ticket, TicketTag
from services import i18n, lifecycle, tickets
from services.desk import board, places
from services.desk.cards import Card
from services.desk.filters import DeskFilter
from services.desk.ordering import ORDER_TEXT
from services.errors import Conflict, Invalid, NotFound
from services.lifecycle import Need, Part
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write

DAY = timedelta(days=1)
LATER = NOW + HOUR


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    """Nobody meets a limit, and nobody is signed out on the days that these tests tell of."""
    monkeypatch.setenv('PORTAL_SESSION_IDLE_STAFF', '90d')
    monkeypatch.setenv('PORTAL_SESSION_IDLE_CUSTOMER', '90d')
    monkeypatch.setenv('PORTAL_SESSION_LIFETIME', '90d')
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


async def shown(world: World, status: Status, wanted: DeskFilter | None = None, now=LATER, who='grace') -> list[Card]:
    view = await board.board(getattr(world, who), wanted, now=now)
    return list(next(column for column in view.columns if column.status is status).cards)


async def ids(world: World, status: Status = Status.OPEN, **options) -> list[str]:
    return [card.id for card in await shown(world, status, **options)]


async def test_every_status_is_a_column_with_its_count_and_its_oldest(world):
    for status in Status:
        await world.in_status(status)
    await world.file(now=NOW - HOUR)
    view = await board.board(world.grace, now=LATER)
    assert [column.status for column in view.columns] == list(Status)
    assert [column.count for column in view.columns] == [2, 1, 1, 1, 1, 1, 1]
    assert view.columns[0].oldest_since == NOW - HOUR
    assert view.columns[1].oldest_since == NOW
    assert all(len(column.cards) == column.count for column in view.columns)


async def test_an_empty_board_has_its_columns_too(world):
    view = await board.board(world.grace, now=NOW)
    assert [(column.count, column.oldest_since, column.cards) for column in view.columns] == [(0, None, ())] * 7


async def test_done_tickets_stay_for_seven_days_the_latest_first(world):
    old, recent = await world.in_status(Status.DONE), await world.in_status(Status.DONE, now=NOW + DAY)
    assert await ids(world, Status.DONE, now=NOW + DAY) == [recent.id, old.id]
    assert await ids(world, Status.DONE, now=NOW + 7 * DAY + HOUR) == [recent.id]
    view = await board.board(world.grace, now=NOW + 9 * DAY)
    assert view.columns[-1].count == 0


async def test_the_head_of_done_counts_its_cards_and_says_since_when_the_oldest_is_done(world):
    first, again = [await world.in_status(Status.DONE, now=NOW + step * HOUR) for step in (0, 1)]
    await world.in_status(Status.DONE, now=NOW + 2 * HOUR)
    await tickets.transition(world.alice, first.id, Status.REOPENED, comment='Опять.', now=NOW + 3 * HOUR)
    await tickets.transition(world.alice, again.id, Status.REOPENED, comment='Опять.', now=NOW + 3 * HOUR)
    await tickets.transition(world.alice, again.id, Status.DONE, now=NOW + 4 * HOUR)
    done = (await board.board(world.grace, now=NOW + 5 * HOUR)).columns[-1]
    assert (done.count, done.oldest_since) == (2, NOW + 2 * HOUR)
    assert [card.done_at for card in done.cards] == [NOW + 4 * HOUR, NOW + 2 * HOUR]


async def test_a_card_says_what_an_agent_has_to_know(world):
    view = await world.file(impact='critical')
    tag = await Tag.create(name='Экран', folded='экран')
    await TicketTag.create(ticket_id=view.pk, tag=tag)
    await tickets.take(world.grace, view.id, now=NOW)
    (card,) = await shown(world, Status.OPEN)
    assert (card.id, card.pk, card.subject, card.type, card.impact) == (
        view.id, view.pk, view.subject, 'bug', Impact.CRITICAL,
    )  # fmt: skip
    assert (card.requester.name, card.company.name, card.assignee.name) == (
        'Алиса Иванова', 'Ромашка', 'Галина Специалист',
    )  # fmt: skip
    assert (card.os, card.server_type, card.tags) == ('tizen', 'cloud', ('Экран',))
    assert card.due_at == card.respond_due_at is not None
    assert card.overdue is (card.due_at <= LATER)
    assert card.version == (await Ticket.get(id=view.pk)).version


async def test_the_moves_of_a_card_are_those_of_the_lifecycle(quick):
    for status in Status:
        await quick.in_status(status)
    for column in (await board.board(quick.grace, now=LATER)).columns:
        moves = lifecycle.moves_from(column.status, frozenset({Part.STAFF}))
        (card,) = column.cards
        assert set(card.moves) == {move.target for move in moves}
        assert set(card.needs_comment) == {move.target for move in moves if Need.COMMENT in move.needs}


async def test_who_spoke_last_who_waits_and_what_is_unread(world):
    view = await world.file()
    (card,) = await shown(world, Status.OPEN)
    assert (card.waiting, card.unread, card.answered) == (True, True, False)
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW)
    await tickets.comment(world.grace, view.id, 'Между нами: кабель.', internal=True, now=NOW)
    (card,) = await shown(world, Status.OPEN)
    assert (card.waiting, card.unread) == (False, False)
    (card,) = await shown(world, Status.OPEN, who='george')
    assert card.unread
    await tickets.comment(world.alice, view.id, 'Всё ещё не светится.', now=NOW)
    await tickets.comment(world.george, view.id, 'Ответьте ей.', internal=True, now=NOW)
    (card,) = await shown(world, Status.OPEN)
    assert (card.waiting, card.unread) == (True, True)


async def test_what_a_customer_answered_comes_first_in_its_column(world):
    first, second = [await world.in_status(Status.AWAITING_FEEDBACK, now=NOW + number * HOUR) for number in range(2)]
    now = NOW + 3 * HOUR
    assert await ids(world, Status.AWAITING_FEEDBACK, now=now) == [first.id, second.id]
    await tickets.comment(world.alice, second.id, 'Проверила, не помогло.', now=now)
    cards = await shown(world, Status.AWAITING_FEEDBACK, now=now)
    assert [(card.id, card.answered) for card in cards] == [(second.id, True), (first.id, False)]
    assert cards[0].auto_close_at is None


async def test_then_what_is_due_soonest_then_impact_then_age(world):
    views = {name: await world.file(impact=name, now=NOW + number * timedelta(minutes=1))
             for number, name in enumerate(['low', 'critical', 'medium', 'high'])}  # fmt: skip
    await Ticket.all().update(respond_due_at=None, solve_due_at=None)
    assert await ids(world) == [views[name].id for name in ('critical', 'high', 'medium', 'low')]
    another = await world.file(impact='critical', now=NOW - HOUR)
    await Ticket.filter(id=another.pk).update(respond_due_at=None, solve_due_at=None)
    assert (await ids(world))[:2] == [another.id, views['critical'].id]
    await Ticket.filter(id=views['low'].pk).update(solve_due_at=NOW + 5 * HOUR)
    await Ticket.filter(id=views['medium'].pk).update(respond_due_at=NOW - HOUR)
    assert (await ids(world))[:3] == [views['medium'].id, views['low'].id, another.id]


async def test_the_rule_can_be_read_on_the_page():
    for language in i18n.LANGUAGES:
        assert len(i18n.translate(language, ORDER_TEXT)) > 40


async def test_cards_sort_by_their_order_as_the_board_shows_them(world):
    for impact in ('low', 'critical', 'high'):
        await world.file(impact=impact)
    await world.in_status(Status.DONE)
    await world.in_status(Status.DONE, now=LATER)
    await places.place(world.grace, 'SPSUP-1', 'SPSUP-2', now=LATER)
    view = await board.board(world.grace, now=LATER)
    for column in view.columns:
        assert sorted(column.cards, key=lambda card: card.order) == list(column.cards)


@pytest.mark.parametrize('wanted, count', [
    (DeskFilter(assignee='me'), 1), (DeskFilter(assignee='none'), 2), (DeskFilter(type='bug'), 3),
    (DeskFilter(type='feature'), 0), (DeskFilter(impact=Impact.CRITICAL), 1), (DeskFilter(os='android'), 1),
    (DeskFilter(server_type='cloud'), 3), (DeskFilter(text='samsung ЭКРАН'), 3), (DeskFilter(text='spsup 3'), 1),
    (DeskFilter(text='звуки'), 1),
    (DeskFilter(text='100%'), 0), (DeskFilter(text="' OR 1=1 --"), 0), (DeskFilter(tag='СЕТЬ'), 1),
    (DeskFilter(answered=True), 0), (DeskFilter(company=2**31 - 1), 0), (DeskFilter(assignee=2**31 - 1), 0),
    (DeskFilter(assignee='me', impact=Impact.CRITICAL), 1), (DeskFilter(assignee='none', os='android'), 1),
])  # fmt: skip
async def test_a_filter_lets_through_what_it_says(quick, wanted, count):
    mine = await quick.file(impact='critical')
    await tickets.take(quick.grace, mine.id, now=NOW)
    tag = await Tag.create(name='Сеть', folded='сеть')
    await TicketTag.create(ticket_id=mine.pk, tag=tag)
    await quick.file(os='android')
    await quick.file(subject='Звук пропал')
    view = await board.board(quick.grace, wanted, now=NOW)
    assert (view.columns[0].count, len(view.columns[0].cards)) == (count, count)
    page = await board.column(quick.grace, wanted, Status.OPEN, now=NOW)
    assert len(page.items) == count
    found = (await board.changes(quick.grace, wanted, 0, now=NOW)).cards
    assert sum(card is not None for card in found.values()) == count


async def test_all_filters_together_work_on_both_engines(world):
    view = await world.file()
    everything = DeskFilter(
        assignee='none',
        company=1,
        requester=view.requester.id,
        type='bug',
        impact=Impact.HIGH,
        os='tizen',
        server_type='cloud',
        tag='сеть',
        answered=True,
        overdue=True,
        text='экран 7',
        statuses=(Status.OPEN,),
    )
    assert (await board.board(world.grace, everything, now=LATER)).columns[0].count == 0
    overdue = DeskFilter(overdue=True)
    assert (await board.board(world.grace, overdue, now=NOW + 30 * DAY)).columns[0].count == 1
    assert (await board.board(world.grace, overdue, now=NOW)).columns[0].count == 0
    assert (await board.changes(world.grace, overdue, 0, now=NOW)).cards == {view.pk: None}


async def test_only_the_asked_for_columns_come(quick):
    view = await board.board(quick.grace, DeskFilter(statuses=(Status.DONE, Status.OPEN)), now=NOW)
    assert [column.status for column in view.columns] == [Status.OPEN, Status.DONE]


async def test_cards_of_tickets_for_patches(world):
    view, done = await world.file(), await world.in_status(Status.DONE)
    found = (await board.changes(world.grace, None, 0, now=NOW + 8 * DAY)).cards
    assert found[view.pk].id == view.id
    assert found[done.pk] is None


async def test_changes_since_a_version_are_told_once(world):
    first, second = await world.file(), await world.file()
    seen = await board.board(world.grace, now=NOW)
    later = NOW + HOUR
    assert (await board.changes(world.grace, None, seen.version, now=later)).cards == {}
    await tickets.transition(world.grace, first.id, Status.PENDING, now=later)
    told = await board.changes(world.grace, None, seen.version, now=later)
    assert {pk: card.status for pk, card in told.cards.items()} == {first.pk: Status.PENDING}
    assert [column.count for column in told.columns] == [1, 0, 0, 1, 0, 0, 0]
    assert told.version > seen.version
    away = await board.changes(world.grace, DeskFilter(statuses=(Status.OPEN,)), seen.version, now=later)
    assert away.cards == {first.pk: None}
    assert second.pk not in told.cards
    assert not (await board.changes(world.grace, None, told.version, now=later + HOUR)).cards


async def test_so_many_changes_that_the_whole_board_is_read(quick, monkeypatch):
    monkeypatch.setattr(board, 'MOST_CHANGES', 3)
    for _ in range(4):
        await quick.file()
    told = await board.changes(quick.grace, None, 0, now=LATER)
    assert (told.too_many, told.cards) == (True, {})


async def test_a_card_put_by_hand_stands_there_for_its_agent_alone(world):
    views = [await world.file(now=NOW + number * timedelta(minutes=1)) for number in range(4)]
    a, b, c, d = [view.id for view in views]
    await places.place(world.grace, d, b, now=LATER)
    assert await ids(world) == [a, d, b, c]
    assert await ids(world, who='george') == [a, b, c, d]
    await places.place(world.grace, a, None, now=LATER)
    assert await ids(world) == [d, b, c, a]
    await places.place(world.grace, c, d, now=LATER)
    assert await ids(world) == [c, d, b, a]
    await places.place(world.grace, c, a, now=LATER)
    assert await ids(world) == [d, b, c, a]
    await places.unplace(world.grace, d, now=LATER)
    assert await ids(world) == [b, d, c, a]
    await places.unplace(world.grace, now=LATER)
    assert await ids(world) == [a, b, c, d]


async def test_a_move_or_an_answer_ends_what_was_put_by_hand(world):
    first, second = [await world.in_status(Status.AWAITING_FEEDBACK, now=NOW + number * HOUR) for number in range(2)]
    await places.place(world.grace, second.id, first.id, now=NOW + 3 * HOUR)
    assert await CardPlace.all().count() == 1
    await tickets.comment(world.grace, second.id, 'Ещё одно.', now=NOW + 3 * HOUR)
    assert await CardPlace.all().count() == 1
    await tickets.comment(world.alice, second.id, 'Не помогло.', now=NOW + 3 * HOUR)
    assert await CardPlace.all().count() == 0
    await places.place(world.grace, second.id, None, now=NOW + 3 * HOUR)
    await tickets.transition(world.george, second.id, Status.PENDING, now=NOW + 3 * HOUR)
    assert await CardPlace.all().count() == 0


async def test_a_card_is_put_within_its_column_only(quick):
    view, other = await quick.file(), await quick.in_status(Status.PENDING)
    with pytest.raises(Conflict):
        await places.place(quick.grace, view.id, other.id, now=NOW)
    await places.place(quick.grace, view.id, view.id, now=NOW)
    assert await CardPlace.all().count() == 0


_ONE = st.tuples(st.sampled_from([*Impact, None]), st.booleans(), st.integers(-3, 3), st.integers(0, 4))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(_ONE, max_size=40), hand=st.lists(st.integers(0, 39), max_size=6), done=st.booleans())
async def test_paging_shows_every_card_once_in_order(database, monkeypatch, many, hand, done):
    """Whatever the tickets are like, and whichever of them were put by hand."""
    monkeypatch.setattr(board, 'FIRST', 3)
    world = await World().build()
    await Ticket.all().delete()
    status = Status.DONE if done else Status.AWAITING_FEEDBACK
    view = await world.file()
    like = await Ticket.get(id=view.pk).values()
    await Ticket.all().delete()
    rows = []
    for number, (impact, answered, due, since) in enumerate(many):
        own = {
            'id': 1000 + number,
            'number': 1000 + number,
            'submission_key': f'key-of-{number}',
            'status': status,
            'impact': impact,
            'answered_at': NOW if answered else None,
            'done_at': NOW + since * HOUR if done else None,
            'solve_due_at': NOW + due * HOUR if due else None,
            'respond_due_at': NOW + due * DAY if due > 1 else None,
            'status_since': NOW + since * HOUR,
        }
        rows.append(Ticket(**(like | own)))
    await Ticket.bulk_create(rows)
    for at, number in enumerate(dict.fromkeys(number for number in hand if number < len(rows))):
        await CardPlace.create(user_id=world.users['grace'].id, ticket_id=1000 + number, place=float(at - 3) or 9.0)
    now = NOW + 5 * HOUR
    whole = next(column for column in (await board.board(world.grace, now=now)).columns if column.status is status)
    found, after = list(whole.cards), whole.next
    while after:
        page = await board.column(world.grace, DeskFilter(), status, after, now=now)
        assert page.items
        found += page.items
        after = page.next
    assert whole.count == len(rows) == len(found)
    assert len({card.pk for card in found}) == len(rows)
    assert [card.order for card in found] == sorted(card.order for card in found)


@pytest.mark.parametrize(
    'cursor',
    [
        'x',
        '!!!',
        'a' * 5000,
        *(
            base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')
            for text in (
                '[]',
                'null',
                '[1,1]',
                '[1,"2026",1]',
                '[1,1,"2026-11-02T09:30:15",1,"2026-11-02",1]',
                '[[],1]',
                '[0]',
            )
        ),
    ],
)
async def test_a_cursor_that_is_none_is_refused(quick, cursor):
    for status in (Status.OPEN, Status.DONE):
        with pytest.raises(Invalid):
            await board.column(quick.grace, DeskFilter(), status, cursor, now=NOW)


@pytest.mark.parametrize('who', ['alice', 'charlie'])
async def test_customers_find_no_board(world, who):
    view = await world.file()
    actor = getattr(world, who)
    for attempt in (
        lambda: board.board(actor, now=NOW),
        lambda: board.column(actor, DeskFilter(), Status.OPEN, now=NOW),
        lambda: board.changes(actor, None, 0, now=NOW),
        lambda: places.place(actor, view.id, None, now=NOW),
        lambda: places.unplace(actor, now=NOW),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await CardPlace.all().count() == 0
    assert await ReadMark.filter(user_id=actor.user_id, ticket_id=view.pk).count() == (1 if who == 'alice' else 0)
