"""Whether this process is being stopped: known at the signal, so that what would go on for long ends by itself.

The web server closes its door first and then waits for requests that are being answered. Jobs, streams of events and
readiness hear of the end at the same moment, through here.
"""

import asyncio
import signal
from types import FrameType

_began: asyncio.Event | None = None


def watch_signals() -> asyncio.Event:
    """The event that SIGTERM and SIGINT will set, before the web server's own handlers do what they do.

    Call it while the server starts: its handlers are in place by then, and it puts the former ones back at the end.
    """
    global _began  # noqa: PLW0603 (one process, one end)
    began = _began = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        servers = signal.getsignal(number)

        def heard(number: int, frame: FrameType | None, servers: signal.Handlers = servers) -> None:  # type: ignore[assignment]
            loop.call_soon_threadsafe(began.set)
            if callable(servers):
                servers(number, frame)

        signal.signal(number, heard)
    return began


def has_begun() -> bool:
    return _began is not None and _began.is_set()


async def begun() -> None:
    """Wait until the process is to end; for ever where nothing watches for it."""
    await (_began or asyncio.Event()).wait()


def end_quietly() -> None:
    """Make SIGTERM end this process with exit code 0: having been asked to stop is no failure."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
