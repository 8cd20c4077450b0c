"""How mail leaves: queued rows are claimed one by one, asked once more whether they may leave, worded, and handed over.

Two senders at once are harmless: a row is claimed by a swap. A claim whose sender died runs out, and the same message
(with the same Message-ID) is sent again. A server that is away delays everything and loses nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.expressions import F, Q

from models import MailKind, MailState, OutboxMail
from services import bus, job_runs, tracing
from services.mail.case import Case, Withheld
from services.mail.envelope import envelope
from services.mail.letter import Letter
from services.mail.sample import case_of
from services.mail.transport import FAULTS, Line, NoLine, concerns_all, is_final, server
from services.mail.wording import word
from services.outbox import ACCOUNT, CHANGED, TOPIC
from services.settings import settings
from services.transaction import announce, transaction
from services.waiting import rest

log = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))  # the last one again and again
GIVE_UP_AFTER = timedelta(days=5)
STALE_AFTER = timedelta(days=7)  # news that nobody sent in time is no news: it stays in the outbox
BY_CUSTOMER_PER_HOUR = 20  # to one person from each: nobody can flood a mailbox; the rest comes later, not never

_HOUR = timedelta(hours=1)
_LEASE = timedelta(seconds=150)
_LONGEST_SEND = 120.0
_BATCH = 50
_TICK = 1.0
_LOOKS_ALIVE = timedelta(minutes=1)  # at least so often a round is noted, also when nothing was due
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_PAUSE = 60.0
_STOPPED_MIDWAY = 'interrupted'


@dataclass(slots=True)
class Round:
    """What one look at the outbox came to. `is_cut`: the server could not be spoken to."""

    sent: int = 0
    failed: int = 0
    is_cut: bool = False


async def run(stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set: at once after a commit, else when the time of a row has come."""
    wake = asyncio.Event()
    unsubscribe = bus.subscribe(TOPIC, lambda _: wake.set())
    pause, noted = 0.0, _LONG_AGO
    try:
        while not stop.is_set():
            wake.clear()
            now = datetime.now(UTC)
            done = await send_round(stop=stop)
            if done.sent or done.failed:
                noted = now
            elif now - noted >= _LOOKS_ALIVE:
                await job_runs.note('sender', now)
                noted = now
            pause = min(max(1.0, pause * 2), _LONGEST_PAUSE) if done.is_cut else 0.0
            await _rest(stop, wake, pause)
    finally:
        unsubscribe()


async def send_due(now: datetime | None = None) -> int:
    """Send everything that is due; how many mails left."""
    return (await send_round(now)).sent


async def send_round(now: datetime | None = None, *, stop: asyncio.Event | None = None) -> Round:
    """Send what is due, oldest first. One bad mail never stops the rest; a server that is away ends the round."""
    target = server()
    done = Round()
    if target is None:
        return done
    started = datetime.now(UTC)
    line = Line(target)
    try:
        with tracing.run_of('sender', begun=False) as has_work:
            async for row in _due(now or datetime.now(UTC)):
                has_work()
                await _handle(row, line, done, now or datetime.now(UTC))
                if done.is_cut or (stop is not None and stop.is_set()):
                    break
    finally:
        await line.close()
    if done.sent or done.failed:
        await job_runs.note('sender', started, done=done.sent, failed=done.failed)
    return done


async def next_due() -> datetime | None:
    """When the next row wants to leave; None when nothing waits or there is no server."""
    if not settings().smtp_url:
        return None
    row = await OutboxMail.filter(state=MailState.WAITING).order_by('not_before').first()
    return row.not_before if row is not None else None


async def _due(now: datetime) -> AsyncIterator[OutboxMail]:
    """The rows whose time has come, in the order in which they were written, read in small pieces."""
    ready = Q(state=MailState.WAITING, not_before__lte=now) | Q(state=MailState.SENDING, claimed_until__lt=now)
    seen = 0
    while piece := await OutboxMail.filter(ready, id__gt=seen).order_by('id').limit(_BATCH):
        for row in piece:
            seen = row.id
            yield row


async def _handle(row: OutboxMail, line: Line, done: Round, now: datetime) -> None:
    """One row from claim to stamp; of what goes wrong, nothing leaves this function but the database's own faults."""
    if later := await _has_to_wait(row, now):
        await OutboxMail.filter(id=row.id, state=MailState.WAITING).update(not_before=later)
        return
    if not await _claim(row, now):
        return
    before = (done.sent, done.failed)
    with tracing.span(
        f'mail {row.kind}', 'client', facts={'portal.mail': row.id, 'portal.attempt': row.attempts}
    ) as span:
        await _deliver(row, line, done, now)
        failed = done.failed > before[1]
        outcome = 'failed' if failed else 'sent' if done.sent > before[0] else 'withheld'
        span.say({'portal.outcome': outcome}, failed=failed)


async def _deliver(row: OutboxMail, line: Line, done: Round, now: datetime) -> None:
    """Word a row that is ours, hand it over, and stamp what came of it."""
    try:
        if now - row.not_before > STALE_AFTER:
            raise Withheld('stale')
        case = await case_of(row, now)
        letter = await word(case)
        async with asyncio.timeout(_LONGEST_SEND):
            await line.send(envelope(case, letter), to=row.address)
    except Withheld as withheld:
        await _settle(row, state=MailState.WITHHELD, last_error=withheld.reason)
    except FAULTS as fault:
        done.failed += 1
        done.is_cut = concerns_all(fault)
        await _missed(row, fault, now, final=is_final(fault))
    except Exception as fault:
        log.exception('mail %s could not be worded', row.id)
        done.failed += 1
        await _missed(row, fault, now, final=False)
    else:
        done.sent += 1
        await _settle(row, state=MailState.SENT, sent_at=now, last_error='', **_kept(case, letter))


async def _has_to_wait(row: OutboxMail, now: datetime) -> datetime | None:
    """Until when a due row waits: for an earlier mail of its ticket to the same person, or for the hour's limit."""
    if row.ticket_id is None or row.kind is MailKind.RATING:
        return None
    unsent = Q(state__in=[MailState.WAITING, MailState.SENDING]) & ~Q(kind=MailKind.RATING)
    earlier = OutboxMail.filter(unsent, ticket_id=row.ticket_id, recipient_id=row.recipient_id, id__lt=row.id)
    blocker = await earlier.order_by('id').first()
    if blocker is not None:
        return max(blocker.not_before, now + timedelta(seconds=1))
    return await _over_the_limit(row, now) if row.details.get('by_customer') else None


async def _over_the_limit(row: OutboxMail, now: datetime) -> datetime | None:
    sent = (
        await OutboxMail.filter(
            recipient_id=row.recipient_id, state=MailState.SENT, sent_at__gt=now - _HOUR, sent_at__lte=now
        )
        .order_by('-sent_at')
        .values('sent_at', 'details')
    )
    customer = row.details['by_customer']  # what one of them writes must not keep the others' words back
    counted: list[datetime] = [mail['sent_at'] for mail in sent if mail['details'].get('by_customer') == customer]
    return counted[BY_CUSTOMER_PER_HOUR - 1] + _HOUR if len(counted) >= BY_CUSTOMER_PER_HOUR else None


async def _claim(row: OutboxMail, now: datetime) -> bool:
    """Make the row ours for a while; False when somebody was faster."""
    was = {'id': row.id, 'state': row.state, 'claimed_until': row.claimed_until}
    if row.claimed_until is None:
        was = {'id': row.id, 'state': row.state, 'claimed_until__isnull': True}
    until = now + _LEASE
    claimed = await OutboxMail.filter(**was).update(
        state=MailState.SENDING, claimed_until=until, attempts=F('attempts') + 1, last_error=_STOPPED_MIDWAY
    )
    row.state, row.claimed_until, row.attempts = MailState.SENDING, until, row.attempts + 1
    return bool(claimed)


async def _missed(row: OutboxMail, fault: BaseException, now: datetime, *, final: bool) -> None:
    """It did not leave: try again later, or give up where that is no use."""
    said = str(fault) if isinstance(fault, NoLine) else f'{type(fault).__name__}: {fault}'
    words = ' '.join(said.split())[:500]
    if final or now - row.created_at > GIVE_UP_AFTER:
        await _settle(row, state=MailState.FAILED, last_error=words)
        return
    wait = BACK_OFF[0] if concerns_all(fault) else BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    await _settle(row, state=MailState.WAITING, not_before=now + wait, last_error=words)


async def _settle(row: OutboxMail, **changes: object) -> None:
    """Write how it went, if the row is still ours, and tell the outbox page; three tries, for it must not be lost."""
    for is_last in (False, False, True):
        try:
            async with transaction():
                mine = OutboxMail.filter(id=row.id, state=MailState.SENDING, claimed_until=row.claimed_until)
                await mine.update(claimed_until=None, **changes)
                announce(CHANGED)
            return
        except Exception:
            if is_last:
                raise
            log.exception('mail %s could not be marked', row.id)
            await asyncio.sleep(1)


def _kept(case: Case, letter: Letter) -> dict[str, str]:
    """What the outbox remembers of a mail that left: all of it, but no key to an account and no right to rate."""
    if case.row.kind in ACCOUNT or case.row.kind is MailKind.RATING:
        return {'subject': letter.subject[:300]}
    return {'subject': letter.subject[:300], 'text': letter.text, 'html': letter.html}


async def _rest(stop: asyncio.Event, wake: asyncio.Event, pause: float) -> None:
    """Sleep until there may be something to do: `pause` after a cut, else to the next row's time or a new row."""
    length = pause or _TICK
    if not pause and (due := await next_due()) is not None:
        length = min(_TICK, max(0.05, (due - datetime.now(UTC)).total_seconds()))
    await rest(length, stop) if pause else await rest(length, stop, wake)
