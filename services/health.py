"""Whether the portal can do its work, how big it has grown, and on what it runs."""

import asyncio
import os
import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from tortoise.expressions import F
from tortoise.transactions import in_transaction  # noqa: TID251 (nothing to announce)

from models import Attachment, Counter, MailState, OutboxMail, Ticket
from models.engines.faults import DatabaseBusy, DatabaseFull
from models.engines.sqlite import SqliteClient
from services import blobs, database, stopping
from services.database import connection, engine
from services.figures import kept
from services.search import upkeep
from services.settings import settings

LEAST_SPACE = 16 * 1024 * 1024  # bytes; below it a write may fail half-way through somebody's upload
LONGEST_DELAY = timedelta(hours=1)
_PATIENCE = 5.0  # seconds in which a write gets its turn


class Trouble(StrEnum):
    """Why the portal is not ready."""

    DATABASE_GONE = 'database_gone'
    DATABASE_BUSY = 'database_busy'
    DATABASE_READ_ONLY = 'database_read_only'
    DISK_FULL = 'disk_full'
    STOPPING = 'stopping'


class Warning(StrEnum):
    """What is not as it should be, while the portal works all the same."""

    MAIL_DELAYED = 'mail_delayed'


@dataclass(frozen=True, slots=True)
class Figures:
    """Sizes in bytes; `None` where the engine does not tell."""

    engine: str
    engine_version: str
    database_size: int
    free_space: int
    versions: dict[str, str]


async def troubles(data_dir: Path) -> list[Trouble]:
    """What keeps the portal from working now; empty when it is ready. Never raises, and changes nothing."""
    found: list[Trouble] = []
    try:
        await database.ping()
        if await _is_read_only():
            found.append(Trouble.DATABASE_READ_ONLY)
        else:
            async with asyncio.timeout(_PATIENCE):
                await _try_to_write()
    except DatabaseFull:
        found.append(Trouble.DISK_FULL)
    except (DatabaseBusy, TimeoutError):
        found.append(Trouble.DATABASE_BUSY)
    except Exception:  # noqa: BLE001 (whatever it is: the database does not answer)
        found.append(Trouble.DATABASE_GONE)
    if _free_space(data_dir) < LEAST_SPACE and Trouble.DISK_FULL not in found:
        found.append(Trouble.DISK_FULL)
    if stopping.has_begun():
        found.append(Trouble.STOPPING)
    return found


async def warnings(*, now: datetime | None = None) -> list[Warning]:
    """What somebody should look at, though the portal works."""
    late = (now or datetime.now(UTC)) - LONGEST_DELAY
    try:
        delayed = await OutboxMail.filter(state=MailState.WAITING, not_before__lt=late).exists()
    except database.FAULTS:
        return []
    return [Warning.MAIL_DELAYED] if delayed and settings().smtp_url else []


async def figures(data_dir: Path) -> Figures:
    """What the settings page and the `check` command show."""
    if engine() == 'sqlite':
        rows = await connection().execute_query_dict('SELECT sqlite_version() AS version')
        path = _sqlite_file()
        size = sum(part.stat().st_size for part in path.parent.glob(f'{path.name}*')) if path else 0
    else:
        rows = await connection().execute_query_dict(
            "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size"
        )
        size = int(rows[0]['size'])
    versions = {'python': platform.python_version()} | {name: version(name) for name in ('nicegui', 'tortoise-orm')}
    return Figures(engine(), str(rows[0]['version']), size, _free_space(data_dir), versions)


async def check(*, now: datetime | None = None) -> list[str]:
    """Look through everything for damage and delay; what was found, one sentence each, for the `check` command."""
    now = now or datetime.now(UTC)
    found = await _examine_sqlite() if engine() == 'sqlite' else []
    found += [*await _examine_counter(), *await _examine_files()]
    found += [*await upkeep.differences(), *await kept.differences()]
    return [*found, *await _examine_delays(now)]


async def _examine_counter() -> list[str]:
    newest = await Ticket.all().order_by('-number').first()
    counter = await Counter.get_or_none(name='ticket')
    given = counter.value if counter is not None else 0
    if newest is None or newest.number <= given:
        return []
    return [f'the ticket counter stands at {given}, below ticket {newest.number}']


async def _examine_files() -> list[str]:
    found: list[str] = []
    last = 0
    while batch := await Attachment.filter(removed_at=None, id__gt=last).order_by('id').limit(1000):
        last = batch[-1].id
        sizes = await asyncio.to_thread(_sizes, [file.digest for file in batch])
        for file, size in zip(batch, sizes, strict=True):
            if size != file.size:
                found.append(f'the file {file.key} should have {file.size} bytes and has {size or "none"}')
    return found


async def _examine_delays(now: datetime) -> list[str]:
    found: list[str] = []
    late = now - LONGEST_DELAY
    if overdue := await Ticket.filter(auto_close_at__lt=late).count():
        found.append(f'{overdue} tickets should have been closed more than an hour ago: is the portal running?')
    waiting = await OutboxMail.filter(state=MailState.WAITING, not_before__lt=late).count()
    if waiting and settings().smtp_url:
        found.append(f'{waiting} e-mails have been waiting for more than an hour: does the mail server answer?')
    return found


def _sizes(digests: list[str]) -> list[int | None]:
    return [_size_of(blobs.path_of(digest)) for digest in digests]


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


async def _examine_sqlite() -> list[str]:
    rows = await connection().execute_query('PRAGMA integrity_check')
    found = [str(row[0]) for row in rows[1] if row[0] != 'ok']
    broken = await connection().execute_query_dict('PRAGMA foreign_key_check')
    return found + [f'{row["table"]} row {row["rowid"]} refers to a missing row of {row["parent"]}' for row in broken]


async def _try_to_write() -> None:
    """Write something, and take it back. Raises what keeps everybody from writing."""
    try:
        async with in_transaction(database.NAME):
            await Counter.filter(name='ticket').update(value=F('value'))
            raise _TakeBack
    except _TakeBack:
        pass


class _TakeBack(Exception):
    """Ends a transaction that is to leave nothing."""


async def _is_read_only() -> bool:
    if engine() == 'postgres':
        rows = await connection().execute_query_dict('SELECT pg_is_in_recovery() AS read_only')
        return bool(rows[0]['read_only'])
    path = _sqlite_file()
    return path is not None and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _sqlite_file() -> Path | None:
    client = connection()
    assert isinstance(client, SqliteClient)
    return None if client.is_in_memory else Path(client.filename)


def _free_space(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
