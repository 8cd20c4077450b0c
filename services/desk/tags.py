"""Words that agents put on tickets, to find them again. No customer ever learns of them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tortoise.expressions import Subquery

from models import EventKind, Tag, Ticket, TicketTag
from services import access
from services.access import Access
from services.actor import Actor
from services.errors import Conflict, Invalid, NotFound
from services.forms.validation import check_line
from services.tickets import recording
from services.tickets.texts import folded
from services.transaction import transaction

LONGEST = 50
MOST = 20  # of one ticket
_MOST_LOOKED_AT = 2_000


async def of(actor: Actor, ref: str | int, *, now: datetime | None = None) -> tuple[str, ...]:
    """The ticket's tags by name. Raises NotFound, also for customers."""
    await access.staff(actor, now=now)
    return await names((await access.ticket(actor, ref, now=now)).ticket)


async def add(actor: Actor, ref: str | int, name: str, *, now: datetime | None = None) -> tuple[str, ...]:
    """Put a tag on the ticket; its tags afterwards. One that differs only in capitals (or ё) is the same tag.

    Raises NotFound, Invalid for 'tag', Conflict when the ticket has too many.
    """
    await access.staff(actor, now=now)
    now = now or datetime.now(UTC)
    line = check_line('tag', name, limit=LONGEST)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        _demand_staff(found)
        tag = await _tag(line)
        if not await TicketTag.filter(ticket_id=found.ticket.id, tag_id=tag.id).exists():
            if await TicketTag.filter(ticket_id=found.ticket.id).count() >= MOST:
                raise Conflict('desk_rules.too_many_tags', most=MOST)
            await TicketTag.create(ticket_id=found.ticket.id, tag_id=tag.id)
            await _record(found, EventKind.TAGGED, tag.name, now)
        return await names(found.ticket)


async def remove(actor: Actor, ref: str | int, name: str, *, now: datetime | None = None) -> tuple[str, ...]:
    """Take a tag off the ticket; its tags afterwards. One that it does not have is no error. Raises NotFound."""
    await access.staff(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        _demand_staff(found)
        tag = await _known(name)
        if tag is not None and await TicketTag.filter(ticket_id=found.ticket.id, tag_id=tag.id).delete():
            await _record(found, EventKind.UNTAGGED, tag.name, now)
        return await names(found.ticket)


async def suggest(actor: Actor, text: str = '', *, limit: int = 20, now: datetime | None = None) -> list[str]:
    """Tags in use whose name contains the text, those that begin with it first. Raises NotFound for customers."""
    await access.staff(actor, now=now)
    return await in_use(text, limit=limit)


async def in_use(text: str = '', *, limit: int) -> list[str]:
    """The same for whoever has asked for permission."""
    used = Tag.filter(id__in=Subquery(TicketTag.all().values('tag_id'))).order_by('folded')
    wanted = folded(text.strip())
    rows = [row for row in await used.limit(_MOST_LOOKED_AT) if wanted in row.folded]
    rows.sort(key=lambda row: not row.folded.startswith(wanted))
    return [row.name for row in rows[:limit]]


async def bring(from_ticket: int, to_ticket: int) -> None:
    """Give one ticket the tags of another besides its own; inside the caller's transaction."""
    there = {row.tag_id for row in await TicketTag.filter(ticket_id=to_ticket)}
    fresh = [row.tag_id for row in await TicketTag.filter(ticket_id=from_ticket) if row.tag_id not in there]
    await TicketTag.bulk_create([TicketTag(ticket_id=to_ticket, tag_id=id) for id in fresh])


async def names(ticket: Ticket) -> tuple[str, ...]:
    """The tags of a ticket by name; whoever shows them has asked for permission."""
    rows: Sequence[TicketTag] = await TicketTag.filter(ticket_id=ticket.id).select_related('tag')
    return tuple(row.tag.name for row in sorted(rows, key=lambda row: row.tag.folded))


async def _tag(name: str) -> Tag:
    await Tag.bulk_create([Tag(name=name, folded=folded(name))], ignore_conflicts=True)
    return await Tag.get(folded=folded(name))


async def _known(name: str) -> Tag | None:
    try:
        return await Tag.get_or_none(folded=folded(check_line('tag', name, limit=LONGEST)))
    except Invalid:
        return None


async def _record(found: Access, kind: EventKind, name: str, now: datetime) -> None:
    await recording.record(found.ticket, kind, by=found.user, now=now, internal=True, details={'tags': [name]})


def _demand_staff(found: Access) -> None:
    if not found.is_staff:
        raise NotFound
