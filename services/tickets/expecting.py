"""Changes that are made only to the ticket that one has seen."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.actor import Actor
from services.errors import Changed
from services.tickets import recording
from services.transaction import transaction


@asynccontextmanager
async def unchanged(
    actor: Actor, ref: str | int, versions: Collection[int] | None, *, now: datetime | None = None
) -> AsyncIterator[None]:
    """What is done inside happens only while the ticket has one of these versions (None: whichever it has).

    Raises NotFound, and Changed for a ticket that has moved on.
    """
    if versions is None:
        yield
        return
    async with transaction():
        found = await recording.enter(actor, ref, now=now or datetime.now(UTC))
        if found.ticket.version not in versions:
            raise Changed
        yield
