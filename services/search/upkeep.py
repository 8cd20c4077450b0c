"""Keeps the index in step with the tickets: with every change, at the start, and by command."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

from models import EventKind, Ticket
from services.database import connection
from services.search import vocabulary
from services.search.documents import VERSION, Document, documents, make
from services.search.engines import index
from services.transaction import transaction

log = logging.getLogger(__name__)

_BATCH = 500
_CHANGING = frozenset({
    EventKind.FILED, EventKind.STATUS_UNDONE, EventKind.COMMENTED, EventKind.COMMENT_EDITED, EventKind.ATTACHED,
    EventKind.FILE_REMOVED, EventKind.SHARED, EventKind.UNSHARED, EventKind.SUBJECT, EventKind.MERGED,
})  # fmt: skip


async def keep(ticket: Ticket, kind: EventKind, *, spoken: bool) -> None:
    """Write what a change means for the index, inside the change's transaction. `spoken`: with a comment."""
    if spoken or kind in _CHANGING:
        await _write(await documents([ticket]))


async def again(ids: Sequence[int]) -> None:
    """Write tickets anew that were changed without an event; a transaction for each batch, or the one around."""
    for start in range(0, len(ids), _BATCH):
        async with transaction():
            await _write(await make(ids[start : start + _BATCH]))
        await asyncio.sleep(0)


async def drop(ids: Sequence[int]) -> None:
    """Find tickets no more that are about to be deleted, inside that transaction."""
    await index().drop(ids)


async def words_of(ids: Sequence[int]) -> set[str]:
    """All words by which these tickets are found now."""
    found: set[str] = set()
    for start in range(0, len(ids), _BATCH):
        found |= {word for document in await make(ids[start : start + _BATCH]) for word in document.all_words}
    return found


async def unlearn(words: set[str]) -> None:
    """Forget those of the words that stand in no ticket any more; reads the whole index, in pieces."""
    left = set(words)
    async for ids in _all_tickets():
        for document in (await _stored(ids)).values() if left else ():
            left -= document.all_words
        await asyncio.sleep(0)
    if left:
        async with transaction():
            await index().unlearn(left)
        vocabulary.forget()


async def fill() -> int:
    """Index every ticket that the index lacks or knows by older rules; how many those were."""
    total = last = 0
    while ids := await _lacking(last):
        async with transaction():
            await _write(await make(ids))
        total, last = total + len(ids), ids[-1]
        if total % 10_000 < _BATCH:
            log.info('%s tickets were written to the index of the search', total)
        await asyncio.sleep(0)
    return total


async def reindex() -> int:
    """Make the whole index anew; how many tickets are in it. What is found meanwhile is incomplete."""
    async with transaction():
        await index().empty()
    vocabulary.forget()
    return await fill()


async def differences() -> list[str]:
    """Where the index does not say what the tickets say, one sentence each; for the `check` command."""
    found: list[str] = []
    async for ids in _all_tickets():
        stored = await _stored(ids)
        wrong = [one for one in await make(ids) if stored.get(one.ticket_id) != one]
        found += [f'the index of the search is not up to date for ticket {one.ticket_id}: run reindex' for one in wrong]
    if lost := await index().lost():
        found.append(f'the index of the search finds {lost} tickets by nothing: run reindex')
    return found


async def _write(written: Sequence[Document]) -> None:
    known = vocabulary.known_words()
    fresh = {word for document in written for word in document.all_words if not word.isdigit()} - known
    if fresh:
        await index().learn(fresh)
    if written:
        await index().put(written)


async def _lacking(last: int) -> list[int]:
    query = (
        'SELECT ticket.id FROM ticket LEFT JOIN search_document ON search_document.ticket_id = ticket.id '  # noqa: S608
        f'AND search_document.made_by = {VERSION} WHERE search_document.ticket_id IS NULL AND ticket.id > {last} '
        f'ORDER BY ticket.id LIMIT {_BATCH}'
    )
    return [row['id'] for row in await connection().execute_query_dict(query)]


async def _all_tickets() -> AsyncIterator[list[int]]:
    last = 0
    while ids := [row.id for row in await Ticket.filter(id__gt=last).order_by('id').limit(_BATCH).only('id')]:
        last = ids[-1]
        yield ids


async def _stored(ids: Sequence[int]) -> dict[int, Document]:
    query = f'SELECT * FROM search_document WHERE ticket_id BETWEEN {ids[0]} AND {ids[-1]}'  # noqa: S608
    rows = await connection().execute_query_dict(query)
    parts = ('audiences', 'subject', 'words', 'notes')
    return {row['ticket_id']: Document(row['ticket_id'], *(tuple(row[part].split()) for part in parts)) for row in rows}
