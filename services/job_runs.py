"""When each background job last ran and how it ended: what the page of the portal's health reads."""

from datetime import UTC, datetime, timedelta

from models import JobRun

OFTEN = timedelta(minutes=5)
SELDOM = timedelta(minutes=30)
EXPECTED = {
    'close_overdue': OFTEN,
    'remind': OFTEN,
    'response_breached': OFTEN,
    'solution_breached': OFTEN,
    'sender': OFTEN,
    'weekly_figures': OFTEN,
    'webhooks': OFTEN,
    'cleaning': SELDOM,
}
"""The jobs, and after which silence each is late."""


async def note(name: str, started: datetime, *, done: int = 0, failed: int = 0) -> None:
    """A job began at `started` and has just ended."""
    figures = {'started_at': started, 'ended_at': datetime.now(UTC), 'done': done, 'failed': failed}
    if not await JobRun.filter(name=name).update(**figures):
        await JobRun.bulk_create([JobRun(name=name, **figures)], ignore_conflicts=True)


async def last() -> dict[str, JobRun]:
    """The last run of each job that ever ran, by its name."""
    return {run.name: run for run in await JobRun.all()}
