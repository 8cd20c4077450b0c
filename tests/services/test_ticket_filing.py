"""Filing and writing: what was entered is kept, once however often it is sent, within the limits."""

import asyncio
import secrets

import pytest

from models import Attachment, MailKind, OutboxMail, Status, Ticket, TicketEvent
from services import bus, outbox, tickets
from services.errors import Conflict, Invalid, NotFound, TooMany
from tests.services.ticket_world import BUG, HOUR, NOW, World, bodies, row


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def test_a_filed_ticket_shows_all_that_was_entered(world):
    key = secrets.token_hex(8)
    await Attachment.create(
        key=key,
        uploader_id=world.users['alice'].id,
        name='лог.txt',
        size=5,
        content_type='text/plain',
        digest='1' * 64,
        created_at=NOW,
    )
    view = await world.file(file_keys=[key], share_with=[world.users['bob'].id], share_company=True)
    assert (view.id, view.status, view.subject) == ('SPSUP-1', 'open', BUG['subject'])
    assert {'subject': view.subject, **view.answers} == BUG
    assert (view.impact, view.form.type, view.form.version) == ('high', 'bug', 1)
    assert (view.requester.name, view.company_name, view.assignee) == ('Алиса Иванова', 'Ромашка', None)
    assert ([file.name for file in view.files], view.shared_with_company) == (['лог.txt'], True)
    assert [person.name for person in view.shares] == ['Борис Петров']
    assert (view.created_at, view.updated_at, view.status_since) == (NOW, NOW, NOW)
    (filed,) = view.events
    assert (filed.kind, filed.actor, filed.to_status) == ('filed', view.requester, 'open')
    assert filed.people == view.shares
    assert view.is_own
    kinds = {mail.recipient_id: mail.kind for mail in await OutboxMail.filter(ticket_id=view.pk)}
    assert kinds[world.users['alice'].id] is MailKind.TICKET_RECEIVED
    assert kinds[world.users['bob'].id] is MailKind.SHARED


async def test_sending_twice_makes_one_ticket(world):
    views = await asyncio.gather(*(world.file(submission_key='same') for _ in range(5)))
    assert {view.id for view in views} == {'SPSUP-1'}
    assert await Ticket.all().count() == 1
    assert await TicketEvent.all().count() == 1
    assert (await world.file()).id == 'SPSUP-2'  # the others have left no gap


async def test_the_key_is_each_persons_own_and_may_be_long(world):
    long = 'ключ ' * 50
    mine, hers = await world.file(submission_key=long), await world.file(world.bob, submission_key=long)
    assert mine.id != hers.id
    assert (await world.file(submission_key=long)).id == mine.id


async def test_a_wrong_form_says_where_and_files_nothing(world):
    with pytest.raises(Invalid) as refused:
        await world.file(subject='', os='amiga', status='done')
    assert set(refused.value.problems) == {'subject', 'os', 'status'}
    with pytest.raises(Invalid) as unknown:
        await tickets.file(world.alice, 'holiday', BUG, submission_key='x', now=NOW)
    assert list(unknown.value.problems) == ['type']
    assert await Ticket.all().count() == 0
    assert (await world.file()).id == 'SPSUP-1'


async def test_ten_requests_an_hour_and_no_more(world):
    for _ in range(10):
        await world.file()
    with pytest.raises(TooMany) as refused:
        await world.file()
    assert refused.value.retry_after == 3600
    await world.file(world.bob)
    await world.file(now=NOW + HOUR)
    for _ in range(12):
        await world.file(world.grace)


async def test_thirty_comments_an_hour_and_no_more(world):
    view = await world.file()
    for turn in range(30):
        await tickets.comment(world.alice, view.id, f'{turn}', now=NOW)
    with pytest.raises(TooMany):
        await tickets.comment(world.alice, view.id, 'x', now=NOW)
    with pytest.raises(TooMany):
        await tickets.attach(world.alice, view.id, ['x'], now=NOW)
    for _ in range(31):
        await tickets.comment(world.grace, view.id, 'x', now=NOW)
    assert len(await bodies(view)) == 61


async def test_sending_a_comment_twice_writes_it_once(world):
    view = await world.file()
    written = await asyncio.gather(
        *(tickets.comment(world.alice, view.id, 'Ау', submission_key='same', now=NOW) for _ in range(5))
    )
    assert len({comment.id for comment in written}) == 1
    assert await bodies(view) == ['Ау']
    assert await TicketEvent.filter(ticket_id=view.pk, kind='commented').count() == 1
    await tickets.comment(world.grace, view.id, 'Ау', submission_key='same', now=NOW)
    assert len(await bodies(view)) == 2


@pytest.mark.parametrize('length, fine', [(0, False), (1, True), (100_000, True), (100_001, False)])
async def test_a_comment_has_up_to_a_hundred_thousand_characters(world, length, fine):
    view = await world.file()
    if fine:
        assert len((await tickets.comment(world.alice, view.id, 'ю' * length, now=NOW)).body) == length
    else:
        with pytest.raises(Invalid) as refused:
            await tickets.comment(world.alice, view.id, 'ю' * length, now=NOW)
        assert list(refused.value.problems) == ['body']


@pytest.mark.parametrize('text', ['a\0b', '\ud800', 'ok\udfff'])
async def test_what_no_database_keeps_is_refused_beside_the_field(world, text):
    view = await world.file()
    with pytest.raises(Invalid) as refused:
        await tickets.comment(world.alice, view.id, text, now=NOW)
    assert list(refused.value.problems) == ['body']
    with pytest.raises(Invalid) as subject:
        await tickets.change_subject(world.grace, view.id, text, now=NOW)
    assert list(subject.value.problems) == ['subject']


@pytest.mark.parametrize(
    'text', ['\u202eобратно', 'a\u200bb', 'e' + '\u0301' * 5_000, '👩‍👩‍👧', '<script>alert(1)</script>']
)
async def test_strange_letters_are_kept_as_they_are(world, text):
    view = await world.file(subject=text[:200])
    said = await tickets.comment(world.alice, view.id, text, now=NOW)
    assert (view.subject, said.body) == (text[:200], text)


@pytest.mark.parametrize('length, fine', [(0, False), (1, True), (200, True), (201, False)])
async def test_a_subject_has_up_to_two_hundred_characters(world, length, fine):
    view = await world.file()
    subject = 'ß' * length
    if fine:
        assert (await tickets.change_subject(world.grace, view.id, subject, now=NOW)).subject == subject
        assert (await world.file(subject=subject)).subject == subject
    else:
        with pytest.raises(Invalid):
            await tickets.change_subject(world.grace, view.id, subject, now=NOW)
        with pytest.raises(Invalid):
            await world.file(subject=subject)


async def test_a_new_subject_is_found_and_told(world):
    view = await tickets.change_subject(world.grace, (await world.file()).id, '  Ёлка \n мигает ', now=NOW)
    assert view.subject == 'Ёлка мигает'
    assert view.events[-1].details == {'from': BUG['subject'], 'to': 'Ёлка мигает'}
    found = await tickets.list_tickets(world.alice, tickets.ListFilter(text='елка МИГ'), now=NOW)
    assert [item.id for item in found.items] == [view.id]


async def test_what_belongs_to_no_company_is_shared_with_nobody(world):
    with pytest.raises(Invalid) as refused:
        await world.file(world.grace, share_company=True)
    assert refused.value.problems['share_with'].key == 'entry.share_no_company'
    view = await world.file(world.grace)
    assert (view.company_name, view.rights.share) == (None, False)
    for people in ([world.users['alice'].id], []):
        with pytest.raises(Invalid):
            await tickets.share(world.grace, view.id, people, company=True, now=NOW)
    assert await tickets.candidates(world.grace, view.id, '', now=NOW) == []


async def test_a_comment_is_not_edited_away_and_its_key_stays_with_its_ticket(world):
    view, other = await world.file(), await world.file()
    said = await tickets.comment(world.alice, view.id, 'Да', submission_key='one', now=NOW)
    with pytest.raises(Invalid):
        await tickets.edit_comment(world.alice, view.id, said.id, '  ', now=NOW)
    same = await tickets.edit_comment(world.alice, view.id, said.id, 'Да', now=NOW)
    assert same.edited_at is None
    with pytest.raises(Conflict):
        await tickets.comment(world.alice, other.id, 'Да', submission_key='one', now=NOW)
    assert await bodies(other) == []


async def test_attaching_and_saying_the_same_again_changes_nothing(world):
    view = await world.file()
    key = secrets.token_hex(8)
    await Attachment.create(
        key=key,
        uploader_id=world.users['alice'].id,
        name='a.txt',
        size=1,
        content_type='text/plain',
        digest='2' * 64,
        created_at=NOW,
    )
    once = await tickets.attach(world.alice, view.id, [key], now=NOW)
    twice = await tickets.attach(world.alice, view.id, [key], now=NOW)
    assert twice == once
    assert [file.name for file in once.files] == ['a.txt']
    await tickets.change_subject(world.grace, view.id, view.subject, now=NOW)
    await tickets.assign(world.grace, view.id, None, now=NOW)
    await tickets.share(world.alice, view.id, [], company=False, now=NOW)
    await tickets.unshare(world.alice, view.id, world.users['bob'].id, now=NOW)
    assert (await tickets.read(world.alice, view.id, now=NOW)).version == once.version


async def test_every_change_wakes_those_who_see_it_and_nobody_else(world):
    view = await world.file(share_with=[world.users['bob'].id])
    heard: list[str] = []
    topics = [f'ticket:{view.pk}', 'staff', *(f'user:{user.id}' for user in world.users.values())]
    for topic in topics:
        bus.subscribe(topic, heard.append)
    alice, bob = (f'user:{world.users[name].id}' for name in ('alice', 'bob'))

    await tickets.comment(world.grace, view.id, 'Да', now=NOW)
    assert set(heard) == {f'ticket:{view.pk}', 'staff', alice, bob}
    heard.clear()
    await tickets.comment(world.grace, view.id, 'Тайно', internal=True, now=NOW)
    assert set(heard) == {f'ticket:{view.pk}', 'staff'}
    heard.clear()
    await tickets.unshare(world.alice, view.id, world.users['bob'].id, now=NOW)
    assert bob in heard
    heard.clear()
    with pytest.raises(NotFound):
        await tickets.comment(world.charlie, view.id, 'x', now=NOW)
    assert heard == []


async def test_a_failure_at_the_end_leaves_nothing_behind(world, monkeypatch):
    async def broken(*_, **__):
        raise ZeroDivisionError

    view = await world.file()
    with monkeypatch.context() as patched:
        patched.setattr(outbox, 'notify', broken)
        for call in (
            world.file,
            lambda: tickets.comment(world.alice, view.id, 'x', now=NOW),
            lambda: tickets.transition(world.alice, view.id, Status.DONE, now=NOW),
        ):
            with pytest.raises(ZeroDivisionError):
                await call()
    assert await Ticket.all().count() == 1
    assert await bodies(view) == []
    assert (await row(view)).version == view.version
    assert (await world.file()).id == 'SPSUP-2'
