"""Merging: one conversation afterwards, seen by everybody who saw either by name, and by nobody else."""

import asyncio

import pytest

from models import EventKind, Follow, MailKind, MailState, OutboxMail, Rating, Share, Status, TicketEvent
from services import tickets
from services.desk import linking, tags
from services.desk.linking import merge
from services.errors import Conflict, NotFound
from tests.services.ticket_world import HOUR, NOW, World, bodies, let_everybody_write, row


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def two(world: World, **changes) -> tuple[tickets.TicketView, tickets.TicketView]:
    """A duplicate of Bob's and Alice's ticket about the same."""
    return await world.file(world.bob, **changes), await world.file()


async def test_people_conversation_and_tags_come_along(world):
    duplicate, into = await two(world)
    await tickets.comment(world.bob, duplicate.id, 'У меня то же.', now=NOW)
    await tickets.comment(world.grace, duplicate.id, 'Между нами.', internal=True, now=NOW)
    await tickets.comment(world.alice, into.id, 'Ещё раз.', now=NOW)
    await tickets.assign(world.mona, duplicate.id, world.users['george'].id, now=NOW)
    await tags.add(world.grace, duplicate.id, 'tizen', now=NOW)
    await tags.add(world.grace, into.id, 'Tizen', now=NOW)
    await tags.add(world.grace, duplicate.id, 'экран', now=NOW)
    shown = await merge(world.grace, duplicate.id, into.id, now=NOW + HOUR)
    assert shown.id == into.id
    assert [comment.body for comment in shown.comments] == ['У меня то же.', 'Между нами.', 'Ещё раз.']
    assert [person.id for person in shown.shares] == [world.users['bob'].id]
    assert await tags.of(world.grace, into.id, now=NOW) == ('tizen', 'экран')
    seen = await tickets.read(world.bob, into.id, now=NOW)
    assert [comment.body for comment in seen.comments] == ['У меня то же.', 'Ещё раз.']
    assert (await tickets.read(world.george, into.id, now=NOW)).follow is Follow.FOLLOWING
    assert await bodies(duplicate) == []
    with pytest.raises(NotFound):
        await tickets.read(world.charlie, into.id, now=NOW)


async def test_the_duplicate_is_done_leads_on_and_takes_nothing_more(world):
    duplicate, into = await two(world)
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    seen = await tickets.read(world.bob, duplicate.id, now=NOW)
    assert (seen.status, seen.merged_into, seen.moves) == (Status.DONE, into.id, ())
    assert not any(getattr(seen.rights, name) for name in seen.rights.__slots__)
    assert (seen.events[-1].kind, seen.events[-1].details) == (EventKind.MERGED, {'into': into.id})
    for who in (world.bob, world.grace):
        attempts = (
            tickets.comment(who, duplicate.id, 'Ау?', now=NOW),
            tickets.transition(who, duplicate.id, Status.REOPENED, comment='Опять.', now=NOW),
            tickets.follow(who, duplicate.id, Follow.MUTED, now=NOW),
            tickets.share(who, duplicate.id, [world.users['alice'].id], now=NOW),
        )
        for attempt in attempts:
            with pytest.raises(Conflict) as refused:
                await attempt
            assert (refused.value.key, refused.value.values) == ('desk_rules.merged_into', {'id': into.id})
    there = await tickets.read(world.alice, into.id, now=NOW)
    assert [event.kind for event in there.events] == [EventKind.FILED, EventKind.SHARED, EventKind.MERGED]
    assert there.events[-1].details == {'from': duplicate.id}
    assert (there.status, there.merged_into) == (Status.OPEN, None)


async def test_no_closing_mail_and_no_question_but_a_word_to_whom_is_new_there(world):
    duplicate, into = await two(world)
    await OutboxMail.all().delete()
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    assert not await Rating.exists()
    mails = await OutboxMail.filter(state=MailState.WAITING)
    assert [(mail.kind, mail.ticket_id, mail.recipient_id) for mail in mails] == [
        (MailKind.SHARED, into.pk, world.users['bob'].id)
    ]


async def test_a_question_that_waits_in_a_done_duplicate_is_kept_back(world):
    duplicate, into = await two(world)
    await tickets.transition(world.grace, duplicate.id, Status.DONE, now=NOW)
    done_at = (await row(duplicate)).done_at
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    assert await OutboxMail.filter(kind=MailKind.RATING, state=MailState.WAITING).count() == 0
    assert (await row(duplicate)).done_at == done_at


async def test_a_move_cannot_be_undone_once_the_ticket_is_merged(world):
    duplicate, into = await two(world)
    moved = await tickets.transition(world.grace, duplicate.id, Status.PENDING, undo_window=HOUR, now=NOW)
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    with pytest.raises(Conflict):
        await tickets.undo_transition(world.grace, duplicate.id, moved.undo_event_id, now=NOW)
    assert (await row(duplicate)).status is Status.DONE


async def test_another_companys_ticket_is_not_merged(world):
    mine, theirs = await world.file(), await world.file(world.charlie)
    for one, other in ((mine, theirs), (theirs, mine)):
        with pytest.raises(Conflict) as refused:
            await merge(world.grace, one.id, other.id, now=NOW)
        assert refused.value.key == 'desk_rules.merge_other_company'
    assert not await Share.exists()
    assert (await row(mine)).merged_into_id is None


async def test_a_ticket_is_merged_once_and_never_into_itself(world):
    one, other = await two(world)
    third = await world.file()
    with pytest.raises(Conflict):
        await merge(world.grace, one.id, one.id, now=NOW)
    await merge(world.grace, one.id, other.id, now=NOW)
    for pair in ((one, third), (third, one)):
        with pytest.raises(Conflict) as refused:
            await merge(world.grace, pair[0].id, pair[1].id, now=NOW)
        assert refused.value.values == {'id': other.id}
    await merge(world.grace, other.id, third.id, now=NOW)
    assert (await tickets.read(world.bob, one.id, now=NOW)).merged_into == third.id


async def test_two_merges_crosswise_end_with_one(world):
    one, other = await two(world)
    found = await asyncio.gather(
        merge(world.grace, one.id, other.id, now=NOW),
        merge(world.george, other.id, one.id, now=NOW),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, Conflict) for result in found) == [False, True]
    merged = [(await row(view)).merged_into_id for view in (one, other)]
    assert merged in ([other.pk, None], [None, one.pk])


async def test_whoever_saw_the_duplicate_with_the_company_does_not_see_the_other(world):
    duplicate, into = await world.file(share_company=True), await world.file(subject='Личное')
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    seen = await tickets.read(world.bob, duplicate.id, now=NOW)
    assert (seen.merged_into, seen.status, seen.comments) == (None, Status.DONE, ())
    with pytest.raises(NotFound):
        await tickets.read(world.bob, into.id, now=NOW)
    with pytest.raises(Conflict) as refused:
        await tickets.follow(world.bob, duplicate.id, Follow.MUTED, now=NOW)
    assert refused.value.values == {}
    assert not await TicketEvent.filter(ticket_id=into.pk, kind=EventKind.SHARED).exists()


async def test_links_stay_where_they_are(world):
    duplicate, into = await two(world)
    await linking.link(world.grace, duplicate.id, 'issue', 'https://git.example/7', now=NOW)
    await merge(world.grace, duplicate.id, into.id, now=NOW)
    assert len(await linking.links(world.grace, duplicate.id, now=NOW)) == 1
