"""How long data is kept, over the REST API: each kind, its period, and what the next run takes away; for admins."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from services.privacy import retention
from services.privacy.retention import LONGEST, RuleView

router = resource('settings')

_KIND = 'audit'
Period = Annotated[int, Field(ge=1, le=LONGEST)] | None


class RetentionRule(BaseModel):
    """A kind of data. Periods are days; null keeps for good."""

    kind: str = Field(examples=[_KIND])
    days: int | None = Field(examples=[365])
    default: int | None = Field(examples=[365])
    least: int = Field(description='What works needs it for so long.', examples=[30])
    due: int = Field(description='How much the next run takes away.', examples=[0])
    removed: int = Field(description='How much the last run took away.', examples=[12])
    ran_at: datetime | None
    changed_by: str | None = Field(description='Who set it, while it is not at its default.')
    changed_at: datetime | None


class ChangedRetention(schemas.Incoming):
    """What is left out stays as it is; either all of them are taken, or none."""

    days: dict[str, Period] = Field(max_length=50, examples=[{_KIND: 730}])


@router.get('/retention')
async def list_retention(caller: Caller) -> list[RetentionRule]:
    """Every kind of data that is taken away by itself."""
    return [_rule(view) for view in (await retention.read(caller)).rules]


@router.patch('/retention')
async def change_retention(change: ChangedRetention, caller: Caller) -> list[RetentionRule]:
    """Set for how many days kinds of data are kept; carried out once a day."""
    await retention.change(caller, change.days)
    return await list_retention(caller)


def _rule(view: RuleView) -> RetentionRule:
    same = ('kind', 'days', 'default', 'least', 'due', 'removed', 'ran_at', 'changed_at')
    return RetentionRule(changed_by=view.changed_by or None, **{name: getattr(view, name) for name in same})
