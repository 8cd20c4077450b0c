"""What the portal does by itself goes on when the database has come back."""

import asyncio
import logging

from services import jobs
from services.database import sqlite_path


async def test_jobs_wait_for_a_database_that_is_away_without_an_alarm(sqlite, caplog):
    path = sqlite_path(sqlite)
    assert path is not None
    path.unlink()
    stop = asyncio.Event()
    with caplog.at_level(logging.WARNING, 'services.jobs'):
        working = asyncio.create_task(jobs.run(stop))
        async with asyncio.timeout(20):
            while not caplog.records:  # noqa: ASYNC110 - a log cannot set an Event
                await asyncio.sleep(0.05)
        stop.set()
        await working
    assert {record.levelname for record in caplog.records if record.name == 'services.jobs'} == {'WARNING'}
    assert 'waits for the database' in caplog.text
