"""What a form is made of: fields with labels in each language, options, conditions; read from plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kinds of field; one function draws each and one checks it."""

    LINE = 'line'
    TEXT = 'text'
    CHOICE = 'choice'
    CHECKS = 'checks'
    NUMBER = 'number'
    DATE = 'date'
    PERSON = 'person'
    FILES = 'files'
    SHARE = 'share'


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice or of several. A retired one is refused for new requests and still worded on old ones."""

    code: str
    label: Mapping[str, str]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `shown_when` is (a field above, its answers under which this one shows); `group` a heading.

    `suggest` names what earlier answers are offered while typing ('project': those of the company).
    """

    code: str
    kind: Kind
    label: Mapping[str, str]
    required: bool = False
    hint: Mapping[str, str] | None = None
    group: Mapping[str, str] | None = None
    options: tuple[Option, ...] = ()
    limit: int | None = None
    least: int | None = None
    most: int | None = None
    shown_when: tuple[str, frozenset[str]] | None = None
    suggest: str | None = None

    def is_shown(self, answers: Mapping[str, Any]) -> bool:
        """Whether the field is asked, given the other answers."""
        if self.shown_when is None:
            return True
        code, wanted = self.shown_when
        given = answers.get(code)
        return not wanted.isdisjoint(given if isinstance(given, list) else [given])

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that a new request may choose."""
        return tuple(option for option in self.options if not option.retired)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Form:
    """One version of the form of one kind of request."""

    type: str
    version: int
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    icon: str
    fields: tuple[Field, ...]

    def field(self, code: str) -> Field | None:
        return next((field for field in self.fields if field.code == code), None)


def load(type: str, version: int, data: Mapping[str, Any]) -> Form:
    """A Form from its stored definition. Raises KeyError or ValueError when the definition is broken."""
    fields = tuple(_field(item) for item in data['fields'])
    codes = [field.code for field in fields]
    if len(set(codes)) != len(codes):
        raise ValueError('two fields have the same code')
    return Form(type, version, data['title'], data['purpose'], data['icon'], fields)


def worded(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in Russian, else in any."""
    return texts.get(language) or texts.get('ru') or next(iter(texts.values()), '')


def _field(item: Mapping[str, Any]) -> Field:
    condition = item.get('shown_when')
    return Field(
        code=item['code'],
        kind=Kind(item['kind']),
        label=item['label'],
        required=item.get('required', False),
        hint=item.get('hint'),
        group=item.get('group'),
        options=tuple(Option(o['code'], o['label'], o.get('retired', False)) for o in item.get('options', ())),
        limit=item.get('limit'),
        least=item.get('least'),
        most=item.get('most'),
        shown_when=(condition['field'], frozenset(condition['is'])) if condition else None,
        suggest=item.get('suggest'),
    )
