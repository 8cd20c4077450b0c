"""What happens to the tickets that a person sees, event by event, for whoever listens without a page.

The database is asked each time, with the person's rights of that moment; the bus only says when it is worth asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import EventKind, Status, TicketEvent, User
from services import access
from services.actor import Actor
from services.ticket_id import ticket_id

PIECE = 200
_SETTLING = timedelta(seconds=5)  # longer than any transaction lasts


@dataclass(frozen=True, slots=True)
class News:
    """One event: codes and ids, never what was written."""

    id: int
    kind: EventKind
    at: datetime
    ticket: str
    actor_id: int | None
    internal: bool
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None


@dataclass(slots=True)
class Listener:
    """Somebody who has heard everything up to the event `place`."""

    actor: Actor
    place: int

    async def hear(self, *, now: datetime | None = None) -> list[News]:
        """What has happened since, as far as the person may know of it now. Raises SignedOut."""
        now = now or datetime.now(UTC)
        user = await access.person(self.actor, now=now)
        until = await self._settled(now)
        if until == self.place:
            return []
        events = TicketEvent.filter(id__gt=self.place, id__lte=until).order_by('id')
        heard = await _known(user, await (events if user.is_staff else events.filter(internal=False)))
        self.place = until
        return heard

    async def _settled(self, now: datetime) -> int:
        """How far nothing can come in between any more: ids are given out before they are committed."""
        rows = TicketEvent.filter(id__gt=self.place).order_by('id').limit(PIECE)
        place = self.place
        for id, at in await rows.values_list('id', 'at'):
            if id != place + 1 and at > now - _SETTLING:
                break
            place = id
        return place


async def listen(actor: Actor, after: int | None = None, *, now: datetime | None = None) -> Listener:
    """Begin after that event, or (None) with what happens from now on. Raises SignedOut."""
    await access.person(actor, now=now)
    last = await TicketEvent.all().order_by('-id').first().values_list('id', flat=True)
    newest = int(last) if isinstance(last, int) else 0
    return Listener(actor, newest if after is None else max(0, min(after, newest)))


async def topics(actor: Actor) -> tuple[str, ...]:
    """Where the bus tells of what this person may want to hear of, and of the end of their token. Raises SignedOut."""
    user = await access.person(actor)
    wider = ('staff',) if user.is_staff else (f'company:{user.company_id}',)
    return (f'user:{user.id}', *wider)


async def _known(user: User, events: Sequence[TicketEvent]) -> list[News]:
    if not events:
        return []
    seen = access.visible_to(user).filter(id__in={event.ticket_id for event in events})
    numbers = {id: number for id, number in await seen.values_list('id', 'number')}
    return [
        News(
            id=event.id,
            kind=event.kind,
            at=event.at,
            ticket=ticket_id(numbers[event.ticket_id]),
            actor_id=event.actor_id,
            internal=event.internal,
            from_status=event.from_status,
            to_status=event.to_status,
            comment_id=event.comment_id,
        )
        for event in events
        if event.ticket_id in numbers
    ]
