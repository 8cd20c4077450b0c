"""Everything the portal knows as text, apart from any engine: to move from SQLite to PostgreSQL or to look at.

The archive holds one `tables/<table>.jsonl` for each table, a row a line, ordered by its key, with the attachments and
the secret beside them. It is put into an empty portal of the same version of the schema only, and read back there
before it counts: every table has to give the very lines that it was made from.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from tortoise.context import require_context
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from models import User
from models.instant import utc
from services import archive
from services.archive import Archive, ArchiveBroken
from services.backup import attachments
from services.database import connection, engine, opened, sqlite_path, tortoise_config
from services.migrations import migrate
from services.search import upkeep
from services.settings import settings
from services.transaction import transaction

KIND = 'export'
BATCH = 500

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody wants to know how far it is."""


class TransferFailed(Exception):
    """The export could not be made or put in; what was there before is as it was."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written or read."""

    path: Path
    rows: dict[str, int]
    files: int

    def __str__(self) -> str:
        return f'{self.path}: {sum(self.rows.values())} rows of {len(self.rows)} tables, {self.files} files'


async def export(
    target: Path, *, with_files: bool = True, progress: Progress = _silent, now: datetime | None = None
) -> Summary:
    """Write everything as it is at one moment to a new file. Nothing is changed. Raises TransferFailed."""
    now = now or datetime.now(UTC)
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix='portal-export-') as scratch:
        async with transaction():  # one moment for all tables
            if engine() == 'postgres':
                await connection().execute_query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
            schema = await _schema()
            for model in _models():
                table = model._meta.db_table
                rows[table] = await _write_table(model, Path(scratch))
                progress(f'{table}: {rows[table]} rows written')
        files = await asyncio.to_thread(lambda: list(attachments())) if with_files else []
        parts = [(f'tables/{table}.jsonl', Path(scratch, f'{table}.jsonl')) for table in rows] + files
        facts = {'kind': KIND, 'schema': schema, 'made_at': now.isoformat(), 'rows': rows}
        try:
            await asyncio.to_thread(archive.write, target, parts, facts)
        except (ArchiveBroken, OSError) as error:
            raise TransferFailed(str(error)) from error
    return Summary(target, rows, len(files))


async def import_(source: Path, *, progress: Progress = _silent) -> Summary:
    """Fill an empty portal with an export, whole or not at all. Raises TransferFailed."""
    try:
        with archive.opened(source) as content, tempfile.TemporaryDirectory(prefix='portal-import-') as scratch:
            await asyncio.to_thread(content.verify)
            await _refuse_unless_fit(source, content)
            async with transaction():
                for model in reversed(_models()):
                    await model.all().delete()  # an empty portal has forms and nothing else
                for model in _models():
                    table = model._meta.db_table
                    read = await _read_table(model, content.unpack(f'tables/{table}.jsonl', Path(scratch, table)))
                    progress(f'{table}: {read} rows read')
                for model in _models():
                    await _compare(model, content, Path(scratch))
                files = await asyncio.to_thread(_unpack_files, content)
            await upkeep.fill()
            return Summary(source, content.facts['rows'], files)
    except (ArchiveBroken, OSError) as error:
        raise TransferFailed(str(error)) from error


async def move(source_url: str, target_url: str, *, progress: Progress = _silent) -> Summary:
    """Bring everything from one database into another, empty one; the files stay where they are.

    Whoever calls has no database open. The source is only read. Raises TransferFailed and CannotMigrate.
    """
    if source_url == target_url:
        raise TransferFailed('the portal uses that very database already: set PORTAL_DATABASE_URL to the new one')
    _demand_database(source_url)
    with tempfile.TemporaryDirectory(prefix='portal-move-') as scratch:
        everything = Path(scratch, 'everything.tar')
        async with opened(source_url):
            try:
                await export(everything, with_files=False, progress=progress)
            except OperationalError as error:
                raise TransferFailed(f'there is no portal to be read in the old database: {error}') from error
        await migrate(target_url)
        async with opened(target_url):
            return await import_(everything, progress=progress)


def _demand_database(url: str) -> None:
    try:
        tortoise_config(url)
    except ValueError as error:
        raise TransferFailed(str(error)) from error
    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise TransferFailed(f'there is no database at {path}')


async def _compare(model: type[Model], content: Archive, scratch: Path) -> None:
    """What is in the table now gives the same lines as before, to the letter. Raises TransferFailed."""
    table = model._meta.db_table
    name, wanted = f'tables/{table}.jsonl', content.facts['rows'][table]
    written = await _write_table(model, scratch)
    if written != wanted:
        raise TransferFailed(f'{table} should have {wanted} rows and has {written}')
    if await asyncio.to_thread(archive.digest, scratch / f'{table}.jsonl') != content.digests[name]:
        raise TransferFailed(f'{table} does not hold the rows that it was made from')


async def _refuse_unless_fit(source: Path, content: Archive) -> None:
    if content.facts.get('kind') != KIND:
        raise TransferFailed(f'{source} is not an export')
    schema = await _schema()
    if content.facts['schema'] != schema:
        raise TransferFailed(f'the export has the schema {content.facts["schema"][-1:]}, this portal {schema[-1:]}')
    if await User.exists():
        raise TransferFailed('the portal has people in it already: an export goes into an empty one only')


async def _write_table(model: type[Model], folder: Path) -> int:
    key, last, written = model._meta.pk_attr, None, 0
    with (folder / f'{model._meta.db_table}.jsonl').open('w', encoding='utf-8') as lines:
        while True:
            rows = model.all() if last is None else model.filter(**{f'{key}__gt': last})
            batch = await rows.order_by(key).limit(BATCH).values(*_columns(model))
            for row in batch:
                lines.write(json.dumps(row, ensure_ascii=False, default=_plain, sort_keys=True) + '\n')
            if not batch:
                return written
            written += len(batch)
            last = batch[-1][key]


async def _read_table(model: type[Model], path: Path) -> int:
    columns, later, read = _columns(model), _own_references(model), 0
    database_columns = [model._meta.fields_db_projection[name] for name in columns]
    insert = _insert(model._meta.db_table, database_columns)
    references: list[dict[str, Any]] = []
    with path.open(encoding='utf-8') as lines:
        while batch := [json.loads(line) for line in islice(lines, BATCH)]:
            read += len(batch)
            references += [row for row in batch if any(row[name] is not None for name in later)]
            rows = [[_stored(model, name, None if name in later else row[name]) for name in columns] for row in batch]
            await connection().execute_many(insert, rows)
    for row in references:  # a row may refer to a later one of its own table
        await model.filter(pk=row[model._meta.pk_attr]).update(**{name: row[name] for name in later})
    await _restart_numbering(model)
    return read


def _unpack_files(content: Archive) -> int:
    names = [name for name in content.names if not name.startswith('tables/')]
    for name in names:
        content.unpack(name, settings().data_dir / name)
    return len(names)


def _models() -> list[type[Model]]:
    """All models, each after those that it refers to."""
    apps = require_context().apps
    assert apps is not None
    ordered: dict[type[Model], None] = {}

    def add(model: type[Model]) -> None:
        for name in sorted(model._meta.fk_fields):
            other = model._meta.fields_map[name].related_model  # type: ignore[attr-defined]
            if other is not model and other not in ordered:
                add(other)
        ordered[model] = None

    for name in sorted(apps['models']):
        if apps['models'][name] not in ordered:
            add(apps['models'][name])
    return list(ordered)


def _columns(model: type[Model]) -> list[str]:
    return sorted(model._meta.fields_db_projection)


def _own_references(model: type[Model]) -> list[str]:
    meta = model._meta
    own = [meta.fields_map[name] for name in meta.fk_fields]
    return [str(field.source_field) for field in own if field.related_model is model]  # type: ignore[attr-defined]


def _insert(table: str, columns: list[str]) -> str:
    blanks = ['?' if engine() == 'sqlite' else f'${number + 1}' for number in range(len(columns))]
    named = ', '.join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({named}) VALUES ({", ".join(blanks)})'  # noqa: S608 (our own tables' names)


def _stored(model: type[Model], name: str, value: Any) -> Any:
    field = model._meta.fields_map[name]
    return field.to_db_value(field.to_python_value(value), model)


async def _restart_numbering(model: type[Model]) -> None:
    """PostgreSQL counts apart from the rows: let it go on after the highest. SQLite looks at the rows itself."""
    if engine() == 'postgres' and model._meta.pk.generated:
        table, key = model._meta.db_table, model._meta.db_pk_column
        await connection().execute_query(
            f'SELECT setval(pg_get_serial_sequence($1, $2), max("{key}")) FROM "{table}" HAVING max("{key}") > 0',  # noqa: S608
            [table, key],
        )


async def _schema() -> list[str]:
    rows = await connection().execute_query_dict('SELECT name FROM tortoise_migrations ORDER BY name')
    return [str(row['name']) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f'{value!r} has no form in an export')


def tables_of(source: Path) -> Iterator[tuple[str, str]]:
    """The tables of an export with a digest of each: equal digests are equal rows."""
    with archive.opened(source) as content:
        yield from ((name, digest) for name, digest in content.digests.items() if name.startswith('tables/'))
