"""Breaks what a portal stands on while people write, and tells what was lost: `python -m tests.torture [--help]`."""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.postgres import DURABLE, Server
from tests.torture import faults
from tests.torture.faults import Outcome

Fault = Callable[[Path], Awaitable[Outcome]]


def main() -> None:
    """Read the command line, break, print; exit code 1 when something was lost."""
    parser = argparse.ArgumentParser(prog='python -m tests.torture', description=__doc__)
    parser.add_argument('--kills', type=int, default=200, help='kill -9 of the portal; half of it on PostgreSQL')
    parser.add_argument('--restarts', type=int, default=20, help='kills of PostgreSQL under the portal')
    parser.add_argument('--fills', type=int, default=5, help='times that the disk is full')
    options = parser.parse_args()
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
    every: list[Fault] = [
        lambda place: faults.killed(place, None, cycles=options.kills),
        lambda place: faults.killed(place, server, cycles=options.kills // 2),
        lambda place: faults.postgres_restarted(place, server, cycles=options.restarts, away=3),
        lambda place: faults.postgres_restarted(place, server, cycles=1, away=20),
        lambda place: faults.locked(place, None, seconds=3, answer=201),
        lambda place: faults.locked(place, server, seconds=3, answer=201),
        lambda place: faults.locked(place, None, seconds=40, answer=503),
        lambda place: faults.locked(place, server, seconds=40, answer=503),
        lambda place: faults.full_disk(place, cycles=options.fills),
        lambda place: faults.mail_server_away(place, requests=20, patience=180),
    ]
    print(
        '| fault | cycles | acknowledged | lost or half | recovered | seconds |\n| --- | --- | --- | --- | --- | --- |'
    )
    outcomes = []
    for number, fault in enumerate(every):
        began = time.monotonic()
        outcomes.append(outcome := await fault(folder / str(number)))
        print(_line(outcome, time.monotonic() - began), flush=True)
        for loss in [*outcome.losses[:5], *(f'answer {status}, {n} times' for status, n in outcome.unfriendly.items())]:
            print(f'    {loss}', flush=True)
    return outcomes


def _line(outcome: Outcome, seconds: float) -> str:
    lost = len(outcome.losses) + outcome.unfriendly.total()
    figures = (outcome.cycles, outcome.acknowledged, lost, f'{outcome.recovered} of {outcome.cycles}', f'{seconds:.0f}')
    return f'| {outcome.fault} | {" | ".join(str(figure) for figure in figures)} |'


main()
