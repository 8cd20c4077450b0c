"""What was typed and not sent: kept for its writer alone, until it is sent or thrown away."""

from datetime import UTC, datetime

import pytest

from models import Draft, Status, Ticket
from services import drafts
from services.actor import Actor
from services.errors import NotFound, SignedOut, TooLarge
from services.forms import store
from tests.people import actor_of, alice, bob, charlie, grace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def portal(database):
    await store.publish_catalogue()


async def ticket_of_alice(number: int = 7) -> Ticket:
    requester = await alice()
    return await Ticket.create(
        number=number, type='bug', form_id=(await store.current_row('bug')).id, subject='Тема', status=Status.OPEN,
        status_since=NOW, requester=requester, company_id=requester.company_id, submission_key=f'key-{number}',
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip


async def test_a_draft_comes_back_as_it_was_left(portal):
    actor = await actor_of(await alice())
    assert await drafts.read(actor, 'request:bug') is None
    saved = await drafts.save(actor, 'request:bug', {'subject': 'Не играет', 'share_with': [3]})
    assert await drafts.read(actor, 'request:bug') == saved
    assert saved.content == {'subject': 'Не играет', 'share_with': [3]}
    assert await drafts.read(actor, 'request:feature') is None


async def test_a_draft_in_which_nothing_is_said_is_empty(portal):
    actor = await actor_of(await alice())
    nothing = {'subject': '', 'share_with': {'people': [], 'company': False}}
    assert (await drafts.save(actor, 'request:bug', nothing)).is_empty
    assert not (await drafts.save(actor, 'request:bug', {'share_with': {'people': [3]}})).is_empty


async def test_two_windows_do_not_undo_one_another(portal):
    actor = await actor_of(await alice())
    first = await drafts.merge(actor, 'request:bug', {'subject': 'Тема'})
    second = await drafts.merge(actor, 'request:bug', {'details': 'Подробности'})
    assert second.content == {'subject': 'Тема', 'details': 'Подробности'}
    assert second.submission_key == first.submission_key


async def test_after_a_draft_is_discarded_the_next_is_another_submission(portal):
    actor = await actor_of(await alice())
    first = await drafts.save(actor, 'request:bug', {'subject': 'Тема'})
    await drafts.discard(actor, 'request:bug')
    await drafts.discard(actor, 'request:bug')
    assert await drafts.read(actor, 'request:bug') is None
    assert (await drafts.save(actor, 'request:bug', {})).submission_key != first.submission_key


async def test_nobody_sees_what_another_types(portal):
    await drafts.save(await actor_of(await alice()), 'request:bug', {'subject': 'Тайна'})
    for stranger in (await bob(), await charlie(), await grace()):
        assert await drafts.read(await actor_of(stranger), 'request:bug') is None
    with pytest.raises(SignedOut):
        await drafts.read(Actor(1), 'request:bug')


async def test_who_may_write_where(portal):
    await ticket_of_alice()
    actors = {person.name: await actor_of(person) for person in (await alice(), await charlie(), await grace())}
    allowed = [('Алиса Иванова', 'comment:7'), ('Галина Специалист', 'comment:7'), ('Галина Специалист', 'note:7')]
    for name, place in allowed:
        assert await drafts.read(actors[name], place) is None
    for name, place in [('Алиса Иванова', 'note:7'), ('Чарли Чужой', 'comment:7'), ('Чарли Чужой', 'note:7')]:
        with pytest.raises(NotFound):
            await drafts.save(actors[name], place, {'body': 'x'})


PLACES = ('', 'request:nothing', 'request:7', 'comment:8', 'comment:0', 'comment:x', 'api:7', 'odd:7', 'comment:٧')


@pytest.mark.parametrize('place', [*PLACES, 'a' * 99])
async def test_what_is_no_place(portal, place):
    await ticket_of_alice()
    with pytest.raises(NotFound):
        await drafts.save(await actor_of(await alice()), place, {})
    assert await Draft.all().count() == 0


async def test_strange_characters_and_shapes_are_kept_as_far_as_a_database_can(portal):
    actor = await actor_of(await alice())
    saved = await drafts.save(actor, 'request:bug', {'a\x00': 'b\x00\ud800c', 'n': [1, {'x': 1e309}], 'none': None})
    assert saved.content == {'a': 'bc', 'n': [1, {'x': 'inf'}], 'none': None}
    assert (await drafts.read(actor, 'request:bug')) == saved


async def test_a_draft_is_not_endless(portal):
    actor = await actor_of(await alice())
    await drafts.save(actor, 'request:bug', dict.fromkeys('abcd', 'я' * 100_000))
    with pytest.raises(TooLarge):
        await drafts.save(actor, 'request:bug', {'a': 'я' * drafts.LARGEST})
