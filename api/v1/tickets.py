"""Tickets over the REST API: what a person can do on the ticket's page, with the same services and rights."""

import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response, UploadFile
from fastapi.responses import FileResponse

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.problems import ProblemDetails
from models import Status
from services import files, people, tickets
from services.actor import Actor

_ERRORS = {
    401: {'model': ProblemDetails, 'description': 'No good token.'},
    404: {'model': ProblemDetails, 'description': 'It does not exist, or the caller may not see it.'},
    409: {'model': ProblemDetails, 'description': 'The state does not allow it, or somebody was faster.'},
    422: {'model': ProblemDetails, 'description': 'The body is wrong; `errors` says where.'},
    429: {'model': ProblemDetails, 'description': 'Too many calls; wait as `Retry-After` says.'},
}

router = APIRouter(tags=['tickets'], responses=_ERRORS)  # type: ignore[arg-type]

Cursor = Annotated[str | None, Query(max_length=500, description='`next_cursor` of the page before.')]
Key = Annotated[str | None, Header(max_length=64, description='The same key files the same ticket once.')]


@router.post('/tickets', status_code=201)
async def file_ticket(
    new: schemas.NewTicket, caller: Caller, response: Response, idempotency_key: Key = None
) -> schemas.Ticket:
    """File a ticket."""
    view = await tickets.file(
        caller,
        new.type,
        {**new.fields, 'subject': new.subject},
        submission_key=f'api:{idempotency_key}' if idempotency_key else f'api:{secrets.token_hex(16)}',
        file_keys=new.attachments,
        share_with=new.share_with,
        share_company=new.share_with_company,
    )
    response.headers['Location'] = f'/api/v1/tickets/{view.id}'
    return await _whole(caller, view)


@router.get('/tickets')
async def list_tickets(  # noqa: PLR0917 - the framework passes query parameters by name
    caller: Caller,
    status: Annotated[list[Status] | None, Query(description='One or several statuses.')] = None,
    q: Annotated[str | None, Query(max_length=300, description='An ID, or words of the subject.')] = None,
    type: Annotated[str | None, Query(max_length=32)] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> schemas.TicketPage:
    """The tickets that the caller sees, unfinished first, the latest change first."""
    wanted = tickets.ListFilter(statuses=tuple(status or ()), type=type, text=q)
    page = await tickets.list_tickets(caller, wanted, cursor=cursor, limit=limit)
    emails = await people.emails(caller, schemas.people_in(page.items))
    items = [schemas.TicketSummary(**schemas.summary(row, emails)) for row in page.items]
    return schemas.TicketPage(items=items, next_cursor=page.next)


@router.get('/tickets/{ticket_id}')
async def read_ticket(ticket_id: str, caller: Caller) -> schemas.Ticket:
    """One ticket with its comments and files."""
    return await _whole(caller, await tickets.read(caller, ticket_id))


@router.post('/tickets/{ticket_id}/comments', status_code=201)
async def comment(
    ticket_id: str, new: schemas.NewComment, caller: Caller, idempotency_key: Key = None
) -> schemas.Comment:
    """Write a comment, or an internal note."""
    key = f'api:{idempotency_key}' if idempotency_key else None
    return schemas.comment(
        await tickets.comment(caller, ticket_id, new.body, internal=new.internal, submission_key=key)
    )


@router.post('/tickets/{ticket_id}/transitions')
async def transition(ticket_id: str, new: schemas.NewTransition, caller: Caller) -> schemas.Ticket:
    """Move a ticket to another status."""
    return await _whole(caller, await tickets.transition(caller, ticket_id, new.to, comment=new.comment))


@router.put('/tickets/{ticket_id}/assignee')
async def assign(ticket_id: str, new: schemas.NewAssignee, caller: Caller) -> schemas.Ticket:
    """Give a ticket to an agent, or to nobody."""
    return await _whole(caller, await tickets.assign(caller, ticket_id, new.assignee_id))


@router.post('/tickets/{ticket_id}/shares')
async def share(ticket_id: str, new: schemas.NewShares, caller: Caller) -> schemas.Ticket:
    """Share a ticket with people of the requester's company, or with all of it."""
    return await _whole(caller, await tickets.share(caller, ticket_id, new.people, company=new.company))


@router.delete('/tickets/{ticket_id}/shares/{person_id}', status_code=204)
async def unshare(ticket_id: str, person_id: int, caller: Caller) -> None:
    """Take a share back, or leave a ticket that was shared with the caller."""
    await tickets.unshare(caller, ticket_id, person_id)


@router.post('/tickets/{ticket_id}/attachments', status_code=201)
async def attach(ticket_id: str, file: UploadFile, caller: Caller, internal: bool = False) -> schemas.File:
    """Attach a file (multipart, member `file`)."""
    await tickets.may_attach(caller, ticket_id, internal=internal)

    async def chunks() -> AsyncIterator[bytes]:
        while chunk := await file.read(64 * 1024):
            yield chunk

    place = f'api:{secrets.token_hex(8)}'
    stored = await files.store(caller, place, file.filename or 'file', chunks())
    await tickets.attach(caller, ticket_id, [stored.key], internal=internal)
    return schemas.file(stored)


@router.get('/attachments/{key}')
async def download(key: str, caller: Caller) -> FileResponse:
    """The content of a file."""
    stored = await files.open_for(caller, key)
    return FileResponse(
        stored.path,
        filename=stored.name,
        media_type='application/octet-stream',
        content_disposition_type='attachment',
        headers={'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "sandbox; default-src 'none'"},
    )


@router.get('/tickets/{ticket_id}/events')
async def events(
    ticket_id: str, caller: Caller, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> schemas.EventPage:
    """The history of a ticket, oldest first."""
    after = int(cursor) if cursor and cursor.isdecimal() and len(cursor) <= 10 else 0
    page = await tickets.events(caller, ticket_id, after=after, limit=limit)
    return schemas.EventPage(items=[schemas.event(item) for item in page.items], next_cursor=page.next)


async def _whole(caller: Actor, view: tickets.TicketView) -> schemas.Ticket:
    return schemas.ticket(view, await people.emails(caller, schemas.people_in([view])))
