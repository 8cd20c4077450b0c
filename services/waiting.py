"""How a background job rests: until something happens, and no longer than it wants."""

import asyncio


async def rest(pause: float, *events: asyncio.Event) -> None:
    """Wait until one of the events is set, `pause` seconds at most."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
