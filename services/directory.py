"""Who has an account, as specialists look people up: by pieces, so that it costs the same however many there are."""

from datetime import datetime
from typing import Any

from models import Role, User
from services import access
from services.actor import Actor
from services.people import PersonRow, containing, existing, row_of
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
    rows = containing(User.filter(id__gt=max(0, min(after, 2**31 - 1)), erased_at=None, **given), text)
    found = await rows.order_by('id').limit(limit + 1).select_related('company')
    following = str(found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(row_of(user) for user in found[:limit]), following)


async def person(actor: Actor, user_id: int, *, now: datetime | None = None) -> PersonRow:
    """One account. Raises NotFound, also for customers."""
    await access.staff(actor, now=now)
    user = await existing(user_id)
    await user.fetch_related('company')
    return row_of(user)
