"""Keys to the REST API: made by a person (or the operator for them), shown once, kept as a hash, revocable at once."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from models import ApiToken, TokenScope, User
from services import access, audit
from services.actor import Actor
from services.database import FAULTS
from services.emails import canonical_email
from services.errors import Invalid, NotFound, Problem, SignedOut
from services.tickets.texts import is_id
from services.transaction import announce, transaction

PREFIX = 'spsup_'  # so that a token found in a log or a repository is recognised
PER_PERSON = 20
_TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it: everything but the token."""

    id: int
    name: str
    scope: TokenScope
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Key:
    """What a token from outside is good for: whose it is, and what may be done with it."""

    actor: Actor
    scope: TokenScope


async def create_token(
    actor: Actor,
    name: str,
    *,
    scope: TokenScope = TokenScope.WRITE,
    lifetime: timedelta | None = None,
    now: datetime | None = None,
) -> tuple[str, TokenView]:
    """A new token of the person's own; gives the token itself, which nobody can show again. Raises Invalid."""
    user = await access.person(actor, now=now)
    return await _create(user, name, scope=scope, lifetime=lifetime, by=user, now=now or datetime.now(UTC))


async def create_for(email: str, name: str, *, now: datetime | None = None) -> str:
    """A new token for a person, made by the operator at the machine. Raises NotFound without such an active person."""
    user = await User.get_or_none(email=canonical_email(email), active=True)
    if user is None:
        raise NotFound('refusal.no_such_person')
    token, _ = await _create(user, name, scope=TokenScope.WRITE, lifetime=None, by=None, now=now or datetime.now(UTC))
    return token


async def list_own(actor: Actor, *, now: datetime | None = None) -> list[TokenView]:
    """The person's tokens that still count, the newest first."""
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    return await standing_of(user.id, now=now)


async def standing_of(user_id: int, *, now: datetime) -> list[TokenView]:
    """A person's tokens that still count, the newest first."""
    rows = await ApiToken.filter(user_id=user_id, revoked_at=None).order_by('-id')
    return [_view(row) for row in rows if row.expires_at is None or row.expires_at > now]


async def revoke(actor: Actor, token_id: int, *, now: datetime | None = None) -> None:
    """End one of the person's own tokens. Raises NotFound for anybody else's."""
    user = await access.person(actor, now=now)
    await revoke_one(user.id, token_id, by=user, now=now)


async def revoke_one(user_id: int, token_id: int, *, by: User, now: datetime | None = None) -> None:
    """End one token of a person. Raises NotFound when they have no such one."""
    now = now or datetime.now(UTC)
    async with transaction():
        mine = ApiToken.filter(id=token_id if is_id(token_id) else None, user_id=user_id, revoked_at=None)
        if not await mine.update(revoked_at=now):
            raise NotFound
        await audit.record('token.revoked', by=by, subject=f'token:{token_id}', now=now, user=user_id)
        announce(f'user:{user_id}')


async def revoke_all(user_id: int, *, by: int | None = None, now: datetime | None = None) -> int:
    """End every token of a person (password reset, account closed). How many."""
    now = now or datetime.now(UTC)
    async with transaction():
        ended = await ApiToken.filter(user_id=user_id, revoked_at=None).update(revoked_at=now)
        if ended:
            await audit.record('token.all_revoked', by=by, subject=f'user:{user_id}', now=now, count=ended)
            announce(f'user:{user_id}')
    return ended


async def key_of(token: str, *, now: datetime | None = None) -> Key | None:
    """What a token from an Authorization header is good for, if it counts."""
    now = now or datetime.now(UTC)
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    row = await ApiToken.get_or_none(token_hash=_digest(token))
    if row is None:
        return None
    actor = Actor(row.user_id, token_id=row.id)
    try:
        await access.person(actor, now=now)
    except SignedOut:
        return None
    if row.used_at is None or row.used_at + _TOUCHED_EVERY <= now:
        with suppress(*FAULTS):  # on a full disk all can still be read
            await ApiToken.filter(id=row.id).update(used_at=now)
    return Key(actor, row.scope)


async def _create(
    user: User, name: str, *, scope: TokenScope, lifetime: timedelta | None, by: User | None, now: datetime
) -> tuple[str, TokenView]:
    name = ' '.join(name.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise Invalid({'name': Problem('token.name_invalid')})
    if await ApiToken.filter(user_id=user.id, revoked_at=None).count() >= PER_PERSON:
        raise Invalid({'name': Problem('token.too_many', limit=PER_PERSON)})
    token = PREFIX + secrets.token_urlsafe(32)
    async with transaction():
        row = await ApiToken.create(
            user_id=user.id,
            name=name,
            scope=scope,
            token_hash=_digest(token),
            created_at=now,
            expires_at=now + lifetime if lifetime is not None else None,
        )
        await audit.record('token.created', by=by, subject=f'token:{row.id}', now=now, user=user.id, scope=scope.value)
    return token, _view(row)


def _view(row: ApiToken) -> TokenView:
    return TokenView(row.id, row.name, row.scope, row.created_at, row.used_at, row.expires_at)


def _digest(token: str) -> str:
    return sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()
