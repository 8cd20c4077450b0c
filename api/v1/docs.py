"""The description of the REST API as a page of the portal: made of the OpenAPI document, without any script."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.plain import plain_page
from services.markdown import render
from services.settings import settings

router = APIRouter(include_in_schema=False)

Schema = dict[str, Any]
_MEDIA = ('application/json', 'multipart/form-data')


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter of a call, or a member of what it takes or gives."""

    name: str
    type: str
    required: bool
    description: Markup
    place: str = ''


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: what it takes, how it may look on a command line, what it gives."""

    id: str
    method: str
    path: str
    description: Markup
    parameters: tuple[Member, ...]
    takes: tuple[Member, ...]
    example: str
    gives: tuple[Member, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    description: str
    operations: tuple[Operation, ...]


@router.get('/docs')
async def docs(request: Request) -> HTMLResponse:
    """The page; it needs no sign-in, for it says nothing about anybody."""
    state = request.app.state
    if not hasattr(state, 'description'):
        state.description = await asyncio.to_thread(_description, request.app.openapi())
    text, groups = state.description
    return plain_page(request, 'api_docs.html', text=text, groups=groups)


def _description(document: Schema) -> tuple[Markup, list[Group]]:
    return _marked(document['info']['description']), _groups(document)


def _groups(document: Schema) -> list[Group]:
    described = [Described(document, path, method) for path, item in document['paths'].items() for method in item]
    return [
        Group(tag['name'], tag['description'], tuple(one.operation() for one in described if one.tag == tag['name']))
        for tag in document['tags']
        if any(one.tag == tag['name'] for one in described)
    ]


class Described:
    """One call of the document."""

    def __init__(self, document: Schema, path: str, method: str) -> None:
        self.document = document
        self.path = path
        self.method = method
        self.call: Schema = document['paths'][path][method]
        self.tag: str = self.call['tags'][0]

    def operation(self) -> Operation:
        return Operation(
            id=self.call['operationId'],
            method=self.method.upper(),
            path=self.path,
            description=_marked(self.call['description']),
            parameters=tuple(self._parameters()),
            takes=tuple(self._members(self._body())),
            example=self._example(),
            gives=tuple(self._members(self._result())),
            answers=tuple((status, answer['description']) for status, answer in self.call['responses'].items()),
        )

    def _parameters(self) -> Iterator[Member]:
        for given in self.call.get('parameters', ()):
            text = _marked(given.get('description') or '')
            yield Member(given['name'], self._type(given['schema']), given.get('required', False), text, given['in'])

    def _body(self) -> Schema:
        content: Schema = self.call.get('requestBody', {}).get('content', {})
        return next((content[media]['schema'] for media in _MEDIA if media in content), {})

    def _result(self) -> Schema:
        good = [answer for status, answer in self.call['responses'].items() if status.startswith('2')]
        schema: Schema = good[0].get('content', {}).get('application/json', {}).get('schema', {}) if good else {}
        items: Schema = schema.get('items', schema)
        return items

    def _members(self, schema: Schema) -> Iterator[Member]:
        schema = self._found(schema)
        for name, member in schema.get('properties', {}).items():
            text = _marked(member.get('description') or '')
            yield Member(name, self._type(member), name in schema.get('required', ()), text)

    def _found(self, schema: Schema) -> Schema:
        if '$ref' not in schema:
            return schema
        found: Schema = self.document['components']['schemas'][schema['$ref'].rpartition('/')[2]]
        return found

    def _type(self, schema: Schema) -> str:
        """A type as one reads it: `string`, `Person`, `open | done`, `string[]`, `integer | null`."""
        if '$ref' in schema:
            named = self._found(schema)
            return self._type(named) if 'enum' in named else str(named['title'])
        if 'anyOf' in schema:
            return ' | '.join(dict.fromkeys(self._type(option) for option in schema['anyOf']))
        if 'enum' in schema:
            return ' | '.join(map(str, schema['enum']))
        if schema.get('type') == 'array':
            inner = self._type(schema.get('items', {}))
            return f'({inner})[]' if '|' in inner else f'{inner}[]'
        return str(schema.get('format') or schema.get('const') or schema.get('type') or 'any')

    def _example(self) -> str:
        """The call as curl makes it."""
        method = '' if self.method == 'get' else f' -X {self.method.upper()}'
        lines = [f'curl{method} {settings().url}/api/v1{self.path}', "-H 'Authorization: Bearer TOKEN'"]
        content = self.call.get('requestBody', {}).get('content', {})
        if 'multipart/form-data' in content:
            lines.append('-F file=@screen.png')
        elif content:
            body = json.dumps(self._body_example(), ensure_ascii=False)
            lines += ["-H 'Content-Type: application/json'", f"-d '{body}'"]
        return ' \\\n     '.join(lines)

    def _body_example(self) -> Schema:
        """The members that have an example or have to be there."""
        schema = self._found(self._body())
        shown = {}
        for name, member in schema.get('properties', {}).items():
            example = self._example_of(member)
            if example not in (None, []) and (name in schema.get('required', ()) or 'examples' in member):
                shown[name] = example
        return shown

    def _example_of(self, schema: Schema) -> Any:
        found = self._found(schema)
        if 'examples' in found or 'examples' in schema:
            return (schema.get('examples') or found['examples'])[0]
        if 'enum' in found:
            return found['enum'][0]
        if 'anyOf' in found:
            return self._example_of(found['anyOf'][0])
        return {'boolean': True, 'integer': 1, 'object': {}, 'array': []}.get(found.get('type', ''), '…')


def _marked(text: str) -> Markup:
    return Markup(render(text))  # noqa: S704 - rendered from Markdown and cleaned
