"""Where the caller is signed in, over the REST API: what the profile page shows of it, and how to end it."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id
from services import sessions

router = resource('me')


class Session(BaseModel):
    """A browser in which the caller is signed in."""

    id: int = Field(examples=[17])
    address: str = Field(description='Where it spoke from when it signed in.', examples=['203.0.113.7'])
    browser: str = Field(description='As it called itself.', examples=['Mozilla/5.0 …'])
    created_at: datetime
    active_at: datetime


class Ended(BaseModel):
    count: int = Field(description='How many sessions were ended.', examples=[2])


@router.get('/me/sessions')
async def list_sessions(caller: Caller) -> list[Session]:
    """The browsers in which the caller is signed in, the last used first."""
    return [
        Session(
            id=view.id,
            address=view.address,
            browser=view.browser,
            created_at=view.created_at,
            active_at=view.active_at,
        )
        for view in await sessions.list_own(caller)
    ]


@router.delete('/me/sessions')
async def end_sessions(caller: Caller) -> Ended:
    """Sign the caller out in every browser; their keys go on."""
    return Ended(count=await sessions.end_all_own(caller))


@router.delete('/me/sessions/{session_id}', status_code=204)
async def end_session(session_id: Id, caller: Caller) -> None:
    """Sign the caller out in one browser."""
    await sessions.end(caller, session_id)
