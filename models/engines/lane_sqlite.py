"""A few connections to one SQLite file and the threads that use them: work is done in the order it was handed over."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from models.engines.library_sqlite import sqlite3
from models.engines.timing import timed

T = TypeVar('T')

OPENING_PATIENCE = 30.0  # seconds: SQLite itself does not wait while another process switches a new file to WAL


class Lane:
    """`size` connections behind a queue. A lane of one is strictly first come, first served."""

    def __init__(self, path: str, pragmas: Mapping[str, str | int], size: int, name: str) -> None:
        self._path = path
        self._pragmas = pragmas
        self._size = size
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._connections: list[sqlite3.Connection] = []
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    async def open(self) -> None:
        for _ in range(self._size):
            connection = await asyncio.wrap_future(self._threads.submit(_connect, self._path, self._pragmas))
            self._connections.append(connection)
            self._idle.put(connection)

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> 'Future[T]':
        """Hand `work` over and go on; what is handed over later is done later."""
        return self._threads.submit(self._do, work)

    async def run(self, statement: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """Hand `work` over and await it. Cancelled before its turn it is never begun, later it runs on unseen."""
        with timed(statement):
            return await asyncio.wrap_future(self.submit(work))

    async def close(self, *, break_off: bool = False) -> None:
        """Forget what waits, let what runs end (or break it off), roll back what is open, close the connections."""
        if break_off:
            for connection in self._connections:
                connection.interrupt()
        await asyncio.to_thread(self._close)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            return work(connection)
        finally:
            self._idle.put(connection)

    def _close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            if connection.in_transaction:
                connection.rollback()
            connection.close()
        self._connections.clear()


class OneFile:
    """Remembers which file was opened, and notices when another one, or none, has taken its place."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen = self._identity()

    def unchanged(self) -> bool:
        return self._identity() == self._seen

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _connect(path: str, pragmas: Mapping[str, str | int]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        deadline = time.monotonic() + OPENING_PATIENCE
        for name, value in pragmas.items():
            _set(connection, name, value, deadline)
    except BaseException:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, name: str, value: str | int, deadline: float) -> None:
    while True:
        try:
            connection.execute(f'PRAGMA {name}={value}').fetchall()
            return
        except sqlite3.OperationalError as error:
            if 'locked' not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
