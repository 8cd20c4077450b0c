"""Is the process alive, and can the portal work? For load balancers and supervisors, without signing in."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services import health
from services.settings import settings

router = APIRouter(include_in_schema=False)


@router.get('/healthz')
async def alive() -> JSONResponse:
    """200 while the process lives."""
    return JSONResponse({'status': 'ok'}, headers={'Cache-Control': 'no-store'})


@router.get('/readyz')
async def ready() -> JSONResponse:
    """200 when the database answers and can be written to; else 503 with the codes of what is wrong."""
    troubles = await health.troubles(settings().data_dir)
    body = {'status': 'unready', 'troubles': troubles} if troubles else {'status': 'ready'}
    return JSONResponse(body, status_code=503 if troubles else 200, headers={'Cache-Control': 'no-store'})
