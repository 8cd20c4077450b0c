"""Tickets over the REST API: filed, listed, read, moved, given to somebody, with the services of the pages."""

import secrets
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource, submission_of
from api.v1.parameters import Cursor, Id, Limit, Seen, TicketId, etag
from api.v1.problems import ProblemDetails
from models import Status
from services import people, tickets
from services.actor import Actor
from services.settings import settings

router = resource('tickets')

CHANGED: dict[int | str, dict[str, Any]] = {
    412: {'model': ProblemDetails, 'description': 'The ticket is not any more what `If-Match` names.'}
}


@router.post('/tickets', status_code=201)
async def file_ticket(new: schemas.NewTicket, caller: Caller, request: Request, response: Response) -> schemas.Ticket:
    """File a ticket."""
    view = await tickets.file(
        caller,
        new.type,
        {**new.fields, 'subject': new.subject},
        submission_key=submission_of(request) or f'api:{secrets.token_hex(16)}',
        file_keys=new.attachments,
        share_with=new.share_with,
        share_company=new.share_with_company,
        follow_up_of=new.follow_up_of,
    )
    response.headers['Location'] = f'/api/v1/tickets/{view.id}'
    return await whole(caller, view, response)


@router.get('/tickets')
async def list_tickets(  # noqa: PLR0917 - the framework passes query parameters by name
    caller: Caller,
    status: Annotated[list[Status] | None, Query(description='One or several statuses.')] = None,
    q: Annotated[str | None, Query(max_length=300, description='An ID, or words of the ticket.')] = None,
    type: Annotated[str | None, Query(max_length=32, description='The code of a form.')] = None,
    scope: Annotated[
        Literal['all', 'own', 'shared', 'mine', 'unassigned'],
        Query(description='`own` and `shared`: as a customer; `mine`: given to the caller; `unassigned`: to nobody.'),
    ] = 'all',
    company: Annotated[schemas.Number | None, Query(description='The id of a company.')] = None,
    assignee: Annotated[schemas.Number | None, Query(description='The id of an agent.')] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> schemas.TicketPage:
    """The tickets that the caller sees, unfinished first, the latest change first."""
    wanted = tickets.ListFilter(
        statuses=tuple(status or ()), type=type, text=q, scope=scope, company_id=company, assignee_id=assignee
    )
    page = await tickets.list_tickets(caller, wanted, cursor=cursor, limit=limit)
    emails = await people.emails(caller, schemas.people_in(page.items))
    items = [schemas.TicketSummary(**schemas.summary(row, emails)) for row in page.items]
    return schemas.TicketPage(items=items, next_cursor=page.next)


@router.get('/tickets/{ticket_id}')
async def read_ticket(ticket_id: TicketId, caller: Caller, response: Response) -> schemas.Ticket:
    """One ticket with its comments and files; `ETag` is its version."""
    return await whole(caller, await tickets.read(caller, ticket_id), response)


@router.patch('/tickets/{ticket_id}', responses=CHANGED)
async def change_ticket(
    ticket_id: TicketId, change: schemas.ChangedTicket, caller: Caller, seen: Seen, response: Response
) -> schemas.Ticket:
    """Reword the subject; for staff."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await tickets.change_subject(caller, ticket_id, change.subject)
    return await whole(caller, view, response)


@router.post('/tickets/{ticket_id}/transitions', responses=CHANGED)
async def move_ticket(  # noqa: PLR0917 - the framework passes all of them by name
    ticket_id: TicketId,
    new: schemas.NewTransition,
    caller: Caller,
    seen: Seen,
    request: Request,
    response: Response,
) -> schemas.Ticket:
    """Move a ticket to another status; `transitions` of the ticket says where to."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await tickets.transition(
            caller,
            ticket_id,
            new.to,
            comment=new.comment,
            submission_key=submission_of(request),
            undo_window=settings().undo_window if new.undoable else timedelta(0),
        )
    return await whole(caller, view, response)


@router.post('/tickets/{ticket_id}/transitions/{event_id}/undo')
async def undo_move(ticket_id: TicketId, event_id: Id, caller: Caller, response: Response) -> schemas.Ticket:
    """Take back one's own newest move by its event, while that is offered; its comment becomes a draft again."""
    return await whole(caller, await tickets.undo_transition(caller, ticket_id, event_id), response)


@router.put('/tickets/{ticket_id}/assignee', responses=CHANGED)
async def assign_ticket(
    ticket_id: TicketId, new: schemas.NewAssignee, caller: Caller, seen: Seen, response: Response
) -> schemas.Ticket:
    """Give a ticket to an agent, or to nobody; for staff."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await tickets.assign(caller, ticket_id, new.assignee_id)
    return await whole(caller, view, response)


@router.get('/tickets/{ticket_id}/events')
async def list_events(
    ticket_id: TicketId,
    caller: Caller,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description='How many at most.')] = 100,
) -> schemas.EventPage:
    """The history of a ticket, oldest first."""
    after = int(cursor) if cursor and cursor.isascii() and cursor.isdecimal() and len(cursor) <= 10 else 0
    page = await tickets.events(caller, ticket_id, after=after, limit=limit)
    return schemas.EventPage(items=[schemas.event(item) for item in page.items], next_cursor=page.next)


async def whole(caller: Actor, view: tickets.TicketView, response: Response) -> schemas.Ticket:
    """A ticket as the caller sees it, with its version in the headers."""
    response.headers['ETag'] = etag(view.version)
    return schemas.ticket(view, await people.emails(caller, schemas.people_in([view])))
