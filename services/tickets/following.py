"""A person's own relation to a ticket: follow or mute it, and how far they have read it."""

from datetime import UTC, datetime

from models import Follow, Subscription
from services import access
from services.actor import Actor
from services.tickets import recording
from services.tickets.reading import read
from services.tickets.views import TicketView
from services.transaction import announce, transaction


async def follow(actor: Actor, ref: str | int, wish: Follow | None, *, now: datetime | None = None) -> TicketView:
    """Follow the ticket, mute it, or (None) leave it to one's part in it. Raises NotFound."""
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        mine = Subscription.filter(ticket_id=found.ticket.id, user_id=found.user.id)
        if wish is None:
            await mine.delete()
        elif not await mine.update(follow=wish):
            await Subscription.create(ticket_id=found.ticket.id, user_id=found.user.id, follow=wish)
        announce(f'user:{found.user.id}')
    return await read(actor, ref, now=now)


async def mark_read(actor: Actor, ref: str | int, event_id: int, *, now: datetime | None = None) -> None:
    """The person has had the ticket on the screen up to that event. Raises NotFound."""
    now = now or datetime.now(UTC)
    async with transaction():
        found = await access.ticket(actor, ref, now=now)
        newest = min(event_id, recording.newest_for(found.ticket, found.user))
        if newest > 0 and await recording.mark(found.ticket, found.user, newest, now=now):
            announce(f'user:{found.user.id}')
