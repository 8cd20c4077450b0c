"""Files to be saved: tables by the address of the page that shows them, and what is kept of a person."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from services import audit_log
from services.actor import Actor
from services.audit_log import AuditFilter
from services.desk import export
from services.desk.filters import DeskFilter
from services.errors import SignedOut
from services.figures.export import export_table
from services.privacy import own_data
from services.table_file import ExportFile, Kind

router = APIRouter(prefix='/exports', include_in_schema=False)

HEADERS = {'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'private, no-store'}
_DIRECTIONS = {'1': True, '0': False}


@router.get('/tickets.{kind}')
async def tickets(request: Request, kind: Kind) -> FileResponse:
    """What the queue of this address has, as CSV or XLSX. Not found for customers."""
    given = dict(request.query_params)
    file = await export.export(
        _actor(request),
        kind,
        DeskFilter.from_parameters(given),
        sort=given.get('sort', ''),
        descending=_DIRECTIONS.get(given.get('descending', '')),
    )
    return _sent(file)


@router.get('/audit.{kind}')
async def audit(request: Request, kind: Kind) -> FileResponse:
    """What the audit log of this address has, as CSV or XLSX. Not found but for admins."""
    wanted = AuditFilter.from_parameters(dict(request.query_params))
    return _sent(await audit_log.export(_actor(request), kind, wanted))


@router.get('/me.zip')
async def own_data_of_mine(request: Request) -> FileResponse:
    """All that is kept of the person who asks."""
    return _sent(await own_data.collect(_actor(request)))


@router.get('/people/{person_id}.zip')
async def own_data_of(request: Request, person_id: int) -> FileResponse:
    """All that is kept of a person. Not found but for admins and for oneself."""
    return _sent(await own_data.collect(_actor(request), person_id))


@router.get('/figures/{table}.{kind}')
async def figures(request: Request, table: str, kind: Kind) -> FileResponse:
    """A table of a dashboard as it is shown at this address, as CSV or XLSX. Not found for customers."""
    return _sent(await export_table(_actor(request), table, kind, dict(request.query_params)))


def _actor(request: Request) -> Actor:
    actor: Actor | None = request.scope.get('state', {}).get('actor')
    if actor is None:
        raise SignedOut
    return actor


def _sent(file: ExportFile) -> FileResponse:
    sent = BackgroundTask(file.remove)
    return FileResponse(file.path, filename=file.name, media_type=file.content_type, headers=HEADERS, background=sent)
