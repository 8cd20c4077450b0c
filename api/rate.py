"""The rating page behind a mail's stars: plain HTML, no sign-in; opening it stores nothing, only its button does."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.plain import plain_page
from services import ratings
from services.errors import Invalid
from services.i18n import LANGUAGES, day, translate
from services.ratings import RatingClosed, RatingForm, Standing

router = APIRouter()


@router.api_route('/rate/{token}', methods=['GET', 'HEAD'])
async def ask(request: Request, token: str) -> Response:
    """The form with the link's star chosen, else the one given before."""
    form = await ratings.read(token)
    if form.standing is not Standing.OPEN:
        return _closed(request, form, status=200 if form.standing is Standing.REOPENED else 410)
    return _form(request, form, stars=_stars(request.query_params.get('stars')) or form.stars, comment=form.comment)


@router.post('/rate/{token}')
async def take(request: Request, token: str) -> Response:
    """Store the answer and thank; or show the form again with what is wrong beside its field."""
    entered = await request.form(max_files=0, max_fields=10)
    stars, comment = _stars(str(entered.get('stars', ''))), str(entered.get('comment', ''))
    try:
        form = await ratings.rate(token, stars, comment)
    except RatingClosed:
        return _closed(request, await ratings.read(token), status=409)
    except Invalid as invalid:
        form = await ratings.read(token)
        language = _language(request, form)
        errors = {name: translate(language, each.key, **each.values) for name, each in invalid.problems.items()}
        return _form(request, form, stars=stars, comment=comment, errors=errors, status=422)
    return _thanks(request, form)


def _form(request: Request, form: RatingForm, *, status: int = 200, **context: Any) -> Response:
    language = _language(request, form)
    return plain_page(
        request,
        'rate.html',
        status=status,
        language=language,
        action=_here(request),
        id=form.id,
        subject=form.subject,
        rated_at=day(language, form.time_zone, form.rated_at) if form.rated_at else None,
        until=day(language, form.time_zone, form.until),
        languages_href=_switch(context.get('stars')),
        **context,
    )


def _thanks(request: Request, form: RatingForm) -> Response:
    language = _language(request, form)
    return plain_page(
        request,
        'rated.html',
        language=language,
        id=form.id,
        subject=form.subject,
        stars=form.stars,
        comment=form.comment,
        until=day(language, form.time_zone, form.until),
        change_href=_here(request),
        portal_href=f'/tickets/{form.id}',
        languages_href=False,
    )


def _closed(request: Request, form: RatingForm, *, status: int) -> Response:
    language = _language(request, form)
    values = {'id': form.id, 'until': day(language, form.time_zone, form.until)}
    return plain_page(
        request,
        'message.html',
        status=status,
        language=language,
        kind='expired',
        title=translate(language, f'rating.closed.{form.standing.value}_title'),
        text=translate(language, f'rating.closed.{form.standing.value}_text', **values),
        action_href=f'/tickets/{form.id}',
        action_label=translate(language, 'plain.rated.ticket'),
    )


def _language(request: Request, form: RatingForm) -> str:
    """The one switched to on the page, else that of the person who was asked."""
    wanted = request.query_params.get('language', '')
    return wanted if wanted in LANGUAGES else form.language


def _here(request: Request) -> str:
    """This page again, in the language that was switched to on it."""
    wanted = request.query_params.get('language', '')
    return request.url.path + (f'?language={wanted}' if wanted in LANGUAGES else '')


def _switch(stars: int | None) -> dict[str, str]:
    return {language: f'?language={language}' + (f'&stars={stars}' if stars else '') for language in LANGUAGES}


def _stars(text: str | None) -> int | None:
    return int(text) if text in ('1', '2', '3', '4', '5') else None
