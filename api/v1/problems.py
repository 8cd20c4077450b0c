"""Errors of the REST API as `application/problem+json` (RFC 9457), each with a machine-readable code."""

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services.errors import Invalid, Refusal, TooMany
from services.i18n import translate
from services.settings import settings

log = logging.getLogger(__name__)

_CODES = {
    404: 'not_found',
    405: 'method_not_allowed',
    401: 'signed_out',
    413: 'too_large',
    415: 'unsupported_media_type',
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=['subject'])
    code: str = Field(examples=['form.required'])
    detail: str


class ProblemDetails(BaseModel):
    """The body of every error."""

    type: str = 'about:blank'
    title: str = Field(examples=['Not found'])
    status: int = Field(examples=[404])
    code: str = Field(examples=['not_found'])
    detail: str
    errors: list[FieldProblem] = []


class ProblemResponse(JSONResponse):
    media_type = 'application/problem+json'


def install_problem_handlers(api: FastAPI) -> None:
    """Word refusals, malformed requests, unknown addresses and bugs alike; a bug's text never leaves the server."""
    api.add_exception_handler(Refusal, _refusal)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _bug)


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
    code = _CODES.get(error.status_code, 'refused')
    headers = dict(error.headers) if error.headers else None
    key = 'refusal.not_found' if error.status_code == 404 else f'problem.{code}'
    title = translate('en', f'problem.{code}')
    return problem(error.status_code, code, title, translate(_language(request), key), headers=headers)


async def _bug(request: Request, error: Exception) -> ProblemResponse:
    reference = secrets.token_hex(4)
    log.error('bug %s in %s %r', reference, request.method, request.url.path, exc_info=error)
    detail = translate(_language(request), 'problem.bug_detail', reference=reference)
    return problem(500, 'bug', translate('en', 'problem.bug'), detail)


def _language(request: Request) -> str:
    wanted = request.headers.get('accept-language', '').lower()
    if wanted.startswith('en'):
        return 'en'
    return 'ru' if wanted.startswith('ru') else settings().language
