"""By when a ticket is to be answered and to be solved: its due moments, kept current with each change of it.

The time to a solution runs while the matter is with support. Elsewhere it stands still, and what is left of it waits in
`solve_left`. The first answer is due from the moment of filing, whatever happens to the status.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models import EventKind, Setting, Status, Ticket, TicketEvent
from models.instant import utc
from services import bus
from services.desk import settings_store
from services.desk.calendar import add, between
from services.desk.settings_store import Plan
from services.errors import Unavailable
from services.lifecycle import UNFINISHED
from services.transaction import announce, transaction
from services.waiting import rest

log = logging.getLogger(__name__)

RUNNING = (Status.OPEN, Status.IN_PROGRESS, Status.REOPENED)
BREACHES: Mapping[EventKind, tuple[str, str]] = {
    EventKind.RESPONSE_BREACHED: ('respond_due_at', 'respond_breached_at'),
    EventKind.SOLUTION_BREACHED: ('solve_due_at', 'solve_breached_at'),
}
"""For each: the moment, and the column that remembers that it passed."""

BATCH = 200
_APPLIED = 'desk.targets_applied'
_LOOK_AGAIN = 60  # seconds


def missed(ticket: Ticket, now: datetime) -> list[EventKind]:
    """Which targets have passed without anybody having noted it."""
    return [
        kind
        for kind, (due, breached) in BREACHES.items()
        if ticket.status is not Status.DONE
        and getattr(ticket, breached) is None
        and (moment := getattr(ticket, due)) is not None
        and moment <= now
    ]


async def consequences(ticket: Ticket, kind: EventKind, changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What else changes, because of these changes, in the columns that hold targets."""
    if kind is EventKind.FILED:
        return _filed(await settings_store.plan(), ticket)
    found: dict[str, Any] = {}
    if 'status' in changes and changes['status'] is not ticket.status:
        plan = await settings_store.plan()
        found = _moved(plan, ticket, Status(changes['status']), now)
        if kind is not EventKind.STATUS_UNDONE:  # what is undone brings the moment back with it
            found |= _answer_owed(plan, ticket, Status(changes['status']), now)
    if changes.get('first_response_at') is not None:
        found['respond_due_at'] = None
    return found


def _filed(plan: Plan, ticket: Ticket) -> dict[str, Any]:
    target = plan.target_of(ticket.impact)
    return {
        'respond_due_at': add(plan.calendar, ticket.created_at, target.respond),
        'solve_due_at': add(plan.calendar, ticket.created_at, target.solve),
    }


def _moved(plan: Plan, ticket: Ticket, to: Status, now: datetime) -> dict[str, Any]:
    if to in RUNNING and ticket.solve_left is not None:
        return {
            'solve_due_at': add(plan.calendar, now, timedelta(seconds=ticket.solve_left)),
            'solve_left': None,
        }
    if to not in RUNNING and ticket.solve_due_at is not None:
        left = between(plan.calendar, now, ticket.solve_due_at)
        return {'solve_due_at': None, 'solve_left': round(left.total_seconds())}
    return {}


def _answer_owed(plan: Plan, ticket: Ticket, to: Status, now: datetime) -> dict[str, Any]:
    """Nobody owes a first answer to what is done; brought back unanswered, it is owed anew."""
    if to is Status.DONE:
        return {'respond_due_at': None}
    if ticket.status is Status.DONE and ticket.first_response_at is None:
        due = add(plan.calendar, now, plan.target_of(ticket.impact).respond)
        return {'respond_due_at': due, 'respond_breached_at': None}
    return {}


async def run(stop: asyncio.Event) -> None:
    """Measure tickets anew soon after the targets or the calendar were changed, until `stop` is set."""
    changed = asyncio.Event()
    unsubscribe = bus.subscribe(settings_store.TOPIC, lambda _: changed.set())
    try:
        while not stop.is_set():
            changed.clear()
            await refresh(stop=stop)
            await rest(_LOOK_AGAIN, changed, stop)
    finally:
        unsubscribe()


async def refresh(*, now: datetime | None = None, stop: asyncio.Event | None = None) -> int:
    """Measure every unfinished ticket by today's plan, if they were measured by another; how many changed.

    Each ticket is a small transaction of its own. What was cut short is done again the next time.
    """
    plan = await settings_store.plan()
    applied = await Setting.get_or_none(key=_APPLIED)
    if applied is not None and applied.value == plan.fingerprint:
        return 0
    changed, after = 0, 0
    while ids := await _next(after):
        for id in ids:
            if stop is not None and stop.is_set():
                return changed
            changed += await _measure_safely(id, plan, now or datetime.now(UTC))
        after = ids[-1]
    values = {'value': plan.fingerprint, 'changed_at': utc(now or datetime.now(UTC))}
    async with transaction():
        await Setting.update_or_create(key=_APPLIED, defaults=values)
        if changed:
            announce('staff')
    return changed


async def _next(after: int) -> list[int]:
    rows = Ticket.filter(id__gt=after, status__in=UNFINISHED).order_by('id').limit(BATCH)
    return [int(id) for id in await rows.values_list('id', flat=True)]  # type: ignore[call-overload]


async def _measure_safely(id: int, plan: Plan, now: datetime) -> bool:
    try:
        return await _measure(id, plan, now)
    except Unavailable:
        raise  # the database is the trouble, not this ticket
    except Exception:
        log.exception('no due moments for the ticket with the id %s', id)
        return False


async def _measure(id: int, plan: Plan, now: datetime) -> bool:
    async with transaction():
        ticket = await Ticket.select_for_update().get_or_none(id=id)
        if ticket is None or ticket.status is Status.DONE:
            return False
        moves = await TicketEvent.filter(ticket_id=id, to_status__isnull=False).order_by('id')
        fresh = _solution(plan, ticket, moves) | _answer(plan, ticket, moves)
        fresh |= _breaches(ticket, fresh, now)
        if all(getattr(ticket, name) == value for name, value in fresh.items()):
            return False
        await Ticket.filter(id=id).update(**fresh)
        announce(f'ticket:{id}')
        return True


def _solution(plan: Plan, ticket: Ticket, moves: Sequence[TicketEvent]) -> dict[str, Any]:
    left = timedelta(hours=plan.target_of(ticket.impact).solve)
    since, running = ticket.created_at, True
    for move in moves:
        if running and move.to_status not in RUNNING:
            left -= between(plan.calendar, since, move.at)
        if running is not (move.to_status in RUNNING):
            since, running = move.at, move.to_status in RUNNING
    if ticket.status in RUNNING:
        return {'solve_due_at': add(plan.calendar, since, left), 'solve_left': None}
    return {'solve_due_at': None, 'solve_left': round(left.total_seconds())}


def _answer(plan: Plan, ticket: Ticket, moves: Iterable[TicketEvent]) -> dict[str, Any]:
    if ticket.first_response_at is not None:
        return {'respond_due_at': None}
    reopened = [
        move.at for move in moves if move.from_status is Status.DONE and move.kind is not EventKind.STATUS_UNDONE
    ]
    since = reopened[-1] if reopened else ticket.created_at
    return {'respond_due_at': add(plan.calendar, since, plan.target_of(ticket.impact).respond)}


def _breaches(ticket: Ticket, fresh: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is late no more is no breach any more; what never had a target was not promised to anybody: no event."""
    found: dict[str, Any] = {}
    untold = (ticket.respond_due_at, ticket.solve_due_at, ticket.solve_left) == (None, None, None)
    for due, breached in BREACHES.values():
        moment = fresh[due]
        if moment is not None and moment > now:
            found[breached] = None
        elif moment is not None and untold:
            found[breached] = getattr(ticket, breached) or moment
    return found
