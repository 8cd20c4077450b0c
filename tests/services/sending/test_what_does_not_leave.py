"""Mail that waits for its time, or is withheld because of what has changed since."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import (
    Comment,
    EventKind,
    Follow,
    MailKind,
    MailState,
    OutboxMail,
    Rating,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from services import links, outbox, ratings, sender, tickets
from services.settings import settings
from tests.people import actor_of
from tests.services.sending.outgoing import HOUR, MINUTE, SECOND, drain, states, use
from tests.services.ticket_world import NOW, row


async def test_nothing_leaves_before_its_time(world, mailbox, monkeypatch):
    use(monkeypatch, mailbox.url, rating_delay='2s')
    view = await world.in_status(Status.DONE)
    await sender.send_due(NOW + SECOND)
    assert not [letter for letter in mailbox.letters if '/rate/' in letter.text]
    assert await sender.send_due(NOW + 2 * SECOND) == 1
    letter = mailbox.letters[-1]
    assert letter.to == 'alice@romashka.test'
    assert view.id in letter.subject
    assert [link.partition('?stars=')[2] for link in letter.links if '/rate/' in link] == ['1', '2', '3', '4', '5']


async def test_without_a_server_mails_are_kept(world):
    await world.file()
    assert await sender.send_due(NOW) == 0
    assert set(await states()) == {'waiting'}
    assert await sender.next_due() is None


async def test_unshared_muted_switched_off_or_gone_at_the_last_moment_is_withheld(world, mailbox):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    await tickets.unshare(world.alice, view.id, world.users['bob'].id, now=NOW)
    await tickets.follow(world.alice, view.id, Follow.MUTED, now=NOW)
    await User.filter(id=world.users['george'].id).update(active=False)
    await User.filter(id=world.users['grace'].id).update(mail_off=[MailKind.TICKET_FILED.value])
    assert await sender.send_due(NOW) == 0
    assert mailbox.letters == []
    reasons = {mail.address.partition('@')[0]: mail.last_error for mail in await OutboxMail.all()}
    assert reasons == {'bob': 'not_visible', 'alice': 'muted', 'george': 'account_over', 'grace': 'switched_off'}


async def test_an_agent_who_became_a_customer_does_not_get_a_note(world, mailbox):
    view = await world.file()
    await tickets.follow(world.george, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.comment(world.grace, view.id, 'Секрет: marker-word', internal=True, now=NOW)
    alice = world.users['alice']
    await User.filter(id=world.users['george'].id).update(role='customer', company_id=alice.company_id)
    await sender.send_due(NOW)
    assert not [letter for letter in mailbox.letters if 'marker-word' in letter.text + letter.html]
    note = await OutboxMail.get(kind=MailKind.COMMENT)
    assert (note.state, note.last_error) == (MailState.WITHHELD, 'not_visible')


async def test_a_reminder_that_was_overtaken_by_an_answer_is_withheld(world, mailbox):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    event = await TicketEvent.create(ticket_id=view.pk, kind=EventKind.REMINDED, at=NOW)
    await outbox.notify(event, await row(view))
    await tickets.comment(world.alice, view.id, 'Проверяем', now=NOW)
    await sender.send_due(NOW)
    assert await states(kind=MailKind.CLOSE_REMINDER) == ['withheld']


@pytest.mark.parametrize('change, reason', [
    ({'comment_id': None}, 'gone'),
    ({'internal': True}, 'not_visible'),
])  # fmt: skip
async def test_a_comment_that_changed_under_its_mail_is_withheld(small_world, mailbox, change, reason):
    view = await small_world.file()
    await tickets.comment(small_world.grace, view.id, 'Смотрим', now=NOW)
    await TicketEvent.filter(kind=EventKind.COMMENTED).update(**change)
    await sender.send_due(NOW)
    mail = await OutboxMail.get(kind=MailKind.COMMENT)
    assert (mail.state, mail.last_error) == (MailState.WITHHELD, reason)


async def test_a_note_of_a_public_event_stays_with_staff(small_world, mailbox):
    view = await small_world.file()
    await tickets.comment(small_world.grace, view.id, 'Смотрим', now=NOW)
    await Comment.all().update(internal=True)
    await sender.send_due(NOW)
    assert (await OutboxMail.get(kind=MailKind.COMMENT)).last_error == 'not_visible'


async def test_a_question_that_was_answered_or_overtaken_is_not_asked_by_mail(small_world, mailbox):
    late = NOW + settings().rating_delay
    answered = await small_world.in_status(Status.DONE)
    await ratings.rate_own(small_world.alice, answered.id, 5, now=NOW)
    overtaken = await small_world.in_status(Status.DONE)
    await Ticket.filter(id=overtaken.pk).update(status=Status.OPEN)
    gone = await small_world.in_status(Status.DONE)
    await Rating.filter(ticket_id=gone.pk).delete()
    await sender.send_due(late)
    found = await OutboxMail.filter(kind=MailKind.RATING).order_by('id')
    assert [mail.last_error for mail in found] == ['rated', 'overtaken', 'overtaken']


async def test_no_more_than_twenty_an_hour_reach_one_person_from_a_customer_and_the_rest_comes_later(world, mailbox):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    for number in range(25):
        await tickets.comment(world.alice, view.id, f'Вопрос {number}', now=NOW)
    await sender.send_due(NOW)
    await drain(NOW)
    assert len(mailbox.to('grace@portal.test')) == sender.BY_CUSTOMER_PER_HOUR
    await drain(NOW + HOUR + MINUTE)
    texts = [letter.text for letter in mailbox.to('grace@portal.test')]
    assert len(texts) == 26
    assert [f'> Вопрос {number}' in text.splitlines() for number, text in enumerate(texts[1:])] == [True] * 25


async def test_a_customer_who_writes_a_lot_keeps_nobody_elses_mail_back(world, mailbox):
    flooded, other = await world.file(), await world.file(world.charlie)
    for view in (flooded, other):
        await tickets.take(world.grace, view.id, now=NOW)
    for number in range(25):
        await tickets.comment(world.alice, flooded.id, f'Вопрос {number}', now=NOW)
    await drain(NOW)
    await tickets.comment(world.charlie, other.id, 'Всё стоит.', now=NOW + MINUTE)
    await drain(NOW + MINUTE)
    assert '> Всё стоит.' in mailbox.to('grace@portal.test')[-1].text


async def test_news_that_nobody_sent_for_a_week_stays(world, mailbox):
    await world.file(world.grace)
    assert await sender.send_due(NOW + timedelta(days=8)) == 0
    assert {mail.last_error for mail in await OutboxMail.all()} == {'stale'}


async def test_what_left_is_kept_without_the_keys_in_it(world, mailbox):
    view = await world.in_status(Status.DONE)
    await links.invite(world.users['bob'], by=world.users['mona'], now=NOW)
    await sender.send_due(NOW + settings().rating_delay)
    kept = {mail.kind: mail for mail in await OutboxMail.filter(state=MailState.SENT)}
    assert view.id in kept[MailKind.TICKET_RECEIVED].text
    assert kept[MailKind.RATING].html == kept[MailKind.INVITATION].html == ''
    assert '/invitation/' in mailbox.to('bob@romashka.test')[-1].text


async def test_a_used_or_replaced_link_does_not_leave(world, mailbox):
    await links.invite(world.users['bob'], by=world.users['mona'], now=NOW)
    await links.invite(world.users['bob'], by=world.users['mona'], now=NOW + SECOND)
    await sender.send_due(NOW + SECOND)
    assert await states(kind=MailKind.INVITATION) == ['withheld', 'sent']
    assert len(mailbox.letters) == 1


async def test_the_loop_sends_at_once_after_a_commit_and_when_a_rows_time_comes(world, mailbox, monkeypatch):
    use(monkeypatch, mailbox.url, rating_delay='1s')
    stop = asyncio.Event()
    running = asyncio.ensure_future(sender.run(stop))
    try:
        now = datetime.now(UTC)
        world.alice = await actor_of(world.users['alice'], now=now)
        view = await world.file(now=now)
        await mailbox.wait_for(to='alice@romashka.test', timeout=3)
        await tickets.transition(world.alice, view.id, Status.DONE, now=datetime.now(UTC))
        letter = await mailbox.wait_for(to='alice@romashka.test', timeout=5)
        assert '/rate/' in letter.text
    finally:
        stop.set()
        await asyncio.wait_for(running, 5)
