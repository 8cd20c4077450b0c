"""The schema: in step with the models, the same however it came about, and kept with its rows when it changes."""

import asyncio
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise.utils import generate_schema_for_client

from models import Comment
from models.search import PREFIX
from services import migrations
from services.database import (
    close_database,
    connection,
    engine,
    new_context,
    open_database,
    sqlite_path,
    tortoise_config,
)
from services.migrations import CannotMigrate, migrate, missing
from tests.models.rows import NOW, a_ticket_with_children
from tests.people import alice, bob
from tests.postgres import execute, sibling

COLUMNS = {
    'sqlite': 'SELECT m.name AS place, p.name, p.type, p."notnull", p.dflt_value, p.pk FROM sqlite_master m, '
    "pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, 2",
    'postgres': 'SELECT table_name AS place, column_name, data_type, character_maximum_length, is_nullable, '
    "column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
}
KEYS = {
    'sqlite': 'SELECT m.name AS place, f."from", f."table", f."to", f.on_delete FROM sqlite_master m, '
    "pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2",
    'postgres': 'SELECT conrelid::regclass::text AS place, contype::text, pg_get_constraintdef(oid) AS definition '
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3",
}
INDEXES = {
    'sqlite': 'SELECT m.name AS place, l."unique", '
    '(SELECT group_concat(name) FROM pragma_index_info(l.name)) AS columns '
    "FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type = 'table' ORDER BY 1, 2, 3",
    'postgres': "SELECT tablename AS place, regexp_replace(indexdef, 'INDEX \\S+', 'INDEX') AS definition "
    "FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
}


async def test_no_migration_is_missing():
    assert await missing() == [], 'the models changed: run `make migration NAME=what_it_does`'


async def test_migrations_and_models_make_the_same_schema(empty_url):
    await _generate(empty_url)
    made = await _schema(empty_url)
    await _drop_everything(empty_url)
    await migrate(empty_url)
    assert await _schema(empty_url) == made


async def test_a_second_migration_finds_nothing_to_do(empty_url):
    assert (await migrate(empty_url))[0] == '0001_initial'
    assert await migrate(empty_url) == []


async def test_a_change_keeps_the_rows_that_refer_to_a_rebuilt_table_and_its_indexes(database_url, next_migration):
    await _fill(database_url)
    before = await _ask(database_url, INDEXES), await _ask(database_url, KEYS)
    next_migration(
        """
        ops.AlterField('Ticket', 'subject', fields.CharField(max_length=250)),
        ops.AddField('Company', 'city', fields.CharField(max_length=100, null=True)),
        ops.RemoveField('Ticket', 'solve_left'),
        """
    )
    assert await migrate(database_url) == ['9999_next']
    assert (await _ask(database_url, INDEXES), await _ask(database_url, KEYS)) == before
    await open_database(database_url)
    try:
        rows = await connection().execute_query_dict(
            'SELECT (SELECT count(*) FROM comment) AS comments, (SELECT count(*) FROM share) AS shares, '
            '(SELECT count(*) FROM ticket) AS tickets, (SELECT count(*) FROM company WHERE city IS NULL) AS companies'
        )
        assert rows == [{'comments': 4, 'shares': 1, 'tickets': 1, 'companies': 1}]
    finally:
        await close_database()


async def test_a_migration_that_fails_leaves_everything_as_it_was(database_url, next_migration):
    before = await _schema(database_url)
    next_migration(
        """
        ops.AddField('Company', 'city', fields.CharField(max_length=100, null=True)),
        ops.RunPython(broken, broken),
        """
    )
    with pytest.raises(ZeroDivisionError):
        await migrate(database_url)
    assert await _schema(database_url) == before


async def test_a_migration_that_leaves_a_row_without_its_parent_is_taken_back(sqlite_url, next_migration):
    await _fill(sqlite_url)
    next_migration('ops.RunPython(orphan, orphan),')
    with pytest.raises(CannotMigrate, match='5 rows would refer to rows that do not exist, in comment, share'):
        await migrate(sqlite_url)


async def test_a_copy_of_a_sqlite_database_with_content_is_kept_before(sqlite_url, next_migration):
    await _fill(sqlite_url)
    next_migration("ops.AddField('Company', 'city', fields.CharField(max_length=100, null=True)),")
    await migrate(sqlite_url, now=NOW)
    copies = list((sqlite_path(sqlite_url).parent / 'backups').iterdir())
    assert [copy.name for copy in copies] == ['portal-before-20260301T120000000000.sqlite3']
    await open_database(f'sqlite://{copies[0]}')
    try:
        assert await Comment.all().count() == 4
    finally:
        await close_database()


async def test_a_database_of_a_newer_version_is_refused(database_url):
    await open_database(database_url)
    await connection().execute_query(
        'INSERT INTO tortoise_migrations (app, name, applied_at) '
        "VALUES ('models', '0099_future', '2030-01-01 00:00:00+00')"
    )
    await close_database()
    with pytest.raises(CannotMigrate, match='newer than this version of the portal: it has 0099_future'):
        await migrate(database_url)


async def test_several_processes_at_once_migrate_once(empty_url):
    program = (
        'import asyncio, sys; sys.path.insert(0, sys.argv[1])\n'
        'from services.migrations import migrate\n'
        'print(bool(asyncio.run(migrate(sys.argv[2]))))'
    )
    root = Path(__file__).parents[2]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            '-c',
            program,
            str(root),
            empty_url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]
    answers = [await process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, answers
    assert sorted(said.strip() for said, _ in answers) == [b'False', b'False', b'False', b'True']
    assert await migrate(empty_url) == []


@pytest.fixture(params=['sqlite', 'postgres'])
def empty_url(request, tmp_path) -> Iterator[str]:
    """A database without any table."""
    if request.param == 'sqlite':
        yield f'sqlite://{tmp_path}/empty/portal.sqlite3'
        return
    server = request.getfixturevalue('postgres_dsn')
    execute(server, 'CREATE DATABASE portal_empty')
    yield sibling(server, 'portal_empty')
    execute(server, 'DROP DATABASE portal_empty WITH (FORCE)')


@pytest.fixture
def next_migration(tmp_path, monkeypatch):
    """A function that adds a migration after ours, for this test alone."""
    folder = tmp_path / 'later_migrations'
    ours = Path(__file__).parents[2] / 'models/migrations'
    shutil.copytree(ours, folder, ignore=shutil.ignore_patterns('__pycache__'))
    monkeypatch.syspath_prepend(tmp_path)
    apps = {'models': {**migrations.CONFIG['apps']['models'], 'migrations': 'later_migrations'}}
    monkeypatch.setattr(migrations, 'CONFIG', {**migrations.CONFIG, 'apps': apps})

    def write(operations: str) -> None:
        latest = max(path.stem for path in ours.glob('0*.py'))
        body = textwrap.indent(textwrap.dedent(operations), ' ' * 8)
        (folder / '9999_next.py').write_text(_NEXT.format(latest=latest, operations=body), encoding='utf-8')

    yield write
    for name in [name for name in sys.modules if name.split('.')[0] == 'later_migrations']:
        del sys.modules[name]


_NEXT = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

async def broken(apps, editor):
    1 / 0

async def orphan(apps, editor):
    await editor.client.execute_query('DELETE FROM ticket')

class Migration(migrations.Migration):
    dependencies = [('models', '{latest}')]
    operations = [
{operations}
    ]
"""


async def _fill(url: str) -> None:
    await open_database(url)
    try:
        await a_ticket_with_children(await alice(), await bob())
    finally:
        await close_database()


async def _generate(url: str) -> None:
    """Make the schema from the models alone."""
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True)
    context = await new_context(tortoise_config(url))
    with context:
        await generate_schema_for_client(context.db(), safe=False)
        await context.close_connections()


async def _drop_everything(url: str) -> None:
    path = sqlite_path(url)
    if path is not None:
        path.unlink()
    else:
        execute(url, 'DROP SCHEMA public CASCADE', 'CREATE SCHEMA public')


async def _schema(url: str) -> dict[str, list[dict[str, object]]]:
    return {'columns': await _ask(url, COLUMNS), 'keys': await _ask(url, KEYS), 'indexes': await _ask(url, INDEXES)}


async def _ask(url: str, questions: dict[str, str]) -> list[dict[str, object]]:
    await open_database(url)
    try:
        rows = await connection().execute_query_dict(questions[engine()])
    finally:
        await close_database()
    ours = [row for row in rows if 'tortoise_migrations' not in row['place']]
    return [row for row in ours if not row['place'].startswith(PREFIX)]  # the search's index, which no model describes
