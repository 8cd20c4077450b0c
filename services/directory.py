"""Who has an account, as specialists look people up: by pieces, so that it costs the same however many there are."""

from datetime import datetime
from typing import Any

from models import Role, User
from services import access
from services.actor import Actor
from services.errors import NotFound
from services.people import PersonRow, row_of
from services.tickets.texts import folded, is_id
from services.tickets.views import Page

MOST = 100


async def people(
    actor: Actor,
    *,
    text: str = '',
    company_id: int | None = None,
    role: Role | None = None,
    after: int = 0,
    limit: int = 50,
    now: datetime | None = None,
) -> Page[PersonRow]:
    """Accounts in the order in which they were made, after that id; `text` is a part of a name or an address.

    Raises NotFound for customers.
    """
    await access.staff(actor, now=now)
    limit = max(1, min(limit, MOST))
    conditions: dict[str, Any] = {'company_id': company_id, 'role': role}
    given = {name: value for name, value in conditions.items() if value is not None}
    rows = User.filter(id__gt=max(0, min(after, 2**31 - 1)), **given).order_by('id')
    if wanted := folded(text).strip():  # in Python, for SQLite knows capitals of ASCII alone
        named = await rows.values_list('id', 'name', 'email')
        fitting = [id for id, name, email in named if wanted in folded(name) or wanted in email]
        rows = rows.filter(id__in=fitting[: limit + 1] or [0])
    found = await rows.limit(limit + 1).select_related('company')
    following = str(found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(row_of(user) for user in found[:limit]), following)


async def person(actor: Actor, user_id: int, *, now: datetime | None = None) -> PersonRow:
    """One account. Raises NotFound, also for customers."""
    await access.staff(actor, now=now)
    user = await User.get_or_none(id=user_id).select_related('company') if is_id(user_id) else None
    if user is None:
        raise NotFound
    return row_of(user)
