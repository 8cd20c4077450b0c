"""Who calls the REST API: the person behind the bearer token, within the token's rate."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services import ratelimit, tokens
from services.actor import Actor
from services.errors import SignedOut
from services.settings import settings

_bearer = HTTPBearer(auto_error=False, description='A token made on the profile page or by `create-token`.')


async def caller(credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Actor:
    """The actor behind `Authorization: Bearer TOKEN`. Raises SignedOut without a good token, TooMany above the rate."""
    actor = await tokens.actor_of_api_token(credentials.credentials) if credentials else None
    if actor is None:
        raise SignedOut('refusal.no_token')
    await ratelimit.spend(f'api:{actor.token_id}', limit=settings().api_calls_per_minute, window=timedelta(minutes=1))
    return actor


Caller = Annotated[Actor, Depends(caller)]
