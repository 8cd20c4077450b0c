"""Bad ratings over the REST API: what was said, whose it is to answer, and what came of it; for admins."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Cursor, Id, Limit, before
from models import Outcome
from services.errors import Invalid, NotFound, Problem
from services.figures import bad_ratings
from services.figures.bad_ratings import LONGEST_NOTE, Item
from services.figures.spent import Cause

router = resource('figures')


class BadRating(BaseModel):
    """A rating of one or two stars that somebody sees to."""

    id: int = Field(examples=[7])
    ticket: str = Field(examples=[schemas.ID_EXAMPLE])
    subject: str = Field(examples=['The screen goes black'])
    requester: str = Field(examples=['Anna Petrova'])
    company: str | None = Field(examples=['Daisy Ltd'])
    assignee: str | None
    stars: int = Field(ge=1, le=5, examples=[2])
    comment: str
    rated_at: datetime
    hours: float = Field(description='From filing to closing, around the clock.', examples=[49.5])
    hours_by: dict[Cause, float] = Field(description='Who or what they were spent on.')
    owner_id: int | None = Field(description='Whose it is to answer.', examples=[4])
    owner: str | None
    outcome: Outcome | None = Field(description='null: it waits.')
    note: str
    settled_at: datetime | None


class BadRatingPage(BaseModel):
    items: list[BadRating]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


class NewOwner(schemas.Incoming):
    """A specialist or an admin; null for nobody."""

    owner_id: schemas.Number | None = Field(examples=[4])


class NewOutcome(schemas.Incoming):
    """What came of it."""

    outcome: Outcome
    note: str = Field('', max_length=LONGEST_NOTE, examples=['Called back: the update helped.'])


@router.get('/bad-ratings')
async def list_bad_ratings(
    caller: Caller,
    settled: Annotated[bool, Query(description='Those that have an outcome, newest first.')] = False,
    cursor: Cursor = None,
    limit: Limit = 30,
) -> BadRatingPage:
    """Those that wait for an outcome, oldest first, or those that have one."""
    last = await _last(caller, cursor)
    found = await bad_ratings.items(caller, settled=settled, limit=limit + 1, after=last)
    more = str(found[limit - 1].pk) if len(found) > limit else None
    return BadRatingPage(items=[_item(item) for item in found[:limit]], next_cursor=more)


@router.get('/bad-ratings/{rating_id}')
async def read_bad_rating(rating_id: Id, caller: Caller) -> BadRating:
    """One of them."""
    return _item(await bad_ratings.item(caller, rating_id))


@router.put('/bad-ratings/{rating_id}/owner')
async def give_bad_rating(rating_id: Id, new: NewOwner, caller: Caller) -> BadRating:
    """Say whose it is to answer; 409 for one that has an outcome."""
    await bad_ratings.give(caller, rating_id, new.owner_id)
    return await read_bad_rating(rating_id, caller)


@router.put('/bad-ratings/{rating_id}/outcome')
async def settle_bad_rating(rating_id: Id, new: NewOutcome, caller: Caller) -> BadRating:
    """Say what came of it; 409 for one that has an outcome already."""
    await bad_ratings.settle(caller, rating_id, new.outcome, new.note)
    return await read_bad_rating(rating_id, caller)


@router.delete('/bad-ratings/{rating_id}/outcome')
async def reopen_bad_rating(rating_id: Id, caller: Caller) -> BadRating:
    """It is not settled after all."""
    await bad_ratings.reopen(caller, rating_id)
    return await read_bad_rating(rating_id, caller)


async def _last(caller: Caller, cursor: str | None) -> Item | None:
    """The item after which the list goes on."""
    if cursor is None:
        return None
    try:
        return await bad_ratings.item(caller, before(cursor) or 0)
    except NotFound:
        raise Invalid({'cursor': Problem('entry.cursor')}) from None


def _item(item: Item) -> BadRating:
    same = ('ticket', 'subject', 'requester', 'company', 'assignee', 'stars', 'comment', 'rated_at')
    answer = ('owner_id', 'owner', 'outcome', 'note', 'settled_at')
    return BadRating(
        id=item.pk,
        hours=_hours(item.spent.elapsed.total_seconds()),
        hours_by={cause: _hours(time.total_seconds()) for cause, time in item.spent.by.items()},
        **{name: getattr(item, name) for name in (*same, *answer)},
    )


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)
