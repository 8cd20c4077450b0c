"""What can be wrong with a database besides the question: too busy, out of space, or not there."""

from tortoise.exceptions import DBConnectionError, OperationalError

OVER = 'this transaction is over'
NOT_YOURS = 'a task started inside a transaction must not write in it: start it after the transaction'


class DatabaseBusy(OperationalError):
    """Somebody else holds what is needed, longer than anybody should wait. Asking again later may help."""


class DatabaseFull(OperationalError):
    """Nothing can be stored, for want of space or of the right to write; reading still works."""


class DatabaseGone(DBConnectionError):
    """The database file was removed or replaced, or the server cannot be reached."""
