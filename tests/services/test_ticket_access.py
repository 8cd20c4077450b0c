"""Who may do what with a ticket: each service function asked by those who may not, Charlie before all others."""

import secrets
from datetime import timedelta

import pytest

from models import Attachment, Follow, Role, Share, Status, User
from services import access, tickets
from services.errors import Invalid, NotAllowed, NotFound, SignedOut
from services.tickets import ListFilter
from tests import people
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write, row

MARKER = 'сверхтайно'


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


async def uploaded(user: User, name: str = 'экран.png') -> str:
    """A file that the person has uploaded and not sent yet; its key."""
    made = await Attachment.create(
        key=secrets.token_hex(8),
        uploader_id=user.id,
        name=name,
        size=3,
        content_type='image/png',
        digest='0' * 64,
        created_at=NOW,
    )
    return made.key


async def every_call(world: World, actor, view) -> dict:
    """Each function on that ticket, as this actor would call it; started one by one."""
    key = await uploaded(world.users['alice'])
    await tickets.attach(world.alice, view.id, [key], now=NOW)
    said = await tickets.comment(world.alice, view.id, 'Это снова я.', now=NOW)
    moved = await tickets.transition(world.grace, view.id, Status.PENDING, undo_window=HOUR, now=NOW)
    mine = await uploaded(world.users['charlie'])
    bob = world.users['bob'].id
    return {
        'read': lambda: tickets.read(actor, view.id, now=NOW),
        'events': lambda: tickets.events(actor, view.id, now=NOW),
        'transition': lambda: tickets.transition(actor, view.id, Status.DONE, comment='x', now=NOW),
        'undo_transition': lambda: tickets.undo_transition(actor, view.id, moved.undo_event_id, now=NOW),
        'comment': lambda: tickets.comment(actor, view.id, 'x', now=NOW),
        'note': lambda: tickets.comment(actor, view.id, 'x', internal=True, now=NOW),
        'edit_comment': lambda: tickets.edit_comment(actor, view.id, said.id, 'x', now=NOW),
        'may_attach': lambda: tickets.may_attach(actor, view.id, now=NOW),
        'attach': lambda: tickets.attach(actor, view.id, [mine], now=NOW),
        'remove_file': lambda: tickets.remove_file(actor, view.id, key, now=NOW),
        'change_subject': lambda: tickets.change_subject(actor, view.id, 'x', now=NOW),
        'share': lambda: tickets.share(actor, view.id, [bob], now=NOW),
        'share with the company': lambda: tickets.share(actor, view.id, [], company=True, now=NOW),
        'unshare': lambda: tickets.unshare(actor, view.id, bob, now=NOW),
        'candidates': lambda: tickets.candidates(actor, view.id, '', now=NOW),
        'assign': lambda: tickets.assign(actor, view.id, None, now=NOW),
        'take': lambda: tickets.take(actor, view.id, now=NOW),
        'follow': lambda: tickets.follow(actor, view.id, Follow.FOLLOWING, now=NOW),
        'mark_read': lambda: tickets.mark_read(actor, view.id, 1, now=NOW),
        'follow up': lambda: world.file(actor, follow_up_of=view.id),
    }


@pytest.mark.parametrize('who', ['charlie', 'bob'])
async def test_who_does_not_see_a_ticket_can_do_nothing_with_it(world, who):
    view = await world.file()
    actor = getattr(world, who)
    for name, call in (await every_call(world, actor, view)).items():
        with pytest.raises(NotFound) as refused:
            await call()
        assert (refused.value.key, refused.value.values) == ('refusal.not_found', {}), name
    assert await tickets.list_tickets(actor, ListFilter(), now=NOW) == tickets.Page((), None)
    assert set((await tickets.counts(actor, now=NOW)).values()) == {0}
    assert await tickets.unread_count(actor, now=NOW) == 0
    assert (await row(view)).status is Status.PENDING


async def test_an_unknown_ticket_is_refused_in_the_same_words(world):
    for ref in ('SPSUP-999', 'SPSUP-0', 'SPSUP-99999999999', 'nonsense', '', '../x', -1, 0):
        with pytest.raises(NotFound) as refused:
            await tickets.read(world.grace, ref, now=NOW)
        assert (refused.value.key, refused.value.values) == ('refusal.not_found', {})


async def test_after_the_sign_out_every_function_refuses(quick):
    view = await quick.file()
    late = NOW + timedelta(hours=13)
    for call in (
        lambda: tickets.read(quick.alice, view.id, now=late),
        lambda: tickets.list_tickets(quick.alice, ListFilter(), now=late),
        lambda: tickets.comment(quick.alice, view.id, 'x', now=late),
        lambda: tickets.unread_count(quick.alice, now=late),
        lambda: tickets.counts(quick.alice, now=late),
        lambda: tickets.candidates(quick.alice, None, '', now=late),
        lambda: tickets.agents(quick.grace, now=late),
        lambda: quick.file(now=late),
    ):
        with pytest.raises(SignedOut):
            await call()


# What somebody who sees the ticket may do, by the matrix of rights: 's' a share of one's own, 'c' the company's,
# 'a' the requester, 'g' an agent, 'm' an admin.
MATRIX = {
    'read': 'scagm',
    'events': 'scagm',
    'comment': 'scagm',
    'note': 'gm',
    'edit_comment': 'a',
    'may_attach': 'scagm',
    'remove_file': 'm',
    'change_subject': 'gm',
    'share': 'agm',
    'share with the company': 'agm',
    'candidates': 'agm',
    'assign': 'gm',
    'take': 'gm',
    'follow': 'scagm',
    'mark_read': 'scagm',
    'follow up': 'scagm',
    'transition': 'agm',
    'undo_transition': 'g',
}


@pytest.mark.parametrize('part, who', [('s', 'bob'), ('c', 'bob'), ('a', 'alice'), ('g', 'grace'), ('m', 'mona')])
async def test_who_sees_a_ticket_may_do_what_the_matrix_says(quick, part, who):
    for name, allowed in MATRIX.items():
        view = await quick.file(share_with=[quick.users['bob'].id] if part == 's' else [], share_company=part == 'c')
        call = (await every_call(quick, getattr(quick, who), view))[name]
        if part in allowed:
            await call()
        else:
            with pytest.raises((NotAllowed, NotFound, tickets.moving.TransitionRefused)):
                await call()


async def test_the_offered_rights_are_those_that_work(quick):
    view = await quick.file(share_with=[quick.users['bob'].id])
    rights = {
        who: (await tickets.read(getattr(quick, who), view.id, now=NOW)).rights for who in ('alice', 'bob', 'grace')
    }
    assert rights['alice'].share
    assert rights['alice'].mark_done
    assert not rights['alice'].leave
    assert not rights['alice'].note
    assert rights['bob'].leave
    assert rights['bob'].comment
    assert not any((rights['bob'].share, rights['bob'].mark_done, rights['bob'].assign, rights['bob'].rate))
    assert all((rights['grace'].note, rights['grace'].assign, rights['grace'].take, rights['grace'].share))
    taken = await tickets.take(quick.grace, view.id, now=NOW)
    assert not taken.rights.take


async def test_shares_reach_colleagues_only_whoever_else_is_asked_for(world):
    view = await world.file()
    stranger, agent = world.users['charlie'].id, world.users['grace'].id
    gone = await people.make_user(name='Бывшая', active=False)
    for wrong in ([stranger], [agent], [gone.id], [987654], [2**40], [-1], [world.users['bob'].id, stranger]):
        with pytest.raises(Invalid) as refused:
            await tickets.share(world.alice, view.id, wrong, now=NOW)
        assert refused.value.problems['share_with'].key == 'entry.share_not_colleague'
        with pytest.raises(Invalid):
            await world.file(share_with=wrong)
    assert await Share.all().count() == 0


async def test_a_share_opens_one_ticket_and_taking_it_back_closes_it(world):
    view, other = await world.file(), await world.file()
    bob = world.users['bob'].id
    shared = await tickets.share(world.alice, view.id, [bob, bob], now=NOW)
    assert [person.name for person in shared.shares] == [world.users['bob'].name]
    assert (await tickets.read(world.bob, view.id, now=NOW)).rights.leave
    with pytest.raises(NotFound):
        await tickets.read(world.bob, other.id, now=NOW)
    back = await tickets.unshare(world.alice, view.id, bob, now=NOW)
    assert back is not None
    assert back.shares == ()
    with pytest.raises(NotFound):
        await tickets.read(world.bob, view.id, now=NOW)


async def test_a_colleague_may_leave(world):
    view = await world.file(share_with=[world.users['bob'].id])
    assert await tickets.unshare(world.bob, view.id, world.users['bob'].id, now=NOW) is None
    with pytest.raises(NotFound):
        await tickets.read(world.bob, view.id, now=NOW)
    assert (await tickets.read(world.alice, view.id, now=NOW)).events[-1].kind == 'unshared'


async def test_sharing_with_the_company_opens_and_closes(world):
    view = await tickets.share(world.alice, (await world.file()).id, [], company=True, now=NOW)
    assert view.shared_with_company
    assert (await tickets.read(world.bob, view.id, now=NOW)).id == view.id
    with pytest.raises(NotFound):
        await tickets.read(world.charlie, view.id, now=NOW)
    await tickets.share(world.alice, view.id, [], company=False, now=NOW)
    with pytest.raises(NotFound):
        await tickets.read(world.bob, view.id, now=NOW)


async def test_who_moved_to_another_company_loses_the_shares(world):
    view = await world.file(share_with=[world.users['bob'].id], share_company=True)
    await User.filter(id=world.users['bob'].id).update(company_id=world.users['charlie'].company_id)
    with pytest.raises(NotFound):
        await tickets.read(world.bob, view.id, now=NOW)
    assert (await tickets.list_tickets(world.bob, ListFilter(), now=NOW)).items == ()


async def test_who_is_no_agent_any_more_sees_no_tickets(world):
    view = await world.file()
    await User.filter(id=world.users['grace'].id).update(
        role=Role.CUSTOMER, company_id=world.users['charlie'].company_id
    )
    with pytest.raises(NotFound):
        await tickets.read(world.grace, view.id, now=NOW)
    with pytest.raises(NotFound):
        await tickets.agents(world.grace, now=NOW)


async def test_candidates_are_colleagues_by_name_without_addresses(world):
    view = await world.file()
    found = await tickets.candidates(world.alice, view.id, 'БОРИС', now=NOW)
    assert [person.name for person in found] == ['Борис Петров']
    assert not any('@' in str(person) for person in found)
    for query in ('@', '%', '_', 'Чарли', 'lopuh', 'romashka.test', '\0'):
        assert await tickets.candidates(world.alice, view.id, query, now=NOW) == []
    assert await tickets.candidates(world.alice, None, '', now=NOW) == found
    await tickets.share(world.alice, view.id, [found[0].id], now=NOW)
    assert await tickets.candidates(world.alice, view.id, '', now=NOW) == []
    assert await tickets.candidates(world.grace, None, '', now=NOW) == []


async def test_a_ticket_goes_to_agents_only(world):
    view = await world.file()
    for nobody in (world.users['alice'].id, 987654, 2**40):
        with pytest.raises(Invalid):
            await tickets.assign(world.grace, view.id, nobody, now=NOW)
    given = await tickets.assign(world.grace, view.id, world.users['george'].id, now=NOW)
    assert given.assignee is not None
    assert given.assignee.name == world.users['george'].name
    assert given.events[-1].people == (given.assignee,)
    assert (await tickets.read(world.alice, view.id, now=NOW)).assignee == given.assignee
    assert (await tickets.assign(world.grace, view.id, None, now=NOW)).assignee is None
    names = {person.name for person in await tickets.agents(world.grace, now=NOW)}
    assert names == {world.users[name].name for name in ('grace', 'george', 'mona')}


async def test_internal_notes_reach_no_customer_in_any_form(world):
    view = await world.file(share_with=[world.users['bob'].id], share_company=True)
    before = await tickets.read(world.alice, view.id, now=NOW)
    await tickets.mark_read(world.bob, view.id, before.last_event_id, now=NOW)
    key = await uploaded(world.users['grace'], f'{MARKER}.png')
    loose = await uploaded(world.users['grace'], f'{MARKER}-2.png')
    note = await tickets.comment(
        world.grace, view.id, f'{MARKER} SPSUP-1', internal=True, file_keys=[key], now=NOW + HOUR
    )
    await tickets.attach(world.grace, view.id, [loose], internal=True, now=NOW + HOUR)
    await tickets.edit_comment(world.grace, view.id, note.id, f'ещё {MARKER}', now=NOW + HOUR)
    await tickets.remove_file(world.mona, view.id, loose, now=NOW + HOUR)
    for actor in (world.alice, world.bob):
        seen = await tickets.read(actor, view.id, now=NOW + HOUR)
        history = await tickets.events(actor, view.id, now=NOW + HOUR)
        listed = await tickets.list_tickets(actor, ListFilter(), now=NOW + HOUR)
        assert MARKER not in f'{seen}{history}{listed}'
        assert world.users['grace'].name not in f'{seen}{history}{listed}'
        assert (seen.updated_at, seen.version) == (before.updated_at, before.version)
        assert seen.last_event_id == before.last_event_id
        assert [event.id for event in seen.events] == [event.id for event in before.events]
        assert not listed.items[0].unread
        assert await tickets.unread_count(actor, now=NOW + HOUR) == 0
        with pytest.raises(NotFound):
            await tickets.edit_comment(actor, view.id, note.id, 'x', now=NOW + HOUR)
        with pytest.raises(NotFound):
            await tickets.remove_file(actor, view.id, key, now=NOW + HOUR)
    seen = await tickets.read(world.george, view.id, now=NOW + HOUR)
    assert seen.comments[-1].internal
    assert seen.comments[-1].files[0].name == f'{MARKER}.png'


async def test_only_ones_own_comment_can_be_edited_and_for_a_quarter_of_an_hour(world):
    view = await world.file(share_with=[world.users['bob'].id])
    said = await tickets.comment(world.alice, view.id, 'Опечатко', now=NOW)
    assert said.editable_until == NOW + timedelta(minutes=15)
    almost = NOW + timedelta(minutes=15, microseconds=-1)
    edited = await tickets.edit_comment(world.alice, view.id, said.id, 'Опечатка', now=almost)
    assert (edited.body, edited.edited_at) == ('Опечатка', almost)
    for actor in (world.bob, world.grace, world.mona):
        with pytest.raises(NotAllowed):
            await tickets.edit_comment(actor, view.id, said.id, 'x', now=NOW)
        shown = await tickets.read(actor, view.id, now=NOW)
        assert shown.comments[0].editable_until is None
    with pytest.raises(tickets.moving.Conflict):
        await tickets.edit_comment(world.alice, view.id, said.id, 'x', now=NOW + timedelta(minutes=15))
    other = await world.file()
    for ticket, comment in ((other.id, said.id), (view.id, 2**40), (view.id, 0)):
        with pytest.raises(NotFound):
            await tickets.edit_comment(world.alice, ticket, comment, 'x', now=NOW)


async def test_a_file_leaves_only_by_an_administrator_and_stays_in_the_audit_log(world):
    from models import AuditEntry

    key = await uploaded(world.users['alice'])
    view = await world.file(file_keys=[key])
    assert [(file.name, file.removable) for file in view.files] == [('экран.png', False)]
    assert (await tickets.read(world.mona, view.id, now=NOW)).files[0].removable
    gone = await tickets.remove_file(world.mona, view.id, key, now=NOW)
    assert gone.files == ()
    assert gone.events[-1].details == {'files': ['экран.png']}
    entry = await AuditEntry.get()
    assert (entry.actor_id, entry.subject, entry.details) == (world.users['mona'].id, view.id, {'key': key})
    with pytest.raises(NotFound):
        await tickets.remove_file(world.mona, view.id, key, now=NOW)


async def test_nobody_attaches_somebody_elses_file(world):
    view = await world.file()
    key = await uploaded(world.users['charlie'])
    with pytest.raises(NotFound):
        await tickets.attach(world.alice, view.id, [key], now=NOW)
    with pytest.raises(NotFound):
        await tickets.comment(world.alice, view.id, 'x', file_keys=[key], now=NOW)
    with pytest.raises(NotFound):
        await world.file(file_keys=[key])
    assert (await tickets.read(world.alice, view.id, now=NOW)).comments == ()


async def test_a_ticket_at_hand_is_seen_by_whoever_finds_it(world):
    """`access.sees` and `access.visible_to` say the same, also of a share that outlived a move to another company."""
    views = [
        await world.file(),
        await world.file(share_company=True),
        await world.file(share_with=[world.users['bob'].id]),
        await world.file(world.charlie),
        await world.file(world.grace),
    ]
    moved = world.users['bob']
    for company in (moved.company_id, world.users['charlie'].company_id, None):
        await User.filter(id=moved.id).update(company_id=company)
        for person in await User.all():
            for view in views:
                ticket = await row(view)
                shared_with = await Share.filter(ticket_id=ticket.id, user_id=person.id).exists()
                found = await access.visible_to(person).filter(id=ticket.id).exists()
                assert access.sees(person, ticket, shared_with=shared_with) is found, (person.name, view.id, company)
