"""The portal's own colours, logo and icon, for every page and every mail; and how an admin hands in another logo."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services import access, adjustments, brand
from services.actor import Actor
from services.errors import Invalid, NotFound, SignedOut
from services.i18n import file_size, translate

router = APIRouter(include_in_schema=False)

_KEPT = {'Cache-Control': 'public, max-age=31536000, immutable', 'X-Content-Type-Options': 'nosniff'}
_HARMLESS = _KEPT | {'Content-Security-Policy': "sandbox; default-src 'none'"}


@router.get(f'{brand.ROUTE}/style.css')
async def style() -> Response:
    """The accent's colours; the address changes with them."""
    return Response(brand.stylesheet(), media_type='text/css; charset=utf-8', headers=_KEPT)


@router.get(brand.ICON)
async def icon() -> Response:
    """What stands in a browser's tab."""
    data, content_type = brand.icon()
    return Response(data, media_type=content_type, headers=_HARMLESS)


@router.get(f'{brand.ROUTE}/logo')
async def logo() -> Response:
    """The logo; the address changes with it. Not found while it is the portal's own mark."""
    found = brand.logo()
    if found is None:
        raise NotFound
    return Response(found.data, media_type=found.content_type, headers=_HARMLESS)


@router.post(f'{brand.ROUTE}/logo')
async def set_logo(request: Request) -> Response:
    """Take the body as the new logo; 422 with a sentence when it does not do. Not found but for admins."""
    actor: Actor | None = request.scope.get('state', {}).get('actor')
    if actor is None:
        raise SignedOut
    user = await access.admin(actor)
    try:
        made = await brand.set_logo(actor, await request.body())
    except Invalid as refusal:
        problem = refusal.problems['logo']
        values = dict(problem.values)
        if problem.key == 'settings.refusal.logo_too_large':
            values['most'] = file_size(user.language, values['most'])
        return JSONResponse({'message': translate(user.language, problem.key, **values)}, status_code=422)
    await adjustments.refresh()
    return JSONResponse({'plate': made.plate}, status_code=201)
