"""Measures the portal and prints figures: `python -m tests.benchmarks [PART…] [--help]`. Asserts no time."""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path

from tests.benchmarks import ask, board, calls, dashboards, live, pages
from tests.benchmarks.figures import Report, slowness
from tests.postgres import postgres_server

Measure = Callable[[Report, str | None, argparse.Namespace], Awaitable[None]]
_MEASURES: dict[str, Measure] = {
    'pages': lambda report, postgres, asked: pages.measure(report, postgres, asked.tickets),
    'live': lambda report, postgres, asked: live.measure(report, postgres, asked.tickets),
    'board': lambda report, postgres, asked: board.measure(report, postgres, asked.tickets, tuple(asked.open)),
    'services': lambda report, postgres, asked: calls.measure(report, postgres, asked.tickets, asked.many),
    'ask': lambda report, postgres, asked: ask.measure(report, postgres, asked.tickets, asked.many),
    'closing': lambda report, postgres, asked: calls.closing(report, postgres, asked.tickets, asked.overdue),
    'figures': lambda report, postgres, asked: dashboards.measure(report, postgres, asked.many),
}
PARTS = tuple(_MEASURES)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog='python -m tests.benchmarks', description=__doc__)
    parser.add_argument('parts', nargs='*', metavar='PART', help=f'any of {", ".join(PARTS)}; all by default')
    parser.add_argument('-n', '--tickets', type=int, default=1_000, help='tickets of the portal (services: the few)')
    parser.add_argument('--many', type=int, default=100_000, help='tickets that the services are compared with')
    parser.add_argument('--open', type=int, nargs='*', default=board.SIZES, help='open tickets on the boards')
    parser.add_argument('--overdue', type=int, default=10_000, help='overdue tickets to close')
    parser.add_argument('--postgres', action='store_true', help='on PostgreSQL, that of TEST_PG_DSN if it is set')
    parser.add_argument('--json', type=Path, help='write the figures there as well')
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f'there is no part {", ".join(sorted(unknown))}')
    for name in [name for name in os.environ if name.startswith('PORTAL_')]:
        del os.environ[name]
    with postgres_server() if options.postgres else nullcontext() as dsn:
        report = asyncio.run(_measure(options, dsn))
    print(f'\n{report.table()}\n\nload of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores')
    if options.json:
        report.write(options.json)


async def _measure(options: argparse.Namespace, postgres: str | None) -> Report:
    report = Report('postgres' if postgres else 'sqlite')
    for part in options.parts or PARTS:
        report.add(f'before {part}: how many times slower the shared machine is', slowness(), 'times')
        await _MEASURES[part](report, postgres, options)
    return report


main()
