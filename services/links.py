"""One-time links in e-mails: the invitation to the portal and the way to a new password.

A token is a random name and a signature made from it with the portal's secret: the database alone opens nothing.
Only the newest link of its kind counts, once, until its time is over; every other one gets the same answer.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from models import LinkKind, OneTimeLink, Session, User
from services import audit, outbox, passwords, ratelimit, sessions, tokens
from services.emails import canonical_email
from services.errors import Invalid, Problem, Refusal, TooMany
from services.names import folded_person, tidy_name
from services.settings import settings
from services.transaction import announce, transaction

RESET_AGAIN_AFTER = timedelta(minutes=20)
RESETS_PER_ADDRESS = 30
_PATHS = {LinkKind.INVITATION: '/invitation/', LinkKind.PASSWORD_RESET: '/reset/'}


class LinkRefused(Refusal):
    """The link was used, replaced, has run out or never was: which, is not said."""

    key = 'refusal.link'
    code = 'link_expired'
    status = 410


@dataclass(frozen=True, slots=True)
class LinkView:
    """Whose account a link opens."""

    email: str
    name: str
    company_name: str | None
    language: str


def token_of(link: OneTimeLink) -> str:
    """The token of a link, as it stands in the mail's address."""
    return f'{link.nonce}.{_signature(link.kind, link.nonce)}'


def address_of(link: OneTimeLink) -> str:
    """The whole address that the mail links to."""
    return f'{settings().url}{_PATHS[link.kind]}{token_of(link)}'


async def invite(user: User, *, by: User | None, now: datetime | None = None) -> OneTimeLink:
    """A fresh invitation for an account that has no password yet, and its mail."""
    return await _make(LinkKind.INVITATION, user, by=by, lifetime=settings().invitation_lifetime, now=now)


async def request_reset(email: str, *, address: str = '', now: datetime | None = None) -> None:
    """Send a link to a new password if there is such an account; nothing tells whether. Raises TooMany by address."""
    now = now or datetime.now(UTC)
    await ratelimit.spend(f'reset-from:{address[:64]}', limit=RESETS_PER_ADDRESS, window=timedelta(hours=1), now=now)
    email = canonical_email(email)
    try:
        await ratelimit.spend(f'reset:{email[:180]}', limit=1, window=RESET_AGAIN_AFTER, now=now)
    except TooMany:
        return  # the mail of a moment ago is on its way
    user = await User.get_or_none(email=email, active=True).select_related('company')
    if user is not None and (user.company is None or user.company.active):
        await _make(LinkKind.PASSWORD_RESET, user, by=None, lifetime=settings().reset_lifetime, now=now)


async def read_invitation(token: str, *, now: datetime | None = None) -> LinkView:
    """Whom an invitation is for. Raises LinkRefused."""
    return _view(await _open(LinkKind.INVITATION, token, now or datetime.now(UTC)))


async def read_reset(token: str, *, now: datetime | None = None) -> LinkView:
    """Whose password a link sets. Raises LinkRefused."""
    return _view(await _open(LinkKind.PASSWORD_RESET, token, now or datetime.now(UTC)))


async def accept_invitation(
    token: str, name: str, password: str, *, address: str = '', browser: str = '', now: datetime | None = None
) -> tuple[str, Session]:
    """Give the invited account its name and password, nothing else, and sign it in. Raises Invalid."""
    now = now or datetime.now(UTC)
    link = await _open(LinkKind.INVITATION, token, now)
    name = tidy_name(name)
    fresh = await _chosen(password, link.user)
    async with transaction():
        await _use(link, now)
        folded = folded_person(name, link.user.email)
        await User.filter(id=link.user_id).update(name=name, folded=folded, password_hash=fresh)
        await audit.record('invitation.accepted', by=link.user_id, subject=f'user:{link.user_id}', now=now)
        announce('staff', f'user:{link.user_id}')
        return await sessions.start(link.user, address=address, browser=browser, now=now)


async def use_reset(
    token: str, password: str, *, address: str = '', browser: str = '', now: datetime | None = None
) -> tuple[str, Session]:
    """Set a new password: whoever was signed in anywhere is out, tokens are void, and a notice goes by mail."""
    now = now or datetime.now(UTC)
    link = await _open(LinkKind.PASSWORD_RESET, token, now)
    fresh = await _chosen(password, link.user)
    async with transaction():
        await _use(link, now)
        await User.filter(id=link.user_id).update(password_hash=fresh)
        await sessions.end_all(link.user_id, by=link.user_id, now=now)
        await tokens.revoke_all(link.user_id, by=link.user_id, now=now)
        await outbox.password_changed(link.user, now=now)
        await audit.record('password.reset', by=link.user_id, subject=f'user:{link.user_id}', address=address, now=now)
        return await sessions.start(link.user, address=address, browser=browser, now=now)


async def void(user_id: int, *, now: datetime | None = None) -> None:
    """No link sent to a person so far is good for anything any more."""
    await OneTimeLink.filter(user_id=user_id, used_at=None).update(used_at=now or datetime.now(UTC))


async def _make(
    kind: LinkKind, user: User, *, by: User | None, lifetime: timedelta, now: datetime | None
) -> OneTimeLink:
    now = now or datetime.now(UTC)
    async with transaction():
        link = await OneTimeLink.create(
            kind=kind,
            nonce=secrets.token_urlsafe(18),
            user_id=user.id,
            created_by_id=by.id if by is not None else None,
            created_at=now,
            expires_at=now + lifetime,
        )
        await outbox.send_link(link, user, now=now)
        await audit.record(f'link.{kind.value}', by=by, subject=f'user:{user.id}', now=now)
    return link


async def _open(kind: LinkKind, token: str, now: datetime) -> OneTimeLink:
    nonce, _, signature = token.partition('.')
    if len(token) > 120 or not _same(signature, _signature(kind, nonce)):
        raise LinkRefused
    link = await OneTimeLink.get_or_none(kind=kind, nonce=nonce, used_at=None).select_related('user__company')
    if link is None or link.expires_at <= now or not link.user.active:
        raise LinkRefused
    if link.user.company is not None and not link.user.company.active:
        raise LinkRefused
    if await OneTimeLink.filter(kind=kind, user_id=link.user_id, id__gt=link.id).exists():
        raise LinkRefused
    return link


async def _use(link: OneTimeLink, now: datetime) -> None:
    if not await OneTimeLink.filter(id=link.id, used_at=None).update(used_at=now):
        raise LinkRefused  # two windows at once: the first one counts


async def _chosen(password: str, user: User) -> str:
    company = user.company.name if user.company is not None else ''
    problem: Problem | None = passwords.problem_of(password, user.email, user.name, company)
    if problem is not None:
        raise Invalid({'password': problem})
    return await passwords.hashed(password)


def _view(link: OneTimeLink) -> LinkView:
    user = link.user
    return LinkView(user.email, user.name, user.company.name if user.company else None, user.language)


def _same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode('utf-8', 'replace'), made.encode())


def _signature(kind: LinkKind, nonce: str) -> str:
    made = hmac.new(settings().secret_key.encode(), f'{kind.value}:{nonce}'.encode('utf-8', 'replace'), sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b'=').decode()
