"""Files by plain HTTP: uploading one into a draft, taking it back, fetching it, and its small picture.

Who may do what is asked of `services.files`; session, actor and origin of a request are the guard's matter.
"""

from pathlib import Path
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.requests import ClientDisconnect

from services import blobs, files
from services.actor import Actor
from services.drafts import DraftFile
from services.errors import NotFound, Refusal, SignedOut
from services.settings import settings

router = APIRouter(prefix='/files', include_in_schema=False)

HARMLESS = {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'private, no-store',
}
_NAME_HEADER = 'x-file-name'


@router.post('')
async def upload(request: Request, place: str) -> Response:
    """Take in the body as one file of the draft at `place`; its name stands percent-encoded in X-File-Name.

    A form of another site cannot send that header, so it is asked for.
    """
    name = request.headers.get(_NAME_HEADER)
    if name is None or request.headers.get('content-type', '').startswith('multipart/'):
        return _hung_up(JSONResponse({'key': 'files.empty_request', 'values': {}}, status_code=415))
    try:
        _check_announced_size(request)
        stored = await files.store(_actor(request), place, unquote(name), request.stream())
    except Refusal as refusal:
        return _hung_up(_refused(refusal))
    except ClientDisconnect:  # nobody is there to hear the answer
        return Response(status_code=400)
    return JSONResponse(_described(stored), status_code=201)


@router.delete('/{key}')
async def remove(request: Request, key: str) -> Response:
    """Take back a file of one's own that was not sent yet."""
    try:
        await files.remove_from_draft(_actor(request), key)
    except Refusal as refusal:
        return _refused(refusal)
    return Response(status_code=204)


@router.get('/{key}/preview')
@router.head('/{key}/preview')
async def preview(request: Request, key: str) -> Response:
    """The small picture of an image; 404 when there is none."""
    path = await files.thumbnail(_actor(request), key)
    if path is None:
        raise NotFound
    return _picture(request, path)


@router.get('/{key}/{name:path}')
@router.head('/{key}/{name:path}')
async def download(request: Request, key: str) -> Response:
    """The file, to be saved and never to be shown: the name in the address is for people, the key alone counts."""
    stored = await files.open_for(_actor(request), key)
    return FileResponse(stored.path, filename=stored.name, media_type='application/octet-stream', headers=HARMLESS)


def _actor(request: Request) -> Actor:
    actor: Actor | None = request.scope.get('state', {}).get('actor')
    if actor is None:
        raise SignedOut
    return actor


def _check_announced_size(request: Request) -> None:
    """Refuse what says that it is too large before it comes; what says nothing, or lies, is counted while it comes."""
    announced = request.headers.get('content-length', '')
    limit = settings().file_limit
    if announced.isascii() and announced.isdecimal() and int(announced) > limit:
        raise blobs.too_big(limit)


def _picture(request: Request, path: Path) -> Response:
    """The same content has the same address on the disk: a browser that has it is told so."""
    headers = HARMLESS | {'Cache-Control': 'private, no-cache', 'ETag': f'"{path.stem}"'}
    if request.headers.get('if-none-match') == headers['ETag']:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type='image/webp', headers=headers)


def _described(file: DraftFile) -> dict[str, str | int | bool]:
    return {
        'key': file.key,
        'name': file.name,
        'size': file.size,
        'content_type': file.content_type,
        'previewable': file.previewable,
        'created_at': file.created_at.isoformat(),
    }


def _hung_up(answer: Response) -> Response:
    """An answer after which the rest of the body is not listened to, however long it goes on."""
    answer.headers['Connection'] = 'close'
    return answer


def _refused(refusal: Refusal) -> JSONResponse:
    """The refusal's sentence by its key, which the page words in the person's language."""
    return JSONResponse(
        {'code': refusal.code, 'key': refusal.key, 'values': refusal.values},
        status_code=refusal.status,
        headers=HARMLESS,
    )
