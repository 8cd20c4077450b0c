"""What may be entered in a form: one check per kind of field, for the page, the API and the demo alike."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from services.errors import Invalid, Problem
from services.forms.definition import Field, Form, Kind

LINE_LIMIT = 200
TEXT_LIMIT = 100_000
_LARGEST = 2**31 - 1
_WHOLE = re.compile(r'[+-]?[0-9]{1,15}', re.ASCII)
_DAY = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', re.ASCII)
_NOT_STORED = re.compile('[\x00\ud800-\udfff]')
_UNSEEN = frozenset({'Cc', 'Cf', 'Zs', 'Zl', 'Zp'})  # a text of nothing but these looks empty, so it is
NOT_ANSWERS = frozenset({Kind.FILES, Kind.SHARE})
Answer = str | int | list[str]
_MISSING = {Kind.CHOICE: 'entry.choose', Kind.CHECKS: 'entry.choose_some', Kind.PERSON: 'entry.choose_person'}


class _Wrong(Exception):
    """Inside this module: the answer does not do, and why."""

    def __init__(self, key: str, /, **values: Any) -> None:
        self.problem = Problem(key, **values)


def check(form: Form, answers: Mapping[str, Any], *, today: date, has_files: bool = False) -> dict[str, Any]:
    """The answers as they are stored: trimmed, typed, without empty and hidden ones.

    Files and people to share with are no answers and have no place in it; `has_files` tells a form that demands files
    whether there are some. Whom one may name is for `named.demand`. `today` is the day where the sender is.

    Raises Invalid with a Problem for every field that is wrong, in the form's order, then for each it does not have.
    """
    clean: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for field in form.fields:
        if field.kind is Kind.FILES and field.required and not has_files:
            problems[field.code] = Problem('entry.files')
        if field.kind in NOT_ANSWERS or not field.is_shown(clean):
            continue
        try:
            answer = _answer(field, answers.get(field.code), today)
            if answer is not None:
                clean[field.code] = answer
            elif field.required:
                problems[field.code] = Problem(_MISSING.get(field.kind, 'entry.required'))
        except _Wrong as wrong:
            problems[field.code] = wrong.problem
    problems |= {shorten(code): Problem('entry.unknown_field') for code in _unknown(form, answers)}
    if problems:
        raise Invalid(problems)
    return clean


def check_text(value: Any, *, limit: int = TEXT_LIMIT) -> str:
    """A text of several lines, trimmed; '' when there is nothing in it. Raises Invalid with a Problem for 'body'."""
    try:
        return _text(value, limit) or ''
    except _Wrong as wrong:
        raise Invalid({'body': wrong.problem}) from None


def check_line(code: str, value: Any, *, limit: int = LINE_LIMIT) -> str:
    """One line, its white space made single spaces, never empty. Raises Invalid with a Problem for `code`."""
    try:
        line = _single_line(value, limit)
    except _Wrong as wrong:
        raise Invalid({code: wrong.problem}) from None
    if line is None:
        raise Invalid({code: Problem('entry.required')})
    return line


def shorten(code: object) -> str:
    """A stranger's field name, fit to be repeated in an answer."""
    return ''.join(c if c.isprintable() else '?' for c in str(code)[:64])


def _unknown(form: Form, answers: Mapping[str, Any]) -> list[str]:
    known = {field.code for field in form.fields if field.kind not in NOT_ANSWERS}
    return [code for code in answers if code not in known]


def _answer(field: Field, value: Any, today: date) -> Answer | None:
    return _check_date(field, value, today) if field.kind is Kind.DATE else _CHECKS[field.kind](field, value)


def _check_line(field: Field, value: Any) -> str | None:
    return _single_line(value, field.limit or LINE_LIMIT)


def _check_text(field: Field, value: Any) -> str | None:
    return _text(value, field.limit or TEXT_LIMIT)


def _check_choice(field: Field, value: Any) -> str | None:
    if value is None or value == '':
        return None
    option = field.option(value) if isinstance(value, str) else None
    if option is None or option.retired:
        raise _Wrong('entry.choice')
    return option.code


def _check_checks(field: Field, value: Any) -> list[str] | None:
    """The chosen ones, each once, in the order of the form."""
    if value is None or value == '':
        return None
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise _Wrong('entry.choice')
    chosen = [option.code for option in field.offered if option.code in value]
    if len(chosen) != len(set(value)):
        raise _Wrong('entry.choice')
    return chosen or None


def _check_person(field: Field, value: Any) -> int | None:  # noqa: ARG001 - as the others
    if value is None or value == '':
        return None
    id = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
    if not isinstance(id, int) or isinstance(id, bool) or not 0 < id <= _LARGEST:
        raise _Wrong('entry.person')
    return id


def _check_number(field: Field, value: Any) -> int | None:
    if isinstance(value, str):
        value = value.strip().replace(' ', '').replace('\u00a0', '')
        if value == '':
            return None
        value = int(value) if _WHOLE.fullmatch(value) else value
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Wrong('entry.number')
    least, most = field.least if field.least is not None else 0, field.most if field.most is not None else _LARGEST
    if not least <= value <= most:
        raise _Wrong('entry.number_range', least=least, most=most)
    return value


def _check_date(field: Field, value: Any, today: date) -> str | None:
    if value is None or value == '':
        return None
    day = _day(value)
    if field.least is not None and day < today + timedelta(days=field.least):
        raise _Wrong('entry.date_past')
    if field.most is not None and day > today + timedelta(days=field.most):
        raise _Wrong('entry.date_far')
    return day.isoformat()


_CHECKS: dict[Kind, Callable[[Field, Any], Answer | None]] = {
    Kind.LINE: _check_line,
    Kind.TEXT: _check_text,
    Kind.CHOICE: _check_choice,
    Kind.CHECKS: _check_checks,
    Kind.PERSON: _check_person,
    Kind.NUMBER: _check_number,
}


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise _Wrong('entry.date')
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise _Wrong('entry.date') from None


def _single_line(value: Any, limit: int) -> str | None:
    text = _text(value, limit)
    if text is None:
        return None
    line = ' '.join(''.join(c if unicodedata.category(c) != 'Cc' else ' ' for c in text).split())
    return line or None


def _text(value: Any, limit: int) -> str | None:
    """What is stored of a text; None when it is empty. The limit counts what is stored, after trimming."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Wrong('entry.text')
    if _NOT_STORED.search(value):  # no database keeps them
        raise _Wrong('entry.characters')
    text = value.replace('\r\n', '\n').replace('\r', '\n').strip()
    if len(text) > limit:
        raise _Wrong('entry.too_long', limit=limit, length=len(text))
    return text if any(unicodedata.category(c) not in _UNSEEN for c in text) else None
