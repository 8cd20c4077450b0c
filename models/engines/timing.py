"""Lets somebody know how long each piece of work took in the database, waiting for its turn included."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_tell: Callable[[float], object] = bool


def on_work(tell: Callable[[float], object]) -> None:
    """Call `tell(seconds)` after every piece of work, from this thread's event loop."""
    global _tell  # noqa: PLW0603 (one process, one listener)
    _tell = tell


@contextmanager
def timed() -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        _tell(time.perf_counter() - began)
