"""Lets others know of each piece of work in the database: its statement, and how long it took, waiting included."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Hear = Callable[[str, float, BaseException | None], object]

_tell: Callable[[float], object] = bool
_hear: Hear | None = None


def on_work(tell: Callable[[float], object]) -> None:
    """Call `tell(seconds)` after every piece of work, from this thread's event loop."""
    global _tell  # noqa: PLW0603 (one process, one listener)
    _tell = tell


def on_statement(hear: Hear | None) -> None:
    """Call `hear(statement, seconds, error)` after every piece of work, in the task that wanted it; None: no more."""
    global _hear  # noqa: PLW0603 (one process, one listener)
    _hear = hear


@contextmanager
def timed(statement: str) -> Iterator[None]:
    """:param statement: without the values that travel as parameters"""
    began, error = time.perf_counter(), None
    try:
        yield
    except BaseException as raised:
        error = raised
        raise
    finally:
        spent = time.perf_counter() - began
        _tell(spent)
        if _hear is not None:
            _hear(statement, spent, error)
