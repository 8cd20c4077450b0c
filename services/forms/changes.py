"""What differs between two definitions of a form, told so that one can decide on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.forms.shape import field_of

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `forms.change.<kind>` words it with a label and the old and new words of what changed."""

    kind: str
    name: Words
    old: Words | None = None
    new: Words | None = None


def compare(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The differences, those of the whole form first, then field by field; all of it is new without an `old` one."""
    if old is None:
        return (Change('created', new['title']),)
    return (*_of_form(old, new), *_of_fields(old, new))


def _of_form(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if old['title'] != new['title']:
        yield Change('titled', new['title'], old['title'], new['title'])
    if old['purpose'] != new['purpose']:
        yield Change('described', new['title'], old['purpose'], new['purpose'])
    if old['icon'] != new['icon']:
        yield Change('icon', new['title'])


def _of_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for field in old['fields']:
        if field_of(new, field['code']) is None:
            yield Change('removed', field['label'])
    for field in new['fields']:
        before = field_of(old, field['code'])
        if before is None:
            yield Change('added', field['label'])
        elif before != field:
            yield from _of_field(before, field)
    kept = [field['code'] for field in old['fields'] if field_of(new, field['code'])]
    if kept != [field['code'] for field in new['fields'] if field_of(old, field['code'])]:
        yield Change('reordered', new['title'])


def _of_field(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    name = new['label']
    if old['label'] != name:
        yield Change('renamed', name, old['label'], name)
    if bool(old.get('required')) != bool(new.get('required')):
        yield Change('required' if new.get('required') else 'optional', name)
    for what in ('hint', 'group'):
        if old.get(what) != new.get(what):
            yield Change(what, name)
    if old.get('shown_when') != new.get('shown_when'):
        yield Change('condition' if new.get('shown_when') else 'unconditional', name)
    if any(old.get(what) != new.get(what) for what in ('limit', 'least', 'most')):
        yield Change('bounds', name)
    if old.get('suggest') != new.get('suggest'):
        yield Change('suggest', name)
    yield from _of_options(name, old.get('options', ()), new.get('options', ()))


def _of_options(name: Words, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    before, after = {option['code']: option for option in old}, {option['code']: option for option in new}
    for code, option in before.items():
        if code not in after:
            yield Change('option_removed', name, new=option['label'])
    for code, option in after.items():
        known = before.get(code)
        if known is None:
            yield Change('option_added', name, new=option['label'])
            continue
        if known['label'] != option['label']:
            yield Change('option_renamed', name, known['label'], option['label'])
        if bool(known.get('retired')) != bool(option.get('retired')):
            yield Change('option_retired' if option.get('retired') else 'option_returned', name, new=option['label'])
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        yield Change('options_reordered', name)
