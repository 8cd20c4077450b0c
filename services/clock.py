"""What time does to tickets: it reminds of and closes those whose customers stay silent, and notes missed targets.

A ticket carries the moments itself (`auto_close_at`, `remind_at` and those of its targets), so a restart forgets
nothing. A few are handled in one transaction that looks at each again, so two clocks at once do no harm; when one of
them fails, each gets a transaction of its own, so one bad row stops nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import EventKind, Status, Ticket
from models.instant import utc
from services import circle, job_runs, outbox, tracing
from services.circle import Circle
from services.desk import targets
from services.errors import Unavailable
from services.lifecycle import UNFINISHED
from services.tickets import moving, recording
from services.transaction import transaction
from services.waiting import rest

log = logging.getLogger(__name__)

BATCH = 200
TOGETHER = 25  # in one transaction: people who write meanwhile wait for it, a few tenths of a second at most
_TICK = timedelta(seconds=1)
_SHORTEST_PAUSE = timedelta(milliseconds=10)
_LOOKS_ALIVE = timedelta(minutes=1)  # at least so often a run is noted, also when nothing was due
_REST_AFTER_FAILURE = timedelta(minutes=1)
_NOTHING = timedelta(0)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is done to a ticket in one of `statuses` once the moment in `column` has come, while `mark` is empty."""

    name: str
    column: str
    act: Callable[[Ticket, datetime, Circle], Awaitable[None]]
    statuses: tuple[Status, ...] = (Status.AWAITING_FEEDBACK,)
    mark: str | None = None


async def close_overdue(now: datetime | None = None) -> int:
    """Close every ticket whose time has come; how many."""
    return await _sweep(_CLOSE, now or datetime.now(UTC), {})


async def remind(now: datetime | None = None) -> int:
    """Remind the requesters of tickets that will close soon, once in each waiting; how many."""
    return await _sweep(_REMIND, now or datetime.now(UTC), {})


async def mark_breaches(now: datetime | None = None) -> int:
    """Note every first answer and every solution that is late, once each; how many."""
    now = now or datetime.now(UTC)
    return sum([await _sweep(rule, now, {}) for rule in _BREACHES])


async def do_all(now: datetime | None = None, *, resting: dict[int, datetime] | None = None) -> int:
    """Everything that is due; gives how many tickets it touched. Tickets in `resting` are left alone."""
    now = now or datetime.now(UTC)
    return sum([await _sweep(rule, now, {} if resting is None else resting) for rule in _RULES])


async def next_due() -> datetime | None:
    """When the clock has something to do next; in the past when it is late."""
    return await _next_due(())


async def run(stop: asyncio.Event) -> None:
    """Do what is due at its very second until `stop` is set."""
    resting: dict[int, datetime] = {}
    noted = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        now = datetime.now(UTC)
        resting = {id: until for id, until in resting.items() if until > now}
        due = await _next_due(resting)
        if (due is not None and due <= now) or now - noted >= _LOOKS_ALIVE:
            await do_all(now, resting=resting)
            noted = now
            due = await _next_due(resting)
        await _rest(stop, due)


async def _close(ticket: Ticket, now: datetime, circle: Circle) -> None:
    await moving.apply(ticket, Status.DONE, by=None, comment=None, hold=_NOTHING, now=now, circle=circle)


async def _remind(ticket: Ticket, now: datetime, circle: Circle) -> None:
    changes = {'remind_at': None}
    event = await recording.record(ticket, EventKind.REMINDED, by=None, now=now, changes=changes, circle=circle)
    await outbox.notify(event, ticket, circle=circle)


_CLOSE = _Rule('close_overdue', 'auto_close_at', _close)
_REMIND = _Rule('remind', 'remind_at', _remind)
_BREACHES = tuple(
    _Rule(kind.value, due, recording.note_breaches, UNFINISHED, breached)
    for kind, (due, breached) in targets.BREACHES.items()
)
_RULES = (_CLOSE, _REMIND, *_BREACHES)


async def _sweep(rule: _Rule, now: datetime, resting: dict[int, datetime]) -> int:
    """Handle all that is due, the most overdue first. What fails is put into `resting` and left alone for a while."""
    with tracing.run_of(rule.name):
        return await _sweep_all(rule, now, resting)


async def _sweep_all(rule: _Rule, now: datetime, resting: dict[int, datetime]) -> int:
    started, done, failed = datetime.now(UTC), 0, 0
    place: tuple[datetime, int] | None = None
    while batch := await _due(rule, now, place):
        fresh = [(id, moment) for id, moment in batch if id not in resting]
        for some in (fresh[start : start + TOGETHER] for start in range(0, len(fresh), TOGETHER)):
            try:
                done += await _handle(rule, dict(some), now)
            except Unavailable:
                raise  # the database is the trouble, not these tickets
            except Exception as error:  # noqa: BLE001 (told with the ticket that it is about)
                log.info('%s goes on ticket by ticket after: %r', rule.name, error)
                alone, broken = await _one_by_one(rule, some, now)
                done, failed = done + alone, failed + len(broken)
                resting |= dict.fromkeys(broken, now + _REST_AFTER_FAILURE)
        place = (batch[-1][1], batch[-1][0])
    await job_runs.note(rule.name, started, done=done, failed=failed)
    return done


async def _one_by_one(rule: _Rule, some: Sequence[tuple[int, datetime]], now: datetime) -> tuple[int, list[int]]:
    """How many were handled, and which could not be."""
    done, broken = 0, []
    for id, moment in some:
        try:
            done += await _handle(rule, {id: moment}, now)
        except Unavailable:
            raise
        except Exception:
            log.exception('%s failed for the ticket with the id %s', rule.name, id)
            broken.append(id)
    return done, broken


async def _handle(rule: _Rule, moments: Mapping[int, datetime], now: datetime) -> int:
    """All or none of these tickets that are still as they were found; how many. Those in somebody's hands wait."""
    async with transaction():
        found = await recording.locked_if_free(list(moments))
        waiting = [ticket for ticket in found.values() if _still_waits(rule, ticket, moments[ticket.id])]
        circles = await circle.around_all(waiting) if waiting else {}
        for ticket in waiting:
            await rule.act(ticket, now, circles[ticket.id])
    return len(waiting)


def _still_waits(rule: _Rule, ticket: Ticket, moment: datetime) -> bool:
    if ticket.status not in rule.statuses or getattr(ticket, rule.column) != moment:
        return False
    return rule.mark is None or getattr(ticket, rule.mark) is None


async def _due(rule: _Rule, now: datetime, place: tuple[datetime, int] | None) -> list[tuple[int, datetime]]:
    """The next batch after that place: ids and moments only, for a row that cannot be read must not hide the others."""
    rows = _waiting(rule).filter(**{f'{rule.column}__lte': utc(now)})
    if rule is _REMIND:
        rows = rows.filter(auto_close_at__gt=utc(now))
    if place is not None:
        moment, id = place
        past: dict[str, Any] = {f'{rule.column}__gt': moment}
        same: dict[str, Any] = {rule.column: moment, 'id__gt': id}
        rows = rows.filter(Q(**past) | Q(**same), **{f'{rule.column}__gte': moment})
    return list(await rows.order_by(rule.column, 'id').limit(BATCH).values_list('id', rule.column))


async def _next_due(resting: Collection[int]) -> datetime | None:
    moments: list[Any] = []
    for rule in _RULES:
        rows = _waiting(rule).filter(**{f'{rule.column}__gte': _LONG_AGO})  # 'not null' would walk all nulls
        if resting:
            rows = rows.exclude(id__in=list(resting))
        moments += await rows.order_by(rule.column).limit(1).values_list(rule.column, flat=True)
    return min(moments, default=None)


def _waiting(rule: _Rule) -> QuerySet[Ticket]:
    """Few tickets await feedback; all unfinished ones are many, and found through the index of the moments."""
    if rule.mark is None:
        return Ticket.filter(status__in=rule.statuses)
    return Ticket.filter(**{f'{rule.mark}__isnull': True}).exclude(status=Status.DONE)


async def _rest(stop: asyncio.Event, due: datetime | None) -> None:
    """Sleep until the next moment, a second at most: others may set new ones meanwhile."""
    pause = _TICK if due is None else min(max(due - datetime.now(UTC), _SHORTEST_PAUSE), _TICK)
    await rest(pause.total_seconds(), stop)
