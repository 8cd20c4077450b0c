"""The number of the request that is being answered: on its error page, in its answer's head, in the log."""

import secrets
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar('request number', default='')


def begin() -> str:
    """Give the request that begins here its number; all that is done for it, also in tasks, is logged under it."""
    number = secrets.token_hex(6)
    _current.set(number)
    return number


def current() -> str:
    """The number of the request at hand; empty outside of any."""
    return _current.get()


def reference() -> str:
    """What a person is told so that their trouble is found in the log: the request's number, else a new one."""
    return _current.get() or secrets.token_hex(6)
