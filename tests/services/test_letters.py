"""What mails say and look like: each kind in both languages, what may not be in them, and the headers around them."""

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from models import EventKind, MailKind, OutboxMail, Status, TicketEvent, User
from services import i18n, links, outbox, tickets
from services.assets import FOLDER
from services.mail.case import case_of
from services.mail.envelope import clean_header, envelope
from services.mail.letter import Letter
from services.mail.looks import COLOURS
from services.mail.preview import preview
from services.mail.wording import word
from services.settings import settings
from tests.people import actor_of
from tests.services.ticket_world import NOW, World, row

SECOND = timedelta(seconds=1)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def world_on_sqlite(sqlite) -> World:
    return await World().build()


async def letter_of(kind: MailKind, name: str, now: datetime = NOW) -> Letter:
    mail = await OutboxMail.filter(kind=kind, address__startswith=f'{name}@').order_by('-id').first()
    assert mail is not None
    return await word(await case_of(mail, now))


class Page(HTMLParser):
    """The visible text and the links of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ''
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self._hidden = tag in ('style', 'title')
        self.links += [value for name, value in attributes if name == 'href' and value]

    def handle_data(self, data):
        self.text += '' if self._hidden else data


@pytest.mark.parametrize('language', i18n.LANGUAGES)
async def test_every_kind_is_worded_in_both_languages(world, language):
    await User.all().update(language=language)
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.transition(world.grace, view.id, Status.PENDING, now=NOW)
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте', now=NOW)
    event = await TicketEvent.create(ticket_id=view.pk, kind=EventKind.REMINDED, at=NOW)
    await outbox.notify(event, await row(view))
    await tickets.comment(world.alice, view.id, 'Хорошо', now=NOW)
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW)
    await links.invite(world.users['charlie'], by=world.users['mona'], now=NOW)
    await links.request_reset('bob@romashka.test', now=NOW)
    await outbox.password_changed(world.users['alice'], now=NOW)
    mails = [mail for mail in await OutboxMail.all() if mail.kind is not MailKind.CLOSE_REMINDER]
    letters = {mail.kind: await word(await case_of(mail, NOW)) for mail in mails}
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте', now=NOW + SECOND)
    letters[MailKind.CLOSE_REMINDER] = await letter_of(MailKind.CLOSE_REMINDER, 'alice', NOW + SECOND)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW + 2 * SECOND)
    for kind, name in ((MailKind.TICKET_CLOSED, 'alice'), (MailKind.RATING, 'alice')):
        letters[kind] = await letter_of(kind, name)
    assert set(letters) == set(MailKind) - {MailKind.WEEKLY_FIGURES}  # tests/services/figures/test_weekly.py
    for kind, letter in letters.items():
        html = Page(letter.html)
        assert letter.language == language
        assert letter.heading in letter.text, kind
        assert letter.heading in html.text, kind
        assert set(html.links) >= set(re.findall(r'https?://\S+', letter.text)), kind
        assert not html.tags & {'script', 'img', 'link', 'iframe', 'form'}, kind
        assert all(link.startswith(settings().url) for link in html.links), kind
        if language == 'en':
            written = letter.html.replace(view.subject, '')
            for theirs in ('Проверьте', 'Хорошо', 'Алиса Иванова', 'Галина Специалист', 'Марина Начальник', 'Ромашка',
                           'Лопух', 'Через час после запуска гаснет экран.'):  # fmt: skip
                written = written.replace(theirs, '')
            assert not re.search('[а-яё]', written.lower()), kind


async def test_feedback_awaited_asks_with_both_answers_and_says_when_it_closes(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте **экран**', now=NOW)
    letter = await letter_of(MailKind.FEEDBACK_AWAITED, 'alice')
    address = f'{settings().url}/tickets/{view.id}'
    assert f'Решено: отметить, как выполненное:\n{address}?answer=done' in letter.text
    assert f'Не решено: повторно открыть:\n{address}?answer=reopen' in letter.text
    assert '16 ноября 2026 (осталось: 14 дней)' in letter.text
    assert '<strong>экран</strong>' in letter.html
    assert i18n.translate('ru', 'status_meaning.awaiting_feedback') in letter.text
    shared = await letter_of(MailKind.FEEDBACK_AWAITED, 'bob')  # may reopen, may not mark as done
    assert '?answer=done' not in shared.text + shared.html
    assert f'{address}?answer=reopen' in shared.text


async def test_days_are_those_of_the_readers_time_zone(world):
    late = datetime.fromisoformat('2026-11-02T21:15:00+00:00')  # the 3rd in Moscow
    await User.filter(id=world.users['bob'].id).update(time_zone='America/New_York', language='en')
    view = await world.file(share_with=[world.users['bob'].id])
    grace = await actor_of(world.users['grace'], now=late)
    await tickets.transition(grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте', now=late)
    assert '17 ноября 2026' in (await letter_of(MailKind.FEEDBACK_AWAITED, 'alice', late)).text
    assert '16 November 2026' in (await letter_of(MailKind.FEEDBACK_AWAITED, 'bob', late)).text


async def test_the_receipt_names_the_id_and_a_closing_by_the_clock_says_why(world):
    view = await world.file()
    assert view.id in (await letter_of(MailKind.TICKET_RECEIVED, 'alice')).text
    ticket = await row(view)
    event = await TicketEvent.create(ticket_id=view.pk, kind=EventKind.STATUS, to_status=Status.DONE, at=NOW)
    await outbox.notify(event, ticket)
    letter = await letter_of(MailKind.TICKET_CLOSED, 'alice')
    assert '14 дней' in letter.text


async def test_what_people_write_stays_text(world):
    view = await world.file(subject='<script>alert(1)</script> & "кавычки"')
    body = '<img src=https://tracker.example/x> ![x](https://tracker.example/y) [x](javascript:alert(1)) <b>жирно</b>'
    await tickets.comment(world.grace, view.id, body, now=NOW)
    letter = await letter_of(MailKind.COMMENT, 'alice')
    page = Page(letter.html)
    assert not page.tags & {'script', 'img', 'b'}
    assert not [link for link in page.links if 'javascript' in link]
    assert '<script>alert(1)</script> & "кавычки"' in page.text
    assert body in letter.text


async def test_a_mentioned_ticket_is_a_whole_link_only_for_those_who_see_it(world):
    secret = await world.file(world.grace)
    view = await world.file()
    await tickets.follow(world.george, view.id, None, now=NOW)
    await tickets.take(world.george, view.id, now=NOW)
    await tickets.comment(world.grace, view.id, f'Как в {secret.id} и {view.id}', now=NOW)
    address = f'{settings().url}/tickets/{secret.id}'
    assert address not in (await letter_of(MailKind.COMMENT, 'alice')).html
    assert address in (await letter_of(MailKind.COMMENT, 'george')).html


async def test_no_mail_tells_another_persons_address(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.comment(world.alice, view.id, 'Вопрос', now=NOW)
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте', now=NOW)
    await tickets.transition(world.alice, view.id, Status.DONE, now=NOW)
    addresses = {user.email for user in await User.all()}
    for mail in await OutboxMail.all():
        shown = await preview(mail, now=NOW)
        found = {address for address in addresses if address in shown.source + shown.text + shown.html}
        assert found <= {mail.address}, mail.kind


HOSTILE = [
    'Тема\r\nBcc: victim@example.com',
    'Тема\nBcc: victim@example.com\n\nтело',
    'Тема\x0bBcc: x@y\x0c\x85\u2028Bcc: x@y',
    '=?utf-8?q?a=0ABcc:_x@y?=',
    '=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc:_x@y=3F=3D?=',
    '=?utf-8?b?' + 'YQpCY2M6IHhAeQ==' + '?=',
    '=?utf-8?q?broken',
    '=?nonsense?q?a?=',
    'x' * 5000,
    '\0\x1b[31m',
    '"><script>',
]


@pytest.mark.parametrize('hostile', HOSTILE)
async def test_headers_hold_one_line_and_one_recipient_whatever_was_typed(world_on_sqlite, hostile):
    world = world_on_sqlite
    view = await world.file()
    await tickets.change_subject(world.grace, view.id, 'Тема', now=NOW)
    ticket = await row(view)
    ticket.subject = hostile[:200]
    await ticket.save(update_fields=['subject'])
    await User.filter(id=world.users['alice'].id).update(name=hostile[:200])
    mail = await OutboxMail.get(kind=MailKind.TICKET_RECEIVED)
    case = await case_of(mail, NOW)
    raw = envelope(case, await word(case)).as_bytes()
    head = raw.partition(b'\r\n\r\n')[0].decode('ascii')
    names = [line.partition(':')[0] for line in head.split('\r\n') if not line.startswith((' ', '\t'))]
    assert names == [
        'From', 'To', 'Subject', 'Date', 'Message-ID', 'Auto-Submitted', 'X-Auto-Response-Suppress',
        'In-Reply-To', 'References', 'List-Id', 'List-Unsubscribe', 'MIME-Version', 'Content-Type', 'Content-Language',
    ]  # fmt: skip
    read = message_from_bytes(raw, policy=policy.default)
    (to,) = read['To'].addresses
    assert to.addr_spec == 'alice@romashka.test'
    assert str(read['Subject']).startswith(f'[{view.id}]')
    assert '\n' not in str(read['Subject'])


@pytest.mark.parametrize(
    'text, clean',
    [
        ('Обычная тема', 'Обычная тема'),
        ('  два   пробела \t и табуляция ', 'два пробела и табуляция'),
        ('=?utf-8?q?=D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82?=', 'Привет'),
        ('a\r\nb\0c', 'a b c'),
        ('x' * 300, 'x' * 199 + '…'),
    ],
)
def test_clean_header(text, clean):
    assert clean_header(text) == clean


@pytest.mark.parametrize('hostile', HOSTILE)
def test_a_cleaned_header_has_no_control_characters_and_no_encoded_words(hostile):
    cleaned = clean_header(hostile)
    assert len(cleaned) <= 200
    assert '=?' not in cleaned
    assert not re.search('[\x00-\x1f\x7f-\x9f\u2028\u2029]', cleaned)


async def test_keys_are_shown_while_there_is_no_server_and_blanked_once_there_is(world, monkeypatch):
    await world.in_status(Status.DONE)
    await links.request_reset('alice@romashka.test', now=NOW)
    for kind, path in ((MailKind.RATING, '/rate/'), (MailKind.PASSWORD_RESET, '/reset/')):
        mail = await OutboxMail.get(kind=kind)
        assert len(_key_in((await preview(mail, now=NOW)).text, path)) > 20
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://127.0.0.1:9')
    settings.cache_clear()
    for kind, path in ((MailKind.RATING, '/rate/'), (MailKind.PASSWORD_RESET, '/reset/')):
        mail = await OutboxMail.get(kind=kind)
        shown = await preview(mail, now=NOW)
        assert shown.html
        assert set(_key_in(shown.source + shown.text + shown.html, path)) <= {'x'}


def _key_in(text: str, path: str) -> str:
    return re.split(r'[?\s"]', text.partition(path)[2])[0]


def test_the_colours_are_those_of_the_portal():
    css = (FOLDER / 'css' / 'tokens.css').read_text('utf-8')
    pairs = dict(re.findall(r'--(?:color-)?([\w-]+): light-dark\((#\w{6}, #\w{6})\)', css))
    for name, (light, dark) in COLOURS.items():
        assert pairs[name] == f'{light}, {dark}', name
