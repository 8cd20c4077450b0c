"""Mail as it leaves: spoken to a real SMTP server, in order, once, never in clear when it need not be, never lost."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from models import (
    Comment,
    EventKind,
    Follow,
    JobRun,
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
from services.mail import transport
from services.settings import settings
from tests.journeys.mailbox import Mailbox, open_mailbox
from tests.people import actor_of
from tests.services.ticket_world import NOW, World, row

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def mailbox(monkeypatch):
    async with open_mailbox() as mailbox:
        use(monkeypatch, mailbox.url)
        yield mailbox


@pytest.fixture
async def small_world(sqlite) -> World:
    return await World().build()


@pytest.fixture
async def world(database) -> World:
    return await World().build()


def use(monkeypatch, url: str, **others: str) -> None:
    monkeypatch.setenv('PORTAL_SMTP_URL', url)
    for name, value in others.items():
        monkeypatch.setenv(f'PORTAL_{name.upper()}', value)
    settings.cache_clear()


async def states(**which: Any) -> list[str]:
    return [mail.state.value for mail in await OutboxMail.filter(**which).order_by('id')]


def names(mailbox: Mailbox) -> list[str]:
    return [letter.to.partition('@')[0] for letter in mailbox.letters]


async def test_what_is_due_leaves_once_to_one_person_each(world, mailbox):
    view = await world.file(share_with=[world.users['bob'].id])
    assert await sender.send_due(NOW) == 4
    assert sorted(names(mailbox)) == ['alice', 'bob', 'george', 'grace']
    for letter in mailbox.letters:
        assert str(letter.message['To']).count('@') == 1
        assert letter.message['Cc'] is None
        assert letter.message['Bcc'] is None
        assert letter.subject == f'[{view.id}] {view.subject}'
    assert await sender.send_due(NOW) == 0
    assert set(await states()) == {'sent'}
    run = await JobRun.get(name='sender')
    assert (run.done, run.failed) == (4, 0)


async def test_a_thread_is_one_in_every_mail_program(world, mailbox):
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    await sender.send_due(NOW)
    first, second = (letter.message for letter in mailbox.to('alice@romashka.test'))
    assert first['Message-ID'] != second['Message-ID']
    assert first['References'] == first['In-Reply-To'] == second['References'] == f'<ticket-{view.number}@localhost>'
    assert str(first['List-Id']) == f'{view.id} <{view.id.lower()}.localhost>'
    assert first['Auto-Submitted'] == 'auto-generated'
    assert first['List-Unsubscribe'] == '<http://localhost:8080/profile>'
    assert first.get_content_type() == 'multipart/alternative'
    assert [part.get_content_type() for part in first.iter_parts()] == ['text/plain', 'text/html']


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


@pytest.mark.parametrize('answer, state', [('451 4.3.0 later', 'waiting'), ('550 5.1.1 no such user', 'failed')])
async def test_4xx_is_tried_again_and_5xx_is_parked_in_sight(world, mailbox, answer, state):
    await world.file(world.grace)  # to Grace and George
    mailbox.refusal = answer
    assert await sender.send_due(NOW) == 0
    assert await states() == [state, state]
    mail = await OutboxMail.filter(address='grace@portal.test').first()
    assert answer.split()[0] in mail.last_error
    assert (mail.attempts, mail.claimed_until) == (1, None)
    mailbox.refusal = None
    assert await sender.send_due(NOW + MINUTE - SECOND) == 0
    assert await sender.send_due(NOW + MINUTE) == (2 if state == 'waiting' else 0)


async def test_back_off_grows_and_ends_after_some_days(world, mailbox):
    await world.file(world.grace)
    mailbox.refusal = '451 later'
    now, waits = NOW, []
    while (mail := await OutboxMail.filter(address='grace@portal.test').first()).state is MailState.WAITING:
        now = max(now, mail.not_before)
        await sender.send_due(now)
        mail = await OutboxMail.filter(address='grace@portal.test').first()
        waits.append(mail.not_before - now)
    assert waits[:6] == [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 6 * HOUR]
    assert mail.state is MailState.FAILED
    assert timedelta(days=5) <= now - NOW <= timedelta(days=6)


@pytest.mark.parametrize('answer, state', [('450 mailbox full', 'waiting'), ('550 no such user', 'failed')])
async def test_a_refused_recipient_is_handled_as_a_refused_mail(small_world, mailbox, answer, state):
    async def refuse_grace(server, session, envelope, address, options):
        if address == 'grace@portal.test':
            return answer
        envelope.rcpt_tos.append(address)
        return '250 OK'

    mailbox.handle_RCPT = refuse_grace
    await small_world.file(small_world.grace)
    assert await sender.send_due(NOW) == 1
    assert names(mailbox) == ['george']
    assert await states(address='grace@portal.test') == [state]


async def test_a_server_that_hangs_up_on_one_mail_gets_the_next_one(small_world, mailbox):
    take = mailbox.handle_DATA

    async def hang_up_on_grace(server, session, envelope):
        if envelope.rcpt_tos == ['grace@portal.test']:
            server.transport.close()
        return await take(server, session, envelope) if envelope.rcpt_tos != ['grace@portal.test'] else '250 OK'

    mailbox.handle_DATA = hang_up_on_grace
    await small_world.file(small_world.grace)
    assert await sender.send_due(NOW) == 1
    assert names(mailbox) == ['george']
    assert await states(address='grace@portal.test') == ['waiting']


async def test_a_wrong_password_is_ours_to_mend_and_no_mail_is_given_up(small_world, mailbox, monkeypatch):
    use(monkeypatch, mailbox.url.replace('smtp://', 'smtp://portal:wrong@'))
    await small_world.file(small_world.grace)
    done = await sender.send_round(NOW)
    assert (done.sent, done.is_cut) == (0, True)
    assert set(await states()) == {'waiting'}
    failed = await OutboxMail.get(address='grace@portal.test')
    assert 'wrong' not in failed.last_error


async def test_a_mark_that_could_not_be_written_is_tried_again(small_world, mailbox, monkeypatch, caplog):
    write, tries = sender.transaction, []

    def fail_once():
        tries.append(1)
        if len(tries) == 1:
            raise OSError('the disk was full for a moment')
        return write()

    monkeypatch.setattr(sender, 'transaction', fail_once)
    await small_world.file(small_world.grace)
    assert await sender.send_due(NOW) == 2
    assert set(await states()) == {'sent'}
    assert 'could not be marked' in caplog.text


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


async def test_one_refused_mail_does_not_stop_the_rest(world, mailbox):
    await world.file(share_with=[world.users['bob'].id])
    take = mailbox.handle_DATA

    async def refuse_bob(server, session, envelope):
        return '550 not you' if envelope.rcpt_tos == ['bob@romashka.test'] else await take(server, session, envelope)

    mailbox.handle_DATA = refuse_bob
    assert await sender.send_due(NOW) == 3
    assert await states(address='bob@romashka.test') == ['failed']


async def test_a_mail_that_cannot_be_worded_does_not_stop_the_rest(world, mailbox, caplog):
    view = await world.file()
    await OutboxMail.filter(address='alice@romashka.test').update(kind=MailKind.PASSWORD_CHANGED)  # knows no moment
    assert await sender.send_due(NOW) == 2
    assert await states(address='alice@romashka.test') == ['waiting']
    assert 'could not be worded' in caplog.text
    assert view.id


async def test_the_order_within_a_ticket_is_kept_when_the_first_is_refused(world, mailbox):
    view = await world.file()
    mailbox.refusal = '451 later'
    await sender.send_due(NOW)
    mailbox.refusal = None
    for text in ('первый', 'второй'):
        await tickets.comment(world.grace, view.id, text, now=NOW + SECOND)
    assert await sender.send_due(NOW + SECOND) == 0  # the receipt comes first, and it waits
    now = NOW + MINUTE
    for _ in range(4):
        await sender.send_due(now)
        now += 2 * SECOND
    mine = [letter.text for letter in mailbox.to('alice@romashka.test')]
    assert len(mine) == 3
    assert 'Мы получили' in mine[0]
    assert 'первый' in mine[1]
    assert 'второй' in mine[2]


async def test_a_held_question_for_a_rating_does_not_hold_up_later_mails(world, mailbox):
    view = await world.in_status(Status.DONE)
    await tickets.comment(world.grace, view.id, 'Спасибо', now=NOW)
    await sender.send_due(NOW)
    assert 'Спасибо' in mailbox.to('alice@romashka.test')[-1].text


async def test_two_senders_at_once_send_each_mail_once(world, mailbox):
    for _ in range(3):
        await world.file(share_with=[world.users['bob'].id])
    sent = await asyncio.gather(*(sender.send_due(NOW) for _ in range(3)))
    while any(state == 'waiting' for state in await states()):
        sent.append(await sender.send_due(NOW + 5 * SECOND))
    assert sum(sent) == len(mailbox.letters) == await OutboxMail.all().count() == 12
    assert len({str(letter.message['Message-ID']) for letter in mailbox.letters}) == 12


async def test_a_mail_whose_sender_died_is_sent_again_with_the_same_message_id(world, mailbox):
    await world.file(world.grace)
    await OutboxMail.filter(address='grace@portal.test').update(
        state=MailState.SENDING, claimed_until=NOW + 10 * SECOND, attempts=1
    )
    assert await sender.send_due(NOW) == 1  # George's; Grace's is still claimed
    assert await sender.send_due(NOW + 11 * SECOND) == 1
    mail = await OutboxMail.get(address='grace@portal.test')
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)
    assert [str(letter.message['Message-ID']) for letter in mailbox.to('grace@portal.test')] == [mail.message_id]


async def test_a_server_that_is_away_delays_everything_and_loses_nothing(world, monkeypatch):
    use(monkeypatch, 'smtp://127.0.0.1:9')  # nobody listens there
    await world.file(share_with=[world.users['bob'].id])
    done = await sender.send_round(NOW)
    assert (done.sent, done.failed, done.is_cut) == (0, 1, True)  # the first try tells; the others are left in peace
    assert set(await states()) == {'waiting'}
    async with open_mailbox() as mailbox:
        use(monkeypatch, mailbox.url)
        assert await sender.send_due(NOW + HOUR) == 4


async def test_a_silent_server_costs_a_timeout_and_no_more(world, monkeypatch):
    async def say_nothing(reader, writer):
        await reader.read()
        writer.close()

    monkeypatch.setattr(transport, 'TIMEOUT', 0.2)
    server = await asyncio.start_server(say_nothing, '127.0.0.1', 0)
    use(monkeypatch, f'smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}')
    await world.file(world.grace)
    try:
        async with asyncio.timeout(5):
            done = await sender.send_round(NOW)
        assert (done.sent, done.is_cut) == (0, True)
        assert set(await states()) == {'waiting'}
    finally:
        server.close()


async def test_a_bad_certificate_ends_the_conversation_before_the_mail(world, monkeypatch):
    """The server offers STARTTLS with a certificate that nobody signed: no password and no mail is said to it."""
    heard: list[str] = []

    class Listening:
        async def handle_MAIL(self, *_: Any) -> str:  # noqa: N802
            heard.append('mail')
            return '250 OK'

        async def handle_DATA(self, *_: Any) -> str:  # noqa: N802
            heard.append('data')
            return '250 OK'

    loop, context = asyncio.get_running_loop(), self_signed()
    server = await loop.create_server(lambda: SMTP(Listening(), tls_context=context, loop=loop), '127.0.0.1', 0)
    use(monkeypatch, f'smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}')
    monkeypatch.setattr(transport.Server, 'is_here', property(lambda _: False))  # as if it were elsewhere
    await world.file(world.grace)
    try:
        done = await sender.send_round(NOW)
        assert (done.sent, done.is_cut) == (0, True)
        assert heard == []
        assert set(await states()) == {'waiting'}
        assert 'certificate' in (await OutboxMail.get(address='grace@portal.test')).last_error.lower()
    finally:
        server.close()


def self_signed() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name('self_signed.pem'))  # opens nothing anywhere
    return context


@pytest.mark.parametrize(
    'url, tls, start_tls',
    [
        ('smtp://mail.example:25', False, None),
        ('smtp://user:pa%40ss@mail.example', False, True),
        ('smtps://user:pass@mail.example', True, False),
        ('smtp://127.0.0.1:2525', False, False),
        ('smtp://localhost:2525', False, False),
    ],
)
def test_how_the_line_is_protected(monkeypatch, url, tls, start_tls):
    use(monkeypatch, url)
    found = transport.server()
    assert (found.tls, found.start_tls) == (tls, start_tls)
    assert 'pa' not in repr(found).replace('password', '')


@pytest.mark.parametrize(
    'name, value',
    [
        ('SMTP_URL', 'mail.example'),
        ('SMTP_URL', 'http://user:top-secret@mail.example'),
        ('SMTP_URL', 'smtp://user:top-secret@:25'),
        ('SMTP_URL', 'smtp://mail.example:port'),
        ('MAIL_FROM', 'Поддержка'),
        ('MAIL_FROM', 'Поддержка <кто угодно>'),
        ('MAIL_FROM', 'support@'),
    ],
)
def test_a_setting_that_no_mail_can_leave_by_is_refused_at_start_without_its_password(monkeypatch, name, value):
    monkeypatch.setenv(f'PORTAL_{name}', value)
    settings.cache_clear()
    with pytest.raises(ValueError, match='validation error') as refused:
        settings()
    assert 'top-secret' not in str(refused.value)


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


async def drain(now: datetime) -> None:
    """As the sender's loop does: until a round brings nothing."""
    for step in range(60):
        if not await sender.send_due(now + step * timedelta(seconds=1)) and step > 2:
            return


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
