"""The demo as `main.py demo` makes it: whole, however its first start ended."""

import asyncio
import signal
from asyncio.subprocess import DEVNULL

from models.engines.library_sqlite import sqlite3
from services.demo import story
from tests.journeys.server import ROOT, Portal


async def test_a_demo_that_was_broken_off_in_the_middle_is_told_anew_and_whole(tmp_path):
    portal = Portal(tmp_path / 'data')
    telling = await asyncio.create_subprocess_exec(
        *portal._line('demo'), cwd=ROOT, env=portal._environment(), stdout=DEVNULL, stderr=DEVNULL
    )
    async with asyncio.timeout(120):
        while not has_files(portal):  # noqa: ASYNC110 - another process, which cannot set an Event
            await asyncio.sleep(0.02)
    telling.send_signal(signal.SIGKILL)
    await telling.wait()
    assert counted(portal, 'user_account') == 0
    await portal.start('demo')
    try:
        assert counted(portal, 'user_account') == 9
        assert counted(portal, 'ticket') == len([*story._stories(), *story._quick_stories()])
        assert counted(portal, 'session') == 0
        assert counted(portal, "audit_entry WHERE action = 'session.started'") == 0
        assert counted(portal, 'outbox_mail WHERE sent_at <> not_before') == 0
        assert counted(portal, "answer_template WHERE body_ru LIKE '%{%' AND body_en LIKE '%{%'") == 5
        assert await portal.token('agent@demo.test')
    finally:
        await portal.stop()


def has_files(portal: Portal) -> bool:
    """Whether the story has come to the first ticket with a file."""
    return any(path.is_file() for path in (portal.data / 'files').rglob('*'))


def counted(portal: Portal, table: str) -> int:
    """How many rows a table has, or those that a condition after its name asks for."""
    found = sqlite3.connect(portal.data / 'portal.sqlite3')
    try:
        return int(found.execute(f'SELECT count(*) FROM {table}').fetchone()[0])  # noqa: S608 - ours
    finally:
        found.close()
