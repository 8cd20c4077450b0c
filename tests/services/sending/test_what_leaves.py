"""Mail as it leaves: spoken to a real SMTP server, in order, once."""

import asyncio

from models import (
    JobRun,
    OutboxMail,
    Status,
)
from services import sender, tickets
from tests.services.sending.outgoing import SECOND, names, states
from tests.services.ticket_world import NOW


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
