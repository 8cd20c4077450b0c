"""How customers rate the help: by the signed link of a mail, without signing in, or on their own ticket's page.

A link is good for one closing of one ticket and opens nothing else. Opening it stores nothing: scanners open links.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from tortoise.queryset import QuerySet

from models import EventKind, Rating, Status, User
from services import access, ratelimit
from services.actor import Actor
from services.errors import Conflict, Invalid, NotFound, Problem
from services.figures import bad_ratings
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.transaction import transaction

LONGEST_COMMENT = 5_000
CHANGES_PER_HOUR = 60

_TOKEN = re.compile(r'[A-Za-z0-9_-]{32}', re.ASCII)
_SIGNED = 16  # bytes of signature: 128 bits
_LARGEST = 2**31 - 1


class Standing(StrEnum):
    """What a link is good for now."""

    OPEN = 'open'
    REOPENED = 'reopened'
    OLDER = 'older'
    EXPIRED = 'expired'


class RatingClosed(Conflict):
    """The question is not open: work goes on, it was asked anew, or its time is over."""

    code = 'rating_closed'

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        super().__init__(f'rating.refusal.{standing.value}')


@dataclass(frozen=True, slots=True)
class RatingForm:
    """What the rating page shows: the ticket by name alone, and what was answered so far."""

    id: str
    subject: str
    language: str
    time_zone: str
    standing: Standing
    until: datetime
    stars: int | None
    comment: str
    rated_at: datetime | None


def token_of(rating: Rating) -> str:
    """The token of a question, as it stands in the mail's links: the same each time, and without a pattern."""
    signature = _signature(rating)
    masked = bytes(a ^ b for a, b in zip(rating.id.to_bytes(8, 'big'), _mask(signature), strict=True))
    return base64.urlsafe_b64encode(signature + masked).decode('ascii')


async def read(token: str, *, now: datetime | None = None) -> RatingForm:
    """What the link leads to. Stores nothing. Raises NotFound, the same for every token that is none of ours."""
    now = now or datetime.now(UTC)
    rating = await _of_token(token)
    return _form(rating, await _standing(rating, now))


async def rate(token: str, stars: int | None, comment: str = '', *, now: datetime | None = None) -> RatingForm:
    """Store the answer, or change it. Raises NotFound, Invalid, RatingClosed and TooMany."""
    now = now or datetime.now(UTC)
    rating = await _of_token(token)
    return await _answer(rating, stars, comment, now)


async def rate_own(
    actor: Actor, ref: str | int, stars: int | None, comment: str = '', *, now: datetime | None = None
) -> RatingForm:
    """Rate one's own ticket, signed in. Raises NotFound, NotAllowed, RatingClosed, Invalid and TooMany."""
    now = now or datetime.now(UTC)
    found = await access.ticket(actor, ref, now=now)
    access.demand(not found.is_staff and found.ticket.requester_id == found.user.id, 'rating.refusal.not_requester')
    newest = await _ratings().filter(ticket_id=found.ticket.id).order_by('-id').first()
    if newest is None:
        raise RatingClosed(Standing.REOPENED)
    return await _answer(newest, stars, comment, now)


async def _answer(rating: Rating, stars: int | None, comment: str, now: datetime) -> RatingForm:
    stars, comment = _checked(stars, comment)
    await ratelimit.spend(f'rating:{rating.id}', limit=CHANGES_PER_HOUR, window=timedelta(hours=1), now=now)
    async with transaction():
        ticket = await recording.locked(rating.ticket_id)
        current = await _ratings().get_or_none(id=rating.id)
        if ticket is None or current is None:
            raise NotFound
        standing = await _standing(current, now)
        if standing is not Standing.OPEN:
            raise RatingClosed(standing)
        if (current.stars, current.comment) != (stars, comment):
            await Rating.filter(id=current.id).update(
                stars=stars, comment=comment, rated_at=now, opened_at=current.opened_at or now
            )
            details = {'stars': stars, 'rating': current.id}
            changes = {'stars': stars, 'rated_at': now}
            await recording.record(
                ticket, EventKind.RATED, by=current.rater, now=now, internal=True, details=details, changes=changes
            )
            await bad_ratings.follow(current, stars, now)
    return _form(await _ratings().get(id=rating.id), Standing.OPEN)


def _checked(stars: int | None, comment: str) -> tuple[int, str]:
    problems = {}
    comment = comment.replace('\r\n', '\n').replace('\r', '\n').strip()
    if stars is None or not 1 <= stars <= 5:
        problems['stars'] = Problem('rating.problem.stars')
    if len(comment) > LONGEST_COMMENT:
        problems['comment'] = Problem('entry.too_long', limit=LONGEST_COMMENT, length=len(comment))
    if any(ord(letter) < 32 and letter not in '\n\t' for letter in comment):
        problems['comment'] = Problem('entry.characters')
    if problems or stars is None:
        raise Invalid(problems)
    return stars, comment


async def _standing(rating: Rating, now: datetime) -> Standing:
    if now >= _until(rating) or not _counts(rating.rater):
        return Standing.EXPIRED
    if rating.ticket.status is not Status.DONE:
        return Standing.REOPENED
    newer = Rating.filter(ticket_id=rating.ticket_id, id__gt=rating.id)
    return Standing.OLDER if await newer.exists() else Standing.OPEN


def _counts(rater: User) -> bool:
    return rater.active and (rater.company is None or rater.company.active) and not rater.is_staff


def _until(rating: Rating) -> datetime:
    return rating.done_event.at + settings().rating_open_for


def _form(rating: Rating, standing: Standing) -> RatingForm:
    return RatingForm(
        id=ticket_id(rating.ticket.number),
        subject=rating.ticket.subject,
        language=rating.rater.language,
        time_zone=rating.rater.time_zone,
        standing=standing,
        until=_until(rating),
        stars=rating.stars,
        comment=rating.comment,
        rated_at=rating.rated_at,
    )


def _ratings() -> QuerySet[Rating]:
    return Rating.all().select_related('ticket', 'done_event', 'rater__company')


async def _of_token(token: str) -> Rating:
    if not _TOKEN.fullmatch(token):
        raise NotFound
    raw = base64.urlsafe_b64decode(token)
    signature, masked = raw[:_SIGNED], raw[_SIGNED:]
    rating_id = int.from_bytes(bytes(a ^ b for a, b in zip(masked, _mask(signature), strict=True)), 'big')
    rating = await _ratings().get_or_none(id=rating_id) if rating_id <= _LARGEST else None
    if rating is None or not hmac.compare_digest(_signature(rating), signature):
        raise NotFound
    return rating


def _signature(rating: Rating) -> bytes:
    """Bound to the question, the ticket, the closing and the person: a restored database cannot lend it to another."""
    named = f'{rating.id}:{rating.ticket_id}:{rating.done_event_id}:{rating.rater_id}'
    return _keyed('rating', named.encode())[:_SIGNED]


def _mask(signature: bytes) -> bytes:
    """Hides the number of the question, so that links tell no order."""
    return _keyed('rating number', signature)[:8]


def _keyed(purpose: str, message: bytes) -> bytes:
    key = hmac.new(settings().secret_key.encode(), purpose.encode(), sha256).digest()
    return hmac.new(key, message, sha256).digest()
