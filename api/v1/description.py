"""How the REST API describes itself: an OpenAPI document of which a client can be generated."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

SUMMARY = 'Everything that a person can do on the portal, with their own rights.'
TEXT = """\
**Keys.** Send `Authorization: Bearer TOKEN`. A token is made on the profile page; it belongs to a person and can do \
what that person can, or only look when its scope is `read`.

**Codes** travel here, not labels; times are in UTC. What one may not see answers exactly as what does not exist.

**Errors** are `application/problem+json` (RFC 9457) with a machine-readable `code`.

**Lists** come in pages: hand `next_cursor` on as `cursor` until it is null.

**Sending again.** A POST with an `Idempotency-Key` is made once; sent again within 24 hours it is answered as the \
first time.

**Crossing changes.** A ticket has its version as `ETag`; a change with `If-Match` is refused with 412 when somebody \
was faster.

**Limits.** Each answer says in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds) what is left; \
429 comes with `Retry-After`.
"""
TAGS = {
    'tickets': 'Requests for help: filing, listing, moving.',
    'conversation': 'Comments and files.',
    'readers': 'Sharing, following, what has been read.',
    'ratings': 'How the help was.',
    'live': 'What happens, as it happens.',
    'forms': 'In which ways help is asked for; drafts and versions for admins.',
    'me': 'The person behind the token.',
    'desk': 'What specialists work with: queue, tags, links, templates.',
    'figures': 'How the help is rated, what came of bad ratings, and how work flows.',
    'accounts': 'People and companies.',
    'settings': 'What admins set while the portal runs.',
    'webhooks': 'Addresses outside that are told of what happens.',
    'operation': 'What admins look after: e-mails that leave, the audit log, how the portal is doing.',
}
_PROBLEM = 'application/problem+json'
_RATE = {
    'RateLimit-Limit': 'Calls that the token has in a minute.',
    'RateLimit-Remaining': 'How many of them are left.',
    'RateLimit-Reset': 'In so many seconds there are more again.',
}
_NAMES = {
    'services__adjustable__Kind': 'SettingKind',
    'services__forms__definition__Kind': 'FieldKind',
    'Body_upload_file': 'NewFile',
    'Body_attach_file': 'NewAttachment',
}
"""What the framework calls a schema, and what it is called outside."""
_TICKET = '#/components/schemas/Ticket'


def describe(api: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if api.openapi_schema is None:
        document = get_openapi(
            title=api.title,
            version=api.version,
            openapi_version=api.openapi_version,
            summary=api.summary,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
            tags=[{'name': name, 'description': description} for name, description in TAGS.items()],
        )
        document = _renamed(document)
        for path in document['paths'].values():
            for operation in path.values():
                _finish(operation, document)
        api.openapi_schema = document
    return api.openapi_schema


def operation_id(route: APIRoute) -> str:
    """What generated clients call a route: the name of its function, which is told once."""
    return route.name


def _finish(operation: dict[str, Any], document: dict[str, Any]) -> None:
    """Say what holds for all calls: errors are problems, and every answer says what is left of the limit."""
    for status, response in operation['responses'].items():
        if not status.startswith('2'):
            response['content'] = {_PROBLEM: {'schema': {'$ref': '#/components/schemas/ProblemDetails'}}}
        headers = response.setdefault('headers', {})
        headers |= {name: _header(text, 'integer') for name, text in _RATE.items() if status != '401'}
        if status == '429':
            headers['Retry-After'] = _header('Seconds to wait.', 'integer')
        schema = response.get('content', {}).get('application/json', {}).get('schema', {})
        if schema.get('$ref') == _TICKET:
            headers['ETag'] = _header('The ticket’s version, for `If-Match`.', 'string')
    for parameter in operation.get('parameters', ()):
        parameter['schema'] = _without_null(parameter['schema'])
    if not operation.get('requestBody') and not operation.get('parameters'):
        operation['responses'].pop('422', None)
    document['components']['schemas'].pop('HTTPValidationError', None)
    document['components']['schemas'].pop('ValidationError', None)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out; it cannot be null."""
    options = [option for option in schema.get('anyOf', ()) if option != {'type': 'null'}]
    others = {name: value for name, value in schema.items() if name != 'anyOf'}
    return {**others, **options[0]} if len(options) == 1 else schema


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Names of modules, which tell two classes of one name apart, mean nothing outside; and a file is bytes there."""
    text = json.dumps(document)
    for ours, theirs in _NAMES.items():
        text = text.replace(f'schemas/{ours}"', f'schemas/{theirs}"').replace(f'"{ours}": {{', f'"{theirs}": {{')
    renamed: dict[str, Any] = json.loads(text)
    for name in _NAMES.values():
        schema = renamed['components']['schemas'][name]
        schema['title'] = name
        if 'file' in schema.get('properties', {}):
            schema['properties']['file']['format'] = 'binary'  # what generators go by, besides contentMediaType
    return renamed


def _header(description: str, type: str) -> dict[str, Any]:
    return {'description': description, 'schema': {'type': type}}
