"""Two tickets about one matter become one: people, conversation and files of the duplicate go over to the other."""

from datetime import UTC, datetime

from models import Attachment, Comment, EventKind, Follow, Role, Share, Subscription, Ticket, User
from models.instant import utc
from services import access, outbox
from services.actor import Actor
from services.desk import tags
from services.errors import Conflict, NotFound
from services.ticket_id import ticket_id
from services.tickets import moving, recording
from services.tickets.reading import read
from services.tickets.views import TicketView
from services.transaction import transaction


async def merge(
    actor: Actor, duplicate_ref: str | int, into_ref: str | int, *, now: datetime | None = None
) -> TicketView:
    """Merge the duplicate into the other ticket, for good; the other one afterwards. Staff only.

    Whoever saw the duplicate by name sees the other one too; a duplicate that was open to a whole company does not open
    the other one to it. The duplicate is done without a mail and without a question for a rating; what was asked in it
    stays where it is, and its address leads to the other. Raises NotFound, and Conflict when they cannot be merged.
    """
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        duplicate, into = await _both(actor, duplicate_ref, into_ref, now=now)
        await _demand_mergeable(duplicate, into)
        newcomers = await _share(duplicate, into, user, now)
        await _follow(duplicate, into)
        await Comment.filter(ticket_id=duplicate.id).update(ticket_id=into.id)
        await Attachment.filter(ticket_id=duplicate.id).update(ticket_id=into.id)
        await tags.bring(duplicate.id, into.id)
        await Ticket.filter(merged_into_id=duplicate.id).update(merged_into_id=into.id)
        await _tell(duplicate, into, user, newcomers, now)
    return await read(actor, into_ref, now=now)


async def _both(actor: Actor, one: str | int, other: str | int, *, now: datetime) -> tuple[Ticket, Ticket]:
    """Both tickets, locked in an order in which two merges crosswise do not wait for each other."""
    ids = [(await access.ticket(actor, ref, now=now)).ticket.id for ref in (one, other)]
    held = {id: await recording.locked(id) for id in sorted(ids)}
    duplicate, into = held[ids[0]], held[ids[1]]
    if duplicate is None or into is None:
        raise NotFound
    return duplicate, into


async def _demand_mergeable(duplicate: Ticket, into: Ticket) -> None:
    if duplicate.id == into.id:
        raise Conflict('desk_rules.merge_itself')
    for ticket, key in ((duplicate, 'desk_rules.merge_twice'), (into, 'desk_rules.merge_into_merged')):
        if ticket.merged_into_id is not None:
            other = await Ticket.get(id=ticket.merged_into_id)
            raise Conflict(key, id=ticket_id(other.number))
    one_company = duplicate.company_id == into.company_id
    if not one_company or (into.company_id is None and duplicate.requester_id != into.requester_id):
        raise Conflict('desk_rules.merge_other_company')


async def _share(duplicate: Ticket, into: Ticket, user: User, now: datetime) -> list[int]:
    """Open the other ticket to the duplicate's requester and to those with whom it was shared; who is new to it."""
    there = {row.user_id for row in await Share.filter(ticket_id=into.id)} | {into.requester_id}
    came = {row.user_id for row in await Share.filter(ticket_id=duplicate.id)} | {duplicate.requester_id}
    colleagues = User.filter(id__in=came - there, company_id=into.company_id, role=Role.CUSTOMER)
    fresh = [person.id for person in await colleagues.order_by('id')] if into.company_id is not None else []
    for id in fresh:
        await Share.create(ticket_id=into.id, user_id=id, shared_by_id=user.id, created_at=utc(now))
    return fresh


async def _follow(duplicate: Ticket, into: Ticket) -> None:
    """Who wished to follow or to mute the duplicate wishes it of the other one; its assignee follows from now on."""
    there = {row.user_id for row in await Subscription.filter(ticket_id=into.id)}
    wishes = {row.user_id: row.follow for row in await Subscription.filter(ticket_id=duplicate.id)}
    if duplicate.assignee_id is not None and duplicate.assignee_id != into.assignee_id:
        wishes.setdefault(duplicate.assignee_id, Follow.FOLLOWING)
    for id, wish in wishes.items():
        if id not in there:
            await Subscription.create(ticket_id=into.id, user_id=id, follow=wish)


async def _tell(duplicate: Ticket, into: Ticket, user: User, newcomers: list[int], now: datetime) -> None:
    if newcomers:
        details = {'users': newcomers}
        shared = await recording.record(into, EventKind.SHARED, by=user, now=now, details=details)
        await outbox.notify(shared, into)
    await moving.close_as_duplicate(duplicate, into, by=user, now=now)
    details_of_other = {'from': ticket_id(duplicate.number)}
    await recording.record(into, EventKind.MERGED, by=user, now=now, details=details_of_other)
