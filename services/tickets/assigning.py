"""Which specialist looks after a ticket."""

from datetime import UTC, datetime

from models import EventKind, Role, TicketEvent, User
from services import outbox
from services.access import Access, demand
from services.access import ticket as access_ticket
from services.actor import Actor
from services.errors import Conflict, Invalid, Problem
from services.tickets import recording
from services.tickets.reading import read
from services.tickets.texts import is_id
from services.tickets.views import TicketView
from services.transaction import transaction


async def assign(actor: Actor, ref: str | int, user_id: int | None, *, now: datetime | None = None) -> TicketView:
    """Give the ticket to an agent, or to nobody; staff only. Raises NotFound, NotAllowed, Invalid for 'assignee'."""
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        demand(found.is_staff)
        if user_id is not None and not await is_agent(user_id):
            raise Invalid({'assignee': Problem('entry.assignee')})
        await give(found, user_id, now)
    return await read(actor, ref, now=now)


async def take(actor: Actor, ref: str | int, *, now: datetime | None = None) -> TicketView:
    """Look after the ticket oneself. Raises NotFound, NotAllowed, and Conflict when somebody else took it just then."""
    now = now or datetime.now(UTC)
    seen = (await access_ticket(actor, ref, now=now)).ticket.assignee_id
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        demand(found.is_staff)
        mine = found.user.id
        current = found.ticket.assignee_id
        if current not in (seen, mine, None):
            raise Conflict('refusal.taken_meanwhile', name=(await User.get(id=current)).name)
        await give(found, mine, now)
    return await read(actor, ref, now=now)


async def give(found: Access, user_id: int | None, now: datetime, *, tell: bool = True) -> TicketEvent | None:
    """Write the new assignee inside the caller's transaction; None when it is that person already.

    :param tell: queue the mails; when somebody takes back what they did there is nothing to tell
    """
    before = found.ticket.assignee_id
    if before == user_id:
        return None
    event = await recording.record(
        found.ticket,
        EventKind.ASSIGNED,
        by=found.user,
        now=now,
        details={'user': user_id, 'previous': before},
        changes={'assignee_id': user_id},
        also=[before] if before is not None else [],
    )
    if tell:
        await outbox.notify(event, found.ticket)
    return event


async def is_agent(user_id: int) -> bool:
    """Whether a ticket can be given to that person."""
    return is_id(user_id) and await User.filter(id=user_id, active=True, role__in=(Role.AGENT, Role.ADMIN)).exists()
