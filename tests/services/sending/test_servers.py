"""Servers that refuse, hang up, are away or not to be trusted: nothing is lost, nothing said in clear."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from models import (
    MailKind,
    MailState,
    OutboxMail,
)
from services import sender, tickets
from services.mail import transport
from services.settings import settings
from tests.journeys.mailbox import open_mailbox
from tests.services.sending.outgoing import HOUR, MINUTE, SECOND, names, self_signed, states, use
from tests.services.ticket_world import NOW


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
