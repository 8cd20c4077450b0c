"""Tags, links and merging over the REST API; for staff alone, others learn nothing of it."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id, Seen, TicketId
from api.v1.tickets import CHANGED, whole
from models import LinkTo, Status
from services import tickets
from services.desk import linking, merging, tags
from services.desk.linking import LinkView

router = resource('desk')


class NewTag(schemas.Incoming):
    name: str = Field(max_length=200, description='50 letters at most.', examples=['regression'])


class Tags(BaseModel):
    """All tags of a ticket by name."""

    tags: list[str] = Field(examples=[['regression']])


class NewLink(schemas.Incoming):
    """What this ticket is to another one, or which issue of the developers belongs to it."""

    kind: LinkTo
    target: str = Field(
        max_length=1000, description='A ticket’s ID; with `issue` an http(s) address.', examples=['SPSUP-1490']
    )


class LinkedTicket(BaseModel):
    id: str = Field(examples=['SPSUP-1490'])
    subject: str
    status: Status


class Link(BaseModel):
    """A link as one of its two tickets shows it. Either `ticket` or `url` is there."""

    id: int = Field(examples=[9])
    kind: LinkTo
    outgoing: bool = Field(description='This ticket is, for example, the one that blocks.')
    ticket: LinkedTicket | None
    url: str | None
    made_by: schemas.Person | None
    at: datetime


class NewMerge(schemas.Incoming):
    into: str = Field(
        max_length=32, description='The ID of the ticket in which the work goes on.', examples=['SPSUP-1490']
    )


@router.get('/tags')
async def list_tags(
    caller: Caller, q: Annotated[str, Query(max_length=200, description='A part of a tag.')] = ''
) -> list[str]:
    """Tags in use, 20 at most."""
    return await tags.suggest(caller, q)


@router.get('/tickets/{ticket_id}/tags')
async def list_tags_of_ticket(ticket_id: TicketId, caller: Caller) -> Tags:
    """The ticket's tags."""
    return Tags(tags=list(await tags.of(caller, ticket_id)))


@router.post('/tickets/{ticket_id}/tags', responses=CHANGED)
async def tag_ticket(ticket_id: TicketId, new: NewTag, caller: Caller, seen: Seen) -> Tags:
    """Put a tag on the ticket; one that it has already is no error."""
    async with tickets.unchanged(caller, ticket_id, seen):
        return Tags(tags=list(await tags.add(caller, ticket_id, new.name)))


@router.delete('/tickets/{ticket_id}/tags/{name}', responses=CHANGED)
async def untag_ticket(ticket_id: TicketId, name: str, caller: Caller, seen: Seen) -> Tags:
    """Take a tag off the ticket; one that it does not have is no error."""
    async with tickets.unchanged(caller, ticket_id, seen):
        return Tags(tags=list(await tags.remove(caller, ticket_id, name)))


@router.get('/tickets/{ticket_id}/links')
async def list_links(ticket_id: TicketId, caller: Caller) -> list[Link]:
    """Everything that the ticket is linked with, in both directions."""
    return [_link(view) for view in await linking.links(caller, ticket_id)]


@router.post('/tickets/{ticket_id}/links', responses=CHANGED)
async def link_ticket(ticket_id: TicketId, new: NewLink, caller: Caller, seen: Seen) -> list[Link]:
    """Link the ticket with another one or with an issue; its links afterwards."""
    async with tickets.unchanged(caller, ticket_id, seen):
        return [_link(view) for view in await linking.link(caller, ticket_id, new.kind, new.target)]


@router.delete('/tickets/{ticket_id}/links/{link_id}', responses=CHANGED)
async def unlink_ticket(ticket_id: TicketId, link_id: Id, caller: Caller, seen: Seen) -> list[Link]:
    """Take a link away, from either of its tickets; the links that are left."""
    async with tickets.unchanged(caller, ticket_id, seen):
        return [_link(view) for view in await linking.unlink(caller, ticket_id, link_id)]


@router.post('/tickets/{ticket_id}/merge', responses=CHANGED)
async def merge_ticket(
    ticket_id: TicketId, new: NewMerge, caller: Caller, seen: Seen, response: Response
) -> schemas.Ticket:
    """Merge this duplicate into another ticket, for good; that one afterwards."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await merging.merge(caller, ticket_id, new.into)
    return await whole(caller, view, response)


def _link(view: LinkView) -> Link:
    other = view.ticket
    return Link(
        id=view.id,
        kind=view.kind,
        outgoing=view.outgoing,
        ticket=LinkedTicket(id=other.id, subject=other.subject, status=other.status) if other else None,
        url=view.url or None,
        made_by=schemas.person(view.made_by) if view.made_by else None,
        at=view.at,
    )
