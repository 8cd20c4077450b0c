"""The list of people: searched, filtered, and by keyset, so that the thousandth page costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Role, User
from services import access, people
from services.actor import Actor
from services.errors import Invalid, Problem
from services.people import PersonRow
from services.tickets.texts import is_id
from services.tickets.views import Page

PIECE = 50
MOST = 500


class State(StrEnum):
    """How far an account is: its owner has a password; was invited and has none yet; may not come in any more."""

    ACTIVE = 'active'
    INVITED = 'invited'
    CLOSED = 'closed'


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom one looks for; everything left out lets everybody through."""

    text: str = ''
    role: Role | None = None
    state: State | None = None
    company_id: int | None = None

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> 'PeopleFilter':
        """The filter in an address's parameters; what means nothing is ignored."""
        role, state, company = (parameters.get(name, '') for name in ('role', 'state', 'company'))
        number = int(company) if company.isascii() and company.isdigit() and len(company) < 10 else None
        return cls(
            text=parameters.get('q', '')[:200],
            role=Role(role) if role in _ROLES else None,
            state=State(state) if state in tuple(State) else None,
            company_id=number,
        )

    def to_parameters(self) -> dict[str, str]:
        """The shortest parameters from which `from_parameters` makes this filter again."""
        company = str(self.company_id) if self.company_id is not None else ''
        found = {'q': self.text, 'role': self.role or '', 'state': self.state or '', 'company': company}
        return {name: str(value) for name, value in found.items() if value}


_ROLES = (Role.CUSTOMER, Role.AGENT, Role.ADMIN)


async def find(
    actor: Actor, wanted: PeopleFilter, *, cursor: str | None = None, limit: int = PIECE, now: datetime | None = None
) -> Page[PersonRow]:
    """People by name. For admins; `cursor` is the `next` of the page before. Raises Invalid for a 'cursor'."""
    await access.admin(actor, now=now)
    limit = max(1, min(limit, MOST))
    rows = matching(wanted)
    if cursor is not None:
        folded, id = _read(cursor)
        after = Q(folded__gt=folded) | Q(folded=folded, id__gt=id)
        rows = rows.filter(after, folded__gte=folded)  # the second lets both engines begin in the index at that place
    found = await rows.select_related('company').order_by('folded', 'id').limit(limit + 1)
    more = len(found) > limit
    return Page(tuple(people.row_of(user) for user in found[:limit]), _cursor(found[limit - 1]) if more else None)


async def count(actor: Actor, wanted: PeopleFilter, *, now: datetime | None = None) -> int:
    """How many people the filter lets through. For admins."""
    await access.admin(actor, now=now)
    return await matching(wanted).count()


def matching(wanted: PeopleFilter) -> QuerySet[User]:
    """The accounts that the filter lets through; never those that were erased."""
    rows = people.containing(User.filter(erased_at=None), wanted.text)
    if wanted.company_id is not None:
        rows = rows.filter(company_id=wanted.company_id) if is_id(wanted.company_id) else rows.filter(id=None)
    if wanted.role is not None:
        rows = rows.filter(role=wanted.role)
    match wanted.state:
        case State.ACTIVE:
            return rows.filter(active=True, password_hash__not_isnull=True)
        case State.INVITED:
            return rows.filter(active=True, password_hash__isnull=True)
        case State.CLOSED:
            return rows.filter(active=False)
    return rows


def _cursor(user: User) -> str:
    return base64.urlsafe_b64encode(json.dumps([user.folded, user.id]).encode()).decode().rstrip('=')


def _read(cursor: str) -> tuple[str, int]:
    try:
        padded = cursor[:4000] + '=' * (-len(cursor[:4000]) % 4)
        folded, id = json.loads(base64.urlsafe_b64decode(padded.encode('ascii')))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        folded, id = None, 0
    if not isinstance(folded, str) or type(id) is not int or not is_id(id) or '\0' in folded:
        raise Invalid({'cursor': Problem('entry.cursor')})
    return folded, id
