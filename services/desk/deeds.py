"""What can be done to many tickets at once: each deed knows how it is done to one, and how it is taken back there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from models import EventKind, Status, Tag, TicketTag
from services import outbox
from services.access import Access, demand
from services.desk import notices, tags
from services.errors import Conflict, Invalid, Problem, TransitionRefused
from services.forms.validation import check_line
from services.lifecycle import Need
from services.tickets import recording
from services.tickets.assigning import give, is_agent
from services.tickets.moving import apply, permitted, take_back
from services.tickets.persons import persons
from services.tickets.texts import folded

MOST_TAGS = 20

Step = dict[str, Any]
"""What it takes to take a deed back, as JSON; `event` is the event that it wrote."""


class Deed(Protocol):
    """One thing to do to each of many tickets, inside a transaction of its own for each."""

    kind: str

    async def prepare(self) -> None:
        """Check what is the same for all. Raises Refusal."""

    async def do(self, found: Access, *, hold: timedelta, now: datetime) -> Step | None:
        """Do it to one; None when there is nothing to change. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Give tickets to an agent, or (None) to nobody."""

    user_id: int | None
    kind = 'assign'

    async def prepare(self) -> None:
        if self.user_id is not None and not await is_agent(self.user_id):
            raise Invalid({'assignee': Problem('entry.assignee')})

    async def do(self, found: Access, *, hold: timedelta, now: datetime) -> Step | None:  # noqa: ARG002
        before = found.ticket.assignee_id
        event = await give(found, self.user_id, now)
        return {'event': event.id, 'before': before, 'after': self.user_id} if event else None


@dataclass(frozen=True, slots=True)
class Move:
    """Put tickets into a status that asks for no comment."""

    to: Status
    kind = 'move'

    async def prepare(self) -> None:
        pass

    async def do(self, found: Access, *, hold: timedelta, now: datetime) -> Step | None:
        if found.ticket.status is self.to:
            return None
        if Need.COMMENT in permitted(found, self.to, now).needs:
            raise TransitionRefused('refusal.move_one_by_one', status=found.ticket.status.value)
        event = await apply(found.ticket, self.to, by=found, comment=None, hold=hold, now=now)
        return {'event': event.id}


@dataclass(frozen=True, slots=True)
class Retag:
    """Put tags on tickets and take others off."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    kind = 'tag'

    async def prepare(self) -> None:
        names = [check_line('tags', name, limit=tags.LONGEST) for name in (*self.add, *self.remove)]
        if len(names) > MOST_TAGS:
            raise Invalid({'tags': Problem('entry.too_many_tags', limit=MOST_TAGS)})

    async def do(self, found: Access, *, hold: timedelta, now: datetime) -> Step | None:  # noqa: ARG002
        has = await _tags(found)
        gone = [has[key] for key in map(_key, self.remove) if key in has]
        fresh = [await _tag(name) for key, name in {_key(name): name for name in self.add}.items() if key not in has]
        if fresh and len(has) - len(gone) + len(fresh) > tags.MOST:
            raise Conflict('desk_rules.too_many_tags', most=tags.MOST)
        return await retag(found, fresh, gone, now=now)


async def retag(found: Access, fresh: Sequence[Tag], gone: Sequence[Tag], *, now: datetime) -> Step | None:
    """Put these tags on a ticket and take those off it, inside the caller's transaction; None for nothing at all."""
    if not fresh and not gone:
        return None
    step: Step = {'added': [tag.id for tag in fresh], 'removed': [tag.id for tag in gone]}
    if gone:
        await TicketTag.filter(ticket_id=found.ticket.id, tag_id__in=step['removed']).delete()
        await _note(found, EventKind.UNTAGGED, gone, now)
    if fresh:
        rows = [TicketTag(ticket_id=found.ticket.id, tag_id=tag.id) for tag in fresh]
        await TicketTag.bulk_create(rows, ignore_conflicts=True)
        await _note(found, EventKind.TAGGED, fresh, now)
    return step


async def undo(kind: str, found: Access, step: Step, *, now: datetime, until: datetime) -> None:
    """Take a deed back on one ticket, inside the caller's transaction. Raises Refusal when something came between."""
    match kind:
        case 'assign':
            await _unassign(found, step, now)
        case 'move':
            await take_back(found, step['event'], now=now, until=until)
        case 'tag':
            has = await _tags(found)
            gone = [tag for tag in has.values() if tag.id in step['added']]
            fresh = [tag for tag in await Tag.filter(id__in=step['removed']) if tag.folded not in has]
            await retag(found, fresh, gone, now=now)


async def _unassign(found: Access, step: Step, now: datetime) -> None:
    current = found.ticket.assignee_id
    if current != step['after']:
        named = await persons([current])
        if current in named:
            raise Conflict('refusal.taken_meanwhile', name=named[current].name)
        raise Conflict
    before = step['before']
    await give(found, before if before is None or await is_agent(before) else None, now, tell=False)
    await outbox.withhold(found.ticket, step['event'])
    await notices.withdraw(step['event'])


async def _tags(found: Access) -> dict[str, Tag]:
    rows = await TicketTag.filter(ticket_id=found.ticket.id).select_related('tag')
    return {row.tag.folded: row.tag for row in rows}


async def _tag(name: str) -> Tag:
    """The tag of that name, made when there is none in any spelling."""
    line = check_line('tags', name, limit=tags.LONGEST)
    tag, _ = await Tag.get_or_create(folded=_key(line), defaults={'name': line})
    return tag


def _key(name: str) -> str:
    return folded(' '.join(name.split()))


async def _note(found: Access, kind: EventKind, changed: Sequence[Tag], now: datetime) -> None:
    demand(found.is_staff)
    names = [tag.name for tag in changed]
    await recording.record(found.ticket, kind, by=found.user, now=now, internal=True, details={'tags': names})
