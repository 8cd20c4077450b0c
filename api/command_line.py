"""What an operator does at the terminal: accounts, tokens, migration, checks and backups. `main.py` adds serving."""

import asyncio
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from models import Role
from services import backup, database, health, migrations, moving_in, people, tokens, transfer
from services.errors import Refusal
from services.forms import store
from services.i18n import translate
from services.search import upkeep
from services.settings import settings, sqlite_url

Result = TypeVar('Result')

_LINES = 30  # of a report on the screen
_EXPECTED = (
    backup.BackupFailed,
    transfer.TransferFailed,
    moving_in.Unreadable,
    moving_in.MappingBroken,
    migrations.CannotMigrate,
    *database.FAULTS,
)

PEOPLE, CARE, MOVING = 'People', 'Care', 'Moving'
"""The groups of commands in the list of `--help`; serving stands before them."""


class Account(StrEnum):
    """The roles that an account can have."""

    CUSTOMER = Role.CUSTOMER
    AGENT = Role.AGENT
    ADMIN = Role.ADMIN


def examples(*lines: str) -> str:
    """What stands below a command's help: how it is called, a line each."""
    return '\n\n'.join(['Examples:', *(f'main.py {line}' for line in lines)])


app = typer.Typer(
    help='The SmartPlayer support portal. Settings come from PORTAL_ variables; the README lists them.',
    epilog='`main.py COMMAND --help` says more of a command, with examples. Exit codes: 0 done, 1 refused, and why, '
    '2 called wrongly, or not all was taken in.',
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command(
    'migrate',
    rich_help_panel=CARE,
    epilog=examples('migrate', 'migrate --from sqlite', 'migrate --from postgres://portal:…@old-host/portal'),
)
def migrate(
    source: Annotated[
        str | None,
        typer.Option(
            '--from',
            metavar='URL',
            help="a database whose content moves into PORTAL_DATABASE_URL; 'sqlite' is that of the data folder",
        ),
    ] = None,
) -> None:
    """Bring the database's schema up to date (also done at every start), or move a portal to another database.

    To move from SQLite to PostgreSQL, stop the portal and run `migrate --from sqlite` with PORTAL_DATABASE_URL set to
    an empty PostgreSQL database. Every row is read back and compared before it counts; the old database stays as it
    is. The files are not touched.
    """
    if source is None:
        applied = alone(migrations.migrate(settings().database))
        typer.echo('\n'.join(applied) if applied else 'The schema is up to date.')
        return
    url = sqlite_url(settings().data_dir) if source == 'sqlite' else source
    moved = alone(transfer.move(url, settings().database, progress=_tell))
    for table, rows in moved.rows.items():
        typer.echo(f'{table}: {rows} rows, the same there and here')
    typer.echo(f'{sum(moved.rows.values())} rows of {len(moved.rows)} tables moved; checksums are equal.')


@app.command(
    'create-user',
    rich_help_panel=PEOPLE,
    epilog=examples(
        'create-user anna@daisy.example --role customer --company "Daisy Ltd"',
        'create-user ivan@support.example --role agent --name "Ivan Petrov" --password-stdin < password',
    ),
)
def create_user(
    email: Annotated[str, typer.Argument(help='with what the person signs in')],
    role: Annotated[Account, typer.Option(help='what the person is')],
    company: Annotated[str | None, typer.Option(help='the company of a customer; made when it does not exist')] = None,
    name: Annotated[str | None, typer.Option(help='as shown to others; until given what stands before the @')] = None,
    password_stdin: Annotated[
        bool, typer.Option('--password-stdin', help='read the password from standard input')
    ] = False,
) -> None:
    """Create an account. Without a password the person sets one by an invitation or 'forgotten password'."""
    password = sys.stdin.readline().rstrip('\r\n') if password_stdin else None
    if company is not None and role is not Account.CUSTOMER:
        typer.echo(f'The company is left out: {role.value}s belong to none.', err=True)
        company = None
    user = _run(people.create_user(email, role=Role(role), company_name=company, name=name, password=password))
    typer.echo(f'{user.email} ({user.role})')


@app.command(
    'create-token',
    rich_help_panel=PEOPLE,
    epilog=examples('create-token anna@daisy.example --name "Till in the hall"'),
)
def create_token(
    email: Annotated[str, typer.Argument(help='whose token it is, with whose rights')],
    name: Annotated[str, typer.Option(help='what the token is for')],
) -> None:
    """Create an API token for a person; prints the token and nothing else. It is not shown again."""
    typer.echo(_run(tokens.create_for(email, name)))


@app.command('check', rich_help_panel=CARE, epilog=examples('check'))
def check() -> None:
    """Check that the database is whole, files and index are there, and nothing waits too long. Exit code 1 if not."""
    findings = _run(health.check())
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo('All is well.')


@app.command('reindex', rich_help_panel=CARE, epilog=examples('reindex'))
def reindex() -> None:
    """Make the index of the search anew from the tickets, when `check` says that it is needed."""
    typer.echo(f'{_run(upkeep.reindex())} tickets are in the index.')


@app.command(
    'backup', rich_help_panel=CARE, epilog=examples('backup /var/backups/portal', 'backup before-the-upgrade.tar')
)
def make_backup(target: Annotated[Path, typer.Argument(help='a new file.tar, or a folder that gets one')]) -> None:
    """Write one file with the database and all attachments, while the portal runs, and read it back.

    On PostgreSQL it takes pg_dump. The file holds everything, the secret too: keep it as safe as the portal.
    """
    typer.echo(alone(backup.back_up(target)))


@app.command(
    'restore',
    rich_help_panel=CARE,
    epilog=examples('restore /var/backups/portal', 'restore /var/backups/portal/portal-20261130T033000Z.tar'),
)
def restore_backup(
    source: Annotated[Path, typer.Argument(help='a file that `backup` wrote, or the newest of a folder')],
) -> None:
    """Replace the data folder's content by that of a backup. The portal has to be stopped.

    The backup is read through first. What was there before is kept beside it as before-restore-…
    """
    typer.echo(alone(backup.restore(source)))


@app.command('export', rich_help_panel=MOVING, epilog=examples('export everything.tar'))
def export_all(target: Annotated[Path, typer.Argument(help='a new file')]) -> None:
    """Write everything as JSON lines into one file, apart from any engine: to look at, or to import elsewhere.

    IDs, times and files are all in it, and the secret. Nothing is changed, and the portal may run.
    """
    typer.echo(_run(transfer.export(target, progress=_tell)))


@app.command(
    'import',
    rich_help_panel=MOVING,
    epilog=examples(
        'import everything.tar',
        'import jira.csv --dry-run --report report.json',
        'import jira.xml --mapping ours.toml',
        'import requests.csv --mapping ours.toml',
    ),
)
def import_all(
    source: Annotated[
        Path, typer.Argument(help='what `export` wrote, a .csv file, or an export of Jira (.csv or .xml)')
    ],
    mapping: Annotated[
        Path | None, typer.Option(help='what the columns, statuses and people of another system mean here (TOML)')
    ] = None,
    dry_run: Annotated[bool, typer.Option('--dry-run', help='try everything and write nothing')] = False,
    report: Annotated[Path | None, typer.Option(help='write what was not taken, and why, to this file (JSON)')] = None,
) -> None:
    """Fill an empty portal with an export, or take in the requests of another system.

    An export goes into an empty portal of the same version, whole or not at all. Requests from a CSV file or from Jira
    Service Management are added to what is there, without an e-mail to anybody; a run that was broken off goes on
    where it was, and a second run changes nothing. See docs/moving-in.md. Exit code 2: something was not taken.
    """
    if source.suffix.lower() not in ('.csv', '.xml'):
        if mapping or dry_run or report:
            raise typer.BadParameter('--mapping, --dry-run and --report are for .csv and .xml files of another system')
        typer.echo(_run(transfer.import_(source, progress=_tell)))
        return
    outcome = _run(moving_in.move_in(source, mapping_file=mapping, dry_run=dry_run, progress=_tell))
    if report is not None:
        outcome.save(report)
    lines = outcome.lines()
    for line in lines[:_LINES]:
        typer.echo(line)
    if len(lines) > _LINES:
        typer.echo(f'… and {len(lines) - _LINES} more; --report FILE writes them all.')
    typer.echo(f'{outcome}.')
    if outcome.refused:
        raise typer.Exit(2)


def _tell(line: str) -> None:
    """How far it is, apart from what the command gives."""
    typer.echo(line, err=True)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do one piece of work on the opened database; a refusal becomes a sentence and exit code 1."""

    async def whole() -> Result:
        await migrations.migrate(settings().database)
        await database.open_database(settings().database)
        try:
            await store.publish_catalogue()
            return await work
        finally:
            await database.close_database()

    try:
        return alone(whole())
    except Refusal as refusal:
        typer.echo(refusal_text(refusal), err=True)
        raise typer.Exit(1) from refusal
    finally:
        work.close()  # it has not begun when the database could not be opened


def alone(work: Coroutine[Any, Any, Result]) -> Result:
    """Do one piece of work; what the database or the disk refuses becomes a sentence and exit code 1."""
    try:
        return asyncio.run(work)
    except _EXPECTED as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def refusal_text(refusal: Refusal) -> str:
    """A refusal in the portal's language, with the problems of single fields."""
    language = settings().language
    lines = [translate(language, refusal.key, **refusal.values)]
    for field, problem in getattr(refusal, 'problems', {}).items():
        lines.append(f'{field}: {translate(language, problem.key, **problem.values)}')
    return '\n'.join(lines)
