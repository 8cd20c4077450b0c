"""Cards put by hand: an agent's own order within a column, which no colleague sees and a move or an answer ends."""

from datetime import UTC, datetime

from models import CardPlace, Ticket, User
from services import access
from services.actor import Actor
from services.desk.asking import Asking
from services.desk.filters import DeskFilter
from services.desk.ordering import RULED
from services.desk.pieces import piece
from services.errors import Conflict
from services.transaction import announce, transaction

MOST_ABOVE = 300


async def place(
    actor: Actor,
    ref: str | int,
    before: str | int | None,
    wanted: DeskFilter | None = None,
    *,
    now: datetime | None = None,
) -> None:
    """Put a card right above another one of its column, or (None) at the column's end, in one's own view alone.

    What stands above it, of what `wanted` lets through, stays above it from then on; the rest follows by the rule.
    Raises NotFound (for customers too), Conflict when the other card is in another column or too far down.
    """
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    ticket = (await access.ticket(actor, ref, now=now)).ticket
    other = (await access.ticket(actor, before, now=now)).ticket if before is not None else None
    if other is not None and other.id == ticket.id:
        return
    if other is not None and other.status is not ticket.status:
        raise Conflict('refusal.place_other_column')
    async with transaction():
        head, tail = await _placed(user, ticket, -1), await _placed(user, ticket, 1)
        if other is None:
            tail.append(ticket.id)
        elif other.id in tail:
            tail.insert(tail.index(other.id), ticket.id)
        elif other.id in head:
            head.insert(head.index(other.id), ticket.id)
        else:
            head += [id for id in await _above(user, other, wanted or DeskFilter(), now) if id != ticket.id]
            head.append(ticket.id)
        await _write(user, head, tail)
        announce(f'user:{user.id}')


async def unplace(actor: Actor, ref: str | int | None = None, *, now: datetime | None = None) -> None:
    """Give a card, or all of one's cards, back to the rule. Raises NotFound, for customers too."""
    user = await access.staff(actor, now=now)
    mine = CardPlace.filter(user_id=user.id)
    if ref is not None:
        mine = mine.filter(ticket_id=(await access.ticket(actor, ref, now=now)).ticket.id)
    async with transaction():
        await mine.delete()
        announce(f'user:{user.id}')


async def _placed(user: User, ticket: Ticket, side: int) -> list[int]:
    """The other cards of the column that stand at its top (-1) or its end (1) by hand, in their order."""
    mine = CardPlace.filter(user_id=user.id, ticket__status=ticket.status).exclude(ticket_id=ticket.id)
    rows = await (mine.filter(place__lt=0) if side < 0 else mine.filter(place__gt=0)).order_by('place', 'ticket_id')
    return [row.ticket_id for row in rows]


async def _above(user: User, other: Ticket, wanted: DeskFilter, now: datetime) -> list[int]:
    """The cards that the rule puts above the other one."""
    asking = Asking()
    query = piece(other.status, RULED, asking, user, wanted, now=now, limit=MOST_ABOVE + 1)
    ids = [row['id'] for row in await asking.rows(query)]
    if other.id not in ids:
        raise Conflict('refusal.place_too_far')
    return ids[: ids.index(other.id)]


async def _write(user: User, head: list[int], tail: list[int]) -> None:
    places = dict(zip(head, range(-len(head), 0), strict=True)) | dict(zip(tail, range(1, len(tail) + 1), strict=True))
    await CardPlace.filter(user_id=user.id, ticket_id__in=list(places)).delete()
    await CardPlace.bulk_create(CardPlace(user_id=user.id, ticket_id=id, place=float(at)) for id, at in places.items())
