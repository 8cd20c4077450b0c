"""What is said to tickets over the REST API, and the files that go with it."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request, UploadFile
from fastapi.responses import FileResponse

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource, submission_of
from api.v1.parameters import Id, Seen, TicketId
from api.v1.tickets import CHANGED
from services import files, tickets
from services.drafts import DraftFile

router = resource('conversation')

_PIECE = 64 * 1024
_HARMLESS = {'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "sandbox; default-src 'none'"}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        'description': 'The content, always to be saved and never to be shown.',
        'content': {'application/octet-stream': {'schema': {'type': 'string', 'format': 'binary'}}},
    }
}


@router.post('/tickets/{ticket_id}/comments', status_code=201, responses=CHANGED)
async def write_comment(
    ticket_id: TicketId, new: schemas.NewComment, caller: Caller, seen: Seen, request: Request
) -> schemas.Comment:
    """Write a comment, or an internal note."""
    async with tickets.unchanged(caller, ticket_id, seen):
        view = await tickets.comment(
            caller,
            ticket_id,
            new.body,
            internal=new.internal,
            file_keys=new.attachments,
            submission_key=submission_of(request),
        )
    return schemas.comment(view)


@router.patch('/tickets/{ticket_id}/comments/{comment_id}')
async def change_comment(
    ticket_id: TicketId, comment_id: Id, change: schemas.ChangedComment, caller: Caller
) -> schemas.Comment:
    """Reword one's own comment, within 15 minutes unless the portal is set otherwise."""
    return schemas.comment(await tickets.edit_comment(caller, ticket_id, comment_id, change.body))


@router.post('/attachments', status_code=201)
async def upload_file(file: UploadFile, caller: Caller) -> schemas.File:
    """Upload a file (multipart, member `file`) to send with a ticket or a comment; kept for a day."""
    return schemas.file(await files.store(caller, _place(), file.filename or 'file', _pieces(file)))


@router.post('/tickets/{ticket_id}/attachments', status_code=201)
async def attach_file(ticket_id: TicketId, file: UploadFile, caller: Caller, internal: bool = False) -> schemas.File:
    """Attach a file to the ticket itself (multipart, member `file`)."""
    await tickets.may_attach(caller, ticket_id, internal=internal)
    stored: DraftFile = await files.store(caller, _place(), file.filename or 'file', _pieces(file))
    await tickets.attach(caller, ticket_id, [stored.key], internal=internal)
    return schemas.file(stored)


@router.delete('/tickets/{ticket_id}/attachments/{key}', status_code=204)
async def remove_file(ticket_id: TicketId, key: str, caller: Caller) -> None:
    """Take a file away for good; for administrators."""
    await tickets.remove_file(caller, ticket_id, key)


@router.get('/attachments/{key}', response_class=FileResponse, responses=_CONTENT)
async def download_file(key: str, caller: Caller) -> FileResponse:
    """The content of a file."""
    stored = await files.open_for(caller, key)
    return FileResponse(
        stored.path,
        filename=stored.name,
        media_type='application/octet-stream',
        content_disposition_type='attachment',
        headers=_HARMLESS,
    )


@router.delete('/attachments/{key}', status_code=204)
async def discard_file(key: str, caller: Caller) -> None:
    """Take back a file of one's own that was uploaded and not sent."""
    await files.remove_from_draft(caller, key)


def _place() -> str:
    return f'api:{secrets.token_hex(8)}'


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
