"""Numbers that rise by one: unique and without gaps, however many ask at once."""

from services.database import connection, engine
from services.transaction import in_progress

_NEXT = (
    'INSERT INTO counter (name, value) VALUES ({0}, 1) '
    'ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value'
)


async def next_number(name: str) -> int:
    """The next number under a name, beginning with 1. It counts only if the caller's transaction commits.

    On PostgreSQL others who want one wait until then, so ask late in the transaction or keep it short.
    """
    if not in_progress():
        raise RuntimeError('next_number() belongs inside transaction(): a rollback has to take the number back')
    rows = await connection().execute_query_dict(_NEXT.format('?' if engine() == 'sqlite' else '$1'), [name])
    return int(rows[0]['value'])
