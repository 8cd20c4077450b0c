"""The list of people and one person's account, for admins alone."""

import pytest

from models import AuditEntry, Company, Rating, Role, Status, User
from services import access, bus, companies, people, ratings, sessions, tickets, tokens
from services.accounts import account, directory, firm
from services.accounts.directory import PeopleFilter, State
from services.errors import Invalid, NotFound, SignedOut
from services.figures.ratings import rating_figures
from services.figures.wanted import Wanted
from tests.people import actor_of, alice, bob, charlie, grace, make_user, mona
from tests.services.ticket_world import NOW, World


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def everybody(actor, wanted: PeopleFilter, limit: int) -> list[str]:
    """All pages, one after the other."""
    names, cursor = [], None
    while True:
        page = await directory.find(actor, wanted, cursor=cursor, limit=limit)
        names += [row.name for row in page.items]
        cursor = page.next
        if cursor is None:
            return names


@pytest.mark.parametrize('limit', [1, 2, 3, 100])
async def test_pages_show_everybody_once_by_name(database, limit):
    boss = await actor_of(await mona())
    for number in range(3):
        await make_user(name='Ёлкин', email=f'yolkin{number}@x.test')
    await make_user(name='Еремин')
    assert await everybody(boss, PeopleFilter(), limit) == ['Ёлкин', 'Ёлкин', 'Ёлкин', 'Еремин', 'Марина Начальник']


async def test_filters_find_whom_one_means(database):
    boss, firm = await actor_of(await mona()), (await alice()).company_id
    await User.all().update(password_hash='x')
    await grace()
    gone = await charlie()
    await people.deactivate(boss, gone.id)
    assert await everybody(boss, PeopleFilter(text='ИВАНОВА алиса'), 10) == ['Алиса Иванова']
    assert await everybody(boss, PeopleFilter(text='romashka.test'), 10) == ['Алиса Иванова']
    assert await everybody(boss, PeopleFilter(text='%'), 10) == []
    assert await everybody(boss, PeopleFilter(role=Role.ADMIN), 10) == ['Марина Начальник']
    assert await everybody(boss, PeopleFilter(company_id=firm), 10) == ['Алиса Иванова']
    assert await everybody(boss, PeopleFilter(state=State.CLOSED), 10) == ['Чарли Чужой']
    assert await everybody(boss, PeopleFilter(state=State.INVITED), 10) == ['Галина Специалист']
    assert await directory.count(boss, PeopleFilter(state=State.ACTIVE)) == 2
    assert await everybody(boss, PeopleFilter(company_id=2**40), 10) == []
    for cursor in ('x', 'W10', '', 'bnVsbA', 'WyJhIiwgIjEiXQ'):
        with pytest.raises(Invalid):
            await directory.find(boss, PeopleFilter(), cursor=cursor)


def test_a_filter_survives_the_address():
    wanted = PeopleFilter(text='Иванов', role=Role.AGENT, state=State.INVITED, company_id=7)
    assert PeopleFilter.from_parameters(wanted.to_parameters()) == wanted
    nonsense = {'role': 'system', 'state': 'x', 'company': '-1', 'q': ''}
    assert PeopleFilter.from_parameters(nonsense) == PeopleFilter()


async def test_an_account_shows_what_hangs_on_it(world):
    view = await world.in_status(Status.DONE)
    await world.file()
    rating = await Rating.get(ticket_id=view.pk)
    await Rating.filter(id=rating.id).update(stars=2, comment='Долго', rated_at=NOW)
    _, token = await tokens.create_token(world.alice, 'отчёты', now=NOW)
    found = await account.read(world.mona, world.users['alice'].id, now=NOW)
    assert (found.tickets_count, found.open_count, found.ratings_count) == (2, 1, 1)
    assert [each.id for each in found.tickets][-1] == view.id
    assert (found.ratings[0].stars, found.ratings[0].comment) == (2, 'Долго')
    assert [each.id for each in found.tokens] == [token.id]
    assert len(found.sessions) == 1
    assert found.entries[0].action == 'token.created'


async def test_an_admin_ends_sessions_and_tokens_of_others_at_once(world):
    alice_id, heard = world.users['alice'].id, []
    second = await actor_of(world.users['alice'], now=NOW)
    key, token = await tokens.create_token(world.alice, 'отчёты', now=NOW)
    bus.subscribe(f'session:{second.session_id}', heard.append)
    with pytest.raises(NotFound):
        await account.end_session(world.mona, world.users['bob'].id, second.session_id or 0, now=NOW)
    await account.end_session(world.mona, alice_id, second.session_id or 0, now=NOW)
    assert heard == [f'session:{second.session_id}']
    assert await access.person(world.alice, now=NOW)
    await account.revoke_token(world.mona, alice_id, token.id, now=NOW)
    assert await tokens.key_of(key, now=NOW) is None
    assert await account.sign_out_everywhere(world.mona, alice_id, now=NOW) == 1
    with pytest.raises(SignedOut):
        await access.person(world.alice, now=NOW)
    assert await AuditEntry.filter(action='person.signed_out', subject=f'user:{alice_id}').count() == 1


async def test_who_moves_to_another_company_keeps_their_own_and_loses_the_others_tickets(world):
    own, shared = await world.file(), await world.file(world.bob, share_with=[world.users['alice'].id])
    other = await companies.create_company(world.mona, 'Новая', now=NOW)
    heard: list[str] = []
    bus.subscribe(f'user:{world.users["alice"].id}', heard.append)
    await people.change_role(world.mona, world.users['alice'].id, Role.CUSTOMER, other.id, now=NOW)
    assert heard
    assert (await tickets.read(world.alice, own.id, now=NOW)).company_name == 'Ромашка'
    with pytest.raises(NotFound):
        await tickets.read(world.alice, shared.id, now=NOW)


async def test_what_a_company_shares_by_default_its_people_see_unless_the_author_says_otherwise(world):
    firm = world.users['alice'].company_id or 0
    alone = await world.file()
    await companies.set_sharing(world.mona, firm, True, now=NOW)
    by_default, kept_back = await world.file(), await world.file(share_company=False)
    assert [view.shared_with_company for view in (alone, by_default, kept_back)] == [False, True, False]
    assert (await tickets.read(world.bob, by_default.id, now=NOW)).id == by_default.id
    for view, who in ((alone, world.bob), (kept_back, world.bob), (by_default, world.charlie)):
        with pytest.raises(NotFound):
            await tickets.read(who, view.id, now=NOW)
    of_staff = await world.file(world.grace)
    assert not of_staff.shared_with_company


async def test_a_company_counts_the_newest_rating_of_each_ticket_as_the_dashboard_does(world):
    twice, once = await world.in_status(Status.DONE), await world.in_status(Status.DONE)
    await ratings.rate_own(world.alice, twice.id, 1, now=NOW)
    await ratings.rate_own(world.alice, once.id, 5, now=NOW)
    await tickets.transition(world.grace, twice.id, Status.REOPENED, comment='Ещё раз', now=NOW)
    await world.file(world.charlie)
    await tickets.transition(world.grace, twice.id, Status.DONE, now=NOW)
    await ratings.rate_own(world.alice, twice.id, 4, now=NOW)
    await tickets.transition(world.grace, once.id, Status.REOPENED, comment='И этот', now=NOW)
    shown = await firm.read(world.mona, world.users['alice'].company_id or 0, now=NOW)
    figures = await rating_figures(world.mona, Wanted.from_parameters({}, 'Europe/Moscow', now=NOW), now=NOW)
    assert (shown.tickets, shown.unfinished) == (2, 1)
    assert (shown.answers, shown.mean, shown.good) == (2, 4.5, 1.0)
    assert (figures.total.answers, figures.total.mean, figures.total.good) == (2, 4.5, 1.0)


async def test_the_last_sign_in_is_remembered(sqlite):
    user = await alice()
    await sessions.start(user, now=NOW)
    assert (await User.get(id=user.id)).signed_in_at == NOW


@pytest.mark.parametrize('who', [bob, grace])
async def test_only_admins_look_at_accounts(sqlite, who):
    actor, victim = await actor_of(await who()), await alice()
    for refused in (
        directory.find(actor, PeopleFilter()),
        directory.count(actor, PeopleFilter()),
        account.read(actor, victim.id),
        account.sign_out_everywhere(actor, victim.id),
        account.end_session(actor, victim.id, 1),
        account.revoke_token(actor, victim.id, 1),
    ):
        with pytest.raises(NotFound):
            await refused
    boss = await actor_of(await mona())
    for nobody in (0, -1, 2**31, 999):
        with pytest.raises(NotFound):
            await account.read(boss, nobody)
    assert await Company.all().count() >= 1
