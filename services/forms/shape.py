"""A definition as one edits it: plain data that keeps its shape, and the single steps of editing.

Every step gives a new definition and leaves the old one alone. What a definition says may be unfinished or wrong: that
is for `rules`. Its shape may not: `tidy` refuses what no step can have made.
"""

import copy
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.errors import Invalid, Problem
from services.forms.definition import Kind
from services.forms.store import catalogue
from services.i18n import LANGUAGES, translate

Definition = dict[str, Any]

CODE = re.compile(r'[a-z][a-z0-9_]{0,31}', re.ASCII)
LARGEST = 200_000  # characters of JSON
NUMBERS = ('limit', 'least', 'most')
WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHECKS})
READY_MADE = ('impact', 'os', 'server_type', 'project')
"""Questions of the bug report that other kinds may take over as they are; the portal knows what their answers mean."""

_NOT_STORED = re.compile('[\x00\ud800-\udfff]')
_LARGEST_NUMBER = 2**31 - 1


def tidy(data: Mapping[str, Any]) -> Definition:
    """The definition with nothing in it that does not belong there. Raises Invalid for 'definition' when it is none."""
    try:
        definition: Definition = {
            'type': _code(data['type']),
            'icon': _text(data['icon']),
            'title': _words(data['title']),
            'purpose': _words(data['purpose']),
            'fields': [_field(item) for item in data['fields']],
        }
        codes = [field['code'] for field in definition['fields']]
        if len(set(codes)) == len(codes) and len(json.dumps(definition, ensure_ascii=False)) <= LARGEST:
            return definition
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise Invalid({'definition': Problem('forms.problem.malformed')})


def blank(code: str, title: Mapping[str, str]) -> Definition:
    """The beginning of a new kind of request: what every kind asks, as the bug report asks it."""
    fields: list[Definition] = [ready_made(name) for name in ('subject', 'details', 'attachments', 'share_with')]
    for field in fields:
        field.pop('hint', None)
    fields[1]['label'] = {language: translate(language, 'forms.details') for language in LANGUAGES}
    purpose = dict.fromkeys(LANGUAGES, '')
    return {'type': code, 'icon': 'file-text', 'title': dict(title), 'purpose': purpose, 'fields': fields}


def ready_made(code: str) -> Definition:
    """A field of the bug report, to be taken over."""
    bug = next(definition for definition in catalogue() if definition['type'] == 'bug')
    return copy.deepcopy(next(field for field in bug['fields'] if field['code'] == code))


def field_of(definition: Mapping[str, Any], code: str) -> Definition | None:
    return next((field for field in definition['fields'] if field['code'] == code), None)


def with_field(definition: Definition, field: Definition, *, after: str | None = None) -> Definition:
    """With one more field, below the one of that code or at the end."""
    fields = list(definition['fields'])
    place = next((i + 1 for i, other in enumerate(fields) if other['code'] == after), len(fields))
    return definition | {'fields': [*fields[:place], field, *fields[place:]]}


def without_field(definition: Definition, code: str) -> Definition:
    return definition | {'fields': [field for field in definition['fields'] if field['code'] != code]}


def ordered(definition: Definition, codes: Sequence[str]) -> Definition:
    """With the fields in that order; those that are not named keep theirs, at the end."""
    place = {code: number for number, code in enumerate(codes)}
    fields = sorted(definition['fields'], key=lambda field: place.get(field['code'], len(place)))
    return definition | {'fields': fields}


def changed(definition: Definition, code: str, **values: Any) -> Definition:
    """With other values in that field; None takes one out."""

    def change(field: Definition) -> Definition:
        merged = field | values
        return {name: value for name, value in merged.items() if value is not None}

    fields = [change(field) if field['code'] == code else field for field in definition['fields']]
    return definition | {'fields': fields}


def recoded(definition: Definition, old: str, new: str) -> Definition:
    """With another code for a field, also where conditions name it."""

    def change(field: Definition) -> Definition:
        condition = field.get('shown_when')
        if condition and condition['field'] == old:
            field = field | {'shown_when': condition | {'field': new}}
        return field | {'code': new} if field['code'] == old else field

    return definition | {'fields': [change(field) for field in definition['fields']]}


def new_field(definition: Definition, kind: Kind, taken: Collection[str]) -> Definition:
    """An empty question of that kind with a code that is nobody's."""
    code = free_code(kind.value, {field['code'] for field in definition['fields']} | set(taken))
    field: Definition = {'code': code, 'kind': kind.value, 'label': dict.fromkeys(LANGUAGES, '')}
    return field | {'options': [new_option(()), new_option(('option_1',))]} if kind in WITH_OPTIONS else field


def new_option(taken: Collection[str]) -> Definition:
    return {'code': free_code('option', taken), 'label': dict.fromkeys(LANGUAGES, '')}


def free_code(stem: str, taken: Collection[str]) -> str:
    return next(code for number in range(1, len(taken) + 2) if (code := f'{stem}_{number}') not in taken)


def _field(item: Mapping[str, Any]) -> Definition:
    kind = Kind(item['kind'])
    field: Definition = {'code': _code(item['code']), 'kind': kind.value, 'label': _words(item['label'])}
    texts = {name: _words(item.get(name) or {}) for name in ('hint', 'group')}
    field |= {name: words for name, words in texts.items() if any(words.values())}
    field |= {name: _number(item[name]) for name in NUMBERS if item.get(name) is not None}
    if item.get('required') is True:
        field['required'] = True
    if kind in WITH_OPTIONS:
        field['options'] = _options(item.get('options', ()))
    if condition := item.get('shown_when'):
        field['shown_when'] = {'field': _code(condition['field']), 'is': [_code(code) for code in condition['is']]}
    if item.get('suggest'):
        field['suggest'] = _code(item['suggest'])
    return field


def _options(items: Sequence[Mapping[str, Any]]) -> list[Definition]:
    options = [_option(item) for item in items]
    if len({option['code'] for option in options}) != len(options):
        raise ValueError('two options have the same code')
    return options


def _option(item: Mapping[str, Any]) -> Definition:
    option: Definition = {'code': _code(item['code']), 'label': _words(item['label'])}
    return option | {'retired': True} if item.get('retired') is True else option


def _words(texts: Mapping[str, Any]) -> dict[str, str]:
    return {language: _text(texts.get(language, '')) for language in LANGUAGES}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError('not a text')
    return ' '.join(_NOT_STORED.sub('', value).split())


def _code(value: Any) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise ValueError('not a code')
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_NUMBER:
        raise ValueError('not a number')
    return value
