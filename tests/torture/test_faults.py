"""A short form of `make torture`: a few cycles of each fault, with nothing lost and nobody answered by a crash."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.postgres import DURABLE, Server
from tests.torture import faults


@pytest.fixture(scope='module')
def server() -> Iterator[Server]:
    """A PostgreSQL of our own, which may be killed."""
    server = Server(Path(mkdtemp(prefix='portal-pg-', dir='/tmp')), DURABLE)
    server.begin()
    yield server
    server.stop()


@pytest.mark.parametrize('engine', ['sqlite', 'postgres'])
async def test_nothing_acknowledged_is_lost_when_the_portal_is_killed(tmp_path, request, engine):
    server = request.getfixturevalue('server') if engine == 'postgres' else None
    outcome = await faults.killed(tmp_path, server, cycles=2)
    assert outcome.is_well, outcome
    assert outcome.acknowledged >= 10


async def test_the_portal_outlives_its_postgres(tmp_path, server):
    outcome = await faults.postgres_restarted(tmp_path, server, cycles=1, away=1)
    assert outcome.is_well, outcome


@pytest.mark.parametrize('engine', ['sqlite', 'postgres'])
async def test_who_asks_while_the_database_is_locked_for_a_moment_only_waits(tmp_path, request, engine):
    server = request.getfixturevalue('server') if engine == 'postgres' else None
    outcome = await faults.locked(tmp_path, server, seconds=3, answer=201)
    assert outcome.is_well, outcome


async def test_a_full_disk_is_told_and_all_goes_on_when_there_is_space_again(tmp_path):
    outcome = await faults.full_disk(tmp_path, cycles=1)
    assert outcome.is_well, outcome
