"""What admins set for the desk: hours to a first answer and to a solution by impact, and when support works."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from models import Impact, Setting
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.desk.calendar import DAY, Calendar, Hours
from services.errors import Invalid, Problem
from services.settings import settings
from services.transaction import announce, in_turn, transaction
from services.zones import zones

TOPIC = 'targets'  # told when targets or calendar changed
LONGEST = 2_000  # hours: a business year
MOST_HOLIDAYS = 400
TARGETS, CALENDAR = 'desk.targets', 'desk.calendar'

_WEEKDAYS = 7
_LEAST_WORK = 60  # minutes a week
_MOST_SHIFTS = 6
_CLOCK = re.compile(r'([01]\d|2[0-3]):([0-5]\d)|24:00', re.ASCII)
_YEARLY = re.compile(r'(\d\d)-(\d\d)', re.ASCII)
_OFFICE = [['09:00', '18:00']]
_NEW_YEAR = [f'01-{day:02}' for day in range(1, 9)]


@dataclass(frozen=True, slots=True)
class Target:
    """Business hours to the first public answer of support, and to the solution."""

    respond: float
    solve: float


@dataclass(frozen=True, slots=True)
class Plan:
    """By which targets and which calendar tickets are measured."""

    targets: Mapping[Impact, Target]
    calendar: Calendar

    def target_of(self, impact: Impact | None) -> Target:
        """What a ticket without an impact is measured by is what one of medium impact is."""
        return self.targets[impact or Impact.MEDIUM]

    @property
    def fingerprint(self) -> str:
        """The same for equal plans, in any process."""
        return json.dumps([_targets_data(self.targets), calendar_data(self.calendar)], sort_keys=True)


DEFAULT_TARGETS: Mapping[Impact, Target] = MappingProxyType(
    {
        Impact.CRITICAL: Target(1, 8),
        Impact.HIGH: Target(4, 24),
        Impact.MEDIUM: Target(8, 40),
        Impact.LOW: Target(16, 80),
    }
)


def default_calendar() -> Calendar:
    """Monday to Friday in the portal's time zone, without Russia's public holidays."""
    return parse_calendar(
        {
            'zone': settings().time_zone,
            'week': [*([_OFFICE] * 5), [], []],
            'holidays': [*_NEW_YEAR, '02-23', '03-08', '05-01', '05-09', '06-12', '11-04'],
        }
    )


async def plan() -> Plan:
    """The targets and the calendar as they are now."""
    rows = {row.key: row.value for row in await Setting.filter(key__in=(TARGETS, CALENDAR))}
    targets = parse_targets(rows[TARGETS]) if TARGETS in rows else DEFAULT_TARGETS
    calendar = parse_calendar(rows[CALENDAR]) if CALENDAR in rows else default_calendar()
    return Plan(targets, calendar)


async def read_plan(actor: Actor, *, now: datetime | None = None) -> Plan:
    """The same for a person; `calendar_data` gives the calendar as one edits it. Raises NotFound but for staff."""
    await access.staff(actor, now=now)
    return await plan()


async def changes(actor: Actor, *, now: datetime | None = None) -> dict[str, tuple[str, datetime]]:
    """Who set TARGETS and CALENDAR, and when; what is at its default is not there. Raises NotFound but for staff."""
    await access.staff(actor, now=now)
    rows = await Setting.filter(key__in=(TARGETS, CALENDAR)).select_related('changed_by')
    return {row.key: (row.changed_by.name if row.changed_by is not None else '', row.changed_at) for row in rows}


async def change_targets(actor: Actor, hours: Mapping[str, Mapping[str, Any]], *, now: datetime | None = None) -> Plan:
    """Set the hours, as {'critical': {'respond': 1, 'solve': 8}, …}; impacts that are not named stay. Admins only.

    Raises NotFound, Invalid with problems by 'critical.respond' and so on.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        await in_turn(TARGETS)
        before = await plan()
        merged = _targets_data(before.targets) | {str(impact): dict(pair) for impact, pair in hours.items()}
        after = parse_targets(merged)
        if after != before.targets:
            is_default = after == dict(DEFAULT_TARGETS)
            await _store(TARGETS, None if is_default else _targets_data(after), by=user.id, now=now)
            changed = [impact for impact in Impact if after[impact] != before.targets[impact]]
            was, value = (_told(targets, changed) for targets in (before.targets, after))
            await audit.record('setting.targets', by=user, subject=TARGETS, now=now, was=was, value=value)
    return await plan()


async def change_calendar(actor: Actor, data: Mapping[str, Any], *, now: datetime | None = None) -> Plan:
    """Set the working hours, in the shape of `calendar_data`. Admins only.

    Raises NotFound, Invalid with problems by 'zone', 'week', 'holidays'.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    calendar = parse_calendar(data)
    async with transaction():
        await in_turn(CALENDAR)
        before, after = calendar_data((await plan()).calendar), calendar_data(calendar)
        if after != before:
            is_default = calendar == default_calendar()
            await _store(CALENDAR, None if is_default else after, by=user.id, now=now)
            changed = [part for part in after if after[part] != before[part]]
            was, value = (json.dumps({part: data[part] for part in changed}) for data in (before, after))
            await audit.record('setting.calendar', by=user, subject=CALENDAR, now=now, was=was, value=value)
    return await plan()


async def reset_targets(actor: Actor, *, now: datetime | None = None) -> Plan:
    """Back to the default hours. Raises NotFound but for admins."""
    return await change_targets(actor, _targets_data(DEFAULT_TARGETS), now=now)


async def reset_calendar(actor: Actor, *, now: datetime | None = None) -> Plan:
    """Back to the default working hours. Raises NotFound but for admins."""
    return await change_calendar(actor, calendar_data(default_calendar()), now=now)


def parse_targets(data: Mapping[str, Any]) -> dict[Impact, Target]:
    """Targets from plain data. Raises Invalid."""
    problems: dict[str, Problem] = {}
    targets: dict[Impact, Target] = {}
    for impact in Impact:
        pair = data.get(impact) or {}
        hours = {name: _hours(pair.get(name)) for name in ('respond', 'solve')}
        for name in (name for name, value in hours.items() if value is None):
            problems[f'{impact}.{name}'] = Problem('desk_rules.hours_out_of_range', most=LONGEST)
        respond, solve = hours['respond'], hours['solve']
        if respond is not None and solve is not None:
            targets[impact] = Target(respond, solve)
            if respond > solve:
                problems[f'{impact}.solve'] = Problem('desk_rules.solved_before_answered')
    if problems:
        raise Invalid(problems)
    return targets


def parse_calendar(data: Mapping[str, Any]) -> Calendar:
    """A calendar from plain data. Raises Invalid."""
    problems: dict[str, Problem] = {}
    zone = data.get('zone')
    if not isinstance(zone, str) or zone not in zones():
        problems['zone'] = Problem('desk_rules.zone_unknown')
    week = _week(data.get('week'))
    if week is None:
        problems['week'] = Problem('desk_rules.hours_unreadable')
    elif sum(stop - start for day in week for start, stop in day) < _LEAST_WORK:
        problems['week'] = Problem('desk_rules.nobody_works')
    days = _days(data.get('holidays', ()))
    if days is None:
        problems['holidays'] = Problem('desk_rules.holidays_unreadable', most=MOST_HOLIDAYS)
    if problems or week is None or days is None:
        raise Invalid(problems)
    return Calendar(str(ZoneInfo(str(zone))), week, *days)


def calendar_data(calendar: Calendar) -> dict[str, Any]:
    """The calendar as plain data: 'zone', 'week' as seven lists of ['09:00', '18:00'], 'holidays' as '2026-12-31' for
    one year and '12-31' for every year."""
    week = [[[_written(start), _written(stop)] for start, stop in day] for day in calendar.week]
    yearly = [f'{month:02}-{day:02}' for month, day in sorted(calendar.yearly)]
    return {'zone': calendar.zone, 'week': week, 'holidays': yearly + [str(day) for day in sorted(calendar.holidays)]}


async def _store(key: str, value: Any, *, by: int, now: datetime) -> None:
    """Keep the value; None is the default, which needs no keeping."""
    if value is None:
        await Setting.filter(key=key).delete()
    else:
        await Setting.update_or_create(key=key, defaults={'value': value, 'changed_by_id': by, 'changed_at': utc(now)})
    announce(TOPIC, 'staff')


def _targets_data(targets: Mapping[Impact, Target]) -> dict[str, dict[str, float]]:
    return {impact.value: {'respond': target.respond, 'solve': target.solve} for impact, target in targets.items()}


def _told(targets: Mapping[Impact, Target], impacts: Sequence[Impact]) -> str:
    """'critical 1/8, high 4/24': hours to the first answer and to the solution."""
    return ', '.join(f'{impact} {targets[impact].respond:g}/{targets[impact].solve:g}' for impact in impacts)


def _hours(value: Any) -> float | None:
    """Hours above nothing, to the minute; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST:
        return None
    return round(value * 60) / 60 or None


def _week(days: Any) -> Any:
    if not isinstance(days, Sequence) or isinstance(days, str) or len(days) != _WEEKDAYS:
        return None
    week = tuple(_hours_of_day(day) for day in days)
    return None if None in week else week


def _hours_of_day(shifts: Any) -> Hours | None:
    if not isinstance(shifts, Sequence) or isinstance(shifts, str) or len(shifts) > _MOST_SHIFTS:
        return None
    hours, reached = [], 0
    for shift in shifts:
        if not isinstance(shift, Sequence) or isinstance(shift, str) or len(shift) != 2:
            return None
        start, stop = _minute(shift[0]), _minute(shift[1])
        if start is None or stop is None or not reached <= start < stop:
            return None
        hours.append((start, stop))
        reached = stop
    return tuple(hours)


def _minute(text: Any) -> int | None:
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    return int(match[1]) * 60 + int(match[2]) if match[1] else DAY


def _written(minute: int) -> str:
    return f'{minute // 60:02}:{minute % 60:02}'


def _days(texts: Any) -> tuple[frozenset[date], frozenset[tuple[int, int]]] | None:
    """The single dates and the days of every year; None when one cannot be read."""
    if not isinstance(texts, Sequence) or isinstance(texts, str) or len(texts) > MOST_HOLIDAYS:
        return None
    dates: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for text in texts:
        try:
            match = _YEARLY.fullmatch(text)
            day = date.fromisoformat(f'2000-{text}' if match else text)  # 2000 knows the 29th of February
        except (TypeError, ValueError):
            return None
        if match:
            yearly.add((day.month, day.day))
        else:
            dates.add(day)
    return frozenset(dates), frozenset(yearly)
