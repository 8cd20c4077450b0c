"""What people read, in their language: texts by key, plurals, and dates, numbers and sizes as one writes them there.

Texts stand in `services/locales/<language>/*.toml`; nested tables become dotted keys: `[status] open` is
`status.open`. The language is always given; `components.text` fills in the reader's. The blank {portal} is the
portal's name and fills itself.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from babel.units import format_unit

from services.settings import settings

LANGUAGES = ('ru', 'en')  # the first is the default
PLURAL_FORMS = MappingProxyType({'ru': frozenset({'one', 'few', 'many'}), 'en': frozenset({'one', 'other'})})

_FOLDER = Path(__file__).parent / 'locales'
_BABEL = MappingProxyType({'ru': 'ru_RU', 'en': 'en_GB'})  # en_GB: day before month, 24 hours
_JUST_NOW = timedelta(seconds=45)


class MissingText(KeyError):
    """A key without a text: a bug, met by the tests before people meet it."""


def load() -> None:
    """Read all texts now: while this process still serves, those of a newer version may lie in their place already."""
    for language in LANGUAGES:
        _texts(language)


def translate(language: str, key: str, **values: object) -> str:
    """The text under a key, its `{blanks}` filled with the values; a missing text or value raises."""
    texts = _texts(language)
    if key not in texts:
        raise MissingText(f'{key} [{language}]')
    text = texts[key]
    return text.format(**{'portal': settings().name} | values) if '{' in text else text


def portal_name() -> str:
    """What fills the blank {portal}."""
    return settings().name


def plural(language: str, key: str, count: int, **values: object) -> str:
    """The form of the text that goes with a whole number; `{count}` in it is the number as written in the language."""
    form = _locale(language).plural_form(count)
    return translate(language, f'{key}.{form}', count=number(language, count), **values)


def known(language: str, key: str) -> bool:
    """Is there a text under this key? For keys made of data, such as a form's own fields."""
    return key in _texts(language)


def section(language: str, prefix: str) -> dict[str, str]:
    """All texts below a key, by the rest of their keys: what a script of ours is given to speak with."""
    found = dict(_section(language, f'{prefix}.'))
    if not found:
        raise MissingText(f'{prefix}.* [{language}]')
    return found


@cache
def _section(language: str, beginning: str) -> Mapping[str, str]:
    """Kept: a page asks for a dozen of them, and each is looked for among all texts."""
    texts = _texts(language)
    return {key.removeprefix(beginning): text for key, text in texts.items() if key.startswith(beginning)}


def keys(language: str) -> frozenset[str]:
    """Every key that has a text."""
    return frozenset(_texts(language))


@lru_cache(maxsize=5_000)
def number(language: str, value: float) -> str:
    """12 345,6 or 12,345.6."""
    return format_decimal(value, locale=_locale(language))


def day(language: str, zone: str, moment: datetime, *, now: datetime | None = None) -> str:
    """'6 декабря 2026', in the time zone of that name; with `now` given, the current year is left out."""
    return _dated(language, _local(moment, zone).date(), _day_pattern(moment, zone, now))


@lru_cache(maxsize=5_000)
def _dated(language: str, local: date, pattern: str) -> str:
    return format_date(local, pattern, locale=_locale(language))


def clock(language: str, zone: str, moment: datetime) -> str:
    """'20:59', in the time zone of that name."""
    return format_time(_local(moment, zone), 'HH:mm', locale=_locale(language))


def moment(language: str, zone: str, moment: datetime, *, now: datetime | None = None) -> str:
    """'6 декабря 2026, 20:59', in the time zone of that name.

    With `now` given it is as people say it: 'сегодня, 20:59', 'вчера, 20:59', and no year while it is the current one.
    """
    local = _local(moment, zone).replace(second=0, microsecond=0)
    return _said(language, local, _local(now, zone).date() if now is not None else None)


@lru_cache(maxsize=20_000)  # a board shows hundreds of moments, and shows them to every agent
def _said(language: str, local: datetime, today: date | None) -> str:
    if today is not None:
        word = {-1: 'yesterday', 0: 'today', 1: 'tomorrow'}.get((local.date() - today).days)
        if word:
            return translate(language, f'time.{word}_at', clock=format_time(local, 'HH:mm', locale=_locale(language)))
    pattern = 'd MMMM, HH:mm' if today is not None and local.year == today.year else 'd MMMM y, HH:mm'
    return format_datetime(local, pattern, locale=_locale(language))


def ago(language: str, moment: datetime, *, now: datetime | None = None) -> str:
    """'5 минут назад', 'через 3 дня', 'только что'."""
    distance = moment - (now or datetime.now(UTC))
    if abs(distance) < _JUST_NOW:
        return translate(language, 'time.just_now')
    return format_timedelta(distance, threshold=1, add_direction=True, locale=_locale(language))


def duration(language: str, length: timedelta) -> str:
    """'14 дней', '2 часа 30 минут', '20 секунд': from three of the largest unit on one unit is enough, below it two."""
    seconds = max(0, round(length.total_seconds()))
    for index, (unit, size) in enumerate(_UNITS):
        if seconds >= 3 * size:
            return _amount(language, unit, round(seconds / size))
        if seconds >= size:
            return ' '.join(_whole_and_rest(language, seconds, index))
    return _amount(language, 'second', 0)


def whole_duration(language: str, length: timedelta) -> str:
    """'2 дня 3 часа 15 минут': every unit that it has, for lengths that make up another one."""
    seconds, found = round(length.total_seconds()), []
    for unit, size in _UNITS:
        if seconds >= size:
            found.append(_amount(language, unit, seconds // size))
        seconds %= size
    return ' '.join(found) or _amount(language, 'second', 0)


def file_size(language: str, size: int) -> str:
    """'512 байт', '24,6 МБ'; a MB is 1024 * 1024 bytes, as on people's own screens."""
    if size < _KILO:
        return format_unit(size, 'digital-byte', 'long', locale=_locale(language))
    for unit in ('kilobyte', 'megabyte', 'gigabyte'):  # noqa: B007 - the last one holds whatever is larger
        size /= _KILO  # type: ignore[assignment]
        if size < _KILO:
            break
    return format_unit(round(size, 0 if size >= 100 else 1), f'digital-{unit}', 'short', locale=_locale(language))


_UNITS = (('day', 86_400), ('hour', 3_600), ('minute', 60), ('second', 1))
_KILO = 1024


def _whole_and_rest(language: str, seconds: int, index: int) -> Iterator[str]:
    unit, size = _UNITS[index]
    yield _amount(language, unit, seconds // size)
    if index + 1 < len(_UNITS):
        smaller, smaller_size = _UNITS[index + 1]
        if rest := seconds % size // smaller_size:
            yield _amount(language, smaller, rest)


@lru_cache(maxsize=5_000)
def _amount(language: str, unit: str, count: int) -> str:
    return format_unit(count, f'duration-{unit}', 'long', locale=_locale(language))


def _day_pattern(moment: datetime, zone: str, now: datetime | None) -> str:
    this_year = now is not None and _local(moment, zone).year == _local(now, zone).year
    return 'd MMMM' if this_year else 'd MMMM y'


def _local(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError('a time without a time zone cannot be shown')
    return moment.astimezone(ZoneInfo(zone))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_BABEL[language])


@cache
def _texts(language: str) -> Mapping[str, str]:
    if language not in LANGUAGES:
        raise MissingText(f'no texts in the language {language!r}')
    texts: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob('*.toml')):
        for key, text in _flat(_read(path)):
            if key in texts:
                raise ValueError(f'{path.name} [{language}] says {key} a second time')
            texts[key] = text
    return MappingProxyType(texts)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding='utf-8'))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f'{path}: {error}') from error


def _flat(table: dict[str, Any], prefix: str = '') -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f'{prefix}{name}.')
        else:
            yield f'{prefix}{name}', str(value)
