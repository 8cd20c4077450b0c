"""The REST API below /api/v1: an application of its own, so that its errors and its description are its own."""

from fastapi import FastAPI

from api.v1 import people, tickets
from api.v1.problems import install_problem_handlers


def create_api() -> FastAPI:
    """The application to mount at /api/v1; it describes itself at /api/v1/openapi.json."""
    api = FastAPI(
        title='SmartPlayer Support API',
        version='1.0',
        summary='Everything that a person can do on the portal, with their own rights.',
        description=(
            'Send `Authorization: Bearer TOKEN`. A token belongs to a person and can do what that person can. '
            'Codes travel here, not labels. Errors are `application/problem+json` with a machine-readable `code`; '
            'what one may not see answers exactly as what does not exist.'
        ),
        openapi_url='/openapi.json',
        docs_url=None,
        redoc_url=None,
        servers=[{'url': '/api/v1'}],
        root_path_in_servers=False,
    )
    install_problem_handlers(api)
    api.include_router(tickets.router)
    api.include_router(people.router)
    return api
