"""Compares the journal with the database after a fault: what was acknowledged is there, what is there is whole."""

import asyncio
from hashlib import sha256

from models import Attachment, Comment, Counter, EventKind, OutboxMail, Ticket, TicketEvent
from services import blobs, health
from services.ticket_id import parse_ticket_id
from tests.torture.journal import Acknowledged, Journal


async def losses(journal: Journal) -> list[str]:
    """Everything that is not as it has to be, one sentence each. The database is open, and nobody writes."""
    numbers = {row.number: row for row in await Ticket.all()}
    comments = {row.body: row async for row in Comment.all()}
    files = {row.name: row async for row in Attachment.exclude(ticket_id=None)}
    found = [
        f'lost: {done}'
        for done in journal.entries()
        if (ticket := numbers.get(parse_ticket_id(done.ticket) or 0)) is None
        or not await _is_there(done, ticket, comments, files)
    ]
    return [*found, *await _halves(numbers), *await health.check()]


async def _is_there(
    done: Acknowledged, ticket: Ticket, comments: dict[str, Comment], files: dict[str, Attachment]
) -> bool:
    if done.kind == 'ticket':
        return ticket.subject == done.words
    if done.kind == 'file':
        file = files.get(f'{done.words}.txt')
        return file is not None and file.ticket_id == ticket.id and await asyncio.to_thread(_content_fits, file)
    comment = comments.get(done.words)
    return comment is not None and comment.ticket_id == ticket.id and comment.internal == (done.kind == 'note')


def _content_fits(file: Attachment) -> bool:
    path = blobs.path_of(file.digest)
    return path.exists() and sha256(path.read_bytes()).hexdigest() == file.digest


async def _halves(numbers: dict[int, Ticket]) -> list[str]:
    """Rows that are there without what belongs to them."""
    given = (await Counter.get(name='ticket')).value if numbers else 0
    found = [] if sorted(numbers) == list(range(1, given + 1)) else [f'{len(numbers)} tickets, the counter at {given}']
    filed = {event.ticket_id: event.id async for event in TicketEvent.filter(kind=EventKind.FILED)}
    mailed = {mail.event_id async for mail in OutboxMail.all()}
    told = {event.comment_id async for event in TicketEvent.exclude(comment_id=None)}
    found += [f'ticket {row.number} has no beginning' for row in numbers.values() if row.id not in filed]
    found += [f'nobody is written to about event {event}' for event in filed.values() if event not in mailed]
    found += [f'comment {row.id} is in no history' async for row in Comment.all() if row.id not in told]
    newest = {row['ticket_id']: row['id'] for row in await TicketEvent.all().order_by('id').values('ticket_id', 'id')}
    found += [
        f'ticket {row.number} does not know its last event'
        for row in numbers.values()
        if row.last_event_id != newest.get(row.id)
    ]
    return found
