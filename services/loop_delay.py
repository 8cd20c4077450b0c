"""How long the event loop of this process lately kept others waiting: measured by a nap that should end on time."""

import asyncio
from collections import deque
from dataclasses import dataclass
from statistics import median

from services import metrics

EVERY = 0.25  # seconds between two looks
KEPT = 240  # looks: the last minute

_delays: deque[float] = deque(maxlen=KEPT)


@dataclass(frozen=True, slots=True)
class LoopDelay:
    """Seconds by which naps of the last minute ended late; all 0 before the first."""

    usual: float
    worst: float
    latest: float


def current() -> LoopDelay:
    """The delays of the last minute, in this process."""
    if not _delays:
        return LoopDelay(0.0, 0.0, 0.0)
    return LoopDelay(median(_delays), max(_delays), _delays[-1])


async def run(stop: asyncio.Event) -> None:
    """Measure until `stop` is set."""
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        _delays.append(max(0.0, loop.time() - due))
        metrics.was_late(_delays[-1])


def forget() -> None:
    """Begin anew; for tests."""
    _delays.clear()
