"""Which SQLite library the portal uses: one that is free of the WAL-reset corruption, whatever the system brings.

Everything of ours that opens a database file takes `sqlite3` from here. Two libraries in one process on one file would
drop each other's file locks.
"""

import datetime
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


def _written(moment: datetime.datetime) -> str:
    # Text compares as time only when all of it is UTC; this also reaches filters, updates and raw queries.
    return utc(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).isoformat(' ')


if sqlite3.sqlite_version_info < OLDEST:
    needed = '.'.join(str(part) for part in OLDEST)
    raise ImportError(
        f'SQLite {sqlite3.sqlite_version} can corrupt the database: install the package pysqlite3 for {needed} or later'
    )

sqlite3.register_adapter(Decimal, str)
sqlite3.register_adapter(datetime.date, datetime.date.isoformat)
sqlite3.register_adapter(datetime.datetime, _written)

__all__ = ['OLDEST', 'sqlite3']
