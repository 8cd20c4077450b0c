"""Many tickets at once: each in a transaction of its own, what is refused told for each, one undo while mails wait."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from models import BulkAction, MailKind, MailState, OutboxMail, Status
from models.instant import utc
from services import access, outbox
from services.access import Access, demand
from services.actor import Actor
from services.desk import deeds
from services.desk.deeds import Assign, Deed, Move, Retag, Step
from services.errors import Conflict, Invalid, NotFound, Problem, Refusal
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.tickets.texts import is_id
from services.transaction import announce, transaction

log = logging.getLogger(__name__)

MOST = 1_000
_HELD = timedelta(minutes=10)  # longer than any bulk action takes; afterwards its mails wait for the undo window alone
_CHUNK = 500

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one ticket; `ref` is what was asked for. `changed` is false when it was so already."""

    ref: str | int
    id: str | None
    changed: bool
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How it went with all. `id` and `undo_until` are there when something can be taken back."""

    outcomes: tuple[Outcome, ...]
    id: int | None = None
    undo_until: datetime | None = None

    @property
    def changed(self) -> int:
        return sum(outcome.changed for outcome in self.outcomes)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.refusal is not None)


async def take_many(
    actor: Actor, refs: Iterable[str | int], *, progress: Progress | None = None, now: datetime | None = None
) -> BulkResult:
    """Look after these tickets oneself, whoever did so before. Raises NotFound for customers, Invalid for too many."""
    user = await access.staff(actor, now=now)
    return await _all(actor, refs, Assign(user.id), progress, now)


async def assign_many(
    actor: Actor,
    refs: Iterable[str | int],
    user_id: int | None,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> BulkResult:
    """Give these tickets to an agent, or to nobody. Raises NotFound for customers, Invalid."""
    return await _all(actor, refs, Assign(user_id), progress, now)


async def move_many(
    actor: Actor,
    refs: Iterable[str | int],
    to: Status | str,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> BulkResult:
    """Put these tickets into a status; a move that asks for a comment is refused. Raises NotFound, Invalid."""
    if to not in tuple(Status):
        raise Invalid({'status': Problem('entry.status_unknown')})
    return await _all(actor, refs, Move(Status(to)), progress, now)


async def tag_many(
    actor: Actor,
    refs: Iterable[str | int],
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    progress: Progress | None = None,
    now: datetime | None = None,
) -> BulkResult:
    """Put tags on these tickets and take others off. Raises NotFound for customers, Invalid for 'tags'."""
    return await _all(actor, refs, Retag(tuple(add), tuple(remove)), progress, now)


async def undo(
    actor: Actor, bulk_id: int, *, progress: Progress | None = None, now: datetime | None = None
) -> BulkResult:
    """Take one's own bulk action back where nobody came between. Raises NotFound, and Conflict when it is too late."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    row = await BulkAction.get_or_none(id=bulk_id, actor_id=user.id) if is_id(bulk_id) else None
    if row is None:
        raise NotFound
    until = row.at + settings().undo_window
    if now > until:
        raise Conflict('refusal.bulk_undo_too_late')
    async with transaction():
        if not await BulkAction.filter(id=row.id, undone_at=None).update(undone_at=utc(now)):
            raise Conflict('refusal.bulk_undone')
        await _hold(row.steps, now + _HELD)
    clock = _Clock(now)

    async def back(step: Step) -> Outcome:
        async with transaction():
            found = await _enter(actor, step['number'], clock.now())
            await deeds.undo(step['kind'], found, step, now=now, until=until)
        return Outcome(step['number'], ticket_id(step['number']), True)

    outcomes = await _each([(step['number'], back, step) for step in row.steps], progress)
    await _release(row.steps, clock.now(), timedelta(0))  # of those that could not be taken back
    return BulkResult(outcomes)


async def _all(
    actor: Actor, refs: Iterable[str | int], deed: Deed, progress: Progress | None, now: datetime | None
) -> BulkResult:
    user, clock = await access.staff(actor, now=now), _Clock(now or datetime.now(UTC))
    wanted = list(dict.fromkeys(refs))
    if len(wanted) > MOST:
        raise Invalid({'tickets': Problem('entry.too_many_tickets', limit=MOST)})
    await deed.prepare()
    steps: list[Step] = []

    async def do(ref: str | int) -> Outcome:
        moment = clock.now()
        async with transaction():
            found = await _enter(actor, ref, moment)
            step = await deed.do(found, hold=settings().undo_window, now=moment)
            number = found.ticket.number
            if step is not None:
                step |= {'kind': deed.kind, 'ticket': found.ticket.id, 'number': number}
                await _hold([step], moment + _HELD)
        if step is not None:
            steps.append(step)
        return Outcome(ref, ticket_id(number), step is not None)

    outcomes = await _each([(ref, do, ref) for ref in wanted], progress)
    if not steps:
        return BulkResult(outcomes)
    window = settings().undo_window
    async with transaction():
        done = clock.now()
        row = await BulkAction.create(actor_id=user.id, at=utc(done), steps=steps)
        await _release(steps, done, window)
    return BulkResult(outcomes, row.id, done + window)


async def _enter(actor: Actor, ref: str | int, now: datetime) -> Access:
    found = await recording.enter(actor, ref, now=now)
    demand(found.is_staff)
    return found


async def _each(
    work: Sequence[tuple[str | int, Callable[[Any], Awaitable[Outcome]], Any]], progress: Progress | None
) -> tuple[Outcome, ...]:
    """Do one after the other; whatever is wrong with one is told of that one."""
    outcomes: list[Outcome] = []
    for ref, do, given in work:
        try:
            outcomes.append(await do(given))
        except Refusal as refusal:
            outcomes.append(Outcome(ref, _id(ref), False, refusal))
        except Exception:
            log.exception('a bulk action failed at the ticket %s', ref)
            outcomes.append(Outcome(ref, _id(ref), False, Refusal()))
        if progress is not None:
            progress(len(outcomes), len(work))
        await asyncio.sleep(0)
    return tuple(outcomes)


def _id(ref: str | int) -> str | None:
    return ticket_id(ref) if isinstance(ref, int) else ref[:40]


async def _hold(steps: Sequence[Step], until: datetime) -> None:
    """Let the mails of these steps wait, however long the rest takes."""
    for mails in _mails(steps):
        await mails.update(not_before=utc(until))


async def _release(steps: Sequence[Step], now: datetime, window: timedelta) -> None:
    """Let the mails that still wait leave after the window; the question for a rating later, as always."""
    async with transaction():
        for mails in _mails(steps):
            await mails.exclude(kind=MailKind.RATING).update(not_before=utc(now + window))
            later = now + max(window, settings().rating_delay)
            await mails.filter(kind=MailKind.RATING).update(not_before=utc(later))
        announce(outbox.TOPIC)


def _mails(steps: Sequence[Step]) -> Iterator[Any]:
    with_mails = [step for step in steps if 'event' in step]
    for at in range(0, len(with_mails), _CHUNK):
        chunk = with_mails[at : at + _CHUNK]
        yield OutboxMail.filter(
            ticket_id__in=[step['ticket'] for step in chunk],
            event_id__in=[step['event'] for step in chunk],
            state=MailState.WAITING,
        )


class _Clock:
    """The time of a long operation: it began at `start`, and goes on from there."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=monotonic() - self._began)
