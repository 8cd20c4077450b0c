"""Business hours: when support works, and how much working time lies between two moments. Pure.

Working time is real time: a night on which the clocks change makes a shift an hour shorter or longer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
Hours = tuple[tuple[int, int], ...]  # from and to, in minutes since midnight; 1440 is the day's end

_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_AHEAD = timedelta(days=400)  # a little more than the longest target takes
_FARTHEST = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours of each weekday (Monday first) in a time zone, and the days on which nobody works.

    `yearly` are (month, day) of every year, `holidays` single dates. Hours of a day stand in order and do not overlap.
    """

    zone: str
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def hours_of(self, day: date) -> Hours:
        """The working hours of a date."""
        free = day in self.holidays or (day.month, day.day) in self.yearly
        return () if free else self.week[day.weekday()]


def add(calendar: Calendar, start: datetime, hours: float | timedelta) -> datetime:
    """The moment (UTC) until which so much working time passes after `start`; before it, for a negative amount.

    It is the earliest such moment: a target of all of today's hours ends this evening, not tomorrow morning.
    Raises ValueError when the calendar hardly ever works.
    """
    left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
    start = start.astimezone(UTC)
    if left < _NOTHING:
        return _back(calendar, start, -left)
    if left == _NOTHING:
        return start
    for begin, end in shifts(calendar, start, start + _farthest(left)):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise ValueError('the calendar has too little working time')


def between(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """How much working time lies between two moments; negative when `b` is the earlier one."""
    a, b = a.astimezone(UTC), b.astimezone(UTC)
    if b < a:
        return -between(calendar, b, a)
    return sum((end - begin for begin, end in shifts(calendar, a, b)), _NOTHING)


@lru_cache(maxsize=4)
def to_come(calendar: Calendar, day: date) -> tuple[datetime, tuple[int, ...]]:
    """The working time from that day on, for whoever counts it elsewhere: midnight (UTC), then minutes in turn.

    The first is how long nobody works from then on, the second how long somebody does, and so on for a year and more.
    """
    start = datetime.combine(day, time(), tzinfo=UTC)
    minutes, reached = list[int](), start
    for begin, end in shifts(calendar, start, start + _AHEAD):
        minutes += (_minutes(begin - reached), _minutes(end - begin))
        reached = end
    return start, tuple(minutes)


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _back(calendar: Calendar, start: datetime, left: timedelta) -> datetime:
    for begin, end in _shifts_back(calendar, start, start - _farthest(left)):
        if left <= end - begin:
            return end - left
        left -= end - begin
    raise ValueError('the calendar has too little working time')


def _farthest(left: timedelta) -> timedelta:
    return _FARTHEST + 20 * left


def shifts(calendar: Calendar, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time between two moments, in order."""
    zone = ZoneInfo(calendar.zone)
    day, last = a.astimezone(zone).date() - _ONE_DAY, b.astimezone(zone).date() + _ONE_DAY
    while day <= last:
        yield from _within(_shifts_of(calendar, zone, day), a, b)
        day += _ONE_DAY


def _shifts_back(calendar: Calendar, b: datetime, a: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The same from the later moment back to the earlier one."""
    zone = ZoneInfo(calendar.zone)
    day, first = b.astimezone(zone).date() + _ONE_DAY, a.astimezone(zone).date() - _ONE_DAY
    while day >= first:
        yield from reversed(list(_within(_shifts_of(calendar, zone, day), a, b)))
        day -= _ONE_DAY


def _within(
    shifts: Iterator[tuple[datetime, datetime]], a: datetime, b: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for begin, end in shifts:
        if max(begin, a) < min(end, b):
            yield max(begin, a), min(end, b)


def _shifts_of(calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """A day's working hours as moments; hours that the clocks leap over are none, and none is counted twice."""
    reached = datetime.min.replace(tzinfo=UTC)
    for start, stop in calendar.hours_of(day):
        begin, end = max(_moment(zone, day, start), reached), _moment(zone, day, stop)
        if begin < end:
            yield begin, end
            reached = end


def _moment(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """That minute of the day by the wall clock; the first of two, when the clocks go back over it."""
    if minute >= DAY:
        day, minute = day + _ONE_DAY, minute - DAY
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).astimezone(UTC)
