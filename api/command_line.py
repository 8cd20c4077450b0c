"""What an operator does at the terminal: accounts, tokens, migration, checks and backups. `main.py` adds serving."""

import asyncio
import sys
from collections.abc import Awaitable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from models import Role
from services import backup, database, health, migrations, people, tokens, transfer
from services.errors import Refusal
from services.forms import store
from services.i18n import translate
from services.settings import settings

Result = TypeVar('Result')

app = typer.Typer(
    help='The SmartPlayer support portal. Settings come from PORTAL_ variables; see the README.',
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command('migrate')
def migrate() -> None:
    """Bring the database's schema up to date (also done at every start)."""
    applied = _alone(migrations.migrate(settings().database))
    typer.echo('\n'.join(applied) if applied else 'The schema is up to date.')


@app.command('create-user')
def create_user(
    email: str,
    role: Annotated[Role, typer.Option(help='customer, agent or admin')],
    company: Annotated[str | None, typer.Option(help='the company of a customer; made when it does not exist')] = None,
    name: Annotated[str | None, typer.Option(help='as shown to others; until given what stands before the @')] = None,
    password_stdin: Annotated[
        bool, typer.Option('--password-stdin', help='read the password from standard input')
    ] = False,
) -> None:
    """Create an account. Without a password the person sets one by an invitation or 'forgotten password'."""
    password = sys.stdin.readline().rstrip('\r\n') if password_stdin else None
    if company is not None and role is not Role.CUSTOMER:
        typer.echo(f'The company is left out: {role.value}s belong to none.', err=True)
        company = None
    user = _run(people.create_user(email, role=role, company_name=company, name=name, password=password))
    typer.echo(f'{user.email} ({user.role})')


@app.command('create-token')
def create_token(email: str, name: Annotated[str, typer.Option(help='what the token is for')]) -> None:
    """Create an API token for a person; prints the token and nothing else. It is not shown again."""
    typer.echo(_run(tokens.create_for(email, name)))


@app.command('check')
def check() -> None:
    """Check that the database is whole, every file is there, and nothing waits too long. Exit code 1 if not."""
    findings = _run(health.check())
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo('All is well.')


@app.command('backup')
def make_backup(target: Path) -> None:
    """Write one file with the database and all attachments, while the portal runs, and read it back."""
    typer.echo(_alone(backup.back_up(target)))


@app.command('restore')
def restore_backup(source: Path) -> None:
    """Replace the data folder's content by that of a backup. The portal has to be stopped."""
    typer.echo(_alone(backup.restore(source)))


@app.command('export')
def export_all(target: Path) -> None:
    """Write everything as text into one file, for moving from SQLite to PostgreSQL or for looking at."""
    typer.echo(_run(transfer.export(target)))


@app.command('import')
def import_all(source: Path) -> None:
    """Fill an empty portal of the same version with an export."""
    typer.echo(_run(transfer.import_(source)))


def _run(work: Awaitable[Result]) -> Result:
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
        return _alone(whole())
    except Refusal as refusal:
        typer.echo(refusal_text(refusal), err=True)
        raise typer.Exit(1) from refusal


def _alone(work: Coroutine[Any, Any, Result]) -> Result:
    """Do one piece of work; what the database or the disk refuses becomes a sentence and exit code 1."""
    try:
        return asyncio.run(work)
    except (backup.BackupFailed, transfer.TransferFailed, migrations.CannotMigrate, *database.FAULTS) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def refusal_text(refusal: Refusal) -> str:
    """A refusal in the portal's language, with the problems of single fields."""
    language = settings().language
    lines = [translate(language, refusal.key, **refusal.values)]
    for field, problem in getattr(refusal, 'problems', {}).items():
        lines.append(f'{field}: {translate(language, problem.key, **problem.values)}')
    return '\n'.join(lines)
