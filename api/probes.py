"""Is the process alive, and can the portal work? For load balancers and supervisors, without signing in."""

import secrets

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from api import origin
from api.failures import failure
from services import health, metrics
from services.settings import settings

router = APIRouter(include_in_schema=False)


@router.get('/healthz')
async def alive() -> JSONResponse:
    """200 while the process lives."""
    return JSONResponse({'status': 'ok'}, headers={'Cache-Control': 'no-store'})


@router.get('/readyz')
async def ready() -> JSONResponse:
    """200 when the database answers and can be written to; else 503 with the codes of what is wrong.

    `warnings` are for people to look at; no balancer should take a process away for them.
    """
    troubles = await health.troubles(settings().data_dir)
    warnings = [] if troubles else await health.warnings()
    body: dict[str, object] = {'status': 'unready', 'troubles': troubles} if troubles else {'status': 'ready'}
    if warnings:
        body['warnings'] = warnings
    return JSONResponse(body, status_code=503 if troubles else 200, headers={'Cache-Control': 'no-store'})


@router.get('/metrics')
async def figures(request: Request) -> Response:
    """For Prometheus: to PORTAL_METRICS_FROM, and to whoever has the token; to others there is no such address."""
    token = settings().metrics_token
    given = request.headers.get('authorization', '').removeprefix('Bearer ')
    known = bool(token) and secrets.compare_digest(given.encode(), token.encode())
    if not known and not origin.came_straight_from(request.scope, settings().metrics_from):
        return failure(request, 404)
    return Response(await metrics.text(), media_type=metrics.CONTENT_TYPE, headers={'Cache-Control': 'no-store'})
