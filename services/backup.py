"""One file that holds everything: the database as it was at one moment, and the attachments; made while it all runs.

The archive holds `portal.sqlite3` or `portal.dump`, `files/…` and `secret` (without it, links in e-mails that were sent
would not work after a restore). Attachments lie under their digests and never change, so those that the database speaks
of are all there once it has been copied.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.engines.library_sqlite import sqlite3
from services import archive, blobs
from services.archive import ArchiveBroken
from services.database import NAME, engine_of, sqlite_path, tortoise_config
from services.settings import settings

KIND = 'backup'
_LAST = 'last-backup'  # in the data folder: when the last one was made
DATABASE = {'sqlite': 'portal.sqlite3', 'postgres': 'portal.dump'}
_EVER = datetime.max.replace(tzinfo=UTC)


class BackupFailed(Exception):
    """The backup could not be made or put back; what was there before is as it was."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds. `size` in bytes."""

    path: Path
    made_at: datetime
    engine: str
    parts: int
    size: int

    def __str__(self) -> str:
        made = f'{self.made_at:%Y-%m-%d %H:%M} UTC'
        return f'{self.path}: {self.engine}, {self.parts} files, {self.size} bytes, made {made}'


async def back_up(target: Path, *, now: datetime | None = None) -> Summary:
    """Write a backup to `target`, a new file such as `today.tar`, or a folder that gets one, and read it back.

    A name without an ending is that of a folder, there or not: the next backup must not take the place of this one.
    Raises BackupFailed.
    """
    return await asyncio.to_thread(_back_up, target, now or datetime.now(UTC))


async def verify(source: Path) -> Summary:
    """Read a whole backup: every part, every digest, the database's own check. Raises BackupFailed."""
    return await asyncio.to_thread(_verify, source)


async def restore(source: Path) -> Summary:
    """Put a backup in place of what the data folder and the database hold. The portal has to be stopped.

    Of a folder the newest one that `back_up` put there is taken. The backup is read through first. What was there
    before is kept beside it as `before-restore-…` (SQLite and files). Raises BackupFailed.
    """
    return await asyncio.to_thread(lambda: _restore(_newest(source) if source.is_dir() else source))


def _newest(folder: Path) -> Path:
    found = sorted(folder.glob('portal-*.tar'))
    if not found:
        raise BackupFailed(f'there is no backup in {folder}')
    return found[-1]


def attachments() -> Iterator[tuple[str, Path]]:
    """Every kept file of the data folder, with its name in an archive; the secret too."""
    data = settings().data_dir
    paths = sorted(blobs.path_of(digest) for digest in blobs.stored(before=_EVER))
    for path in [*paths, data / 'secret']:
        if path.is_file():
            yield path.relative_to(data).as_posix(), path


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (ArchiveBroken, OSError, sqlite3.Error) as error:
        raise BackupFailed(str(error)) from error


def _back_up(target: Path, now: datetime) -> Summary:
    if target.is_dir() or not target.suffix:
        target = target / f'portal-{now:%Y%m%dT%H%M%SZ}.tar'
    engine = engine_of(settings().database)
    with _told():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix='.backup-', dir=target.parent) as scratch:
            copy = _copy_of_database(engine, Path(scratch))
            # The attachments are looked for after that: whatever the copy speaks of is there by now.
            parts = [(DATABASE[engine], copy), *attachments()]
            archive.write(target, parts, {'kind': KIND, 'engine': engine, 'made_at': now.isoformat()})
    made = _verify(target)
    _remember(made)
    return made


def last_made() -> datetime | None:
    """When the last backup was made of this data folder; None when none is known."""
    try:
        return datetime.fromisoformat((settings().data_dir / _LAST).read_text(encoding='ascii').strip())
    except (OSError, ValueError):
        return None


def _remember(made: Summary) -> None:
    """A backup is made beside the running portal, often by another user's timer: a file tells of it, no row."""
    with suppress(OSError):  # one that cannot be told of is a backup all the same
        settings().data_dir.mkdir(parents=True, exist_ok=True)
        (settings().data_dir / _LAST).write_text(made.made_at.isoformat(), encoding='ascii')


def _copy_of_database(engine: str, scratch: Path) -> Path:
    copy = scratch / DATABASE[engine]
    if engine == 'postgres':
        _postgres('pg_dump', '--format=custom', '--no-owner', f'--file={copy}')
        return copy
    source = sqlite_path(settings().database)
    if source is None or not source.exists():
        raise BackupFailed('there is no database to copy yet')
    with _sqlite(source) as connection:
        connection.execute('VACUUM INTO ?', [str(copy)])
    return copy


def _verify(source: Path) -> Summary:
    with _told(), archive.opened(source) as content, tempfile.TemporaryDirectory(prefix='portal-verify-') as scratch:
        facts = content.facts
        if facts.get('kind') != KIND:
            raise BackupFailed(f'{source} is not a backup')
        content.verify()
        name = DATABASE[facts['engine']]
        _verify_database(facts['engine'], content.unpack(name, Path(scratch, name)))
        made_at = datetime.fromisoformat(facts['made_at'])
        return Summary(source, made_at, facts['engine'], len(content.names), source.stat().st_size)


def _verify_database(engine: str, copy: Path) -> None:
    if engine == 'postgres':
        _run(['pg_restore', '--list', str(copy)], {})
        return
    with _sqlite(copy) as connection:
        said = [row[0] for row in connection.execute('PRAGMA integrity_check')]
        if said != ['ok']:
            raise BackupFailed(f'the copied database is damaged: {said[0]}')


def _restore(source: Path) -> Summary:
    summary = _verify(source)
    engine, data = engine_of(settings().database), settings().data_dir
    if summary.engine != engine:
        raise BackupFailed(f'the backup holds a {summary.engine} database, PORTAL_DATABASE_URL names a {engine} one')
    _nobody_uses(sqlite_path(settings().database))
    with _told(), archive.opened(source) as content:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix='.restore-', dir=data) as scratch:
            for name in content.names:
                content.unpack(name, Path(scratch, name))
            aside = data / f'before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}'
            aside.mkdir(mode=0o700)
            _put_database(engine, Path(scratch) / DATABASE[engine], aside)
            for name in ('files', 'secret'):
                _put(Path(scratch) / name, data / name, aside)
    return summary


def _put_database(engine: str, copy: Path, aside: Path) -> None:
    if engine == 'postgres':
        options = ('--clean', '--if-exists', '--no-owner', '--single-transaction')
        _postgres('pg_restore', *options, '--dbname', str(_credentials()['database']), str(copy))
        return
    place = sqlite_path(settings().database)
    if place is None:
        raise BackupFailed('a database in memory cannot be restored')
    place.parent.mkdir(parents=True, exist_ok=True)
    for leftover in ('-wal', '-shm'):  # of the database that goes: applied to the one that comes they would ruin it
        _put(None, place.with_name(place.name + leftover), aside)
    _put(copy, place, aside)


def _put(new: Path | None, place: Path, aside: Path) -> None:
    if place.exists():
        shutil.move(place, aside / place.name)
    if new is not None and new.exists():
        shutil.move(new, place)
        archive.to_disk(place)


def _nobody_uses(path: Path | None) -> None:
    if path is None or not path.exists():
        return
    with _told(), _sqlite(path) as connection:
        connection.execute('PRAGMA busy_timeout=0')
        try:
            mode = connection.execute('PRAGMA journal_mode=DELETE').fetchone()[0]  # needs the file for itself
        except sqlite3.OperationalError:
            mode = 'locked'
    if mode != 'delete':
        raise BackupFailed('the portal is running on this database: stop it first')


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute('PRAGMA busy_timeout=30000')
        yield connection
    finally:
        connection.close()


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database; the password travels in the environment, not in sight."""
    known = _credentials()
    names = {'host': 'PGHOST', 'port': 'PGPORT', 'user': 'PGUSER', 'password': 'PGPASSWORD', 'database': 'PGDATABASE'}
    _run([program, *arguments], {names[key]: str(known[key]) for key in names if known.get(key)})


def _credentials() -> dict[str, Any]:
    credentials: dict[str, Any] = tortoise_config(settings().database)['connections'][NAME]['credentials']
    return credentials


def _run(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BackupFailed(f'{command[0]} is needed for PostgreSQL and is not on the PATH')
    done = subprocess.run(  # noqa: S603 (a fixed program, arguments of our own)
        [program, *command[1:]],
        env=os.environ | environment,  # noqa: TID251 (what the programs need, PATH and HOME, not a setting of ours)
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f'{command[0]} failed: {done.stderr.strip()}')
