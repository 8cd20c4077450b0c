"""The SQLite library as the portal sets it up."""

import ctypes
import sys
from contextlib import closing

import pytest

from models.engines.library_sqlite import sqlite3


def test_connections_take_memory_without_a_lock_that_all_of_them_share() -> None:
    ours = sys.modules.get('pysqlite3._sqlite3')
    if ours is None:
        pytest.skip("this machine has Python's own SQLite")
    memory_used = ctypes.CDLL(ours.__file__).sqlite3_memory_used
    memory_used.restype = ctypes.c_int64
    with closing(sqlite3.connect(':memory:')) as connection:
        connection.execute('CREATE TABLE anything (id INTEGER)')
        assert memory_used() == 0, 'SQLite counts what is taken, which needs the lock'
