"""The plain pages: HTML from `api/templates` that needs no script and no socket, under a policy that forbids both."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.cookies import language_cookie, language_name
from services import brand
from services.assets import asset
from services.i18n import LANGUAGES, translate
from services.settings import settings

POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; connect-src 'self'; img-src 'self' data:"
)

_TEMPLATES = {path.name: path.read_text('utf-8') for path in (Path(__file__).parent / 'templates').glob('*.html')}
"""Read when the process starts: while it still serves, those of a newer version may lie in their place already."""


def plain_page(
    request: Request, template: str, *, status: int = 200, language: str | None = None, **context: Any
) -> HTMLResponse:
    """The page made of a template; what each takes is said at its top. The language is the visitor's unless given."""
    language = language or language_of(request)
    words = partial(translate, language)
    html = (
        _templates()
        .get_template(template)
        .render(t=words, asset=asset, language=language, name=settings().name, brand=brand, **context)
    )
    response = HTMLResponse(html, status_code=status, headers={'Content-Security-Policy': POLICY})
    if request.query_params.get('language') == language:
        response.headers.append('Set-Cookie', language_cookie(language))
    return response


def language_of(request: Request) -> str:
    """The language that a visitor asked for: by the switch on the page, now or earlier, else by their browser."""
    wanted = [
        request.query_params.get('language', ''),
        request.cookies.get(language_name(), ''),
        *(part.partition(';')[0].strip()[:2].lower() for part in request.headers.get('accept-language', '').split(',')),
    ]
    return next((language for language in wanted if language in LANGUAGES), settings().language)


@cache
def _templates() -> Environment:
    return Environment(
        loader=DictLoader(_TEMPLATES),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
