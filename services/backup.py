"""One file that holds everything: the database as it was at one moment, and the attachments; made while it all runs.

The file is a tar with `manifest.json` (what it is, and a digest of each part), `portal.sqlite3` or `portal.dump`,
`files/…` and `secret` (without it, links in e-mails that were sent would not work after a restore). Attachments lie
under their digests and never change, so those that the database speaks of are all there once it has been copied.
"""

import asyncio
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.engines.library_sqlite import sqlite3
from services import blobs
from services.database import NAME, sqlite_path, tortoise_config
from services.settings import settings

FORMAT = 1
MANIFEST = 'manifest.json'
DATABASE = {'sqlite': 'portal.sqlite3', 'postgres': 'portal.dump'}
_EVER = datetime.max.replace(tzinfo=UTC)
KEPT = ('files', 'secret')  # of the data folder, besides the database


class BackupFailed(Exception):
    """The backup could not be made, or is not what it should be; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds."""

    path: Path
    made_at: datetime
    engine: str
    parts: int
    size: int

    def __str__(self) -> str:
        return (
            f'{self.path}: {self.engine}, {self.parts} files, {self.size} bytes, made {self.made_at:%Y-%m-%d %H:%M} UTC'
        )


async def back_up(target: Path, *, now: datetime | None = None) -> Summary:
    """Write a backup to `target`, a new file or a folder that gets one, and read it back. Raises BackupFailed."""
    return await asyncio.to_thread(_back_up, target, now or datetime.now(UTC))


async def verify(source: Path) -> Summary:
    """Read a whole backup: every part, every digest, the database's own check. Raises BackupFailed."""
    return await asyncio.to_thread(_verify, source)


async def restore(source: Path) -> Summary:
    """Put a backup in place of what the data folder and the database hold. The portal has to be stopped.

    The backup is read through first. What was there before is kept beside it as `before-restore-…` (SQLite and files).
    Raises BackupFailed.
    """
    return await asyncio.to_thread(_restore, source)


def _back_up(target: Path, now: datetime) -> Summary:
    if target.is_dir():
        target = target / f'portal-{now:%Y%m%dT%H%M%SZ}.tar'
    if target.exists():
        raise BackupFailed(f'{target} exists already')
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='.backup-', dir=target.parent) as scratch:
        draft = Path(scratch, 'draft.tar')
        with tarfile.open(draft, 'w') as archive:
            _fill(archive, Path(scratch), now)
        summary = _verify(draft)
        draft.chmod(0o600)
        _to_disk(draft)
        draft.rename(target)
    return replace(summary, path=target)


def _fill(archive: tarfile.TarFile, scratch: Path, now: datetime) -> None:
    engine = _engine()
    parts = {DATABASE[engine]: _copy_of_database(engine, scratch)}
    for path in _kept(settings().data_dir):
        parts[path.relative_to(settings().data_dir).as_posix()] = path
    digests: dict[str, str] = {}
    for name, path in parts.items():
        with suppress(FileNotFoundError):  # an attachment that was removed meanwhile
            digests[name] = _digest(path)
            archive.add(path, name, recursive=False)
    manifest = {'format': FORMAT, 'made_at': now.isoformat(), 'engine': engine, 'parts': digests}
    content = json.dumps(manifest, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _kept(folder: Path) -> Iterator[Path]:
    # Looked at after the database was copied: whatever that speaks of is there by now.
    yield from sorted(blobs.path_of(digest) for digest in blobs.stored(before=_EVER))
    if (folder / 'secret').exists():
        yield folder / 'secret'


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
    try:
        with tarfile.open(source) as archive, tempfile.TemporaryDirectory(prefix='portal-verify-') as scratch:
            manifest = _manifest(archive, source)
            for name, digest in manifest['parts'].items():
                if _digest_of(archive, name) != digest:
                    raise BackupFailed(f'{source}: {name} is not what was written')
            _verify_database(archive, manifest['engine'], Path(scratch))
    except (tarfile.TarError, OSError, KeyError, ValueError) as error:
        raise BackupFailed(f'{source} is not a whole backup: {error}') from error
    made_at = datetime.fromisoformat(manifest['made_at'])
    return Summary(source, made_at, manifest['engine'], len(manifest['parts']), source.stat().st_size)


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    member = archive.extractfile(MANIFEST)
    manifest: dict[str, Any] = json.load(member) if member else {}
    if manifest.get('format') != FORMAT:
        raise BackupFailed(f'{source} was made by another version of the portal')
    if strange := [name for name in manifest['parts'] if name.startswith('/') or '..' in Path(name).parts]:
        raise BackupFailed(f'{source} names files outside of itself: {strange[0]}')
    return manifest


def _digest_of(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    if member is None:
        raise BackupFailed(f'{name} is not a file')
    return hashlib.file_digest(member, 'sha256').hexdigest()  # type: ignore[arg-type]  # it reads like any file


def _verify_database(archive: tarfile.TarFile, engine: str, scratch: Path) -> None:
    copy = _unpack(archive, DATABASE[engine], scratch)
    if engine == 'postgres':
        _run(['pg_restore', '--list', str(copy)], {})
        return
    with _sqlite(copy) as connection:
        said = [row[0] for row in connection.execute('PRAGMA integrity_check')]
        if said != ['ok']:
            raise BackupFailed(f'the copied database is damaged: {said[0]}')


def _restore(source: Path) -> Summary:
    summary = _verify(source)
    engine, data = _engine(), settings().data_dir
    if summary.engine != engine:
        raise BackupFailed(f'the backup holds a {summary.engine} database, PORTAL_DATABASE_URL names a {engine} one')
    place = sqlite_path(settings().database)
    if place is not None and place.exists():
        _nobody_uses(place)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='.restore-', dir=data) as scratch, tarfile.open(source) as archive:
        for name in _manifest(archive, source)['parts']:
            _unpack(archive, name, Path(scratch))
        aside = data / f'before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}'
        aside.mkdir(mode=0o700)
        _put_database(engine, Path(scratch) / DATABASE[engine], aside)
        for name in KEPT:
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


def _nobody_uses(path: Path) -> None:
    with _sqlite(path) as connection:
        connection.execute('PRAGMA busy_timeout=0')
        try:
            mode = connection.execute('PRAGMA journal_mode=DELETE').fetchone()[0]  # needs the file for itself
        except sqlite3.OperationalError:
            mode = 'locked'
    if mode != 'delete':
        raise BackupFailed('the portal is running on this database: stop it first')


def _put(new: Path | None, place: Path, aside: Path) -> None:
    if place.exists():
        shutil.move(place, aside / place.name)
    if new is not None and new.exists():
        shutil.move(new, place)
        _to_disk(place)


def _unpack(archive: tarfile.TarFile, name: str, folder: Path) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    member = archive.extractfile(name)
    if member is None:
        raise BackupFailed(f'{name} is not a file')
    with place.open('wb') as copy:
        shutil.copyfileobj(member, copy)
    place.chmod(0o600)
    return place


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute('PRAGMA busy_timeout=30000')
        yield connection
    finally:
        connection.close()


def _engine() -> str:
    return 'sqlite' if settings().database.startswith('sqlite:') else 'postgres'


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


def _digest(path: Path) -> str:
    with path.open('rb') as content:
        return hashlib.file_digest(content, 'sha256').hexdigest()


def _to_disk(path: Path) -> None:
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
