"""Which SQLite library the portal uses: one that is free of the WAL-reset corruption, whatever the system brings.

Everything of ours that opens a database file takes `sqlite3` from here. Two libraries in one process on one file would
drop each other's file locks.
"""

import ctypes
import datetime
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

from models.instant import utc

if TYPE_CHECKING:
    import sqlite3  # noqa: TID251 (for mypy, which knows nothing of pysqlite3)
else:
    try:
        import pysqlite3.dbapi2 as sqlite3
    except ImportError:
        import sqlite3  # noqa: TID251 (good enough if it is new enough: looked at below)

OLDEST = (3, 51, 3)  # before it two connections in WAL mode can corrupt the file (3.7.0 to 3.51.2)

_LOOKASIDE, _MEMSTATUS = 13, 9  # https://sqlite.org/c3ref/c_config_covering_index_scan.html
_SLOT, _SLOTS = 1200, 400  # bytes, and how many of them each connection has at hand


def _written(moment: datetime.datetime) -> str:
    # Text compares as time only when all of it is UTC; this also reaches filters, updates and raw queries.
    return utc(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).isoformat(' ')


def _let_readers_be() -> None:
    """Let connections take memory without waiting for each other. To be called before the first of them is opened.

    SQLite counts the memory of all of a process behind one lock. A connection that has some twenty statements prepared
    takes memory for each row that it groups, and two that do so at once wait for each other most of the time.
    Python's own SQLite is left as it is: others may have opened files with it already.
    """
    ours = sys.modules.get('pysqlite3._sqlite3')
    if ours is None or ours.__file__ is None:
        return
    library = ctypes.CDLL(ours.__file__)
    library.sqlite3_config.argtypes = [ctypes.c_int]  # what follows is variadic: some machines hand it over differently
    library.sqlite3_shutdown()  # it was started when it was imported, and is configured before it starts
    library.sqlite3_config(_MEMSTATUS, 0)
    library.sqlite3_config(_LOOKASIDE, _SLOT, _SLOTS)
    library.sqlite3_initialize()


_let_readers_be()

if sqlite3.sqlite_version_info < OLDEST:
    needed = '.'.join(str(part) for part in OLDEST)
    raise ImportError(
        f'SQLite {sqlite3.sqlite_version} can corrupt the database: install the package pysqlite3 for {needed} or later'
    )

sqlite3.register_adapter(Decimal, str)
sqlite3.register_adapter(datetime.date, datetime.date.isoformat)
sqlite3.register_adapter(datetime.datetime, _written)

__all__ = ['OLDEST', 'sqlite3']
