"""Answers in words: what a ticket, an e-mail or a template shows of what was entered."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from services import i18n
from services.forms.definition import Field, Kind, worded


def answer_text(field: Field, value: Any, language: str, names: Mapping[int, str]) -> str:
    """An answer in words, people by `names`; a code that the form does not know stands as it is."""
    match field.kind, value:
        case Kind.CHOICE, _:
            return _option_text(field, str(value), language)
        case Kind.CHECKS, list():
            return ', '.join(_option_text(field, str(code), language) for code in value)
        case Kind.NUMBER, int() | float():
            return i18n.number(language, value)
        case Kind.DATE, _:
            return _date_text(str(value), language)
        case Kind.PERSON, int():
            return names.get(value, str(value))
    return str(value)


def _option_text(field: Field, code: str, language: str) -> str:
    option = field.option(code)
    return worded(option.label, language) if option else code


def _date_text(value: str, language: str) -> str:
    try:
        noon = datetime.combine(date.fromisoformat(value), time(12), UTC)
    except ValueError:
        return value
    return i18n.day(language, 'UTC', noon)
