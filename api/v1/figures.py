"""How the help is rated and how work flows, over the REST API; admins get everything, agents their own."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from models import ClosedBy, Impact, Status
from services import access
from services.figures.flow import flow
from services.figures.period import Grain, Period, Preset
from services.figures.ratings import rating_figures
from services.figures.tally import Tally
from services.figures.wanted import Wanted

router = resource('figures')


class Asked(BaseModel):
    """A period and which tickets count: what the page has in its address."""

    period: Preset = Field(Preset.MONTH, description='`own`: the days `first` to `last`.')
    first: date | None = Field(None, description='With `own`.')
    last: date | None = Field(None, description='With `own`; the day itself is part of it.')
    by: Grain | None = Field(None, description='How fine the trend is; without: as the period is long.')
    type: str = Field('', max_length=64)
    company: schemas.Number | None = None
    assignee: str = Field('', max_length=10, description='`me`, `none` or a person’s id.')
    impact: Impact | None = None
    os: str = Field('', max_length=64)
    server_type: str = Field('', max_length=64)

    def parameters(self) -> dict[str, str]:
        """The same as an address writes it."""
        given = self.model_dump(mode='json', exclude={'first', 'last'}) | {'from': self.first, 'to': self.last}
        return {name: str(value) for name, value in given.items() if value is not None}


class Days(BaseModel):
    """Whole days, both included."""

    first: date
    last: date


class Rated(BaseModel):
    """How many ratings there were of one, two, three, four and five stars."""

    stars: list[int] = Field(min_length=5, max_length=5, examples=[[0, 1, 2, 9, 30]])
    mean: float | None = Field(description='null without any rating.', examples=[4.6])


class RatedStep(Rated):
    """The same for one step of the trend."""

    days: Days


class RatingFigures(BaseModel):
    """What was rated in the period."""

    period: Days
    own: bool = Field(description='Whether only the caller’s own tickets are counted.')
    total: Rated
    before: Rated = Field(description='In as many days directly before.')
    trend: list[RatedStep]
    asked: int = Field(description='Of how many tickets a rating was asked.')
    rated: int = Field(description='For how many of these it was given.')
    closed_by: dict[ClosedBy, int] = Field(description='Who made tickets done.')
    reopened: int = Field(description='How many of them had been reopened before.')


class FlowStep(BaseModel):
    """What happened in one step of the trend, and what was open at its end."""

    days: Days
    created: int
    solved: int
    closed_by_silence: int
    standing: dict[Status, int]


class FlowFigures(BaseModel):
    """How work flowed in the period, and who has what open now."""

    period: Days
    own: bool = Field(description='Whether only the caller’s own tickets are counted.')
    trend: list[FlowStep]
    open_by_assignee: dict[str, dict[Status, int]] = Field(description='By id; `none` for nobody.')


@router.get('/figures/ratings')
async def read_rating_figures(caller: Caller, asked: Annotated[Asked, Query()]) -> RatingFigures:
    """How the help was rated; for staff."""
    found = await rating_figures(caller, await _wanted(caller, asked))
    return RatingFigures(
        period=_days(found.wanted.period),
        own=found.own,
        total=_rated(found.total),
        before=_rated(found.before),
        trend=[RatedStep(days=_days(step), stars=list(tally.stars), mean=tally.mean) for step, tally in found.trend],
        asked=found.replies.asked,
        rated=found.replies.rated,
        closed_by=dict(found.closings.by),
        reopened=found.closings.reopened,
    )


@router.get('/figures/flow')
async def read_flow_figures(caller: Caller, asked: Annotated[Asked, Query()]) -> FlowFigures:
    """How work flows; for staff."""
    found = await flow(caller, await _wanted(caller, asked))
    return FlowFigures(
        period=_days(found.wanted.period),
        own=found.own,
        trend=[
            FlowStep(
                days=_days(step.period),
                created=step.created,
                solved=step.solved,
                closed_by_silence=step.silent,
                standing=dict(step.standing),
            )
            for step in found.steps
        ],
        open_by_assignee={str(id) if id is not None else 'none': dict(load) for id, load in found.loads.items()},
    )


async def _wanted(caller: Caller, asked: Asked) -> Wanted:
    """In the caller's own time zone."""
    user = await access.staff(caller)
    return Wanted.from_parameters(asked.parameters(), user.time_zone)


def _days(period: Period) -> Days:
    return Days(first=period.first, last=period.last)


def _rated(tally: Tally) -> Rated:
    return Rated(stars=list(tally.stars), mean=tally.mean)
