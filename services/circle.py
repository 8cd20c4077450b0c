"""Who is around a ticket: who filed it, works on it, follows or mutes it, and with whom it is shared.

Read once for a change, or for many tickets at once, and asked by the bell, by the outbox and by the announcements.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models import Follow, Share, Subscription, Ticket, User
from services import access


@dataclass(frozen=True, slots=True)
class Circle:
    """`people`, by their ids and the oldest account first, are whom the ticket concerns: active, and able to see it."""

    people: Mapping[int, User]
    shared: frozenset[int]
    muted: frozenset[int]

    def among(self, ids: Collection[int]) -> list[User]:
        """Those of these people who belong to it."""
        return [user for id, user in self.people.items() if id in ids]

    @property
    def listening(self) -> list[User]:
        """All of them but those who muted the ticket."""
        return [user for id, user in self.people.items() if id not in self.muted]


async def shared_with(ticket: Ticket) -> set[int]:
    """With whom the ticket is shared personally."""
    return {share.user_id for share in await Share.filter(ticket_id=ticket.id).only('user_id')}


async def around(ticket: Ticket) -> Circle:
    """The circle of one ticket, as it is in this moment."""
    return (await around_all([ticket]))[ticket.id]


async def around_all(tickets: Sequence[Ticket]) -> dict[int, Circle]:
    """The circles of tickets by their database ids, in three queries however many there are."""
    ids = [ticket.id for ticket in tickets]
    shared: dict[int, set[int]] = defaultdict(set)
    for share in await Share.filter(ticket_id__in=ids).only('ticket_id', 'user_id'):
        shared[share.ticket_id].add(share.user_id)
    wishes: dict[int, dict[int, Follow]] = defaultdict(dict)
    for wish in await Subscription.filter(ticket_id__in=ids).only('ticket_id', 'user_id', 'follow'):
        wishes[wish.ticket_id][wish.user_id] = wish.follow
    concerned = {ticket.id: _concerned(ticket, shared[ticket.id], wishes[ticket.id]) for ticket in tickets}
    everybody = User.filter(id__in=set().union(*concerned.values()), active=True).select_related('company')
    users = {user.id: user for user in await everybody.order_by('id')}
    return {
        ticket.id: Circle(
            people={
                id: user
                for id, user in users.items()
                if id in concerned[ticket.id] and access.sees(user, ticket, shared_with=id in shared[ticket.id])
            },
            shared=frozenset(shared[ticket.id]),
            muted=frozenset(id for id, wish in wishes[ticket.id].items() if wish is Follow.MUTED),
        )
        for ticket in tickets
    }


def _concerned(ticket: Ticket, shared: set[int], wishes: Mapping[int, Follow]) -> set[int]:
    following = {id for id, wish in wishes.items() if wish is Follow.FOLLOWING}
    assignee = {ticket.assignee_id} if ticket.assignee_id is not None else set()
    return {ticket.requester_id} | assignee | shared | following
