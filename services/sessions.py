"""Who is signed in where: one row per browser, found by the hash of its cookie, over at once when it is ended."""

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tortoise.queryset import QuerySet

from models import Session, User
from services import access, audit, passwords, ratelimit
from services.actor import Actor
from services.database import FAULTS
from services.emails import canonical_email
from services.errors import Invalid, NotFound, Refusal, SignedOut
from services.settings import settings
from services.tickets.texts import is_id
from services.transaction import announce, transaction

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5  # from one network, so that nobody is locked out by somebody elsewhere
FAILURES_PER_ADDRESS = 20
_TOUCHED_EVERY = timedelta(minutes=1)


class WrongPassword(Refusal):
    """The e-mail and the password do not belong together; which of them is wrong is not said."""

    key = 'refusal.wrong_password'
    code = 'wrong_password'
    status = 403


@dataclass(frozen=True, slots=True)
class SessionView:
    """One of a person's signed-in browsers."""

    id: int
    current: bool
    address: str
    browser: str
    created_at: datetime
    active_at: datetime


async def sign_in(
    email: str, password: str, *, address: str = '', browser: str = '', now: datetime | None = None
) -> tuple[str, Session]:
    """Begin a session; gives the value for its cookie, which is nowhere kept. Raises WrongPassword or TooMany.

    Tries are counted before anything is hashed, and given back when the password was right: failures alone add up.
    """
    now = now or datetime.now(UTC)
    email = _folded(email)
    account, everybody = f'{bucket_of(email)}{_network(address)}', f'sign-in:{address[:64]}'
    await ratelimit.spend(account, limit=FAILURES_PER_ACCOUNT, window=WINDOW, now=now)
    await ratelimit.spend(everybody, limit=FAILURES_PER_ADDRESS, window=WINDOW, now=now)
    user = await User.get_or_none(email=email).select_related('company')
    kept = user.password_hash if user is not None and _counts(user) else None
    if not await passwords.fits(password, kept) or user is None or kept is None:
        log.info('a sign-in failed')
        known = f'user:{user.id}' if user is not None else ''  # what was typed may be a password
        async with transaction():
            await audit.record('session.refused', subject=known, address=address, now=now)
        raise WrongPassword
    fresh = await passwords.hashed(password) if passwords.outdated(kept) else None
    async with transaction():
        await ratelimit.forget(account)
        await ratelimit.give_back(everybody)
        if fresh is not None:
            await User.filter(id=user.id, password_hash=kept).update(password_hash=fresh)
        return await start(user, address=address, browser=browser, now=now)


async def start(
    user: User, *, address: str = '', browser: str = '', now: datetime | None = None
) -> tuple[str, Session]:
    """A new session of a person who has just proven who they are; gives the value for its cookie."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    async with transaction():
        session = await Session.create(
            token_hash=_digest(token),
            user_id=user.id,
            created_at=now,
            active_at=now,
            expires_at=now + settings().session_lifetime,
            address=address[:64],
            browser=_printable(browser)[:300],
        )
        await User.filter(id=user.id).update(signed_in_at=now, last_seen_at=now)
        await audit.record('session.started', by=user, subject=f'session:{session.id}', address=address, now=now)
    return token, session


async def actor_of_token(token: str, *, touch: bool = True, now: datetime | None = None) -> Actor | None:
    """The actor behind a cookie, if its session counts. `touch`: the person is doing something, it is no heartbeat."""
    now = now or datetime.now(UTC)
    if not 20 <= len(token) <= 100:
        return None
    session = await Session.get_or_none(token_hash=_digest(token))
    if session is None:
        return None
    actor = Actor(session.user_id, session_id=session.id)
    if not await counts(actor, now=now):
        return None
    if touch and session.active_at + _TOUCHED_EVERY <= now:
        with suppress(*FAULTS):  # who only looks is not turned away because nothing can be written down
            await _mark_active(session.id, session.user_id, now)
    return actor


async def touch(actor: Actor, *, now: datetime | None = None) -> None:
    """The person did something on an open page: their session's idle time begins anew, if the session still counts."""
    now = now or datetime.now(UTC)
    if actor.session_id is not None and actor.user_id is not None and await counts(actor, now=now):
        await _mark_active(actor.session_id, actor.user_id, now)


async def counts(actor: Actor, *, now: datetime | None = None) -> bool:
    """Does the session (or token) still count, and its person's account with it?"""
    try:
        await access.person(actor, now=now)
    except SignedOut:
        return False
    return True


async def sign_out(actor: Actor, *, now: datetime | None = None) -> None:
    """End the session that the actor came by; nothing if it is over already."""
    if actor.session_id is not None:
        await _end(Session.filter(id=actor.session_id, user_id=actor.user_id), by=actor.user_id, now=now)


async def list_own(actor: Actor, *, now: datetime | None = None) -> list[SessionView]:
    """The person's sessions that still count, the current one first, then the last used first."""
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    return sorted(await standing_of(user, actor, now=now), key=lambda view: not view.current)


async def standing_of(user: User, actor: Actor, *, now: datetime) -> list[SessionView]:
    """The sessions of a person that still count, as `actor` sees them, the last used first."""
    idle = settings().session_idle_staff if user.is_staff else settings().session_idle_customer
    found = Session.filter(user_id=user.id, ended_at=None, expires_at__gt=now, active_at__gt=now - idle)
    return [
        SessionView(row.id, row.id == actor.session_id, row.address, row.browser, row.created_at, row.active_at)
        for row in await found.order_by('-active_at')
    ]


async def end(actor: Actor, session_id: int, *, now: datetime | None = None) -> None:
    """End one of the person's own sessions. Raises NotFound for anybody else's."""
    user = await access.person(actor, now=now)
    await end_one(user.id, session_id, by=user.id, now=now)


async def end_one(user_id: int, session_id: int, *, by: int, now: datetime | None = None) -> None:
    """End one session of a person. Raises NotFound when they have no such one that lasts."""
    if not is_id(session_id) or not await _end(Session.filter(id=session_id, user_id=user_id), by=by, now=now):
        raise NotFound


async def end_all_own(actor: Actor, *, but_this: bool = False, now: datetime | None = None) -> int:
    """End the person's sessions everywhere, `but_this` all but the one they speak from. How many."""
    user = await access.person(actor, now=now)
    return await end_all(user.id, except_for=actor.session_id if but_this else None, by=user.id, now=now)


async def end_all(
    user_id: int, *, except_for: int | None = None, by: int | None = None, now: datetime | None = None
) -> int:
    """End every session of a person (password set anew, account closed). How many."""
    found = Session.filter(user_id=user_id)
    return await _end(found if except_for is None else found.exclude(id=except_for), by=by, now=now)


def bucket_of(email: str) -> str:
    """How the names begin under which failed sign-ins to an account are counted."""
    return f'sign-in:{_digest(email)[:20]}:'


async def _end(found: QuerySet[Session], *, by: int | None, now: datetime | None) -> int:
    now = now or datetime.now(UTC)
    async with transaction():
        ending = await found.filter(ended_at=None)
        await Session.filter(id__in=[row.id for row in ending]).update(ended_at=now)
        for row in ending:
            await audit.record('session.ended', by=by, subject=f'session:{row.id}', now=now)
            announce(f'session:{row.id}')
    return len(ending)


async def _mark_active(session_id: int, user_id: int, now: datetime) -> None:
    await Session.filter(id=session_id, ended_at=None, active_at__lt=now).update(active_at=now)
    await User.filter(id=user_id).update(last_seen_at=now)


def _counts(user: User) -> bool:
    return user.active and (user.company is None or user.company.active)


def _folded(email: str) -> str:
    """The canonical address, or for what is none something that belongs to nobody and costs the same."""
    try:
        return canonical_email(email)
    except Invalid:
        return _digest(email.strip().lower())


def _network(address: str) -> str:
    """The neighbourhood of an address: what one person may change at will counts as one."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def _digest(text: str) -> str:
    return sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()


def _printable(text: str) -> str:
    return ''.join(sign if sign.isprintable() else ' ' for sign in text)
