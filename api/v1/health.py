"""How the portal is doing, over the REST API: thing by thing and job by job, as the admins' page shows it; for admins.

For machines that only ask whether it works there are `/readyz` and `/metrics`.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.v1.identity import Caller
from api.v1.once import resource
from services import metrics, vitals
from services.vitals import State

router = resource('operation')


class HealthThing(BaseModel):
    """One thing that is measured."""

    name: str = Field(examples=['disk'])
    state: State
    how: str = Field(description='Which of its sentences holds, as a code.', examples=['known'])
    values: dict[str, Any] = Field(description='Sizes in bytes, times in UTC.', examples=[{'free': 48318382080}])


class HealthJob(BaseModel):
    """A background job's last run."""

    name: str = Field(examples=['sender'])
    state: State = Field(description='Not good: it has not run for too long, or something failed.')
    ended_at: datetime | None
    done: int
    failed: int


class Health(BaseModel):
    """`state` is the worst of all."""

    state: State
    things: list[HealthThing]
    jobs: list[HealthJob]


@router.get('/health')
async def read_health(caller: Caller) -> Health:
    """How everything is now, in the process that answers."""
    found = await vitals.read(caller, open_pages=metrics.open_pages())
    return Health(
        state=found.state,
        things=[
            HealthThing(name=one.name, state=one.state, how=one.how, values=dict(one.values)) for one in found.things
        ],
        jobs=[
            HealthJob(name=job.name, state=job.state, ended_at=job.ended_at, done=job.done, failed=job.failed)
            for job in found.jobs
        ],
    )
