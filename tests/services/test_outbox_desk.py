"""The admins' outbox: who may look, what is listed, and another try for what failed."""

import pytest

from models import AuditEntry, Follow, MailState, OutboxMail, Status
from services import sender, tickets
from services.errors import Conflict, NotFound
from services.mail import desk
from services.settings import settings
from tests.journeys.mailbox import open_mailbox
from tests.people import actor_of
from tests.services.ticket_world import NOW, World


@pytest.fixture
async def world(database) -> World:
    world = await World().build()
    world.mona = await actor_of(world.users['mona'])
    return world


async def test_only_admins_look(world):
    await world.file()
    first = await OutboxMail.all().first()
    for name in ('alice', 'grace'):
        actor = await actor_of(world.users[name])
        for question in (desk.mails(actor), desk.mail(actor, first.id), desk.retry(actor, first.id)):
            with pytest.raises(NotFound):
                await question


async def test_the_list_is_newest_first_in_pieces_and_by_state(world):
    for _ in range(3):
        await world.file()
    page = await desk.mails(world.mona, limit=4)
    ids = [row.id for row in page.rows]
    while page.next is not None:
        page = await desk.mails(world.mona, before=page.next, limit=4)
        ids += [row.id for row in page.rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == await OutboxMail.all().count() == 9
    assert {row.state for row in page.rows} == {'kept'}
    assert (await desk.mails(world.mona, state=MailState.SENT)).rows == ()


async def test_a_failed_mail_can_be_sent_again_and_no_other(world, monkeypatch):
    async with open_mailbox() as mailbox:
        monkeypatch.setenv('PORTAL_SMTP_URL', mailbox.url)
        settings.cache_clear()
        await world.file(world.grace)
        mailbox.refusal = '550 no such mailbox'
        await sender.send_due(NOW)
        row = (await desk.mails(world.mona, state=MailState.FAILED)).rows[0]
        assert row.may_retry
        assert '550' in row.error
        mailbox.refusal = None
        await desk.retry(world.mona, row.id)
        with pytest.raises(Conflict):
            await desk.retry(world.mona, row.id)
        retried = await OutboxMail.get(id=row.id)
        assert await sender.send_due(retried.not_before) == 1
        assert (await desk.mail(world.mona, row.id)).row.state == 'sent'
    assert await AuditEntry.filter(action='mail.retried', subject=f'mail:{row.id}').count() == 1


async def test_every_mail_can_be_looked_at_also_when_things_moved_on(world):
    view = await world.in_status(Status.DONE)
    assert view.id
    for row in (await desk.mails(world.mona, limit=100)).rows:
        shown = (await desk.mail(world.mona, row.id)).preview
        assert shown.withheld is None
        assert shown.subject
        assert dict(shown.headers)['Message-ID']
        assert shown.html.startswith('<!doctype html>')
        assert shown.source.startswith('From: ')
    assert not await OutboxMail.exclude(sent_at=None).exists()  # looking changes nothing


async def test_what_would_not_leave_says_why(world, monkeypatch):
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://127.0.0.1:9')
    settings.cache_clear()
    view = await world.file()
    await tickets.follow(world.alice, view.id, Follow.MUTED, now=NOW)
    mail = await OutboxMail.get(address='alice@romashka.test')
    assert (await desk.mail(world.mona, mail.id)).preview.withheld == 'muted'


async def test_mails_are_found_by_recipient_and_by_ticket(world):
    one, _ = await world.file(), await world.file(world.charlie)
    for text, addresses in (
        ('ЧАРЛИ', {'charlie@lopuh.test'}),
        ('lopuh', {'charlie@lopuh.test'}),
        ('никто', set()),
    ):
        assert {row.address for row in (await desk.mails(world.mona, text=text)).rows} == addresses
    found = (await desk.mails(world.mona, text=one.id)).rows
    assert {row.ticket for row in found} == {one.id}
    assert (await desk.mails(world.mona, text=one.id, state=MailState.SENT)).rows == ()


async def test_all_that_failed_is_queued_again_at_once_and_told(world):
    await world.file()
    count = await OutboxMail.all().update(state=MailState.FAILED, last_error='550', attempts=3)
    assert await desk.retry_all(world.mona, now=NOW) == count
    assert await OutboxMail.filter(state=MailState.WAITING, attempts=0, last_error='').count() == count
    assert await desk.retry_all(world.mona, now=NOW) == 0
    entry = await AuditEntry.get(action='mail.all_retried')
    assert entry.details == {'count': count}
    for actor in (world.grace, world.alice):
        with pytest.raises(NotFound):
            await desk.retry_all(actor, now=NOW)
