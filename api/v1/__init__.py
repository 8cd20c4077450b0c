"""The REST API below /api/v1: an application of its own, so that its errors and its description are its own."""

from fastapi import FastAPI

from api.v1 import (
    accounts,
    adjustments,
    ask,
    audit_log,
    bad_ratings,
    comments,
    desk,
    docs,
    figures,
    form_editing,
    forms,
    health,
    live,
    mail_texts,
    marks,
    me,
    outbox,
    ratings,
    readers,
    retention,
    sessions,
    synonyms,
    templates,
    tickets,
    webhooks,
)
from api.v1.description import SUMMARY, TEXT, describe, operation_id
from api.v1.problems import install_problem_handlers
from api.v1.rate import RateHeaders

PARTS = (
    *(tickets, ask, comments, readers, ratings, live),
    *(forms, form_editing, me, sessions),
    *(desk, marks, templates, figures, bad_ratings),
    *(accounts, adjustments, mail_texts, synonyms, retention, webhooks),
    *(outbox, audit_log, health, docs),
)
"""The modules of the API, in the order of its description."""


def create_api() -> FastAPI:
    """The application to mount at /api/v1; it describes itself at /api/v1/openapi.json."""
    api = FastAPI(
        title='SmartPlayer Support API',
        version='1.0',
        summary=SUMMARY,
        description=TEXT,
        openapi_url='/openapi.json',
        docs_url=None,
        redoc_url=None,
        servers=[{'url': '/api/v1'}],
        root_path_in_servers=False,
        generate_unique_id_function=operation_id,
    )
    api.openapi = lambda: describe(api)  # type: ignore[method-assign]
    api.add_middleware(RateHeaders)
    install_problem_handlers(api)
    for part in PARTS:
        api.include_router(part.router)
    return api
