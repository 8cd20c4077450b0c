"""What was measured: figures with their budgets, as a table for people and as JSON for machines."""

import json
import os
import platform
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `bare` is what the same costs without our own code, where there is such a thing.

    `cpu` are the milliseconds that the processor worked for one of what took `value`, ours alone (not PostgreSQL's).
    """

    name: str
    value: float
    unit: str
    budget: float | None = None
    bare: float | None = None
    p95: float | None = None
    cpu: float | None = None

    @property
    def missed(self) -> bool:
        return self.budget is not None and self.value > self.budget


@dataclass(slots=True)
class Report:
    """The figures of one run in their order; each is shown as soon as it is known."""

    engine: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, **more: float | None) -> None:
        """Note a figure; `more` are a Figure's budget, bare, p95 and cpu."""
        self.figures.append(Figure(name, round(value, 3), unit, **more))
        print(_line(self.figures[-1]), flush=True)

    def table(self) -> str:
        """The figures in Markdown."""
        head = [
            '| what | measured | p95 / p99 | CPU | bare | budget | |',
            '| --- | --- | --- | --- | --- | --- | --- |',
        ]
        return '\n'.join([*head, *map(_line, self.figures)])

    def write(self, path: Path) -> None:
        """The figures as JSON, with where and when they were taken."""
        content = {
            'at': datetime.now(UTC).isoformat(timespec='seconds'),
            'engine': self.engine,
            'python': platform.python_version(),
            'cores': os.cpu_count(),
            'load': os.getloadavg(),
            'figures': [asdict(figure) | {'missed': figure.missed} for figure in self.figures],
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + '\n', encoding='utf-8')


@dataclass(frozen=True, slots=True)
class Times:
    """Durations in milliseconds, and what the processor worked for each."""

    taken: Sequence[float]
    cpu: float | None = None

    @property
    def fastest(self) -> float:
        """What it takes when nothing else wants the machine: to compare two runs by."""
        return min(self.taken)

    @property
    def p50(self) -> float:
        return median(self.taken)

    @property
    def p95(self) -> float:
        return self._share(95)

    @property
    def p99(self) -> float:
        return self._share(99)

    def _share(self, percent: int) -> float:
        if len(self.taken) < 2:
            return self.taken[0]
        return quantiles(self.taken, n=100, method='inclusive')[percent - 1]


def slowness() -> float:
    """How long this process waits for the machine: seconds that pass while it computes for one."""
    begun, spent = time.perf_counter(), time.process_time()
    while time.process_time() - spent < 0.3:
        sum(range(1_000))
    return (time.perf_counter() - begun) / (time.process_time() - spent)


async def timed(call: Callable[[], Awaitable[object]], times: int) -> Times:
    """How long the call takes; a first one, which fills caches, does not count."""
    await call()
    taken = []
    spent = time.process_time()
    for _ in range(times):
        begun = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begun) * 1000)
    return Times(taken, (time.process_time() - spent) * 1000 / times)


def _line(figure: Figure) -> str:
    cells = (
        figure.name,
        f'{_number(figure.value)} {figure.unit}',
        _number(figure.p95),
        _number(figure.cpu),
        _number(figure.bare),
        f'≤ {_number(figure.budget)}' if figure.budget is not None else '',
        'missed' if figure.missed else '',
    )
    return f'| {" | ".join(cells)} |'


def _number(value: float | None) -> str:
    if value is None:
        return ''
    return f'{value:,.0f}' if abs(value) >= 100 or value == int(value) else f'{value:.3g}'
