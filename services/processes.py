"""How many processes serve this portal: each tells the others every few seconds that it is there."""

import asyncio
import secrets
import time

from services import relay
from services.waiting import rest

EVERY = 10.0  # seconds between two signs of life
GONE_AFTER = 35.0  # seconds of silence

_OURSELVES = secrets.token_hex(8)
_WORD = 'here'
_heard: dict[str, float] = {}


def seen() -> int:
    """The processes that were heard of lately, this one with them."""
    alive = time.monotonic() - GONE_AFTER
    for process in [process for process, at in _heard.items() if at < alive]:
        del _heard[process]
    return 1 + len(_heard)


async def run(stop: asyncio.Event) -> None:
    """Tell the others that this process is here, until `stop` is set."""
    relay.hear(_WORD, _note)
    while not stop.is_set():
        relay.say(_WORD, _OURSELVES)
        await rest(EVERY, stop)


def _note(process: object) -> None:
    if isinstance(process, str) and process != _OURSELVES:
        _heard[process] = time.monotonic()
