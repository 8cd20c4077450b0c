"""The delay of the event loop is seen while something stands in its way, and stays known for a minute."""

import asyncio
import time

from services import loop_delay


async def test_a_standstill_is_seen():
    loop_delay.forget()
    assert loop_delay.current() == loop_delay.LoopDelay(0.0, 0.0, 0.0)
    stop = asyncio.Event()
    measuring = asyncio.ensure_future(loop_delay.run(stop))
    await asyncio.sleep(loop_delay.EVERY / 2)
    time.sleep(loop_delay.EVERY * 2)  # noqa: ASYNC251 - what nobody should do
    await asyncio.sleep(loop_delay.EVERY * 2)
    stop.set()
    await measuring
    seen = loop_delay.current()
    assert seen.worst >= loop_delay.EVERY
    assert seen.usual <= seen.worst
