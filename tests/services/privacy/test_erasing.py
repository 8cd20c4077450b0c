"""A person who is erased is found nowhere in the database, but for their words where those were to stay."""

import json
import os
import time

import pytest

from models import (
    AnsweredCall,
    Attachment,
    AuditEntry,
    BadRating,
    Comment,
    DeliveryState,
    MailState,
    OutboxMail,
    Rating,
    Role,
    SavedView,
    Status,
    Ticket,
    User,
    Webhook,
    WebhookDelivery,
)
from services import access, blobs, drafts, files, people, sender, sessions, tickets, tokens
from services.accounts.references import models, references
from services.database import connection
from services.errors import Conflict, Invalid, NotFound, SignedOut
from services.i18n import translate
from services.privacy import erasing
from services.settings import settings
from tests.people import PASSWORD, actor_of, alice, grace, make_company, make_user, mona
from tests.services.ticket_world import NOW, World

NAME, ADDRESS = 'Маркела Меченая', 'markela@mechenaya.test'
WORD = 'словометка'
STAY = {
    'answer_template.changed_by_id': 'what the desk works with',
    'api_token.user_id': 'goes',
    'attachment.uploader_id': 'the ticket keeps its files',
    'audit_entry.actor_id': 'that it was done stays',
    'bad_rating.owner_id': 'who answered for it stays',
    'comment.author_id': 'the conversation stays',
    'form_draft.changed_by_id': 'what the desk works with',
    'form_version.published_by_id': 'what the desk works with',
    'one_time_link.created_by_id': 'somebody else’s',
    'outbox_mail.recipient_id': 'emptied',
    'rating.rater_id': 'figures stay',
    'setting.changed_by_id': 'that it was set stays',
    'synonym_group.changed_by_id': 'what the desk works with',
    'share.shared_by_id': 'somebody else’s',
    'ticket.assignee_id': 'history',
    'ticket.requester_id': 'tickets stay',
    'ticket_event.actor_id': 'history stays',
    'ticket_link.made_by_id': 'history',
    'webhook.made_by_id': 'what the desk works with',
}
"""Columns that may go on referring to the empty shell, and why."""


async def stream(content: bytes):
    yield content


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def marked(world: World) -> tuple[User, Ticket]:
    """A customer whose name, address and words are marks, with traces in every corner of the portal."""
    user = await make_user(email=ADDRESS, name=NAME, company=await make_company(), password=PASSWORD)
    await Webhook.create(url='https://outside.test', nonce='n', created_at=NOW)
    token, _ = await sessions.start(user, address='203.0.113.77', browser=f'Browser {NAME}', now=NOW)
    actor = await sessions.actor_of_token(token, now=NOW)
    assert actor is not None
    for password in ('wrong one', PASSWORD):
        try:
            await sessions.sign_in(ADDRESS, password, address='203.0.113.77', now=NOW)
        except sessions.WrongPassword:
            continue
    await tokens.create_token(actor, f'ключ {NAME}', now=NOW)
    stored = await files.store(actor, 'request:bug', f'{WORD}.txt', stream(WORD.encode()), now=NOW)
    view = await world.file(
        actor,
        subject=f'{WORD} в теме',
        details=WORD,
        file_keys=[stored.key],
        share_with=[world.users['bob'].id],
    )
    await tickets.comment(actor, view.id, f'{WORD} в ответе', now=NOW)
    await tickets.comment(world.grace, view.id, 'Отвечаем.', now=NOW)
    await tickets.change_subject(world.grace, view.id, f'{WORD} иначе', now=NOW)
    foreign = await world.file(share_with=[user.id])
    await tickets.comment(actor, foreign.id, f'{WORD} у коллеги', now=NOW)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW)
    await Rating.filter(ticket_id=view.pk).update(stars=1, comment=WORD, rated_at=NOW)
    await drafts.save(actor, 'request:feature', {'subject': WORD}, now=NOW)
    await files.store(actor, 'request:feature', f'черновик {WORD}.txt', stream(b'draft'), now=NOW)
    await people.change_profile(actor, theme=None, mail_off=[], now=NOW)
    for sought in (NAME, NAME.lower()):
        await AuditEntry.create(at=NOW, action='tickets.exported', details={'filter_q': sought}, address='')
    await told_by_others(world, view.pk)
    for mail in await OutboxMail.all():
        who = await User.get(id=mail.recipient_id)
        text = f'Здравствуйте, {who.name}! {NAME}: {WORD}'
        await OutboxMail.filter(id=mail.id).update(
            state=MailState.SENT, text=text, html=f'<p>{text}</p>', subject=WORD, last_error=f'550 {mail.address}'
        )
    return user, await Ticket.get(id=view.pk)


async def told_by_others(world: World, ticket: int) -> None:
    """What colleagues and programs keep of the person: views, answers, messages, the note to a bad rating."""
    owner = world.users['grace'].id
    await SavedView.create(owner_id=owner, name='Моё', query={'q': NAME.upper()})
    await SavedView.create(owner_id=owner, name='Чужое', query={'q': 'Маркела'})
    answer = {'key_hash': 'k', 'call_hash': 'c', 'submission': 's', 'at': NOW, 'claimed_until': NOW}
    await AnsweredCall.create(user_id=owner, body=f'{{"author": "{NAME}", "email": "{ADDRESS}"}}', **answer)
    rating = await Rating.get(ticket_id=ticket)
    await BadRating.update_or_create(rating_id=rating.id, defaults={'note': f'Звонили: {NAME}', 'opened_at': NOW})
    first = await WebhookDelivery.filter(ticket_id=ticket).order_by('id').first()
    assert first is not None
    await WebhookDelivery.filter(id=first.id).update(state=DeliveryState.DELIVERED, answer=WORD)
    foreign = await WebhookDelivery.exclude(ticket_id=ticket).first()
    assert foreign is not None
    await WebhookDelivery.filter(id=foreign.id).update(state=DeliveryState.FAILED, answer=f'no {ADDRESS} here')


async def found(*marks: str) -> dict[str, int]:
    """How many rows of each table hold one of the marks, in whatever column."""
    counts: dict[str, int] = {}
    for model in models():
        rows = await model.all().values()
        hits = sum(any(mark.casefold() in str(row).casefold() for mark in marks) for row in rows)
        if hits:
            counts[str(model._meta.db_table)] = hits
    for table in ('search_document', 'search_word'):
        rows = await connection().execute_query_dict(f'SELECT * FROM {table}')  # noqa: S608
        if hits := sum(any(mark.casefold() in str(row) for mark in marks) for row in rows):
            counts[table] = hits
    return counts


async def test_nothing_of_the_person_is_left_but_their_words(world):
    user, ticket = await marked(world)
    assert {'user_account', 'session', 'api_token', 'outbox_mail', 'audit_entry'} <= (await found(NAME, ADDRESS)).keys()
    actor = await actor_of(user, now=NOW)
    await erasing.erase(world.mona, user.id, confirm=f' {ADDRESS.upper()} ', now=NOW)
    assert await found(NAME, ADDRESS, '203.0.113.77') == {}
    with pytest.raises(SignedOut):
        await access.person(actor, now=NOW)
    with pytest.raises(sessions.WrongPassword):
        await sessions.sign_in(ADDRESS, PASSWORD, now=NOW)
    shown = await tickets.read(world.grace, ticket.number, now=NOW)
    assert (shown.requester.name, shown.subject) == ('Удалённый пользователь', f'{WORD} иначе')
    assert shown.comments[0].body == f'{WORD} в ответе'
    assert len(shown.files) == 1
    assert (await AuditEntry.get(action='person.erased')).details == {'words': 0}
    assert {'ticket', 'comment', 'rating', 'attachment'} <= (await found(WORD)).keys()
    assert (await found(WORD)).keys() & {'draft', 'outbox_mail', 'notice'} == set()
    assert not await WebhookDelivery.filter(state__in=[DeliveryState.DELIVERED, DeliveryState.FAILED]).exists()
    assert [view.name for view in await SavedView.all()] == ['Чужое']
    call = await AnsweredCall.get(user_id=world.users['grace'].id)
    assert json.loads(call.body)['author'] == 'Удалённый пользователь'


async def test_the_words_go_too_when_that_is_chosen(world):
    user, ticket = await marked(world)
    digest = (await Attachment.get(ticket_id=ticket.id)).digest
    for path in (settings().data_dir / 'files').rglob('*'):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    await erasing.erase(await actor_of(world.users['mona']), user.id, confirm=ADDRESS, blank_words=True)
    assert await found(NAME, ADDRESS, WORD, '203.0.113.77') == {}
    assert not blobs.path_of(digest).exists()
    shown = await tickets.read(world.grace, ticket.number, now=NOW)
    assert (shown.subject, shown.files) == ('[удалено]', ())
    assert [comment.body for comment in shown.comments] == ['[удалено]', 'Отвечаем.']
    assert (await Rating.get(ticket_id=ticket.id)).stars == 1
    assert await Comment.filter(body='Отвечаем.').count() == 1
    waiting = await WebhookDelivery.filter(ticket_id=ticket.id, state=DeliveryState.WAITING)
    assert {delivery.body['data']['ticket']['subject'] for delivery in waiting} == {'[удалено]'}


async def test_a_file_that_somebody_else_has_too_stays(world):
    user, ticket = await marked(world)
    await files.store(world.bob, 'request:bug', 'то же.txt', stream(WORD.encode()), now=NOW)
    for path in (settings().data_dir / 'files').rglob('*'):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    digest = (await Attachment.get(ticket_id=ticket.id)).digest
    await erasing.erase(await actor_of(world.users['mona']), user.id, confirm=ADDRESS, blank_words=True)
    assert blobs.path_of(digest).exists()


async def test_every_column_that_refers_to_a_person_goes_or_stays_on_purpose(world):
    user, _ = await marked(world)
    gone = {f'{model._meta.db_table}.{column}' for model, column in erasing._HANGING_ON}
    assert {reference.name for reference in references(User)} - gone - STAY.keys() == set()
    await erasing.erase(world.mona, user.id, confirm=ADDRESS, now=NOW)
    left = {each.name for each in references(User) if await each.model.filter(**{each.column: user.id}).exists()}
    assert left <= STAY.keys() - {'api_token.user_id'}


async def test_what_waits_to_be_sent_is_kept_back(sqlite, monkeypatch):
    world = await World().build()
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW)
    await erasing.erase(world.mona, world.users['alice'].id, confirm=world.users['alice'].email, now=NOW)
    mine = await OutboxMail.filter(recipient_id=world.users['alice'].id)
    assert {mail.state for mail in mine} == {MailState.WITHHELD}
    assert not any('alice' in mail.address for mail in mine)
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://127.0.0.1:9')
    settings.cache_clear()
    assert await sender.next_due() is None or not any(mail.state == MailState.WAITING for mail in mine)


async def test_the_address_is_typed_and_the_last_admin_stays(sqlite):
    boss_row, user = await mona(), await alice()
    boss = await actor_of(boss_row)
    for wrong in ('', 'alice', 'bob@romashka.test', user.name):
        with pytest.raises(Invalid):
            await erasing.erase(boss, user.id, confirm=wrong)
    with pytest.raises(Conflict):
        await erasing.erase(boss, boss_row.id, confirm=boss_row.email)
    for who in (await grace(), user):
        with pytest.raises(NotFound):
            await erasing.erase(await actor_of(who), user.id, confirm=user.email)
    await erasing.erase(boss, user.id, confirm=user.email)
    for again in (
        erasing.erase(boss, user.id, confirm=f'erased-{user.id}@erased.invalid'),
        people.activate(boss, user.id),
        people.change_role(boss, user.id, Role.ADMIN),
        people.invite_again(boss, user.id),
    ):
        with pytest.raises(NotFound):
            await again
    assert user.id not in {row.id for row in await people.list_people(boss)}
    fresh = await people.invite(boss, user.email, 'Новая', Role.CUSTOMER, (await make_company()).id)
    assert fresh.id != user.id


async def test_the_shell_is_named_in_the_language_of_the_portal(sqlite, monkeypatch):
    boss, user = await actor_of(await mona()), await alice()
    monkeypatch.setenv('PORTAL_LANGUAGE', 'en')
    settings.cache_clear()
    await erasing.erase(boss, user.id, confirm=user.email)
    assert (await User.get(id=user.id)).name == translate('en', 'privacy.nobody') == 'Deleted user'


async def test_an_erased_agent_leaves_the_desk_whole(world):
    agent = world.users['george']
    view = await world.file()
    await tickets.assign(world.mona, view.id, agent.id, now=NOW)
    await tickets.comment(world.george, view.id, 'Между нами.', internal=True, now=NOW)
    await erasing.erase(world.mona, agent.id, confirm=agent.email, now=NOW)
    shown = await tickets.read(world.grace, view.id, now=NOW)
    assert shown.assignee is not None
    assert shown.assignee.name == 'Удалённый пользователь'
    assert [comment.body for comment in shown.comments] == ['Между нами.']
    assert agent.id not in {each.id for each in await tickets.agents(world.grace, now=NOW)}
