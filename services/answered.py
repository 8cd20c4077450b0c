"""Calls that name themselves by a key: made once, and answered the same when they are sent again within a day."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic

from models import AnsweredCall
from models.instant import utc
from services import access
from services.actor import Actor
from services.errors import KeyBusy, KeyReused
from services.transaction import transaction

KEPT = timedelta(hours=24)
PATIENCE = 10.0  # seconds that a second call waits for the answer to the first
_LEASE = timedelta(minutes=2)  # longer than a call takes; afterwards it has broken off, and another one takes over
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """The call is ours to make. `submission` is what it writes under: the same for whoever takes over after a crash."""

    id: int
    submission: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the call."""

    status: int
    headers: Mapping[str, str]
    body: str


async def claim(actor: Actor, key: str, call_hash: str, *, now: datetime | None = None) -> Claim | Answer:
    """Begin the person's call of that key, or give the answer that it had; waits a while for one under way.

    Raises SignedOut, KeyReused when the key belongs to another call, KeyBusy when that takes too long.
    """
    user = await access.person(actor, now=now)
    until = monotonic() + PATIENCE
    while True:
        try:
            return await _claim(user.id, sha256(key.encode()).hexdigest(), call_hash, now or datetime.now(UTC))
        except KeyBusy:
            if monotonic() >= until:
                raise
        await asyncio.sleep(_LOOK_EVERY)


async def keep(claim: Claim, answer: Answer) -> None:
    """Remember the answer to a call."""
    changes = {'status': answer.status, 'headers': dict(answer.headers), 'body': answer.body}
    await AnsweredCall.filter(id=claim.id).update(**changes)


async def release(claim: Claim) -> None:
    """The call changed nothing: the next one under its key is made as if it were the first."""
    await AnsweredCall.filter(id=claim.id, status=None).delete()


async def clean(*, now: datetime | None = None) -> int:
    """Forget answers of which nobody may ask any more; how many."""
    return await AnsweredCall.filter(at__lte=utc(now or datetime.now(UTC)) - KEPT).delete()


async def _claim(user_id: int, key_hash: str, call_hash: str, now: datetime) -> Claim | Answer:
    named = AnsweredCall.filter(user_id=user_id, key_hash=key_hash)
    fresh = AnsweredCall(
        user_id=user_id,
        key_hash=key_hash,
        call_hash=call_hash,
        submission=f'api:{secrets.token_hex(16)}',
        at=utc(now),
        claimed_until=utc(now + _LEASE),
    )
    async with transaction():
        await named.filter(at__lte=utc(now - KEPT)).delete()
        await AnsweredCall.bulk_create([fresh], ignore_conflicts=True)
        row = await named.first()
    if row is None:  # released just now
        raise KeyBusy
    if row.submission == fresh.submission:
        return Claim(row.id, row.submission)
    if row.call_hash != call_hash:
        raise KeyReused
    if row.status is not None:
        return Answer(row.status, row.headers, row.body)
    return await _take_over(row, now)


async def _take_over(row: AnsweredCall, now: datetime) -> Claim:
    """Make a call anew whose maker has died. Raises KeyBusy while that is not certain."""
    abandoned = AnsweredCall.filter(id=row.id, status=None, claimed_until=row.claimed_until)
    if row.claimed_until > now or not await abandoned.update(claimed_until=utc(now + _LEASE)):
        raise KeyBusy
    return Claim(row.id, row.submission)
