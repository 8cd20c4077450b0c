"""How often something may be tried. Counted in the database, so that limits hold over restarts and across processes."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from models import Attempt
from models.instant import utc
from services.errors import TooMany
from services.transaction import in_turn, transaction

LONGEST_WINDOW = timedelta(days=2)

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit. `reset`: in so many whole seconds there is more of it again."""

    limit: int
    remaining: int
    reset: int


async def spend(bucket: str, *, limit: int, window: timedelta, now: datetime | None = None) -> Left:
    """Count one try, or raise TooMany and count nothing; of several at once no more than `limit` get through.

    Inside a transaction the count goes when that is rolled back: count there only what is undone together with it.
    """
    now = utc(now or datetime.now(UTC))
    async with transaction():
        await in_turn(_name(bucket))
        left = await check(bucket, limit=limit, window=window, now=now)
        await Attempt.create(bucket=_name(bucket), at=now)
    return Left(limit, left.remaining - 1, left.reset)


async def check(bucket: str, *, limit: int, window: timedelta, now: datetime | None = None) -> Left:
    """Raise TooMany if `limit` tries within `window` (LONGEST_WINDOW at most) are used up; counts nothing."""
    now = utc(now or datetime.now(UTC))
    # Tries of the far future do not count, or a clock set back by a day would lock people out for a day.
    tries = Attempt.filter(bucket=_name(bucket), at__gt=now - window, at__lte=now + window)
    newest = await tries.order_by('-at', '-id').limit(limit).values_list('at', flat=True)
    oldest: datetime = cast(datetime, newest[-1]) if newest else now
    reset = max(1, math.ceil(min(oldest + window - now, window).total_seconds()))
    if len(newest) >= limit:
        raise TooMany(retry_after=reset)
    return Left(limit, limit - len(newest), reset)


async def give_back(bucket: str) -> None:
    """Take the newest try back: it turned out not to be one that the limit is about."""
    newest = await Attempt.filter(bucket=_name(bucket)).order_by('-at', '-id').first()
    if newest is not None:
        await newest.delete()


async def forget(bucket: str) -> None:
    """Begin the bucket anew."""
    await Attempt.filter(bucket=_name(bucket)).delete()


def _name(bucket: str) -> str:
    return bucket if len(bucket) <= _LONGEST_NAME else sha256(bucket.encode()).hexdigest()
