"""What admins set while the portal runs, over the REST API: settings, time targets and working hours."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from models import Impact
from services import adjustments
from services.adjustable import Kind, written
from services.adjustments import SettingView
from services.desk import settings_store
from services.desk.settings_store import Plan

router = resource('settings')

_NAME = 'auto_close_after'
_HOURS = {'critical': {'respond': 1, 'solve': 8}}
_WEEK = [[['09:00', '18:00']]] * 5 + [[], []]


class Setting(BaseModel):
    """One setting as the environment would write it: durations as `14d`, sizes in bytes."""

    name: str = Field(examples=[_NAME])
    group: str = Field(examples=['tickets'])
    kind: Kind
    value: str = Field(examples=['10d'])
    default: str = Field(description='What the environment says.', examples=['14d'])
    changed: bool = Field(description='Whether an admin’s value goes before the environment’s.')
    changed_by: str | None
    changed_at: datetime | None


class ChangedSettings(schemas.Incoming):
    """Either all of them are taken, or none."""

    values: dict[str, Annotated[str, Field(max_length=500)]] = Field(max_length=50, examples=[{_NAME: '10d'}])


class Hours(BaseModel):
    """Business hours."""

    respond: float = Field(description='To the first public answer of support.', examples=[1])
    solve: float = Field(description='To the solution.', examples=[8])


class Calendar(BaseModel):
    """When support works."""

    zone: str = Field(examples=['Europe/Moscow'])
    week: list[list[list[str]]] = Field(description='From Monday: the shifts of each day.', examples=[_WEEK])
    holidays: list[str] = Field(
        description='`2026-12-31` for one year, `12-31` for every year.', examples=[['01-01', '2026-11-03']]
    )


class Targets(BaseModel):
    """By what tickets are measured."""

    hours: dict[Impact, Hours]
    calendar: Calendar


class ChangedTargets(schemas.Incoming):
    """What is left out stays as it is."""

    hours: dict[Impact, dict[str, Any]] | None = Field(None, examples=[_HOURS])
    calendar: dict[str, Any] | None = Field(
        None, description='In the shape of `GET /targets`.', examples=[{'zone': 'Europe/Moscow', 'week': _WEEK}]
    )


@router.get('/settings')
async def list_settings(caller: Caller) -> list[Setting]:
    """Every setting that can be changed while the portal runs; for admins."""
    return [_setting(view) for view in await adjustments.read(caller)]


@router.patch('/settings')
async def change_settings(change: ChangedSettings, caller: Caller) -> list[Setting]:
    """Change settings; they hold at once, in every process. For admins."""
    await adjustments.change(caller, change.values)
    return await list_settings(caller)


@router.delete('/settings/{name}', status_code=204)
async def reset_setting(name: Annotated[str, Path(max_length=64, examples=[_NAME])], caller: Caller) -> None:
    """Let the environment decide again; for admins."""
    await adjustments.reset(caller, name)


@router.get('/targets')
async def read_targets(caller: Caller) -> Targets:
    """Time targets by impact, and the working hours in which they are counted; for staff."""
    return _targets(await settings_store.read_plan(caller))


@router.patch('/targets')
async def change_targets(change: ChangedTargets, caller: Caller) -> Targets:
    """Change them; open tickets are measured anew. For admins."""
    if change.hours is not None:
        await settings_store.change_targets(caller, {impact.value: pair for impact, pair in change.hours.items()})
    if change.calendar is not None:
        await settings_store.change_calendar(caller, change.calendar)
    return await read_targets(caller)


def _setting(view: SettingView) -> Setting:
    return Setting(
        name=view.what.name,
        group=view.what.group,
        kind=view.what.kind,
        value=written(view.value),
        default=written(view.default),
        changed=view.is_changed,
        changed_by=view.changed_by or None,
        changed_at=view.changed_at,
    )


def _targets(plan: Plan) -> Targets:
    hours = {impact: Hours(respond=target.respond, solve=target.solve) for impact, target in plan.targets.items()}
    return Targets(hours=hours, calendar=Calendar(**settings_store.calendar_data(plan.calendar)))
