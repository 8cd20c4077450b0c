"""Working hours: what a shift is worth, over nights, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.desk.calendar import Calendar, add, between, to_come

HOUR = timedelta(hours=1)
WORK = ((9 * 60, 18 * 60),)
ALL_DAY = ((0, 1440),)
OFFICE = Calendar('Europe/Moscow', (WORK, WORK, WORK, WORK, WORK, (), ()))
BERLIN = Calendar('Europe/Berlin', (ALL_DAY,) * 7)


def moscow(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment of 2026; the 2nd of November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo('Europe/Moscow'))


@pytest.mark.parametrize(
    'start, hours, end',
    [
        (moscow(2, 10), 1, moscow(2, 11)),
        (moscow(2, 10), 8, moscow(2, 18)),  # this evening, not tomorrow morning
        (moscow(2, 10), 8.5, moscow(3, 9, 30)),
        (moscow(2, 7), 1, moscow(2, 10)),
        (moscow(2, 20), 1, moscow(3, 10)),
        (moscow(6, 17), 2, moscow(9, 10)),  # over a weekend
        (moscow(7, 12), 1, moscow(9, 10)),
        (moscow(2, 10), 0, moscow(2, 10)),
        (moscow(3, 9, 30), -8.5, moscow(2, 10)),
        (moscow(9, 10), -2, moscow(6, 17)),
    ],
)
def test_time_passes_while_support_works(start, hours, end):
    assert add(OFFICE, start, hours) == end
    assert between(OFFICE, start, end) == timedelta(hours=hours)


def test_holidays_are_free_once_or_every_year():
    free = Calendar(OFFICE.zone, OFFICE.week, frozenset({date(2026, 11, 3)}), frozenset({(11, 4)}))
    assert add(free, moscow(2, 17), 2) == moscow(5, 10)
    assert between(free, moscow(3, 0), moscow(5, 0)) == timedelta(0)
    assert between(free, moscow(3, 0).replace(year=2027), moscow(4, 0).replace(year=2027)) == 9 * HOUR
    assert between(free, moscow(4, 0).replace(year=2027), moscow(5, 0).replace(year=2027)) == timedelta(0)


def test_a_lunch_break_is_no_working_time():
    day = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
    lunch = Calendar(OFFICE.zone, (day,) * 7)
    assert add(lunch, moscow(2, 12), 2) == moscow(2, 15)
    assert between(lunch, moscow(2, 13), moscow(2, 14)) == timedelta(0)


@pytest.mark.parametrize('day, length', [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(day, length):
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo('Europe/Berlin'))
    assert between(BERLIN, midnight, midnight + timedelta(days=1)) == length * HOUR


def test_hours_that_the_clocks_leap_over_count_neither_twice_nor_backwards():
    night = ((60, 165), (170, 190), (195, 300))  # 1:00-2:45, 2:50-3:10, 3:15-5:00; 2:00-3:00 does not exist
    calendar = Calendar('Europe/Berlin', (night,) * 7)
    start = datetime(2026, 3, 29, 0, tzinfo=ZoneInfo('Europe/Berlin'))
    assert HOUR <= between(calendar, start, start + timedelta(hours=6)) <= 3 * HOUR
    for minutes in range(0, 170, 10):
        length = timedelta(minutes=minutes)
        assert between(calendar, start, add(calendar, start, length)) == length


def test_a_calendar_without_work_is_refused_and_does_not_hang():
    with pytest.raises(ValueError, match='too little'):
        add(Calendar('UTC', ((),) * 7), datetime(2026, 1, 1, tzinfo=UTC), 1)


minutes = st.integers(0, 1440)
days = st.lists(minutes, min_size=0, max_size=6, unique=True).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
calendars = st.builds(
    Calendar,
    st.sampled_from(
        ['UTC', 'Europe/Moscow', 'Europe/Berlin', 'America/New_York', 'Asia/Beirut', 'Australia/Lord_Howe']
    ),
    st.tuples(*[days] * 7).filter(lambda week: sum(b - a for day in week for a, b in day) >= 60),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)
moments = st.integers(0, 365 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
lengths = st.timedeltas(timedelta(0), timedelta(hours=60))


@settings(max_examples=60, deadline=None)
@given(calendars, moments, lengths)
def test_between_takes_back_what_add_added(calendar, start, length):
    end = add(calendar, start, length)
    assert end >= start
    assert between(calendar, start, end) == length
    assert between(calendar, end, start) == -length
    back = add(calendar, end, -length)
    assert between(calendar, back, end) == length
    assert between(calendar, start, back) == timedelta(0)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, moments, moments)
def test_working_time_adds_up_and_never_exceeds_real_time(calendar, a, b, c):
    a, b, c = sorted((a, b, c))
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)
    assert timedelta(0) <= between(calendar, a, b) <= b - a


@settings(max_examples=60, deadline=None)
@given(calendars, moments, moments, lengths, lengths)
def test_later_starts_and_longer_targets_end_no_earlier(calendar, a, b, short, long):
    a, b = sorted((a, b))
    short, long = sorted((short, long))
    assert add(calendar, a, short) <= add(calendar, a, long)
    if short:
        assert add(calendar, a, short) <= add(calendar, b, short)


@given(ahead=st.integers(0, 300 * 1440), calendar=st.sampled_from([OFFICE, BERLIN]))
def test_what_is_sent_to_be_counted_elsewhere_counts_the_same(ahead, calendar):
    day = date(2026, 11, 2)
    start, minutes = to_come(calendar, day)
    left = reached = 0
    for rest, work in zip(minutes[::2], minutes[1::2], strict=True):
        reached += rest
        left += min(work, max(0, ahead - reached))
        reached += work
    assert start == datetime(2026, 11, 2, tzinfo=UTC)
    assert timedelta(minutes=left) == between(calendar, start, start + timedelta(minutes=ahead))
