"""Codes of new fields and options: made of their English words when they are published, and never changed after."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from services.forms.definition import Kind
from services.forms.rules import NEEDED, Past
from services.forms.shape import CODE, Definition, field_of, free_code, recoded

_WHILE_EDITING = re.compile(rf'(?:{"|".join(Kind)}|option)_[0-9]+')
_LONGEST = 28  # with room for a number behind it


def coded(definition: Definition, past: Past) -> Definition:
    """The definition with its codes for good; what was published before keeps the codes that it has."""
    for code in [field['code'] for field in definition['fields']]:
        if _WHILE_EDITING.fullmatch(code) and code not in past.kinds:
            taken = {other['code'] for other in definition['fields']} | set(past.kinds) | set(NEEDED)
            label = (field_of(definition, code) or {})['label']
            definition = recoded(definition, code, _code_of(label, code, taken - {code}))
    for code in [field['code'] for field in definition['fields'] if field.get('options')]:
        definition = _with_coded_options(definition, code, past)
    return definition


def _with_coded_options(definition: Definition, code: str, past: Past) -> Definition:
    options = (field_of(definition, code) or {})['options']
    codes = {option['code'] for option in options}
    names: dict[str, str] = {}
    for option in options:
        old = option['code']
        if _WHILE_EDITING.fullmatch(old) and not past.has_option(code, old):
            names[old] = _code_of(option['label'], old, (codes | set(names.values())) - {old})
    return definition | {'fields': [_renamed(field, code, names) for field in definition['fields']]}


def _renamed(field: Definition, code: str, names: Mapping[str, str]) -> Definition:
    """The field with these options under new codes, and the conditions that ask for them."""
    if field['code'] == code:
        options = [option | {'code': names.get(option['code'], option['code'])} for option in field['options']]
        return field | {'options': options}
    condition = field.get('shown_when')
    if condition and condition['field'] == code:
        answers = [names.get(answer, answer) for answer in condition['is']]
        return field | {'shown_when': condition | {'is': answers}}
    return field


def _code_of(label: Mapping[str, str], old: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize('NFKD', label['en']).encode('ascii', 'ignore').decode().lower()
    code = re.sub('[^a-z0-9]+', '_', plain).strip('_')[:_LONGEST].strip('_')
    if not CODE.fullmatch(code):
        return old
    return free_code(code, taken) if code in taken else code
