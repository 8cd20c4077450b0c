"""Who sees a ticket and how closely they follow it, over the REST API."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id, Seen, TicketId
from api.v1.tickets import CHANGED, whole
from models import Follow
from services import tickets

router = resource('readers')


class Wish(schemas.Incoming):
    """How closely the caller wants to follow the ticket."""

    follow: Follow | None = Field(
        description='null: as goes with one’s part (the requester, those it is shared with and its agent follow).',
        examples=['muted'],
    )


class Mark(schemas.Incoming):
    event_id: int = Field(
        ge=0, le=2**31 - 1, description='`last_event_id` of the ticket as it was shown.', examples=[5120]
    )


@router.post('/tickets/{ticket_id}/shares', responses=CHANGED)
async def share_ticket(
    ticket_id: TicketId, new: schemas.NewShares, caller: Caller, seen: Seen, response: Response
) -> schemas.Ticket:
    """Share a ticket with people of the requester's company, or with all of it; for the requester and staff."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await tickets.share(caller, ticket_id, new.people, company=new.company)
    return await whole(caller, view, response)


@router.delete('/tickets/{ticket_id}/shares/{person_id}', status_code=204, responses=CHANGED)
async def unshare_ticket(ticket_id: TicketId, person_id: Id, caller: Caller, seen: Seen) -> None:
    """Take a share back, or leave a ticket that was shared with the caller."""
    async with tickets.unchanged(caller, ticket_id, seen):
        await tickets.unshare(caller, ticket_id, person_id)


@router.get('/tickets/{ticket_id}/share-candidates')
async def list_share_candidates(
    ticket_id: TicketId, caller: Caller, q: Annotated[str, Query(max_length=200, description='Parts of a name.')] = ''
) -> list[schemas.Person]:
    """With whom the ticket could still be shared, 20 at most."""
    return [schemas.person(view) for view in await tickets.candidates(caller, ticket_id, q)]


@router.get('/share-candidates')
async def list_share_candidates_of_new(
    caller: Caller, q: Annotated[str, Query(max_length=200, description='Parts of a name.')] = ''
) -> list[schemas.Person]:
    """With whom a ticket that the caller is about to file could be shared, 20 at most."""
    return [schemas.person(view) for view in await tickets.candidates(caller, None, q)]


@router.put('/tickets/{ticket_id}/follow')
async def follow_ticket(ticket_id: TicketId, wish: Wish, caller: Caller, response: Response) -> schemas.Ticket:
    """Follow a ticket, mute it, or leave it to one's part in it."""
    return await whole(caller, await tickets.follow(caller, ticket_id, wish.follow), response)


@router.put('/tickets/{ticket_id}/read', status_code=204)
async def mark_ticket_read(ticket_id: TicketId, mark: Mark, caller: Caller) -> None:
    """The caller has had the ticket before them up to that event."""
    await tickets.mark_read(caller, ticket_id, mark.event_id)
