"""Signing in and out, passwords, invitations and the first administrator: plain forms over services."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cookies
from api.failures import failure
from api.plain import language_of, plain_page
from services import access, links, passwords, people, sessions, setup
from services.actor import Actor
from services.errors import Conflict, Invalid, Problem, Refusal, TooMany
from services.i18n import duration, translate
from services.settings import settings

router = APIRouter(include_in_schema=False)

_LONGEST_NEXT = 2000


@router.get('/login')
async def login_form(request: Request) -> Response:
    following = next_path(request.query_params.get('next', ''))
    if _actor(request) is not None:
        return _to(following)
    if await setup.needs_setup():
        return _to('/setup')
    said = _t(request, 'signing_in.signed_out') if 'signed_out' in request.query_params else None
    return plain_page(request, 'login.html', next=following, message=said, values={})


@router.post('/login')
async def login(request: Request) -> Response:
    form = await _form(request)
    following = next_path(form.get('next', ''))
    try:
        token, _ = await sessions.sign_in(form.get('email', ''), form.get('password', ''), **_visitor(request))
    except Refusal as refusal:
        return _again(request, 'login.html', refusal, form, next=following)
    return await _signed_in(request, token, following)


@router.post('/logout')
async def logout(request: Request) -> Response:
    if (actor := _actor(request)) is not None:
        await sessions.sign_out(actor)
    response = _to('/login?signed_out')
    response.headers.append('Set-Cookie', cookies.ended_session_cookie())
    return response


@router.get('/forgot')
async def forgot_form(request: Request) -> Response:
    return plain_page(request, 'forgot.html')


@router.post('/forgot')
async def forgot(request: Request) -> Response:
    form = await _form(request)
    email = form.get('email', '').strip()
    try:
        await links.request_reset(email, address=_address(request))
    except Refusal as refusal:
        return _again(request, 'forgot.html', refusal, form)
    valid_for = duration(language_of(request), settings().reset_lifetime)
    return plain_page(request, 'forgot_sent.html', email=email, valid_for=valid_for)


@router.get('/reset/{token}')
async def reset_form(request: Request, token: str) -> Response:
    try:
        return _set_password(request, 'reset', await links.read_reset(token))
    except links.LinkRefused:
        return _expired(request)


@router.post('/reset/{token}')
async def reset(request: Request, token: str) -> Response:
    form = await _form(request)
    try:
        view = await links.read_reset(token)
        try:
            _same_twice(form)
            cookie, _ = await links.use_reset(token, form.get('password', ''), **_visitor(request))
        except Invalid as refusal:
            return _set_password(request, 'reset', view, refusal, form)
    except links.LinkRefused:
        return _expired(request)
    return await _signed_in(request, cookie, '/')


@router.get('/invitation/{token}')
async def invitation_form(request: Request, token: str) -> Response:
    try:
        view = await links.read_invitation(token)
    except links.LinkRefused:
        return _expired(request)
    return _set_password(request, 'invitation', view, form={'name': view.name})


@router.post('/invitation/{token}')
async def invitation(request: Request, token: str) -> Response:
    form = await _form(request)
    try:
        view = await links.read_invitation(token)
        try:
            _same_twice(form)
            name, password = form.get('name', ''), form.get('password', '')
            cookie, _ = await links.accept_invitation(token, name, password, **_visitor(request))
        except Invalid as refusal:
            return _set_password(request, 'invitation', view, refusal, form)
    except links.LinkRefused:
        return _expired(request)
    return await _signed_in(request, cookie, '/')


@router.get('/setup')
async def setup_form(request: Request) -> Response:
    if not await setup.needs_setup():
        return _to('/login')
    return plain_page(request, 'first_admin.html', min_length=passwords.SHORTEST)


@router.post('/setup')
async def set_up(request: Request) -> Response:
    form = await _form(request)
    given = [form.get(field, '') for field in ('code', 'name', 'email', 'password')]
    try:
        _same_twice(form)
        token, _ = await setup.create_first_admin(*given, **_visitor(request))
    except Conflict:
        return _to('/login')
    except Refusal as refusal:
        return _again(request, 'first_admin.html', refusal, form, min_length=passwords.SHORTEST)
    return await _signed_in(request, token, '/')


@router.get('/password')
async def password_form(request: Request) -> Response:
    user = await access.person(_somebody(request))
    return plain_page(
        request, 'change_password.html', language=user.language, email=user.email, min_length=passwords.SHORTEST
    )


@router.post('/password')
async def password(request: Request) -> Response:
    actor, form = _somebody(request), await _form(request)
    user = await access.person(actor)
    try:
        _same_twice(form)
        await people.change_password(actor, form.get('old_password', ''), form.get('password', ''))
    except Refusal as refusal:
        more = {'email': user.email, 'min_length': passwords.SHORTEST, 'language': user.language}
        return _again(request, 'change_password.html', refusal, {}, **more)
    return plain_page(request, 'message.html', language=user.language, kind='done', action_href='/profile')


def next_path(wanted: str) -> str:
    """The address to land on after signing in: a path on this very site, or the first page for anything else."""
    safe = (
        wanted.startswith('/')
        and not wanted.startswith('//')
        and '\\' not in wanted
        and wanted.isprintable()
        and len(wanted) <= _LONGEST_NEXT
        and not wanted.startswith(('/login', '/logout', '/setup'))
    )
    return wanted if safe else '/'


async def _signed_in(request: Request, token: str, following: str) -> Response:
    """To the wanted page with a fresh cookie; whoever was signed in in this browser before is out."""
    if (before := _actor(request)) is not None:
        await sessions.sign_out(before)
    response = _to(following)
    response.headers.append('Set-Cookie', cookies.session_cookie(token))
    return response


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form; files and repeated fields are nobody's business here."""
    async with request.form(max_files=1, max_fields=20) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _same_twice(form: dict[str, str]) -> None:
    if form.get('password') != form.get('password_again', form.get('password')):
        raise Invalid({'password_again': Problem('password.again_differs')})


def _set_password(
    request: Request,
    kind: str,
    view: links.LinkView,
    refusal: Invalid | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    return _again(
        request,
        'set_password.html',
        refusal,
        form or {},
        kind=kind,
        action=request.url.path,
        email=view.email,
        company=view.company_name,
        min_length=passwords.SHORTEST,
        language=language_of(request) if 'language' in request.query_params else view.language,
    )


def _again(request: Request, template: str, refusal: Refusal | None, form: dict[str, str], **context: Any) -> Response:
    """The form once more, with what was typed (passwords never) and what is wrong with it."""
    language = context.pop('language', None) or language_of(request)
    values = {name: value[:500] for name, value in form.items() if 'password' not in name}
    if isinstance(refusal, Invalid):
        context['errors'] = {
            name: translate(language, wrong.key, **wrong.values) for name, wrong in refusal.problems.items()
        }
    elif isinstance(refusal, TooMany):
        retry = duration(language, timedelta(seconds=refusal.retry_after))
        context['error'] = translate(language, 'plain.message.too_many_text', retry=retry)
    elif refusal is not None:
        context['error'] = translate(language, refusal.key, **refusal.values)
    status = refusal.status if refusal is not None else 200
    response = plain_page(request, template, status=status, language=language, values=values, **context)
    if isinstance(refusal, TooMany):
        response.headers['Retry-After'] = str(refusal.retry_after)
    return response


def _expired(request: Request) -> Response:
    """One answer to every link that does not count, whatever the reason."""
    return failure(request, 410, action_href='/login', action_label=_t(request, 'plain.back_to_login'))


def _actor(request: Request) -> Actor | None:
    actor: Actor | None = getattr(request.state, 'actor', None)
    return actor


def _somebody(request: Request) -> Actor:
    actor = _actor(request)
    assert actor is not None, 'the guard lets nobody through to here'
    return actor


def _visitor(request: Request) -> dict[str, Any]:
    return {'address': _address(request), 'browser': request.headers.get('user-agent', '')}


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ''


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def _t(request: Request, key: str) -> str:
    return translate(language_of(request), key)
