"""A mail of the outbox as a document of its own, for the frame on the admins' page: nothing runs in it."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.actor import Actor
from services.errors import NotFound
from services.mail import desk
from services.settings import settings

router = APIRouter()

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: {portal}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@router.get('/admin/outbox/{id}/letter')
async def letter(request: Request, id: str) -> HTMLResponse:
    """The mail's HTML part; its links open beside the page. Not found for whoever is no admin."""
    actor: Actor | None = request.scope['state']['actor']
    if actor is None or not (id.isascii() and id.isdigit() and len(id) <= 10):
        raise NotFound
    shown = (await desk.mail(actor, int(id))).preview
    html = shown.html.replace('<head>', '<head>\n<base target="_blank">', 1)
    return HTMLResponse(
        html, headers={'Content-Security-Policy': POLICY.format(portal=settings().url), 'X-Frame-Options': 'SAMEORIGIN'}
    )
