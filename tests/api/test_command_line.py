"""The operator's commands: what they print, how they end, and that a mistake is answered by one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from main import commands
from services.settings import settings
from tests.postgres import execute, sibling
from tests.source import ROOT

SAMPLES = Path(__file__).parents[1] / 'services' / 'moving_in' / 'samples'


@pytest.fixture
def run():
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(commands, [str(argument) for argument in arguments])

    return run


def test_every_command_says_what_it_does(run):
    for command in commands.registered_commands:
        help = run(str(command.name), '--help')
        assert help.exit_code == 0
        assert 'Examples:' in help.output
        assert f'main.py {command.name}' in help.output
        assert command.callback is not None
        assert (command.callback.__doc__ or '').splitlines()[0].split('. ')[0][:30] in ' '.join(help.output.split())


def test_moving_in_ends_with_2_while_something_is_not_taken_and_tells_what(run, tmp_path):
    report = tmp_path / 'report.json'
    dry = run('import', SAMPLES / 'jira.csv', '--dry-run')
    assert (dry.exit_code, dry.output.splitlines()[-1]) == (
        2,
        '3 requests would be taken, 0 here already, 3 not taken.',
    )
    wet = run('import', SAMPLES / 'jira.csv', '--report', report)
    assert (wet.exit_code, wet.output.splitlines()[-1]) == (2, '3 requests taken, 0 here already, 3 not taken.')
    assert 'SPSUP-16: its kind "Epic" is unknown: add it to [types] of the mapping' in wet.output
    assert '"SPSUP-18": "вчера is no date that can be read"' in report.read_text(encoding='utf-8')
    again = run('import', SAMPLES / 'jira.csv')
    assert again.output.splitlines()[-1] == '0 requests taken, 3 here already, 3 not taken.'


def test_what_many_requests_have_in_common_is_told_in_one_line(run, tmp_path):
    rows = [
        f'SPSUP-{n},{"Quest" if n > 1 else "Bug"},Тема,Open,2024-03-16 10:15,anna@daisy.example' for n in range(1, 9)
    ]
    export = tmp_path / 'jira.csv'
    export.write_text('\n'.join(['Issue key,Issue Type,Summary,Status,Created,Reporter', *rows]), encoding='utf-8')
    first, *_ = run('import', export, '--dry-run').output.splitlines()
    assert first.startswith('SPSUP-2, SPSUP-3, SPSUP-4 and 4 more: its kind "Quest" is unknown')


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (('import', SAMPLES / 'desk.csv'), 'is no export of Jira'),
        (('import', 'missing.tar'), 'missing.tar is not there'),
        (('restore', 'missing.tar'), 'missing.tar is not there'),
        (('migrate', '--from', 'sqlite'), 'uses that very database already'),
        (('migrate', '--from', 'mysql://somewhere'), 'begins with sqlite:// or postgres://'),
        (('migrate', '--from', 'sqlite://nothing-of-ours.sqlite3'), 'there is no database'),
        (('create-token', 'nobody@nowhere.test', '--name', 'x'), ''),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_1(run, arguments, said):
    answer = run(*arguments)
    assert answer.exit_code == 1, answer.output
    (sentence,) = answer.output.splitlines()
    assert said in sentence
    assert answer.exception is None or isinstance(answer.exception, SystemExit)


def test_settings_that_make_no_sense_are_told_by_their_names_and_not_their_values(run, monkeypatch):
    monkeypatch.setenv('PORTAL_PORT', 'many')
    monkeypatch.setenv('PORTAL_SMTP_URL', 'http://user:secret@mail')
    settings.cache_clear()
    answer = run('check')
    assert (answer.exit_code, 'secret' in answer.output) == (1, False)
    assert [line.partition(':')[0] for line in answer.output.splitlines()] == ['PORTAL_PORT', 'PORTAL_SMTP_URL']


@pytest.mark.parametrize(
    ('setting', 'value', 'said'),
    [
        ('PORTAL_DATA_DIR', '/proc/nowhere', 'no database can be made at /proc/nowhere/portal.sqlite3: '),
        (
            'PORTAL_DATABASE_URL',
            'postgres://portal:secret@localhost:1/portal',
            'no connection to PostgreSQL at localhost:1: ',
        ),
    ],
)
@pytest.mark.parametrize('arguments', [(), ('check',), ('migrate',)], ids=['serve', 'check', 'migrate'])
def test_a_database_that_cannot_be_opened_is_one_sentence(setting, value, said, arguments):
    command = [sys.executable, str(ROOT / 'main.py'), *arguments]
    ended = subprocess.run(
        command, env=os.environ | {setting: value}, capture_output=True, text=True, timeout=60, check=False
    )
    (sentence,) = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout) == (1, '')
    assert sentence.startswith(said)
    assert 'secret' not in sentence


def test_postgres_says_whom_it_does_not_let_in(run, monkeypatch, postgres_dsn):
    monkeypatch.setenv('PORTAL_DATABASE_URL', sibling(postgres_dsn, 'nothing'))
    settings.cache_clear()
    answer = run('check')
    assert (answer.exit_code, len(answer.output.splitlines())) == (1, 1)
    assert 'no connection to PostgreSQL' in answer.output
    assert 'nothing' in answer.output


def test_an_export_is_not_put_in_by_whoever_only_wants_to_try(run, tmp_path):
    assert run('create-user', 'alice@romashka.test', '--role', 'customer', '--company', 'Ромашка').exit_code == 0
    assert run('export', tmp_path / 'all.tar').exit_code == 0
    tried = run('import', tmp_path / 'all.tar', '--dry-run')
    assert (tried.exit_code, 'of another system' in ' '.join(tried.output.replace('│', ' ').split())) == (2, True)


def test_nobody_gets_the_portals_own_role(run):
    assert run('create-user', 'robot@portal.test', '--role', 'system').exit_code == 2


def test_a_portal_moves_to_postgres_by_one_command(run, monkeypatch, postgres_dsn):
    assert run('create-user', 'alice@romashka.test', '--role', 'customer', '--company', 'Ромашка').exit_code == 0
    execute(postgres_dsn, 'CREATE DATABASE portal_moved')
    try:
        monkeypatch.setenv('PORTAL_DATABASE_URL', sibling(postgres_dsn, 'portal_moved'))
        settings.cache_clear()
        moved = run('migrate', '--from', 'sqlite')
        assert moved.exit_code == 0, moved.output
        assert 'user_account: 1 rows, the same there and here' in moved.output
        assert 'checksums are equal' in moved.output
        assert run('check').output.splitlines() == ['All is well.']
    finally:
        execute(postgres_dsn, 'DROP DATABASE portal_moved WITH (FORCE)')
