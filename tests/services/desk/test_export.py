"""The queue as a file: every cell a text, staff only, told in the audit log."""

import csv
import re
import zipfile
from datetime import timedelta

import pytest

from models import AuditEntry, Role, Status, User
from services import tickets
from services.desk.export import COLUMNS, export
from services.desk.filters import DeskFilter
from services.errors import Invalid, NotFound
from services.settings import settings
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write


@pytest.fixture
async def world(database, monkeypatch) -> World:
    let_everybody_write(monkeypatch)
    return await World().build()


@pytest.fixture
async def quick(sqlite, monkeypatch) -> World:
    let_everybody_write(monkeypatch)
    return await World().build()


def lines(file) -> list[list[str]]:
    with file.path.open(encoding='utf-8-sig', newline='') as stream:
        return list(csv.reader(stream))


async def test_a_file_says_what_the_table_says_in_the_readers_words(world):
    view = await world.file(subject='Не показывает, "совсем"')
    await world.in_status(Status.DONE)
    file = await export(world.grace, 'csv', columns=('id', 'subject', 'status', 'impact', 'os', 'created'), now=NOW)
    assert lines(file) == [
        ['Номер', 'Тема', 'Статус', 'Влияние', 'Операционная система', 'Создана'],
        [view.id, 'Не показывает, "совсем"', 'Открыт', 'Высокое', 'Samsung Tizen', '2026-11-02 12:30'],
    ]
    assert (file.name, file.rows) == ('SPSUP-2026-11-02.csv', 1)
    file.remove()
    assert list((settings().data_dir / 'exports').iterdir()) == []


@pytest.mark.parametrize(
    'subject', ['=1+2', '@SUM(A1)', '+7 900', '-2+3', '=HYPERLINK("http://a.test")', "=cmd|' /C'!A0"]
)
async def test_no_cell_is_ever_reckoned(quick, subject):
    await quick.file(subject=subject)
    text = lines(await export(quick.grace, 'csv', columns=('subject',), now=NOW))[1][0]
    assert text.startswith("'")
    book = await export(quick.grace, 'xlsx', columns=('subject',), now=NOW)
    with zipfile.ZipFile(book.path) as archive:
        sheet = archive.read('xl/worksheets/sheet1.xml').decode()
        assert 'xl/calcChain.xml' not in archive.namelist()
    assert '<f>' not in sheet
    assert 'hyperlink' not in sheet.replace('HYPERLINK', '')
    assert set(re.findall(r'<c [^>]*t="(\w+)"', sheet)) == {'inlineStr'}


async def test_many_pieces_come_whole_and_once(quick):
    views = [await quick.file(now=NOW + timedelta(seconds=number)) for number in range(205)]
    file = await export(quick.grace, 'csv', sort='number', descending=False, columns=('id',), now=NOW + HOUR)
    assert [line[0] for line in lines(file)[1:]] == [view.id for view in views]


async def test_the_filter_counts_and_the_audit_log_tells(world):
    mine = await world.file()
    await tickets.take(world.grace, mine.id, now=NOW)
    await world.file()
    file = await export(world.grace, 'xlsx', DeskFilter(assignee='me', text='экран'), now=NOW)
    assert file.rows == 1
    entry = await AuditEntry.get(action='tickets.exported')
    assert (entry.actor_id, entry.subject) == (world.users['grace'].id, 'xlsx')
    assert entry.details == {'rows': 1, 'filter_assignee': 'me', 'filter_q': 'экран'}


async def test_customers_find_nothing_here(world):
    await world.file()
    for actor in (world.charlie, world.alice):
        with pytest.raises(NotFound):
            await export(actor, 'csv', now=NOW)
    assert await AuditEntry.filter(action='tickets.exported').count() == 0


async def test_who_is_no_agent_any_more_gets_no_file(quick):
    await User.filter(id=quick.users['grace'].id).update(role=Role.CUSTOMER)
    with pytest.raises(NotFound):
        await export(quick.grace, 'csv', now=NOW)


@pytest.mark.parametrize(
    'kind, columns', [('pdf', COLUMNS), ('csv', ()), ('csv', ('password_hash',)), ('csv', ('id',) * 99)]
)
async def test_nonsense_is_refused(quick, kind, columns):
    with pytest.raises(Invalid):
        await export(quick.grace, kind, columns=columns, now=NOW)
