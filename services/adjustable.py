"""Which of the portal's settings admins may change while it runs, how each is written, and what makes no sense."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services import colours
from services.errors import NotFound, Problem
from services.i18n import LANGUAGES
from services.settings import Settings, environment, parse_duration
from services.zones import zones

_SECOND, _MINUTE, _HOUR, _DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))
_MB = 1024 * 1024


class Kind(StrEnum):
    """How a setting is written."""

    DURATION = 'duration'
    NUMBER = 'number'
    SIZE = 'size'
    LINE = 'line'
    SENDER = 'sender'
    COLOUR = 'colour'
    LANGUAGE = 'language'
    ZONE = 'zone'


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A setting by its name in `Settings`, the group it is shown in, and the bounds within which it makes sense."""

    name: str
    group: str
    kind: Kind
    least: Any = None
    most: Any = None


def _durations(group: str, **bounds: tuple[timedelta, timedelta]) -> tuple[Adjustable, ...]:
    return tuple(Adjustable(name, group, Kind.DURATION, least, most) for name, (least, most) in bounds.items())


def _numbers(group: str, kind: Kind, **bounds: tuple[int, int]) -> tuple[Adjustable, ...]:
    return tuple(Adjustable(name, group, kind, least, most) for name, (least, most) in bounds.items())


CATALOGUE: tuple[Adjustable, ...] = (
    Adjustable('name', 'look', Kind.LINE, 1, 40),
    Adjustable('accent', 'look', Kind.COLOUR),
    Adjustable('mail_from', 'mail', Kind.SENDER),
    *_durations(
        'tickets',
        auto_close_after=(_SECOND, 365 * _DAY),
        remind_before=(_SECOND, 90 * _DAY),
        reopen_within=(_SECOND, 730 * _DAY),
        undo_window=(_SECOND, 5 * _MINUTE),
        comment_edit_window=(_SECOND, 7 * _DAY),
    ),
    *_durations('rating', rating_delay=(_SECOND, 7 * _DAY), rating_open_for=(_MINUTE, 365 * _DAY)),
    *_durations(
        'sessions',
        session_idle_customer=(5 * _MINUTE, 90 * _DAY),
        session_idle_staff=(5 * _MINUTE, 30 * _DAY),
        session_lifetime=(_HOUR, 365 * _DAY),
        invitation_lifetime=(_HOUR, 90 * _DAY),
        reset_lifetime=(5 * _MINUTE, 2 * _DAY),
    ),
    *_numbers('limits', Kind.SIZE, file_limit=(_MB, 1024 * _MB), storage_per_person=(_MB, 1024 * 1024 * _MB)),
    *_numbers(
        'limits',
        Kind.NUMBER,
        files_per_message=(1, 50),
        tickets_per_hour=(1, 1000),
        comments_per_hour=(1, 1000),
        api_calls_per_minute=(1, 100_000),
    ),
    Adjustable('language', 'region', Kind.LANGUAGE),
    Adjustable('time_zone', 'region', Kind.ZONE),
)
GROUPS = tuple(dict.fromkeys(one.group for one in CATALOGUE))
BY_NAME = MappingProxyType({one.name: one for one in CATALOGUE})

_NOT_LONGER = (
    ('remind_before', 'auto_close_after', 'settings.refusal.reminder_too_early', True),
    ('session_idle_customer', 'session_lifetime', 'settings.refusal.idle_too_long', False),
    ('session_idle_staff', 'session_lifetime', 'settings.refusal.idle_too_long', False),
    ('file_limit', 'storage_per_person', 'settings.refusal.file_beyond_storage', False),
)
"""The first must not be more than the second (where said, not even as much), and the sentence for it."""


def understood(entered: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Problem]]:
    """The values of what was entered, and what is wrong with the rest. Raises NotFound for a name that is none."""
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for name, text in entered.items():
        if name not in BY_NAME:
            raise NotFound
        value = _value(BY_NAME[name], text.strip())
        if isinstance(value, Problem):
            problems[name] = value
        else:
            values[name] = value
    return values, problems


def _value(what: Adjustable, text: str) -> Any:
    """What the text says, or the Problem with it."""
    return _READERS[what.kind](what, text)


def _colour(_: Adjustable, text: str) -> str | Problem:
    return colours.parse(text) or Problem('settings.refusal.no_colour')


def _language(_: Adjustable, text: str) -> str | Problem:
    return text if text in LANGUAGES else Problem('settings.refusal.no_language')


def _zone(_: Adjustable, text: str) -> str | Problem:
    return text if text in zones() else Problem('settings.refusal.no_zone')


def _duration(what: Adjustable, text: str) -> timedelta | Problem:
    try:
        length: timedelta = parse_duration(text)
    except (ValueError, OverflowError):
        return Problem('settings.refusal.no_duration')
    if not what.least <= length <= what.most:
        return Problem('settings.refusal.duration_out_of_range', least=what.least, most=what.most)
    return length


def _number(what: Adjustable, text: str) -> int | Problem:
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        return Problem('settings.refusal.no_number')
    if not what.least <= int(text) <= what.most:
        key = 'size_out_of_range' if what.kind is Kind.SIZE else 'number_out_of_range'
        return Problem(f'settings.refusal.{key}', least=what.least, most=what.most)
    return int(text)


def _line(what: Adjustable, text: str) -> str | Problem:
    if not what.least <= len(text) <= what.most or not text.isprintable():
        return Problem('settings.refusal.no_line', most=what.most)
    return text


def _sender(what: Adjustable, text: str) -> str | Problem:
    """An address as the environment's own check takes it."""
    try:
        Settings.__pydantic_validator__.validate_assignment(Settings.model_construct(), what.name, text)
    except ValueError:
        return Problem('settings.refusal.no_sender')
    return text if text.isprintable() and len(text) <= 200 else Problem('settings.refusal.no_sender')


_READERS: MappingProxyType[Kind, Callable[[Adjustable, str], Any]] = MappingProxyType(
    {
        Kind.DURATION: _duration,
        Kind.NUMBER: _number,
        Kind.SIZE: _number,
        Kind.LINE: _line,
        Kind.SENDER: _sender,
        Kind.COLOUR: _colour,
        Kind.LANGUAGE: _language,
        Kind.ZONE: _zone,
    }
)


def contradictions(values: Mapping[str, Any], concerned: set[str]) -> dict[str, Problem]:
    """What does not go together, said beside the one that was changed.

    What nobody touched is left alone, and so are two that are both as the environment has them: an operator's matter.
    """
    return dict(_contradicting(values, concerned))


def _contradicting(values: Mapping[str, Any], concerned: set[str]) -> Iterator[tuple[str, Problem]]:
    defaults = environment()
    for small, large, key, even_equal in _NOT_LONGER:
        if all(values[name] == getattr(defaults, name) for name in (small, large)):
            continue
        beyond = values[small] >= values[large] if even_equal else values[small] > values[large]
        if beyond and concerned & {small, large}:
            yield small if small in concerned else large, Problem(key, less=values[small], more=values[large])


def written(value: Any) -> str:
    """A value as the environment writes it: '14d', '90s', '10'."""
    if not isinstance(value, timedelta):
        return str(value)
    amount, unit = in_units(value)
    return f'{amount:g}{unit}'


def in_units(length: timedelta) -> tuple[float, str]:
    """A duration as a number of the largest unit of which it is a whole number: (14, 'd'), (90, 's')."""
    seconds = length.total_seconds()
    for unit, size in (('d', 86_400), ('h', 3600), ('m', 60)):
        if seconds and seconds % size == 0:
            return seconds / size, unit
    return seconds, 's'
