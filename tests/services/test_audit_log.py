"""The audit log: what is recorded where, found by whom, taken along as a file, and for admins alone."""

import csv
from datetime import timedelta

import openpyxl
import pytest

from models import AuditEntry, Role
from services import audit, audit_log, i18n, sessions, tokens
from services import people as accounts
from services.audit_log import GROUPS, AuditFilter, actions_of
from services.audit_words import subject_words
from services.desk import templates
from services.errors import Invalid, NotFound
from services.figures import weekly
from services.search import synonym_groups
from services.sessions import WrongPassword
from services.transaction import transaction
from tests import people
from tests.services.ticket_world import HOUR, NOW


async def filled() -> None:
    """Entries of two days, one a minute after the other."""
    mona, alice = await people.mona(), await people.alice()
    at = NOW - timedelta(days=1)
    await audit.record('session.started', by=alice, subject='session:1', address='10.0.0.7', now=at)
    await audit.record(
        'person.role_changed', by=mona, subject=f'user:{alice.id}', now=NOW, was='customer', role='agent'
    )
    await audit.record('setting.changed', by=mona, subject='setting:name', now=NOW, was='SmartPlayer', value='=1+1')
    await audit.record('file.removed', by=mona, subject='SPSUP-1', now=NOW, key='x')
    await audit.record('tickets.exported', by=mona, subject='csv', now=NOW, rows=3)


@pytest.mark.parametrize(
    ('wanted', 'found'),
    [
        (AuditFilter(), ['Заявки выгружены', 'Файл удалён', 'Настройка изменена', 'Роль изменена', 'Вход']),
        (AuditFilter(person='алиса'), ['Вход']),
        (AuditFilter(person='ALICE@'), ['Вход']),
        (AuditFilter(person='nobody'), []),
        (AuditFilter(group='sign_ins'), ['Вход']),
        (AuditFilter(group='settings'), ['Настройка изменена']),
        (AuditFilter(group='exports'), ['Заявки выгружены']),
        (AuditFilter(group='deletions'), ['Файл удалён']),
        (AuditFilter(subject='Алиса'), ['Роль изменена']),
        (AuditFilter(subject='setting:'), ['Настройка изменена']),
        (AuditFilter(subject='SPSUP-1'), ['Файл удалён']),
        (AuditFilter(until='2026-11-01'), ['Вход']),
        (AuditFilter(since='2026-11-02', group='accounts'), ['Роль изменена']),
        (AuditFilter(since='2026-11-03'), []),
    ],
)
async def test_entries_are_found_by_person_action_subject_and_days(sqlite, wanted, found):
    await filled()
    page = await audit_log.entries(await people.actor_of(await people.mona(), now=NOW), wanted, now=NOW)
    assert [row.action for row in page.rows] == found


async def test_entries_read_as_people_say_them(database):
    await filled()
    page = await audit_log.entries(await people.actor_of(await people.mona(), now=NOW), now=NOW)
    _, _, setting, role, sign_in = page.rows
    assert (role.who, role.subject, role.details) == (
        'Марина Начальник',
        'Алиса Иванова',
        'было: Клиент, роль: Специалист',
    )
    assert (setting.subject, setting.details) == ('Название портала', 'SmartPlayer → =1+1')
    assert sign_in.address == '10.0.0.7'
    assert subject_words('ru', 'figures.exported', 'standing.xlsx') == 'Открыто по статусам, XLSX'
    assert subject_words('en', 'figures.exported', 'unheard.csv') == 'unheard.csv'


async def test_what_has_a_name_is_called_by_it_and_found_by_it(database):
    mona, grace = await people.actor_of(await people.mona(), now=NOW), await people.grace()
    template = await templates.create(mona, 'Просим журнал', body_ru='Пришлите журнал', now=NOW)
    await synonym_groups.save(mona, None, 'витрина, стекло', now=NOW)
    await tokens.create_token(mona, 'Обмен', now=NOW)
    await weekly.choose(mona, [mona.user_id, grace.id], now=NOW)
    page = await audit_log.entries(mona, now=NOW)
    readers, key_made, synonyms, made = page.rows
    assert (readers.subject, readers.details) == (
        'Письмо по понедельникам',
        'кто получает: Марина Начальник, Галина Специалист',
    )
    assert (key_made.subject, 'человек: Марина Начальник' in key_made.details) == ('Обмен', True)
    assert (synonyms.subject, made.subject) == ('витрина, стекло', 'Просим журнал')
    page = await audit_log.entries(mona, AuditFilter(subject='журнал'), now=NOW)
    assert [row.id for row in page.rows] == [made.id]
    await audit.record('template.changed', subject=f'template:{template.id + 1}', now=NOW, readers='99')
    gone = (await audit_log.entries(mona, now=NOW)).rows[0]
    assert (gone.subject, gone.details) == (f'template:{template.id + 1}', 'кто получает: 99')


async def test_pieces_follow_each_other_without_gap_or_double(database):
    mona = await people.mona()
    for number in range(7):
        await audit.record('person.invited', by=mona, subject=f'user:{1000 + number}', now=NOW)
    actor, seen, before = await people.actor_of(mona, now=NOW), [], None
    while True:
        page = await audit_log.entries(actor, before=before, limit=3, now=NOW)
        seen += [row.subject for row in page.rows]
        if (before := page.next) is None:
            break
    assert seen == [f'user:{1000 + number}' for number in reversed(range(7))]


async def test_a_day_that_is_none_is_refused_beside_its_field(sqlite):
    actor = await people.actor_of(await people.mona(), now=NOW)
    for wanted, where in ((AuditFilter(since='yesterday'), 'since'), (AuditFilter(until='9999-12-31'), 'until')):
        with pytest.raises(Invalid) as refused:
            await audit_log.entries(actor, wanted, now=NOW)
        assert list(refused.value.problems) == [where]


async def test_the_file_has_the_same_entries_reckons_nothing_and_is_recorded_itself(database):
    await filled()
    actor = await people.actor_of(await people.mona(), now=NOW)
    for kind in ('csv', 'xlsx'):
        file = await audit_log.export(actor, kind, AuditFilter(group='settings'), now=NOW)
        try:
            if kind == 'csv':
                rows = list(csv.reader(file.path.read_text('utf-8-sig').splitlines()))
            else:
                sheet = openpyxl.load_workbook(file.path).active
                rows = [[str(cell.value or '') for cell in row] for row in sheet.iter_rows()]
                assert all(cell.data_type in 'sn' for row in sheet.iter_rows() for cell in row)
        finally:
            file.remove()
        assert rows[0] == ['Когда', 'Кто', 'Что', 'С чем', 'Подробности', 'IP-адрес']
        assert rows[1][:5] == [
            '2026-11-02 12:30:15',
            'Марина Начальник',
            'Настройка изменена',
            'Название портала',
            'SmartPlayer → =1+1',
        ]
        newest = await AuditEntry.all().order_by('-id').first()
        assert newest is not None
        assert (newest.action, newest.details) == ('audit.exported', {'rows': 1, 'filter_group': 'settings'})


async def test_a_formula_as_a_name_stays_a_text(sqlite):
    evil = await people.make_user(name='=HYPERLINK("http://evil")', role=Role.ADMIN)
    await audit.record('person.invited', by=evil, subject='@SUM(1)', now=NOW)
    file = await audit_log.export(await people.actor_of(evil, now=NOW), 'csv', now=NOW)
    row = list(csv.reader(file.path.read_text('utf-8-sig').splitlines()))[1]
    file.remove()
    assert not row[1].startswith('=')
    assert not row[3].startswith('@')


async def test_only_admins_read_it(database):
    for person in (await people.grace(), await people.alice()):
        actor = await people.actor_of(person, now=NOW)
        with pytest.raises(NotFound):
            await audit_log.entries(actor, now=NOW)
        with pytest.raises(NotFound):
            await audit_log.export(actor, 'csv', now=NOW)
    assert not await AuditEntry.exists()


async def test_failed_sign_ins_are_recorded_without_what_was_typed(database):
    alice = await people.alice(password='right-horse-battery')
    for email in ('alice@romashka.test', 'my-password-by-mistake'):
        with pytest.raises(WrongPassword):
            await sessions.sign_in(email, 'wrong', address='10.0.0.9', now=NOW)
    entries = await AuditEntry.filter(action='session.refused').order_by('id')
    assert [(entry.subject, entry.address, entry.details) for entry in entries] == [
        (f'user:{alice.id}', '10.0.0.9', {}),
        ('', '10.0.0.9', {}),
    ]


async def test_what_is_taken_back_leaves_no_entry(database):
    mona = await people.actor_of(await people.mona(), now=NOW)
    alice = await people.alice()
    with pytest.raises(RuntimeError):
        async with transaction():
            await accounts.deactivate(mona, alice.id, now=NOW)
            raise RuntimeError
    assert not await AuditEntry.filter(action='person.deactivated').exists()
    await accounts.deactivate(mona, alice.id, now=NOW + HOUR)
    assert await AuditEntry.filter(action='person.deactivated').count() == 1


def test_every_action_is_in_a_group():
    known = set(i18n.section('ru', 'audit.action'))
    assert set().union(*(actions_of(group) for group in GROUPS)) == known
    assert all(actions_of(group) for group in GROUPS)
