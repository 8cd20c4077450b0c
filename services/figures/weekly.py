"""The week's ratings by e-mail, on Monday morning, to whom is chosen: once for each week and person."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import Role, Setting, User
from models.instant import utc
from services import access, audit, bus, job_runs, outbox, tracing
from services.actor import Actor
from services.errors import Invalid, Problem
from services.figures.period import Grain, Period, Preset
from services.figures.wanted import Wanted
from services.settings import settings
from services.transaction import announce, transaction
from services.waiting import rest

TOPIC = 'weekly_figures'
KEY = 'figures.weekly'
STAFF = (Role.ADMIN, Role.AGENT)
HOUR = 8  # o'clock on Monday, in the portal's time zone
_LOOK = 60.0  # seconds
_WEEK = timedelta(days=7)
_NEVER = '9999'  # after every moment as it is stored


async def readers(actor: Actor, *, now: datetime | None = None) -> dict[int, tuple[str, bool]]:
    """All staff by id, admins first: name, and whether they get the mail. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    chosen = {id for id, _ in await _chosen()}
    staff = await User.filter(role__in=STAFF, active=True).order_by('name', 'id')
    admins_first = sorted(staff, key=lambda user: STAFF.index(user.role))
    return {user.id: (user.name, user.id in chosen) for user in admins_first}


async def choose(actor: Actor, ids: Sequence[int], *, now: datetime | None = None) -> None:
    """Say who gets it from the next Monday on. Raises NotFound but for admins, Invalid for 'readers'."""
    now = now or datetime.now(UTC)
    user = await access.admin(actor, now=now)
    if await User.filter(id__in=list(ids), role__in=STAFF, active=True).count() != len(set(ids)):
        raise Invalid({'readers': Problem('entry.assignee')})
    async with transaction():
        since = dict(await _chosen())
        value = [[id, since.get(id, utc(now).isoformat())] for id in sorted(set(ids))]
        changes = {'value': value, 'changed_by_id': user.id, 'changed_at': utc(now)}
        await Setting.update_or_create(key=KEY, defaults=changes)
        people = ','.join(str(id) for id, _ in value)
        await audit.record('setting.weekly_figures', by=user, subject=KEY, now=now, readers=people)
        announce(TOPIC)


async def name_instead(source: int, target: int) -> None:
    """Let the one person get what the other had chosen, inside a transaction; two who had, since the first of them."""
    chosen = dict(await _chosen())
    if source in chosen:
        since = min(chosen.pop(source), chosen.get(target, _NEVER))
        value = sorted([id, at] for id, at in {**chosen, target: since}.items())
        await Setting.filter(key=KEY).update(value=value)
        announce(TOPIC)


async def send_due(now: datetime | None = None) -> int:
    """Queue the mail about the last whole week for everybody who had chosen it by its Monday; how many are told of.

    Whoever has it already gets it no second time, however often this is called and by how many processes.
    """
    now = now or datetime.now(UTC)
    monday = _monday(now)
    if monday is None:
        return 0
    chosen = [id for id, since in await _chosen() if datetime.fromisoformat(since) <= monday]
    people = await User.filter(id__in=chosen, role__in=STAFF, active=True)
    week = week_before(monday)
    with tracing.run_of('weekly', begun=bool(people)):
        for user in people:
            await outbox.weekly_figures(user, week.first, now=now)
    return len(people)


def week_before(monday: datetime) -> Period:
    """The week that ended when that Monday began."""
    return week_from(monday.astimezone(ZoneInfo(settings().time_zone)).date() - _WEEK)


def week_from(first: date) -> Period:
    """The week that begins on that day."""
    return Period(first, first + timedelta(days=6), settings().time_zone)


def wanted_for(week: Period) -> Wanted:
    """What the mail and the page that it leads to are about."""
    return Wanted(Preset.OWN, week, Grain.DAY)


async def run(stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set."""
    changed = asyncio.Event()
    unsubscribe = bus.subscribe(TOPIC, lambda _: changed.set())
    try:
        while not stop.is_set():
            changed.clear()
            started = datetime.now(UTC)
            await send_due(started)
            await job_runs.note(TOPIC, started)
            await rest(_LOOK, changed, stop)
    finally:
        unsubscribe()


def _monday(now: datetime) -> datetime | None:
    """This week's moment of sending, once it has come."""
    zone = ZoneInfo(settings().time_zone)
    today = now.astimezone(zone).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(HOUR), zone)
    return monday if monday <= now else None


async def _chosen() -> list[tuple[int, str]]:
    row = await Setting.get_or_none(key=KEY)
    return [(id, since) for id, since in row.value] if row else []
