"""Whether the portal says that it can work when it can, and only then."""

import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from models import Attachment, Counter, MailKind, MailState, OutboxMail, Ticket
from models.engines.library_sqlite import sqlite3
from services import blobs, health, stopping
from services.database import connection, engine, sqlite_path
from services.health import Trouble
from services.search import upkeep
from services.settings import settings
from tests.models.rows import NOW, a_ticket
from tests.people import alice


async def test_a_working_portal_is_ready(database, tmp_path):
    assert await health.troubles(tmp_path / 'not/made/yet') == []


async def test_a_closed_database_is_told(tmp_path):
    assert await health.troubles(tmp_path) == [Trouble.DATABASE_GONE]


async def test_a_file_that_was_replaced_is_told(sqlite, tmp_path):
    path = sqlite_path(sqlite)
    shutil.copy(path, tmp_path / 'copy')
    path.unlink()
    assert await health.troubles(tmp_path) == [Trouble.DATABASE_GONE]
    shutil.copy(tmp_path / 'copy', path)
    assert await health.troubles(tmp_path) == [Trouble.DATABASE_GONE]


async def test_a_full_disk_is_told(database, tmp_path, monkeypatch):
    monkeypatch.setattr(health, 'LEAST_SPACE', 1 << 60)
    assert await health.troubles(tmp_path) == [Trouble.DISK_FULL]


async def test_figures_tell_sizes_and_versions(database, tmp_path):
    figures = await health.figures(tmp_path)
    assert figures.engine == engine()
    assert int(figures.engine_version.split('.')[0]) >= 3
    assert figures.database_size > 10_000
    assert figures.versions['nicegui']


async def test_check_finds_nothing_in_a_whole_database(database):
    await a_ticket(await alice(), number=7)
    await Counter.create(name='ticket', value=7)
    await upkeep.fill()
    assert await health.check() == []


async def test_check_finds_a_counter_that_would_repeat_a_number(database):
    await a_ticket(await alice(), number=7)
    await upkeep.fill()
    assert await health.check() == ['the ticket counter stands at 0, below ticket 7']


async def test_check_finds_a_row_without_its_parent(sqlite):
    person = await alice()
    await connection().execute_query('PRAGMA foreign_keys=OFF')
    await connection().execute_query('DELETE FROM company WHERE id = ?', [person.company_id])
    assert await health.check() == ['user_account row 1 refers to a missing row of company']


async def test_check_finds_a_ticket_that_the_search_does_not_know(database):
    await a_ticket(await alice(), number=7)
    await Counter.create(name='ticket', value=7)
    assert await health.check() == ['the index of the search is not up to date for ticket 1: run reindex']


async def test_check_finds_a_file_that_is_gone_or_cut(database):
    person = await alice()
    digest = sha256(b'whole').hexdigest()
    await Attachment.create(
        key='k1', uploader=person, name='a.txt', size=5, content_type='text/plain', digest=digest, created_at=NOW
    )
    assert await health.check() == ['the file k1 should have 5 bytes and has none']
    place = blobs.path_of(digest)
    place.parent.mkdir(parents=True)
    place.write_bytes(b'who')
    assert await health.check() == ['the file k1 should have 5 bytes and has 3']
    place.write_bytes(b'whole')
    assert await health.check() == []


async def test_check_finds_a_ticket_that_should_have_been_closed(database):
    ticket = await a_ticket(await alice(), number=1)
    await Counter.create(name='ticket', value=1)
    await upkeep.fill()
    await Ticket.filter(id=ticket.id).update(auto_close_at=NOW)
    assert await health.check(now=NOW + timedelta(minutes=59)) == []
    assert len(await health.check(now=NOW + timedelta(minutes=61))) == 1


@pytest.mark.parametrize('folder', [Path('/'), Path('/not/there')])
def test_space_is_measured_where_the_folder_will_be(folder):
    assert health._free_space(folder) > 0


async def test_a_database_that_takes_no_write_is_told(sqlite, tmp_path, monkeypatch):
    monkeypatch.setattr(health, '_PATIENCE', 0.2)
    other = sqlite3.connect(sqlite_path(sqlite), isolation_level=None)
    try:
        other.execute('BEGIN IMMEDIATE')
        assert await health.troubles(tmp_path) == [Trouble.DATABASE_BUSY]
    finally:
        other.close()
    monkeypatch.setattr(health, '_PATIENCE', 20.0)
    assert await health.troubles(tmp_path) == []


async def test_a_process_that_ends_is_not_ready(database, tmp_path, monkeypatch):
    monkeypatch.setattr(stopping, 'has_begun', lambda: True)
    assert await health.troubles(tmp_path) == [Trouble.STOPPING]


async def test_mail_that_waits_long_is_worth_a_look_and_takes_no_process_away(database, tmp_path, monkeypatch):
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://localhost:1')
    settings.cache_clear()
    assert await health.warnings(now=NOW) == []
    await OutboxMail.create(
        kind=MailKind.INVITATION, recipient_id=(await alice()).id, address='a@b.test', state=MailState.WAITING,
        not_before=NOW - timedelta(hours=2), created_at=NOW - timedelta(hours=2), message_id='<1@portal>', once='1',
    )  # fmt: skip
    assert await health.warnings(now=NOW) == [health.Warning.MAIL_DELAYED]
    assert await health.troubles(tmp_path) == []
