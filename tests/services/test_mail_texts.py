"""Admins reword what mails say: with the blanks that are filled, seen before it leaves, with a way back."""

import pytest

from models import AuditEntry, MailKind, OutboxMail, Setting
from services import adjustments, i18n
from services.errors import Invalid, NotFound
from services.forms import store
from services.mail import sample, texts
from services.mail.preview import preview
from services.mail.sample import case_of
from services.mail.wording import word
from tests import people
from tests.services.ticket_world import NOW, World


async def test_a_reworded_mail_leaves_with_its_new_text_and_only_in_that_language(database):
    world = await World().build()
    wanted = texts.defaults(MailKind.TICKET_RECEIVED, 'ru') | {'lead': 'Ваш номер: {id}. Служба {portal}.'}
    shown = await texts.change(world.mona, MailKind.TICKET_RECEIVED, 'ru', wanted, now=NOW)
    assert (shown.changed_by, shown.changed_at) == ('Марина Начальник', NOW)
    view = await world.file()
    letter = await word(await case_of(await OutboxMail.get(kind=MailKind.TICKET_RECEIVED), NOW))
    assert f'Ваш номер: {view.id}. Служба SmartPlayer.' in letter.text
    assert f'Ваш номер: {view.id}. Служба SmartPlayer.' in letter.html
    english = await texts.read(world.mona, MailKind.TICKET_RECEIVED, 'en', now=NOW)
    assert english.changed_at is None
    assert await texts.changed(world.mona, now=NOW) == {(MailKind.TICKET_RECEIVED, 'ru')}


async def test_the_way_back_is_recorded_as_the_change_is(database):
    await store.publish_catalogue()
    mona = await people.actor_of(await people.mona(), now=NOW)
    default = texts.defaults(MailKind.RATING, 'en')
    await texts.change(mona, MailKind.RATING, 'en', default | {'heading': 'How was it?'}, now=NOW)
    await texts.reset(mona, MailKind.RATING, 'en', now=NOW)
    assert not await Setting.exists()
    assert texts.worded('en', 'mail.rating.heading') == default['heading']
    entries = await AuditEntry.filter(action='mail_text.changed').order_by('id')
    assert [(entry.subject, entry.details['was'], entry.details['value']) for entry in entries] == [
        ('mail:rating:en', default['heading'], 'How was it?'),
        ('mail:rating:en', 'How was it?', default['heading']),
    ]


@pytest.mark.parametrize(
    ('text', 'key'),
    [
        ('Номер {number}', 'unknown_blank'),
        ('{id.__class__}', 'unknown_blank'),
        ('{id!r}', 'unknown_blank'),
        ('{id:>99}', 'unknown_blank'),
        ('{}', 'unknown_blank'),
        ('Номер {id', 'braces'),
        ('   ', 'length'),
        ('x' * 1001, 'length'),
    ],
)
async def test_what_nobody_could_fill_is_refused_beside_its_sentence(sqlite, text, key):
    mona = await people.actor_of(await people.mona(), now=NOW)
    for attempt in (texts.change, sample.look, sample.send):
        with pytest.raises(Invalid) as refused:
            await attempt(mona, MailKind.TICKET_RECEIVED, 'ru', {'lead': text}, now=NOW)
        assert refused.value.problems['lead'].key == f'mails.refusal.{key}'
    with pytest.raises(NotFound):
        await texts.change(mona, MailKind.TICKET_RECEIVED, 'ru', {'nothing': 'x'}, now=NOW)
    assert not await OutboxMail.exists()


@pytest.mark.parametrize('language', i18n.LANGUAGES)
async def test_a_sample_of_every_kind_can_be_seen_in_both_languages(sqlite, language):
    await store.publish_catalogue()
    mona = await people.actor_of(await people.mona(), now=NOW)
    for kind in MailKind:
        for name in texts.defaults(kind, language):
            assert i18n.known(language, f'mails.piece.{name}')
        drafts = texts.defaults(kind, language) | {'heading': 'Заголовок <b>как он есть</b>'}
        if kind in (MailKind.COMMENT, MailKind.TICKET_CLOSED):
            drafts = texts.defaults(kind, language)
        if 'heading' not in texts.defaults(kind, language):
            drafts.pop('heading', None)
        shown = await sample.look(mona, kind, language, drafts, now=NOW)
        assert shown.subject
        assert shown.text.strip()
        if 'Заголовок' in str(drafts):
            assert 'Заголовок &lt;b&gt;как он есть&lt;/b&gt;' in shown.html


async def test_a_sample_to_oneself_goes_by_the_outbox_as_it_was_seen(database):
    await store.publish_catalogue()
    user = await people.mona()
    mona = await people.actor_of(user, now=NOW)
    drafts = texts.defaults(MailKind.SHARED, 'ru') | {'lead': 'Смотрите вместе.'}
    assert await sample.send(mona, MailKind.SHARED, 'ru', drafts, now=NOW) == user.email
    row = await OutboxMail.get()
    assert (row.address, row.recipient_id) == (user.email, user.id)
    seen = await sample.look(mona, MailKind.SHARED, 'ru', drafts, now=NOW)
    arrived = await preview(row, now=NOW)
    assert (arrived.subject, arrived.text, arrived.html) == (seen.subject, seen.text, seen.html)
    assert 'Смотрите вместе.' in arrived.text
    assert texts.worded('ru', 'mail.shared.lead') == texts.defaults(MailKind.SHARED, 'ru')['lead']


async def test_another_process_hears_of_the_new_text(sqlite):
    stored = {'texts': {'heading': 'Ура'}}
    await Setting.create(key='mail_text.ru.rating', value=stored, changed_at=NOW)
    await adjustments.refresh()
    assert texts.worded('ru', 'mail.rating.heading') == 'Ура'


async def test_only_admins_reword(database):
    for person in (await people.grace(), await people.alice()):
        actor = await people.actor_of(person, now=NOW)
        for attempt in (texts.change, sample.look, sample.send):
            with pytest.raises(NotFound):
                await attempt(actor, MailKind.RATING, 'ru', {'heading': 'x'}, now=NOW)
        with pytest.raises(NotFound):
            await texts.read(actor, MailKind.RATING, 'ru', now=NOW)
