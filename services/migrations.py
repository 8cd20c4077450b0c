"""Brings a database to the schema this version of the portal needs: once, whole, and with a copy kept before.

Tortoise's runner alone would, on SQLite, delete the rows that refer to a rebuilt table, lose indexes, and let two
processes migrate at the same time. So here: one process at a time, foreign keys off while tables are rebuilt, all
migrations and their records in one transaction, every reference checked before it commits.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction  # noqa: TID251 (nothing to announce, and a context of its own)
from tortoise.utils import generate_schema_for_client

from models.engines.library_sqlite import sqlite3
from models.engines.to_the_end import to_the_end
from services.database import (
    CONFIG,
    NAME,
    check_letters,
    engine_of,
    make_file,
    new_context,
    sqlite_path,
    tortoise_config,
)

log = logging.getLogger(__name__)

_LOCK = 0x706F7274616C  # any number that nobody else on this PostgreSQL database locks
_PATIENCE = 10 * 60 * 1000  # milliseconds to wait while another process migrates
_CREDENTIALS: dict[str, dict[str, Any]] = {
    'sqlite': {'foreign_keys': False, 'busy_timeout': _PATIENCE},
    'postgres': {'server_settings': {'lock_timeout': '0', 'idle_in_transaction_session_timeout': '0'}},
}


class CannotMigrate(Exception):
    """The database cannot be brought to this version; it is as it was before."""


async def migrate(url: str, *, now: datetime | None = None) -> list[str]:
    """Apply the migrations that the database lacks; their names, oldest first. A missing SQLite file is made.

    Several processes may call it at once. A SQLite database with content is copied into `backups/` beside it first.
    Raises CannotMigrate, or what a migration raised; the database is then as it was.
    """
    make_file(url)
    context = await new_context(tortoise_config(url, **_CREDENTIALS[engine_of(url)]))
    with context:
        try:
            client = context.db()
            await client.create_connection(with_db=True)
            await check_letters(client)
            return await _migrate(sqlite_path(url), now or datetime.now(UTC))
        finally:
            await to_the_end(context.close_connections())


async def missing() -> list[str]:
    """What the migration files lack of the models, one line for each change; empty when they are in step."""
    context = await new_context(CONFIG)
    with context:
        try:
            assert context.apps is not None
            writers = await MigrationAutodetector(context.apps, CONFIG['apps']).changes()
            return [operation.describe() for writer in writers for operation in writer.operations]
        finally:
            await context.close_connections()


async def _migrate(path: Path | None, now: datetime) -> list[str]:
    async with in_transaction(NAME) as transaction:
        if transaction.capabilities.dialect == 'postgres':
            # One process at a time; on SQLite BEGIN IMMEDIATE has seen to that.
            await transaction.execute_query('SELECT pg_advisory_xact_lock($1)', [_LOCK])
        executor = MigrationExecutor(transaction, CONFIG['apps'])
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
        steps = [step.migration.name for step in await executor.plan()]
        known = {key.name for key in executor.loader.disk_migrations}
        applied = [key.name for key in executor.loader.applied_migrations]
        if unknown := sorted(set(applied) - known):
            raise CannotMigrate(f'the database is newer than this version of the portal: it has {", ".join(unknown)}')
        if not steps:
            return []
        if path is not None and applied:
            log.info('the database before the migration is kept as %s', keep_copy(path, now))
        log.info('migrating the database: %s', ', '.join(steps))
        await executor.migrate(direction='forward')
        await _check_references(transaction)
        await _restore_indexes(transaction)
    return steps


def keep_copy(path: Path, now: datetime) -> Path:
    """Copy a SQLite database that may be in use into `backups/` beside it; the copy's path."""
    folder = path.parent / 'backups'
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f'{path.stem}-before-{now:%Y%m%dT%H%M%S%f}.sqlite3'
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute('VACUUM INTO ?', [str(copy)])
    finally:
        connection.close()
    return copy


async def _restore_indexes(client: BaseDBAsyncClient) -> None:
    """Make again what a table that was rebuilt on SQLite has lost: its indexes and `unique_together`."""
    await generate_schema_for_client(client, safe=True)
    if client.capabilities.dialect != 'sqlite':
        return
    apps = require_context().apps
    assert apps is not None
    for model in apps['models'].values():
        table, names = model._meta.db_table, model._meta.fields_db_projection
        rows = await client.execute_query_dict(
            'SELECT (SELECT group_concat(name) FROM pragma_index_info(list.name)) AS columns '
            'FROM pragma_index_list(?) list WHERE "unique"',
            [table],
        )
        there = {row['columns'] for row in rows}
        for group in model._meta.unique_together:
            columns = [names[name] for name in group]
            if ','.join(columns) not in there:
                quoted = ', '.join(f'"{column}"' for column in columns)
                await client.execute_script(
                    f'CREATE UNIQUE INDEX "uid_{table}_{"_".join(columns)}" ON "{table}" ({quoted})'
                )


async def _check_references(client: BaseDBAsyncClient) -> None:
    if client.capabilities.dialect == 'sqlite':
        broken = await client.execute_query_dict('PRAGMA foreign_key_check')
        if broken:
            tables = ', '.join(sorted({row['table'] for row in broken}))
            raise CannotMigrate(f'{len(broken)} rows would refer to rows that do not exist, in {tables}')
