"""What came of a fault, and how it is awaited that something comes to pass."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.torture.writers import Writers

FRIENDLY = frozenset({0, 200, 201, 409, 503, 507})
"""Answers that a person may get in the middle of a fault: done, the connection cut, somebody was faster, come again."""


@dataclass(slots=True)
class Outcome:
    """What came of a fault. `unfriendly` are answers that nobody should get, with how often."""

    fault: str
    cycles: int
    acknowledged: int = 0
    recovered: int = 0
    losses: list[str] = field(default_factory=list)
    unfriendly: Counter[int] = field(default_factory=Counter)

    @property
    def is_well(self) -> bool:
        return not self.losses and not self.unfriendly and self.recovered == self.cycles

    def hear(self, writers: Writers) -> None:
        self.unfriendly += Counter({status: n for status, n in writers.answers.items() if status not in FRIENDLY})


async def until(holds: Callable[[], bool], patience: float = 120) -> None:
    """Wait until it holds, looking now and then. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - another process, which cannot set an Event
            await asyncio.sleep(0.02)
