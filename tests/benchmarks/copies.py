"""Many more tickets in little time: copies of those that are there, made by the database itself."""

from collections.abc import Mapping, Sequence

from models import Comment, Ticket, TicketEvent
from services.database import connection, engine


async def copy(before: int, by: int, *, events: int, comments: int) -> None:
    """Make of all tickets after that number done ones with numbers lower by so much, in the database and in its index.

    :param events: by how much the ids of their events are higher; `comments`: those of their comments
    """
    ticket, subject = f'ticket_id - {by}', 'replace(subject, CAST({0} AS text), CAST({0} - {1} AS text))'
    event = {'id': f'id + {events}', 'ticket_id': ticket, 'comment_id': f'comment_id + {comments}'}
    said = {
        'id': f'id + {comments}',
        'ticket_id': ticket,
        'submission_key': f"'bench-' || CAST(id + {comments} AS text)",
    }
    of = f'ticket_id > {max(before, by)}'
    await _copy_rows(
        'ticket',
        [*Ticket._meta.fields_db_projection.values()],
        {
            'id': f'id - {by}',
            'number': f'number - {by}',
            'subject': subject.format('number', by),
            'status': "'done'",
            'done_at': 'COALESCE(done_at, updated_at)',
            'auto_close_at': 'NULL',
            'solve_due_at': 'NULL',
            'submission_key': f"'bench-' || CAST(number - {by} AS text)",
            'last_event_id': f'last_event_id + {events}',
            'last_public_event_id': f'last_public_event_id + {events}',
        },
        of.replace('ticket_id', 'id'),
    )
    await _copy_rows('comment', [*Comment._meta.fields_db_projection.values()], said, of)
    await _copy_rows('ticket_event', [*TicketEvent._meta.fields_db_projection.values()], event, of)
    document = {'ticket_id': ticket, 'subject': subject.format('ticket_id', by)}
    await _copy_rows(
        'search_document', ['ticket_id', 'made_by', 'audiences', 'subject', 'words', 'notes'], document, of
    )
    words = f"audiences || ' ' || {document['subject']} || ' ' || words"
    id, words = (
        ('rowid', words) if engine() == 'sqlite' else ('ticket_id', f"array_to_tsvector(string_to_array({words}, ' '))")
    )
    tokens = f'INSERT INTO search_token ({id}, tokens) SELECT {ticket}, {words} FROM search_document WHERE {of}'  # noqa: S608
    await connection().execute_query(tokens)


async def _copy_rows(table: str, columns: Sequence[str], changed: Mapping[str, str], which: str) -> None:
    values = ', '.join(changed.get(column, column) for column in columns)
    query = f'INSERT INTO {table} ({", ".join(columns)}) SELECT {values} FROM {table} WHERE {which}'  # noqa: S608
    await connection().execute_query(query)
    await count_on(table)


async def count_on(table: str) -> None:
    """Let PostgreSQL count on after rows that brought their ids."""
    if engine() == 'postgres' and not table.startswith('search'):
        query = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"  # noqa: S608
        await connection().execute_query(query)
