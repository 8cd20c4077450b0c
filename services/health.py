"""Whether the portal can do its work, how big it has grown, and on what it runs."""

import os
import platform
import shutil
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from models import Counter, Ticket
from models.engines.faults import DatabaseBusy, DatabaseFull
from models.engines.sqlite import SqliteClient
from services import database
from services.database import connection, engine

LEAST_SPACE = 16 * 1024 * 1024  # bytes; below it a write may fail half-way through somebody's upload


class Trouble(StrEnum):
    """Why the portal is not ready."""

    DATABASE_GONE = 'database_gone'
    DATABASE_BUSY = 'database_busy'
    DATABASE_READ_ONLY = 'database_read_only'
    DISK_FULL = 'disk_full'


@dataclass(frozen=True, slots=True)
class Figures:
    """Sizes in bytes; `None` where the engine does not tell."""

    engine: str
    engine_version: str
    database_size: int
    free_space: int
    versions: dict[str, str]


async def troubles(data_dir: Path) -> list[Trouble]:
    """What keeps the portal from working now; empty when it is ready. Never raises and takes no lock."""
    found: list[Trouble] = []
    try:
        await database.ping()
        if await _is_read_only():
            found.append(Trouble.DATABASE_READ_ONLY)
    except DatabaseFull:
        found.append(Trouble.DISK_FULL)
    except (DatabaseBusy, TimeoutError):
        found.append(Trouble.DATABASE_BUSY)
    except Exception:  # noqa: BLE001 (whatever it is: the database does not answer)
        found.append(Trouble.DATABASE_GONE)
    if _free_space(data_dir) < LEAST_SPACE and Trouble.DISK_FULL not in found:
        found.append(Trouble.DISK_FULL)
    return found


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


async def check() -> list[str]:
    """Look through the whole database for damage; what was found, one sentence each, for the `check` command."""
    found = await _examine_sqlite() if engine() == 'sqlite' else []
    newest = await Ticket.all().order_by('-number').first()
    counter = await Counter.get_or_none(name='ticket')
    if newest is not None and (counter is None or counter.value < newest.number):
        found.append(f'the ticket counter stands at {counter.value if counter else 0}, below ticket {newest.number}')
    return found


async def _examine_sqlite() -> list[str]:
    rows = await connection().execute_query('PRAGMA integrity_check')
    found = [str(row[0]) for row in rows[1] if row[0] != 'ok']
    broken = await connection().execute_query_dict('PRAGMA foreign_key_check')
    return found + [f'{row["table"]} row {row["rowid"]} refers to a missing row of {row["parent"]}' for row in broken]


async def _is_read_only() -> bool:
    if engine() == 'postgres':
        rows = await connection().execute_query_dict('SELECT pg_is_in_recovery() AS read_only')
        return bool(rows[0]['read_only'])
    path = _sqlite_file()
    return path is not None and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _sqlite_file() -> Path | None:
    client = connection()
    assert isinstance(client, SqliteClient)  # noqa: S101 (asked only on SQLite)
    return None if client.is_in_memory else Path(client.filename)


def _free_space(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
