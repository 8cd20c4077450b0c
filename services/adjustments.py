"""The settings that admins changed while the portal runs: read, changed, put back, and brought into effect everywhere.

The environment gives each its default; a stored value goes before it in every process (services.settings). Tickets,
mails and links keep the moments that were promised with them: a new duration holds for what begins after the change.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Setting
from models.instant import utc
from services import access, audit, brand, bus
from services.actor import Actor
from services.adjustable import BY_NAME, CATALOGUE, Adjustable, contradictions, understood, written
from services.errors import Invalid, NotFound
from services.mail import texts
from services.settings import environment, put_in_force, settings
from services.transaction import announce, in_turn, transaction
from services.waiting import rest

log = logging.getLogger(__name__)

IN_FORCE = 'settings:in_force'  # told in each process once `settings()` gives the new values
_PREFIX = 'portal.'
_LOOK_AGAIN = 60  # seconds


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting: what is in effect, its default, and who changed it when, if somebody did."""

    what: Adjustable
    value: Any
    default: Any
    is_changed: bool = False
    changed_by: str = ''
    changed_at: datetime | None = None


async def read(actor: Actor, *, now: datetime | None = None) -> tuple[SettingView, ...]:
    """Every setting of the catalogue, in its order. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    rows = {row.key.removeprefix(_PREFIX): row for row in await _stored().select_related('changed_by')}
    defaults, in_force = environment(), settings()
    views = []
    for one in CATALOGUE:
        row, default = rows.get(one.name), getattr(defaults, one.name)
        by = row.changed_by.name if row is not None and row.changed_by is not None else ''
        value = getattr(in_force, one.name)
        views.append(SettingView(one, value, default, row is not None, by, row.changed_at if row else None))
    return tuple(views)


async def change(actor: Actor, entered: Mapping[str, str], *, now: datetime | None = None) -> list[str]:
    """Set what was entered, by name and as the environment writes it ('14d', '10'); the names of those that changed.

    Raises NotFound but for admins, Invalid with problems by name; then nothing is changed.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    values, problems = understood(entered)
    async with transaction():
        await in_turn(_PREFIX)
        before = _effective(await _stored_values())
        after = before | values
        changed = [name for name in values if after[name] != before[name]]
        problems |= contradictions(after, {*changed, *problems})
        if problems:
            raise Invalid(problems)
        for name in changed:
            stored = {'value': {'written': written(after[name])}, 'changed_by_id': user.id, 'changed_at': utc(now)}
            await Setting.update_or_create(key=_PREFIX + name, defaults=stored)
            await _audit(user.id, name, before[name], after[name], now)
        announce(brand.TOPIC, 'staff')
    await refresh()
    return changed


async def reset(actor: Actor, name: str, *, now: datetime | None = None) -> None:
    """Back to the environment's value. Raises NotFound; Invalid when it does not go with what else is set."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    if name not in BY_NAME:
        raise NotFound
    async with transaction():
        await in_turn(_PREFIX)
        before = _effective(await _stored_values())
        after = before | {name: getattr(environment(), name)}
        if after[name] != before[name] and (problems := contradictions(after, {name})):
            raise Invalid(problems)
        if await Setting.filter(key=_PREFIX + name).delete():
            await _audit(user.id, name, before[name], after[name], now)
        announce(brand.TOPIC, 'staff')
    await refresh()


async def refresh() -> None:
    """Bring what is stored into effect in this process. A value that makes no sense any more is passed over."""
    news = [put_in_force(await _stored_values()), await brand.refresh(), await texts.refresh()]
    if any(news):
        bus.publish([IN_FORCE])


async def run(stop: asyncio.Event) -> None:
    """Follow the changes that other processes make, until `stop` is set."""
    told = asyncio.Event()
    unsubscribe = bus.subscribe(brand.TOPIC, lambda _: told.set())
    try:
        while not stop.is_set():
            told.clear()
            await refresh()
            await rest(_LOOK_AGAIN, told, stop)
    finally:
        unsubscribe()


def _stored() -> Any:
    return Setting.filter(key__startswith=_PREFIX)


async def _stored_values() -> dict[str, Any]:
    entered = {row.key.removeprefix(_PREFIX): row.value['written'] for row in await _stored()}
    values, problems = understood({name: text for name, text in entered.items() if name in BY_NAME})
    for name, problem in problems.items():
        log.warning('the stored setting %s is passed over: %r', name, problem)
    return values


def _effective(stored: Mapping[str, Any]) -> dict[str, Any]:
    defaults = environment()
    return {one.name: stored.get(one.name, getattr(defaults, one.name)) for one in CATALOGUE}


async def _audit(by: int, name: str, was: Any, value: Any, now: datetime) -> None:
    subject = f'setting:{name}'
    await audit.record('setting.changed', by=by, subject=subject, now=now, was=written(was), value=written(value))
