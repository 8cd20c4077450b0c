"""The queue as a file to be saved: GET with the parameters of the queue's address."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from services.actor import Actor
from services.desk import export
from services.desk.export import Kind
from services.desk.filters import DeskFilter
from services.errors import SignedOut

router = APIRouter(prefix='/exports', include_in_schema=False)

HEADERS = {'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'private, no-store'}
_DIRECTIONS = {'1': True, '0': False}


@router.get('/tickets.{kind}')
async def tickets(request: Request, kind: Kind) -> FileResponse:
    """What the queue of this address has, as CSV or XLSX. Not found for customers."""
    actor: Actor | None = request.scope.get('state', {}).get('actor')
    if actor is None:
        raise SignedOut
    given = dict(request.query_params)
    file = await export.export(
        actor,
        kind,
        DeskFilter.from_parameters(given),
        sort=given.get('sort', ''),
        descending=_DIRECTIONS.get(given.get('descending', '')),
    )
    sent = BackgroundTask(file.remove)
    return FileResponse(file.path, filename=file.name, media_type=file.content_type, headers=HEADERS, background=sent)
