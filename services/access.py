"""Who sees and may do what: the only place that fetches tickets and files for a person.

Every function asks the database who the actor is now. What somebody may not see is *not found*, exactly as if it did
not exist. Source: the portal's domain description ("People") and the matrix of rights in the README.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models import Attachment, Role, Share, Ticket, User
from services import standing
from services.actor import Actor
from services.desk.asking import Asking, columns, made
from services.errors import NotAllowed, NotFound, SignedOut
from services.lifecycle import Part
from services.ticket_id import parse_ticket_id


@dataclass(frozen=True, slots=True)
class Access:
    """A person, a ticket that they see, and what they are to it."""

    user: User
    ticket: Ticket
    parts: frozenset[Part]

    @property
    def is_staff(self) -> bool:
        return Part.STAFF in self.parts

    @property
    def sees_internal(self) -> bool:
        return self.is_staff

    @property
    def may_share(self) -> bool:
        return self.is_staff or Part.REQUESTER in self.parts


async def person(actor: Actor, *, now: datetime | None = None) -> User:
    """The acting person as the database knows them now. Raises SignedOut when their session or token does not count."""
    now = now or datetime.now(UTC)
    if actor.session_id is not None:
        user = await standing.of_session(actor.session_id, now)
    elif actor.token_id is not None:
        user = await standing.of_token(actor.token_id, now)
    else:
        user = None
    if user is None or user.id != actor.user_id or not user.active:
        raise SignedOut
    if user.company is not None and not user.company.active:  # a closed company signs nobody in
        raise SignedOut
    return user


async def staff(actor: Actor, *, now: datetime | None = None) -> User:
    """The acting person if they are an agent or an admin. Raises NotFound for others, who learn nothing."""
    user = await person(actor, now=now)
    if not user.is_staff:
        raise NotFound
    return user


async def admin(actor: Actor, *, now: datetime | None = None) -> User:
    """The acting person if they are an admin. Raises NotFound for others."""
    user = await person(actor, now=now)
    if user.role is not Role.ADMIN:
        raise NotFound
    return user


def visible_to(user: User) -> QuerySet[Ticket]:
    """The tickets that a person sees: all for staff; own, shared with them and with their company for a customer."""
    if user.is_staff:
        return Ticket.all()
    return Ticket.filter(visible_condition(user))


def visible_condition(user: User) -> Q:
    """`visible_to` as a condition for a customer. A share counts only within the company that the ticket belongs to."""
    own = Q(requester_id=user.id)
    if user.company_id is None:
        return own
    shares = Subquery(Share.filter(user_id=user.id).values('ticket_id'))
    personally = Q(id__in=shares, company_id=user.company_id)
    with_company = Q(shared_with_company=True, company_id=user.company_id)
    return own | personally | with_company


def sees(user: User, ticket: Ticket, *, shared_with: bool) -> bool:
    """The same for a ticket that is at hand. `shared_with`: whether it is shared with this very person."""
    if user.is_staff or ticket.requester_id == user.id:
        return True
    in_company = user.company_id is not None and ticket.company_id == user.company_id
    return in_company and (shared_with or ticket.shared_with_company)


async def ticket(actor: Actor, ref: str | int, *, now: datetime | None = None) -> Access:
    """Access to one ticket by its ID ('SPSUP-7') or, from inside the portal, its number. Raises NotFound, SignedOut."""
    user = await person(actor, now=now)
    number = parse_ticket_id(ref) if isinstance(ref, str) else ref
    if number is None:
        raise NotFound
    found = await _numbered(number) if user.is_staff else await visible_to(user).get_or_none(number=number)
    if found is None:
        raise NotFound
    return Access(user, found, parts_of(user, found))


async def _numbered(number: int) -> Ticket | None:
    """Any ticket, by hand: each open page of a specialist asks for it at each change (see services.standing)."""
    asking = Asking()
    query = f'SELECT {columns(Ticket, "ticket")} FROM ticket WHERE number = {asking.value(number)}'  # noqa: S608 - ours
    rows = await asking.rows(query)
    return made(Ticket, 'ticket', rows[0]) if rows else None


def parts_of(user: User, ticket: Ticket) -> frozenset[Part]:
    """What a person who sees a ticket is to it."""
    if user.is_staff:
        return frozenset({Part.STAFF, Part.REQUESTER} if ticket.requester_id == user.id else {Part.STAFF})
    return frozenset({Part.REQUESTER if ticket.requester_id == user.id else Part.SHARED})


async def attachment(actor: Actor, key: str, *, now: datetime | None = None) -> Attachment:
    """A file that the person may fetch: of a ticket that they see (internal ones staff only), or of their own draft."""
    user = await person(actor, now=now)
    found = await Attachment.get_or_none(key=key, removed_at=None)
    if found is None:
        raise NotFound
    if found.ticket_id is None:
        if found.uploader_id != user.id:
            raise NotFound
        return found
    if found.internal and not user.is_staff:
        raise NotFound
    if not await visible_to(user).filter(id=found.ticket_id).exists():
        raise NotFound
    return found


def demand(allowed: bool, key: str = 'refusal.not_allowed', /) -> None:
    """Raise NotAllowed with that sentence unless `allowed`."""
    if not allowed:
        raise NotAllowed(key)
