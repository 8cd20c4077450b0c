"""Two accounts of one person become one, two companies become one; nothing of either is lost, nobody sees more."""

import pytest

from models import (
    AuditEntry,
    Comment,
    Company,
    Draft,
    OutboxMail,
    Rating,
    Role,
    SavedView,
    Share,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from services import access, bus, companies, drafts, tickets, tokens
from services.accounts import doubles
from services.accounts.references import references
from services.errors import Conflict, NotFound, SignedOut
from services.figures import weekly
from services.forms import editing, shape
from services.search import upkeep
from tests.people import actor_of, alice, bob, charlie, george, grace, make_user, mona
from tests.services.ticket_world import NOW, World


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def refer_to(user: User) -> dict[str, int]:
    """How many rows of each column still refer to somebody."""
    found = {each.name: await each.model.filter(**{each.column: user.id}).count() for each in references(User)}
    return {name: count for name, count in found.items() if count}


async def test_everything_of_the_double_goes_to_the_one_that_stays(world):
    kept, double = world.users['alice'], world.users['bob']
    both = await world.file(world.grace)  # shared with neither by the form: by hand below
    await Ticket.filter(id=both.pk).update(company_id=kept.company_id)
    await tickets.share(world.grace, both.id, [kept.id, double.id], now=NOW)
    own = await world.file(world.bob, share_with=[kept.id])
    await tickets.comment(world.bob, own.id, 'Моё слово.', now=NOW)
    await tickets.transition(world.grace, own.id, Status.DONE, now=NOW)
    key, _ = await tokens.create_token(world.bob, 'отчёты', now=NOW)
    await drafts.save(world.bob, 'request:bug', {'subject': 'его'}, now=NOW)
    await drafts.save(world.alice, 'request:bug', {'subject': 'её'}, now=NOW)
    await drafts.save(world.bob, 'request:feature', {'subject': 'ещё'}, now=NOW)
    heard: list[str] = []
    for topic in (f'session:{world.bob.session_id}', f'ticket:{own.pk}', f'user:{kept.id}'):
        bus.subscribe(topic, heard.append)

    await doubles.merge_people(world.mona, kept.id, double.id, now=NOW)

    assert set(heard) == {f'session:{world.bob.session_id}', f'ticket:{own.pk}', f'user:{kept.id}'}
    assert await User.get_or_none(id=double.id) is None
    assert await refer_to(double) == {}
    with pytest.raises(SignedOut):
        await access.person(world.bob, now=NOW)
    shown = await tickets.read(world.alice, own.id, now=NOW)
    assert (shown.is_own, shown.shares) == (True, ())
    assert [comment.author.id for comment in shown.comments] == [kept.id]
    assert await Share.filter(ticket_id=both.pk).values_list('user_id', flat=True) == [kept.id]
    assert await Rating.filter(rater_id=kept.id).count() == 1
    found = await tokens.key_of(key, now=NOW)
    assert found is not None
    assert found.actor.user_id == kept.id
    assert {(row.place, row.content['subject']) for row in await Draft.filter(user_id=kept.id)} == {
        ('request:bug', 'её'),
        ('request:feature', 'ещё'),
    }
    shares = await TicketEvent.get(kind='shared', ticket_id=both.pk)
    assert shares.details['users'] == [kept.id]
    assert not await OutboxMail.filter(address=double.email, state='waiting').exists()
    entry = await AuditEntry.get(action='person.merged')
    assert (entry.subject, entry.details) == (f'user:{kept.id}', {'given_up': double.id})


async def test_who_was_named_in_an_answer_is_the_one_that_stays(world):
    """In every version of a form, by whomever it was filed; other people's numbers and other fields stay."""
    kept, double = world.users['alice'].id, world.users['bob'].id
    await with_people(world, 'who', 'boss')
    both = await world.file(who=double, boss=kept)
    by_staff = await world.file(world.grace, who=world.users['charlie'].id, boss=double, app_version=str(double))
    await with_people(world, 'deputy')
    later = await world.file(deputy=double, details=f'Пишет {double}')
    other = await world.file(app_version=str(double))
    heard: list[str] = []
    for view in (both, by_staff, later, other):
        bus.subscribe(f'ticket:{view.pk}', heard.append)

    await doubles.merge_people(world.mona, kept, double, now=NOW)

    answers = {view.pk: (await Ticket.get(id=view.pk)).answers for view in (both, by_staff, later, other)}
    assert {code: answers[both.pk][code] for code in ('who', 'boss')} == {'who': kept, 'boss': kept}
    assert answers[by_staff.pk] == by_staff.answers | {'boss': kept}
    assert answers[later.pk] == later.answers | {'deputy': kept}
    assert answers[other.pk] == other.answers
    assert (await tickets.read(world.grace, by_staff.id, now=NOW)).named[kept].name == world.users['alice'].name
    assert set(heard) == {f'ticket:{view.pk}' for view in (both, by_staff, later)}
    assert await upkeep.differences() == []


async def with_people(world: World, *codes: str) -> None:
    """A newer version of the form that asks for people in these fields."""
    draft = await editing.open_draft(world.mona, 'bug', now=NOW)
    definition = draft.definition
    for code in codes:
        field = {'code': code, 'kind': 'person', 'label': {'ru': code, 'en': code}, 'required': False}
        definition = shape.with_field(definition, field)
    kept = await editing.save(world.mona, 'bug', definition, version=draft.version, now=NOW)
    await editing.publish(world.mona, 'bug', version=kept.version, now=NOW)


async def test_the_weekly_mail_and_views_of_colleagues_follow(world):
    kept, double = world.users['grace'], world.users['george']
    await weekly.choose(world.mona, [double.id, world.users['mona'].id], now=NOW)
    await SavedView.create(owner_id=kept.id, page='queue', name='От него', query={'requester': str(double.id)})
    await doubles.merge_people(world.mona, kept.id, double.id, now=NOW)
    readers = await weekly.readers(world.mona, now=NOW)
    assert {id for id, (_, chosen) in readers.items() if chosen} == {kept.id, world.users['mona'].id}
    assert (await SavedView.get()).query == {'requester': str(kept.id)}


async def test_what_only_one_can_have_is_kept_under_another_name(database):
    kept, double = await grace(), await george()
    for user in (kept, double):
        await SavedView.create(owner_id=user.id, page='board', name='Мои', query={'assignee': str(double.id)})
    world = await World().build()
    for who in (world.grace, world.george):
        await world.file(who, submission_key='same')
    view = await world.file()
    for who in (world.grace, world.george):
        await tickets.comment(who, view.id, 'Раз', submission_key='k', now=NOW)
    await doubles.merge_people(world.mona, kept.id, double.id, now=NOW)
    assert await Ticket.filter(requester_id=kept.id).count() == 2
    assert await Comment.filter(author_id=kept.id).count() == 2
    views = await SavedView.filter(owner_id=kept.id).order_by('id')
    assert views[0].name == 'Мои'
    assert views[1].name.startswith('Мои (')
    assert [view.query for view in views] == [{'assignee': str(kept.id)}] * 2


async def test_what_cannot_be_one_person_is_refused(sqlite):
    user, agent, boss_row = await alice(), await grace(), await mona()
    boss = await actor_of(boss_row)
    closed = await make_user(name='Алиса', active=False)
    for kept, given_up in ((user, user), (user, agent), (agent, user), (closed, user), (agent, boss_row)):
        with pytest.raises(Conflict):
            await doubles.merge_people(boss, kept.id, given_up.id)
    with pytest.raises(NotFound):
        await doubles.merge_people(boss, user.id, 999)
    assert await User.all().count() == 4
    second = await make_user(name='Марина', role=Role.ADMIN)
    await doubles.merge_people(boss, second.id, boss_row.id)
    assert await User.filter(role=Role.ADMIN, active=True).count() == 1


async def test_two_companies_become_one_and_its_people_see_what_they_share(world):
    ours, theirs = world.users['alice'].company_id or 0, world.users['charlie'].company_id or 0
    await companies.set_domains(world.mona, ours, ['romashka.test'], now=NOW)
    await companies.set_domains(world.mona, theirs, ['lopuh.test'], now=NOW)
    shared, alone = await world.file(world.charlie, share_company=True), await world.file(world.charlie)
    heard: list[str] = []
    bus.subscribe(f'user:{world.users["charlie"].id}', heard.append)
    await doubles.merge_companies(world.mona, ours, theirs, now=NOW)
    assert heard
    assert [row.id for row in await Company.all()] == [ours]
    assert (await Company.get(id=ours)).domains == ['romashka.test', 'lopuh.test']
    assert (await access.person(world.charlie, now=NOW)).company_id == ours
    assert (await tickets.read(world.alice, shared.id, now=NOW)).company_name == 'Ромашка'
    with pytest.raises(NotFound):
        await tickets.read(world.alice, alone.id, now=NOW)
    for wrong, error in ((ours, Conflict), (theirs, NotFound)):
        with pytest.raises(error):
            await doubles.merge_companies(world.mona, ours, wrong, now=NOW)


async def test_who_comes_into_a_closed_company_is_out(world):
    ours, theirs = world.users['alice'].company_id or 0, world.users['charlie'].company_id or 0
    await companies.set_company_active(world.mona, ours, False, now=NOW)
    await doubles.merge_companies(world.mona, ours, theirs, now=NOW)
    with pytest.raises(SignedOut):
        await access.person(world.charlie, now=NOW)


@pytest.mark.parametrize('who', [alice, george])
async def test_only_admins_merge(sqlite, who):
    actor, one, other = await actor_of(await who()), await bob(), await charlie()
    with pytest.raises(NotFound):
        await doubles.merge_people(actor, one.id, other.id)
    with pytest.raises(NotFound):
        await doubles.merge_companies(actor, one.company_id or 0, other.company_id or 0)
    assert await User.filter(id__in=[one.id, other.id]).count() == 2
    assert await Company.filter(id__in=[one.company_id, other.company_id]).count() == 2
