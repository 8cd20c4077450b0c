"""How the portal is doing, thing by thing: what is measured, whether it is well, and thereby what is to be done.

services.health says whether it can work at all; this is for the admins who look after it. Words are the page's matter.
"""

import asyncio
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from tortoise.functions import Count, Sum

from models import Attachment, MailState, OutboxMail
from models.instant import utc
from services import access, backup, health, job_runs, loop_delay, processes
from services.actor import Actor
from services.settings import settings

_MB, _GB = 1024 * 1024, 1024 * 1024 * 1024
_OLD_MAIL = (timedelta(minutes=10), timedelta(hours=1))
_OLD_BACKUP = (timedelta(days=2), timedelta(days=7))
_LITTLE_SPACE = (2 * _GB, 200 * _MB)
_SLOW = (0.2, 1.0)  # seconds that the event loop stood still


class State(StrEnum):
    """GOOD: nothing to do; WATCH: soon; BAD: now."""

    GOOD = 'good'
    WATCH = 'watch'
    BAD = 'bad'


@dataclass(frozen=True, slots=True)
class Vital:
    """One thing: `health.said.<name>.<how>` words it with `values`, `health.todo.<name>.<how>` says what to do."""

    name: str
    state: State
    how: str = 'known'
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobView:
    """A background job: when it last ended, what it did then, and whether it should have run since."""

    name: str
    state: State
    ended_at: datetime | None
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """All of it, and the worst state of any."""

    things: tuple[Vital, ...]
    jobs: tuple[JobView, ...]

    @property
    def state(self) -> State:
        states = {one.state for one in self.things} | {job.state for job in self.jobs}
        return next((state for state in (State.BAD, State.WATCH) if state in states), State.GOOD)


async def read(actor: Actor, *, open_pages: int = 0, now: datetime | None = None) -> Vitals:
    """How everything is now. `open_pages` are this process's. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    figures = await health.figures(settings().data_dir)
    things = (
        await _database(figures),
        _disk(figures.free_space),
        await _files(),
        await _waiting(now),
        await _failed(),
        _backup(await asyncio.to_thread(backup.last_made), now),
        _loop(),
        Vital('pages', State.GOOD, values={'pages': open_pages, 'processes': processes.seen()}),
        _version(figures),
    )
    return Vitals(things, await _jobs(now))


def graded(value: Any, watch: Any, bad: Any) -> State:
    """BAD from `bad` on, WATCH from `watch` on; where `bad` is the smaller one, the less the worse."""
    if bad < watch:
        return State.BAD if value <= bad else State.WATCH if value <= watch else State.GOOD
    return State.BAD if value >= bad else State.WATCH if value >= watch else State.GOOD


async def _database(figures: health.Figures) -> Vital:
    troubles = await health.troubles(settings().data_dir)
    values = {'engine': figures.engine, 'version': figures.engine_version, 'size': figures.database_size}
    bad = [trouble for trouble in troubles if trouble is not health.Trouble.STOPPING]
    return Vital('database', State.BAD if bad else State.GOOD, str(bad[0]) if bad else 'known', values)


def _disk(free: int) -> Vital:
    return Vital('disk', graded(free, *_LITTLE_SPACE), values={'free': free})


async def _files() -> Vital:
    """Each content counts once, however often it was attached."""
    kept = Attachment.filter(removed_at=None)
    rows: Any = await kept.annotate(count=Count('id'), sum=Sum('size')).values('count', 'sum')
    return Vital('files', State.GOOD, values={'count': int(rows[0]['count']), 'size': int(rows[0]['sum'] or 0)})


async def _waiting(now: datetime) -> Vital:
    waiting = OutboxMail.filter(state__in=(MailState.WAITING, MailState.SENDING), not_before__lte=utc(now))
    count, oldest = await waiting.count(), await waiting.order_by('not_before').first()
    if not settings().smtp_url:
        return Vital('mail', State.WATCH, 'kept', {'count': count})
    if oldest is None:
        return Vital('mail', State.GOOD, 'nothing')
    age = now - oldest.created_at if oldest.attempts else now - oldest.not_before
    return Vital('mail', graded(age, *_OLD_MAIL), 'waiting', {'count': count, 'since': now - age})


async def _failed() -> Vital:
    count = await OutboxMail.filter(state=MailState.FAILED).count()
    return Vital('failed', State.WATCH if count else State.GOOD, 'some' if count else 'nothing', {'count': count})


def _backup(made: datetime | None, now: datetime) -> Vital:
    if made is None:
        return Vital('backup', State.WATCH, 'never')
    return Vital('backup', graded(now - made, *_OLD_BACKUP), values={'at': made})


def _loop() -> Vital:
    delay = loop_delay.current()
    values = {'worst': round(delay.worst * 1000), 'usual': round(delay.usual * 1000)}
    return Vital('loop', graded(delay.worst, *_SLOW), values=values)


def _version(figures: health.Figures) -> Vital:
    versions = ' · '.join(f'{name} {number}' for name, number in figures.versions.items())
    return Vital('version', State.GOOD, values={'portal': _own_version(), 'others': versions})


@cache
def _own_version() -> str:
    """The portal is served from its folder, not installed: its version stands in its project file."""
    project = Path(__file__).parent.parent / 'pyproject.toml'
    return str(tomllib.loads(project.read_text('utf-8'))['project']['version']) if project.exists() else ''


async def _jobs(now: datetime) -> tuple[JobView, ...]:
    runs = await job_runs.last()
    views = []
    for name, patience in job_runs.EXPECTED.items():
        run = runs.get(name)
        ended = run.ended_at or run.started_at if run is not None else None
        state = State.WATCH if ended is None else graded(now - ended, patience, 6 * patience)
        if state is State.GOOD and run is not None and run.failed:
            state = State.WATCH
        views.append(JobView(name, state, ended, run.done if run else 0, run.failed if run else 0))
    return tuple(views)
