"""Breaks what a portal stands on while people write, and tells what was lost: `python -m tests.torture [--help]`."""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.postgres import DURABLE, Server
from tests.torture import faults, post
from tests.torture.outcome import Outcome

Fault = Callable[[Path, Server, argparse.Namespace], Awaitable[Outcome]]
_FAULTS: dict[str, Fault] = {
    'kill': lambda place, _, how: faults.killed(place, None, cycles=how.kills),
    'kill-pg': lambda place, server, how: faults.killed(place, server, cycles=how.kills // 2),
    'restart': lambda place, server, how: faults.postgres_restarted(place, server, cycles=how.restarts, away=3),
    'away': lambda place, server, _: faults.postgres_restarted(place, server, cycles=1, away=20),
    'lock': lambda place, _, how: faults.locked(place, None, seconds=3, answer=201, cycles=how.locks),
    'lock-pg': lambda place, server, how: faults.locked(place, server, seconds=3, answer=201, cycles=how.locks),
    'long-lock': lambda place, *_: faults.locked(place, None, seconds=40, answer=503),
    'long-lock-pg': lambda place, server, _: faults.locked(place, server, seconds=40, answer=503),
    'full': lambda place, _, how: faults.full_disk(place, cycles=how.fills),
    'mail-away': lambda place, *_: post.away(place, requests=20),
    'mail-refuses': lambda place, *_: post.refusing(place, requests=20),
    'mail-cut': lambda place, *_: post.cut(place, requests=20),
    'mail-kill': lambda place, _, how: post.killed(place, cycles=how.kills // 4),
}


def main() -> None:
    """Read the command line, break, print; exit code 1 when something was lost."""
    parser = argparse.ArgumentParser(prog='python -m tests.torture', description=__doc__)
    parser.add_argument('faults', nargs='*', metavar='FAULT', help=f'any of {", ".join(_FAULTS)}; all by default')
    parser.add_argument(
        '--kills',
        type=int,
        default=200,
        help='kill -9 of the portal; half of it on PostgreSQL, a quarter while it sends',
    )
    parser.add_argument('--restarts', type=int, default=20, help='kills of PostgreSQL under the portal')
    parser.add_argument('--locks', type=int, default=10, help='times that somebody else holds the database')
    parser.add_argument('--fills', type=int, default=5, help='times that the disk is full')
    options = parser.parse_args()
    if unknown := set(options.faults) - set(_FAULTS):
        parser.error(f'there is no fault {", ".join(sorted(unknown))}')
    for name in [name for name in os.environ if name.startswith('PORTAL_')]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix='portal-torture-', dir='/tmp') as folder:
        server = Server(Path(tempfile.mkdtemp(prefix='pg-', dir=folder)), DURABLE)
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        server.begin()
        try:
            outcomes = asyncio.run(_torture(options, Path(folder), server))
        finally:
            server.stop()
    raise SystemExit(any(not outcome.is_well for outcome in outcomes))


async def _torture(options: argparse.Namespace, folder: Path, server: Server) -> list[Outcome]:
    print(
        '| fault | cycles | acknowledged | lost or half | recovered | seconds |\n| --- | --- | --- | --- | --- | --- |'
    )
    outcomes = []
    for name in options.faults or _FAULTS:
        began = time.monotonic()
        outcomes.append(outcome := await _FAULTS[name](folder / name, server, options))
        print(_line(outcome, time.monotonic() - began), flush=True)
        for loss in [*outcome.losses[:5], *(f'answer {status}, {n} times' for status, n in outcome.unfriendly.items())]:
            print(f'    {loss}', flush=True)
        if not outcome.is_well:
            for log in (folder / name).rglob('*.log'):
                kept = Path(tempfile.gettempdir()) / f'portal-torture-{name}.log'
                print(f'    what the portal said: {shutil.copy(log, kept)}', flush=True)
    return outcomes


def _line(outcome: Outcome, seconds: float) -> str:
    lost = len(outcome.losses) + outcome.unfriendly.total()
    figures = (outcome.cycles, outcome.acknowledged, lost, f'{outcome.recovered} of {outcome.cycles}', f'{seconds:.0f}')
    return f'| {outcome.fault} | {" | ".join(str(figure) for figure in figures)} |'


main()
