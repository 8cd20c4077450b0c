"""Who calls the REST API: the person behind the bearer token, within what the token is for and within its rate."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from models import TokenScope
from services import ratelimit, tokens
from services.actor import Actor
from services.errors import NotAllowed, SignedOut, TooMany, Unavailable
from services.ratelimit import Left
from services.settings import settings
from services.tokens import Key

_bearer = HTTPBearer(
    auto_error=False,
    description='A token made on the profile page, or by `create-token`. One of the scope `read` changes nothing.',
)
_LOOKING = frozenset({'GET', 'HEAD'})
_MINUTE = timedelta(minutes=1)


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Actor:
    """The actor behind `Authorization: Bearer TOKEN`, found out once for a request.

    Raises SignedOut without a good token, TooMany above the rate, NotAllowed when the token is for looking only.
    """
    known: Actor | None = getattr(request.state, 'caller', None)
    if known is not None:
        return known
    key = await tokens.key_of(credentials.credentials) if credentials else None
    if key is None:
        raise SignedOut('refusal.no_token')
    request.state.rate = await _spend(request, key)
    if key.scope is TokenScope.READ and request.method not in _LOOKING:
        raise NotAllowed('refusal.token_reads')
    request.state.caller = request.state.actor = key.actor
    return key.actor


Caller = Annotated[Actor, Depends(caller)]


async def actor_of(request: Request) -> Actor:
    """The same for what stands before the routes. Raises what `caller` raises."""
    return await caller(request, await _bearer(request))


async def _spend(request: Request, key: Key) -> Left:
    limit = settings().api_calls_per_minute
    try:
        return await ratelimit.spend(f'api:{key.actor.token_id}', limit=limit, window=_MINUTE)
    except TooMany as refusal:
        request.state.rate = Left(limit, 0, refusal.retry_after)
        raise
    except Unavailable:
        if request.method not in _LOOKING:
            raise
        return Left(limit, limit, 1)  # on a full disk nothing is counted, and all can still be read
