"""The description of the API is one of which a client can be generated: sound, whole, and true in its examples."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.v1 import create_api

DOCUMENT = create_api().openapi()
OPERATIONS = [
    (f'{method} {path}', operation) for path, item in DOCUMENT['paths'].items() for method, operation in item.items()
]
JSON = 'application/json'


def nodes(part: Any, place: str = '#') -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with its place."""
    if isinstance(part, dict):
        yield place, part
        for name, value in part.items():
            yield from nodes(value, f'{place}/{name}')
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from nodes(value, f'{place}/{number}')


def is_named(schema: dict[str, Any]) -> bool:
    """Whether a generator has a name for what is described: one of the components, or a list of one."""
    return '$ref' in schema or '$ref' in schema.get('items', {}) or schema.get('items', {}).get('type') == 'string'


def test_it_is_openapi():
    assert DOCUMENT['openapi'].startswith('3.1')
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)] == []
    names = {f'#/components/schemas/{name}' for name in DOCUMENT['components']['schemas']}
    assert {node['$ref'] for _, node in nodes(DOCUMENT) if isinstance(node.get('$ref'), str)} <= names


def test_nothing_is_called_by_the_names_of_our_modules():
    assert [name for name in DOCUMENT['components']['schemas'] if '_' in name] == []


def test_every_call_has_what_a_generated_function_is_made_of():
    for where, operation in OPERATIONS:
        assert operation['operationId'].isidentifier(), where
        assert operation['summary'], where
        assert operation['description'], where
        assert {'401', '404', '429', '503'} <= set(operation['responses']), where
        for status, response in operation['responses'].items():
            assert response['description'], (where, status)
            if JSON in response.get('content', {}):
                schema = response['content'][JSON]['schema']
                assert not schema or is_named(schema), (where, status)
        for kind in operation.get('requestBody', {}).get('content', {}).values():
            assert '$ref' in kind['schema'], where


def test_what_a_call_demands_has_an_example():
    for where, operation in OPERATIONS:
        for kind in operation.get('requestBody', {}).get('content', {}).values():
            schema = DOCUMENT['components']['schemas'][kind['schema']['$ref'].rpartition('/')[2]]
            for name in schema.get('required', ()):
                member = schema['properties'][name]
                speaks_for_itself = {'const', 'enum', '$ref', 'contentMediaType'} & set(member)
                assert speaks_for_itself or member.get('type') == 'boolean' or member.get('examples'), (where, name)


def test_every_example_is_one():
    checked = 0
    for place, node in nodes(DOCUMENT['components']['schemas']):
        for example in node['examples'] if isinstance(node.get('examples'), list) else ():
            fits = jsonschema_rs.validator_for(node | {'components': DOCUMENT['components']})
            assert fits.is_valid(example), (place, example)
            checked += 1
    assert checked > 150
