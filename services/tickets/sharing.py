"""Who else of the requester's company sees a ticket."""

from collections.abc import Sequence
from datetime import UTC, datetime

from models import EventKind, Role, Share, Subscription, Ticket, User
from models.instant import utc
from services import access, outbox
from services.access import Access, demand
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.tickets import recording
from services.tickets.persons import persons
from services.tickets.reading import read
from services.tickets.texts import folded, is_id
from services.tickets.views import PersonView, TicketView
from services.transaction import transaction

MOST_CANDIDATES = 20
_MOST_PEOPLE = 2_000
_MOST_AT_ONCE = 100


async def share(
    actor: Actor, ref: str | int, user_ids: Sequence[int], *, company: bool | None = None, now: datetime | None = None
) -> TicketView:
    """Open the ticket to people of the requester's company, or (`company`) to all of it or no longer to all.

    The requester and staff may. Raises NotFound, NotAllowed, Invalid for 'share_with'.
    """
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        demand(found.may_share, 'refusal.share_requester_only')
        fresh = await _not_yet(found.ticket, user_ids)
        if found.ticket.company_id is None and (fresh or company):
            raise Invalid({'share_with': Problem('entry.share_no_company')})
        await demand_colleagues(found.ticket.company_id, fresh)
        for id in fresh:
            await Share.create(ticket_id=found.ticket.id, user_id=id, shared_by_id=found.user.id, created_at=utc(now))
        opened = company is True and not found.ticket.shared_with_company
        if fresh or opened:
            await _record_shared(found, fresh, opened, now)
        if company is False and found.ticket.shared_with_company:
            await _close_to_company(found, now)
    return await read(actor, ref, now=now)


async def unshare(actor: Actor, ref: str | int, user_id: int, *, now: datetime | None = None) -> TicketView | None:
    """Take a person's share back; whoever it was shared with may leave so. None when the actor sees the ticket no more.

    Raises NotFound, NotAllowed; somebody who has no share is no error.
    """
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        demand(found.may_share or user_id == found.user.id, 'refusal.share_requester_only')
        if is_id(user_id) and await Share.filter(ticket_id=found.ticket.id, user_id=user_id).delete():
            await Subscription.filter(ticket_id=found.ticket.id, user_id=user_id).delete()
            await recording.record(
                found.ticket, EventKind.UNSHARED, by=found.user, now=now, details={'user': user_id}, also=[user_id]
            )
    try:
        return await read(actor, ref, now=now)
    except NotFound:
        return None


async def candidates(
    actor: Actor, ref: str | int | None, query: str = '', *, now: datetime | None = None
) -> list[PersonView]:
    """With whom the ticket (None: a new one) could still be shared: whose names contain each word of `query`.

    Raises NotFound, NotAllowed.
    """
    user = await access.person(actor, now=now)
    company_id, known = user.company_id, {user.id}
    if ref is not None:
        found = await access.ticket(actor, ref, now=now)
        demand(found.may_share, 'refusal.share_requester_only')
        company_id = found.ticket.company_id
        shared = [row.user_id for row in await Share.filter(ticket_id=found.ticket.id)]
        known = {user.id, found.ticket.requester_id, *shared}
    if company_id is None:
        return []
    people = User.filter(company_id=company_id, active=True, role=Role.CUSTOMER).order_by('name', 'id')
    names = await people.limit(_MOST_PEOPLE).values_list('id', 'name')
    words = folded(query).split()
    fitting = [id for id, name in names if id not in known and all(word in folded(name) for word in words)]
    views = await persons(fitting[:MOST_CANDIDATES])
    return [views[id] for id in fitting[:MOST_CANDIDATES]]


async def demand_colleagues(company_id: int | None, ids: Sequence[int]) -> list[int]:
    """The ids, if all of them are active people of that company; else Invalid, the same whoever the others are."""
    if not ids:
        return []
    colleagues = User.filter(id__in=list(ids)[:_MOST_AT_ONCE], company_id=company_id, active=True, role=Role.CUSTOMER)
    fine = company_id is not None and len(ids) <= _MOST_AT_ONCE and all(is_id(id) for id in ids)
    if not fine or await colleagues.count() != len(ids):
        raise Invalid({'share_with': Problem('entry.share_not_colleague')})
    return list(ids)


async def _not_yet(ticket: Ticket, user_ids: Sequence[int]) -> list[int]:
    known = {row.user_id for row in await Share.filter(ticket_id=ticket.id)} | {ticket.requester_id}
    return [id for id in dict.fromkeys(user_ids) if id not in known]


async def _record_shared(found: Access, fresh: Sequence[int], opened: bool, now: datetime) -> None:
    details: dict[str, object] = {'users': list(fresh)} if fresh else {}
    changes = {}
    if opened:
        details['company'] = True
        changes = {'shared_with_company': True}
    event = await recording.record(
        found.ticket, EventKind.SHARED, by=found.user, now=now, details=details, changes=changes
    )
    await outbox.notify(event, found.ticket)


async def _close_to_company(found: Access, now: datetime) -> None:
    """Colleagues without a share of their own lose the ticket, so they have to hear of it once more."""
    people = await User.filter(company_id=found.ticket.company_id, active=True).limit(_MOST_PEOPLE)
    await recording.record(
        found.ticket,
        EventKind.UNSHARED,
        by=found.user,
        now=now,
        details={'company': True},
        changes={'shared_with_company': False},
        also=[person.id for person in people],
    )
