"""The queue: every sort in pieces, from any ticket to its neighbours; and kept views."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Impact, SavedView, Status, Ticket, User
from services.desk import queue, views
from services.desk.filters import DeskFilter
from services.desk.queue import Sort
from services.errors import Invalid, NotAllowed, NotFound
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


_ONE = st.tuples(st.sampled_from(Status), st.sampled_from([*Impact, None]), st.integers(-3, 3), st.booleans())
_STATUSES = st.sampled_from([(), (Status.DONE,), (Status.OPEN, Status.DONE), tuple(Status), (Status.PENDING,)])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(_ONE, max_size=20), statuses=_STATUSES, sort=st.sampled_from(Sort), down=st.booleans())
async def test_pieces_make_the_whole_and_neighbours_are_beside(database, many, statuses, sort, down):
    world = await World().build()
    await Ticket.all().delete()
    view = await world.file()
    like = await Ticket.get(id=view.pk).values()
    await Ticket.all().delete()
    for number, (status, impact, since, answered) in enumerate(many, start=1):
        own = {
            'id': 1000 + number,
            'number': 100 - number,
            'submission_key': f'key-of-{number}',
            'status': status,
            'impact': impact,
            'status_since': NOW + since * HOUR,
            'updated_at': NOW - since * HOUR,
            'created_at': NOW + since * HOUR,
            'solve_due_at': NOW + since * HOUR if since else None,
            'respond_due_at': None,
            'answered_at': NOW if answered else None,
        }
        await Ticket.bulk_create([Ticket(**(like | own))])
    options = {'sort': sort, 'descending': down, 'now': NOW}
    wanted = DeskFilter(statuses=statuses)
    whole = await queue.matching(world.grace, wanted, **options)
    fitting = [at for at, one in enumerate(many, start=1) if (one[0] in statuses if statuses else one[0] != 'done')]
    assert sorted(whole) == sorted(100 - at for at in fitting)
    found, after = [], None
    while True:
        page = await queue.queue(world.grace, wanted, after=after, limit=3, **options)
        found += [card.number for card in page.items]
        after = page.next
        if after is None:
            break
    assert found == whole
    named = [None, *(f'SPSUP-{number}' for number in whole), None]
    for at, number in enumerate(whole, start=1):
        beside = await queue.neighbours(world.grace, number, wanted, **options)
        assert beside == (named[at - 1], named[at + 1])


async def test_each_sort_has_the_direction_that_is_meant(world):
    first = await world.file(impact='low')
    second = await world.file(impact='critical', now=NOW + timedelta(minutes=1))
    newest_first = [second.number, first.number]
    for sort in (Sort.NUMBER, Sort.UPDATED, Sort.CREATED, Sort.IMPACT, Sort.RULE):
        assert await queue.matching(world.grace, sort=sort, now=NOW) == newest_first
    assert await queue.matching(world.grace, sort=Sort.SINCE, now=NOW) == newest_first[::-1]
    assert await queue.matching(world.grace, sort='nonsense', now=NOW) == newest_first


async def test_the_tickets_of_one_person_are_asked_for_by_their_id(quick):
    of_alice, of_bob = await quick.file(quick.alice), await quick.file(quick.bob)
    wanted = DeskFilter(requester=of_bob.requester.id)
    assert await queue.matching(quick.grace, wanted, now=NOW) == [of_bob.number]
    assert of_alice.number not in await queue.matching(quick.grace, DeskFilter(requester=2**31 - 1), now=NOW)
    kept = await views.save_view(quick.grace, 'Боб', wanted.to_parameters(), now=NOW)
    assert kept.query == {'requester': str(of_bob.requester.id)}


async def test_a_cursor_of_another_sort_is_refused(quick):
    for _ in range(3):
        await quick.file()
    page = await queue.queue(quick.grace, sort=Sort.NUMBER, limit=1, now=NOW)
    for options in ({'sort': Sort.UPDATED}, {'sort': Sort.NUMBER, 'descending': False}, {'sort': Sort.RULE}):
        with pytest.raises(Invalid):
            await queue.queue(quick.grace, after=page.next, now=NOW, **options)
    for nonsense in ('x', 'W10', 'a' * 9000):
        with pytest.raises(Invalid):
            await queue.queue(quick.grace, after=nonsense, now=NOW)


async def test_views_are_kept_changed_ordered_and_shared(world):
    mine = await views.save_view(world.grace, ' Мои  срочные ', {'assignee': 'me', 'x': '1', 'impact': 'no'}, now=NOW)
    assert (mine.name, mine.query, mine.mine) == ('Мои срочные', {'assignee': 'me'}, True)
    again = await views.save_view(world.grace, 'Мои срочные', {'overdue': '1', 'sort': 'due'}, shared=True, now=NOW)
    assert (again.id, again.query) == (mine.id, {'overdue': '1', 'sort': 'due'})
    other = await views.save_view(world.grace, 'Ничьи', {'assignee': 'none'}, now=NOW)
    await views.order_views(world.grace, [other.id, mine.id], now=NOW)
    assert [view.name for view in await views.views(world.grace, now=NOW)] == ['Ничьи', 'Мои срочные']
    assert [(view.name, view.mine) for view in await views.views(world.george, now=NOW)] == [('Мои срочные', False)]
    assert await views.views(world.grace, 'queue', now=NOW) == []
    with pytest.raises(Invalid):
        await views.change_view(world.grace, other.id, name='Мои срочные', now=NOW)
    await views.change_view(world.grace, mine.id, shared=False, now=NOW)
    assert await views.views(world.george, now=NOW) == []
    await views.delete_view(world.grace, mine.id, now=NOW)
    assert await SavedView.all().count() == 1


async def test_a_view_of_somebody_else_is_theirs(world):
    private = await views.save_view(world.grace, 'Моё', {}, now=NOW)
    shared = await views.save_view(world.grace, 'Общее', {}, shared=True, now=NOW)
    with pytest.raises(NotFound):
        await views.delete_view(world.mona, private.id, now=NOW)
    with pytest.raises(NotAllowed):
        await views.change_view(world.george, shared.id, name='Захвачено', now=NOW)
    with pytest.raises(NotAllowed):
        await views.delete_view(world.george, shared.id, now=NOW)
    await views.delete_view(world.mona, shared.id, now=NOW)
    assert [row.name for row in await SavedView.all()] == ['Моё']


async def test_views_of_who_left_are_nobodys_any_more(quick):
    await views.save_view(quick.grace, 'Общее', {}, shared=True, now=NOW)
    await User.filter(id=quick.users['grace'].id).update(active=False)
    assert await views.views(quick.george, now=NOW) == []


@pytest.mark.parametrize('who', ['alice', 'charlie'])
async def test_customers_find_no_queue_and_no_views(world, who):
    actor, view = getattr(world, who), await world.file()
    kept = await views.save_view(world.grace, 'Общее', {}, shared=True, now=NOW)
    for attempt in (
        lambda: queue.queue(actor, now=NOW),
        lambda: queue.matching(actor, now=NOW),
        lambda: queue.neighbours(actor, view.id, now=NOW),
        lambda: views.views(actor, now=NOW),
        lambda: views.save_view(actor, 'Чужое', {}, now=NOW),
        lambda: views.change_view(actor, kept.id, name='Чужое', now=NOW),
        lambda: views.delete_view(actor, kept.id, now=NOW),
        lambda: views.order_views(actor, [kept.id], now=NOW),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert [row.name for row in await SavedView.all()] == ['Общее']
