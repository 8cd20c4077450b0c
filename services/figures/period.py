"""The days that figures are about: a preset or days of one's own, those before, and the steps they are made of."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST = 3_660  # days
_DAY = timedelta(days=1)
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
_ROLLING = {'7d': 7, '30d': 30, '90d': 90, '365d': 365}


class Preset(StrEnum):
    """What can be chosen with one press; all but the last month end today."""

    WEEK = '7d'
    MONTH = '30d'
    QUARTER = '90d'
    YEAR = '365d'
    THIS_MONTH = 'month'
    LAST_MONTH = 'last_month'
    OWN = 'own'


class Grain(StrEnum):
    """How finely a trend is drawn."""

    DAY = 'day'
    WEEK = 'week'
    MONTH = 'month'


MOST_STEPS = {Grain.DAY: 120, Grain.WEEK: 110, Grain.MONTH: 130}
"""So many points are legible; a longer period is drawn more coarsely."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to another one that is not in it any more; without one of them it is open there."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def parse(cls, text: str) -> 'Span | None':
        """What `str` gave; None for anything else."""
        since, dash, until = text.partition('-')
        try:
            found = cls(_moment(since), _moment(until))
        except ValueError:
            return None
        return found if dash and (found.since or found.until) else None

    def __str__(self) -> str:
        return f'{_written(self.since)}-{_written(self.until)}'


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included, as they are in a time zone."""

    first: date
    last: date
    zone: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def span(self) -> Span:
        return Span(midnight(self.first, self.zone), midnight(self.last + _DAY, self.zone))

    @property
    def before(self) -> 'Period':
        """As many days directly before; before a whole month the whole month before."""
        last = self.first - _DAY
        whole = self.first.day == 1 and (self.last + _DAY).day == 1 and self.days <= 31
        first = last.replace(day=1) if whole else last - timedelta(days=self.days - 1)
        return Period(first, last, self.zone)

    def grain(self, wanted: Grain | None = None) -> Grain:
        """The wanted one, or the next coarser in which the period is still legible."""
        if wanted is None:
            wanted = Grain.DAY if self.days <= 45 else Grain.WEEK if self.days <= 400 else Grain.MONTH
        finest_first = list(Grain)
        legible = [grain for grain in finest_first if self.days / _LENGTHS[grain] <= MOST_STEPS[grain]]
        return next(grain for grain in legible if finest_first.index(grain) >= finest_first.index(wanted))

    def steps(self, grain: Grain) -> list['Period']:
        """The days, weeks or months that the period is made of; the outer ones may be cut."""
        found, first = [], self.first
        while first <= self.last:
            last = min(_end(first, grain), self.last)
            found.append(Period(first, last, self.zone))
            first = last + _DAY
        return found


_LENGTHS = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 29}


def read_period(parameters: Mapping[str, str], zone: str, now: datetime) -> tuple[Preset, Period]:
    """What an address asks for by `period`, `from` and `to`; the last thirty days when that means nothing."""
    today = now.astimezone(ZoneInfo(zone)).date()
    code = parameters.get('period', '')
    preset = Preset(code) if code in tuple(Preset) else Preset.MONTH
    if preset is Preset.OWN:
        first, last = _day(parameters.get('from', '')), _day(parameters.get('to', ''))
        if first and last and timedelta(0) <= last - first < timedelta(days=LONGEST):
            return preset, Period(first, last, zone)
        preset = Preset.MONTH
    return preset, _preset(preset, today, zone)


@lru_cache(maxsize=10_000)
def midnight(day: date, zone: str) -> datetime:
    """When a day begins there, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _preset(preset: Preset, today: date, zone: str) -> Period:
    if preset is Preset.THIS_MONTH:
        return Period(today.replace(day=1), today, zone)
    if preset is Preset.LAST_MONTH:
        last = today.replace(day=1) - _DAY
        return Period(last.replace(day=1), last, zone)
    return Period(today - timedelta(days=_ROLLING[preset] - 1), today, zone)


def _end(first: date, grain: Grain) -> date:
    if grain is Grain.DAY:
        return first
    if grain is Grain.WEEK:
        return first + timedelta(days=6 - first.weekday())
    return first.replace(day=monthrange(first.year, first.month)[1])


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.strptime(text, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC)
    if not _EARLIEST <= moment.date() <= _LATEST:
        raise ValueError(text)
    return moment


def _written(moment: datetime | None) -> str:
    return f'{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}' if moment else ''
