"""Who stands behind a session or a token, read by one query by hand: nearly every call of the portal asks it first.

Tortoise would spend five times as long on putting the same query together.
"""

from collections.abc import Iterable
from datetime import datetime

from models import Company, User
from services.desk.asking import Asking, Row, columns, known, made
from services.settings import settings


async def of_session(session_id: int, now: datetime) -> User | None:
    """The person who is signed in by that session, with their company; None when it has ended or lain idle too long."""
    row = await _row('session', session_id, ('ended_at', 'expires_at', 'active_at'))
    if row is None or row['ended_at'] is not None or known(row['expires_at']) <= now:
        return None
    user, limits = _person(row), settings()
    idle = limits.session_idle_staff if user.is_staff else limits.session_idle_customer
    return user if known(row['active_at']) + idle > now else None


async def of_token(token_id: int, now: datetime) -> User | None:
    """The person whom that token belongs to, with their company; None when it was taken back or has expired."""
    row = await _row('api_token', token_id, ('revoked_at', 'expires_at'))
    if row is None or row['revoked_at'] is not None:
        return None
    return _person(row) if row['expires_at'] is None or known(row['expires_at']) > now else None


async def _row(table: str, id: int, needed: Iterable[str]) -> Row | None:
    asking = Asking()
    own = ', '.join(f'{table}.{column}' for column in needed)
    rows = await asking.rows(
        f'SELECT {own}, {columns(User, "person")}, {columns(Company, "company")} FROM {table} '
        f'JOIN user_account person ON person.id = {table}.user_id LEFT JOIN company ON company.id = person.company_id '
        f'WHERE {table}.id = {asking.value(id)}'
    )
    return rows[0] if rows else None


def _person(row: Row) -> User:
    user = made(User, 'person', row)
    object.__setattr__(user, '_company', made(Company, 'company', row) if row['company_id'] is not None else None)
    return user
