"""Errors of the REST API as `application/problem+json` (RFC 9457), each with a machine-readable code."""

import json
import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services import request_number
from services.database import FAULTS
from services.errors import Invalid, Refusal, TooMany, Unavailable
from services.i18n import translate
from services.settings import settings

log = logging.getLogger(__name__)

_CODES = {
    400: 'bad_request',
    401: 'signed_out',
    404: 'not_found',
    405: 'method_not_allowed',
    408: 'request_timeout',
    413: 'too_large',
    414: 'too_large',
    415: 'unsupported_media_type',
    431: 'too_large',
    503: 'unavailable',
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description='The field, or a path to it such as `fields.os`.', examples=['subject'])
    code: str = Field(examples=['entry.required'])
    detail: str = Field(description='For people, in the language of `Accept-Language`.', examples=['Fill this in.'])


class ProblemDetails(BaseModel):
    """The body of every error (RFC 9457)."""

    type: str = 'about:blank'
    title: str = Field(examples=['Not found'])
    status: int = Field(description='The HTTP status once more.', examples=[404])
    code: str = Field(description='What programs look at.', examples=['not_found'])
    detail: str = Field(description='For people, in the language of `Accept-Language`.')
    errors: list[FieldProblem] = Field(default=[], description='With 422: what is wrong with which field.')


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {'model': ProblemDetails, 'description': description}
    for status, description in {
        400: 'What was sent cannot be read at all.',
        401: 'No good token: it is missing, unknown, revoked or expired, or its person’s account is closed.',
        403: 'The caller sees the thing but may not do this with it, or the token is for reading only.',
        404: 'It does not exist, or the caller may not know that it does.',
        409: 'The state does not allow it, or somebody was faster.',
        413: 'Too much, too large or too many.',
        422: 'What was sent has not the described form; `errors` says where.',
        429: 'Too many calls; wait as `Retry-After` says.',
        503: 'Nothing can be stored just now; the same call may work later.',
    }.items()
}
"""What any call may be answered with besides its result."""


class ProblemResponse(JSONResponse):
    media_type = 'application/problem+json'

    def render(self, content: Any) -> bytes:
        """What was sent may stand in it again, and be no text at all."""
        return json.dumps(content, ensure_ascii=False, separators=(',', ':')).encode(errors='replace')


def install_problem_handlers(api: FastAPI) -> None:
    """Word refusals, malformed requests, unknown addresses and bugs alike; a bug's text never leaves the server."""
    api.add_exception_handler(Refusal, _refusal)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http)
    for fault in FAULTS:
        api.add_exception_handler(fault, _away)
    api.add_exception_handler(Exception, _bug)


def unread(request: Request, status: int) -> ProblemResponse:
    """The answer to a call that was turned away before anything of it was read."""
    return _of_status(request, status)


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> ProblemResponse:
    headers = more.pop('headers', None)
    content = {'type': 'about:blank', 'title': title, 'status': status, 'code': code, 'detail': detail, **more}
    return ProblemResponse(content, status_code=status, headers=headers)


async def _refusal(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, Refusal)
    language = _language(request)
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more['errors'] = [
            {'field': field, 'code': wrong.key, 'detail': translate(language, wrong.key, **wrong.values)}
            for field, wrong in error.problems.items()
        ]
    if isinstance(error, TooMany):
        more['headers'] = {'Retry-After': str(error.retry_after)}
    if error.status == 401:
        more['headers'] = {'WWW-Authenticate': 'Bearer'}
    detail = translate(language, error.key, **error.values)
    return problem(error.status, error.code, translate('en', f'problem.{error.code}'), detail, **more)


async def _malformed(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        {'field': '.'.join(str(part) for part in item['loc'][1:]), 'code': item['type'], 'detail': item['msg']}
        for item in error.errors()[:50]
    ]
    detail = translate(_language(request), 'refusal.malformed')
    return problem(422, 'invalid', translate('en', 'problem.invalid'), detail, errors=errors)


async def _http(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    return _of_status(request, error.status_code, headers=dict(error.headers) if error.headers else None)


def _of_status(request: Request, status: int, **more: Any) -> ProblemResponse:
    code = _CODES.get(status, 'refused')
    key = 'refusal.not_found' if status == 404 else f'problem.{code}'
    return problem(status, code, translate('en', f'problem.{code}'), translate(_language(request), key), **more)


async def _away(request: Request, _: Exception) -> ProblemResponse:
    """The database is busy or away while something is read."""
    return await _refusal(request, Unavailable())


async def _bug(request: Request, error: Exception) -> ProblemResponse:
    reference = request_number.reference()
    log.error('bug %s in %s %r', reference, request.method, request.url.path, exc_info=error)
    detail = translate(_language(request), 'problem.bug_detail', reference=reference)
    return problem(500, 'bug', translate('en', 'problem.bug'), detail)


def _language(request: Request) -> str:
    wanted = request.headers.get('accept-language', '').lower()
    if wanted.startswith('en'):
        return 'en'
    return 'ru' if wanted.startswith('ru') else settings().language
