"""The synonyms that admins add to those of the portal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import SynonymGroup
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.search.words import stems
from services.ticket_id import is_id
from services.transaction import announce, transaction

MOST = 20
LONGEST = 60
_MOST_GROUPS = 1_000


@dataclass(frozen=True, slots=True)
class GroupView:
    """Words that mean the same, as they were written."""

    id: int
    words: tuple[str, ...]


async def list_groups(actor: Actor, *, now: datetime | None = None) -> list[GroupView]:
    """The admins' groups, the newest first. Raises NotFound for others."""
    await access.admin(actor, now=now)
    rows = await SynonymGroup.all().order_by('-id').limit(_MOST_GROUPS)
    return [GroupView(row.id, tuple(row.words)) for row in rows]


async def save(actor: Actor, group_id: int | None, text: str, *, now: datetime | None = None) -> GroupView:
    """Write a group as words between commas, a new one without `group_id`. Raises NotFound, and Invalid for 'words'."""
    now = now or datetime.now(UTC)
    user = await access.admin(actor, now=now)
    words = _words(text)
    async with transaction():
        values: dict[str, Any] = {'words': words, 'changed_by_id': user.id, 'changed_at': utc(now)}
        if group_id is None:
            group_id = (await SynonymGroup.create(**values)).id
        elif not is_id(group_id) or not await SynonymGroup.filter(id=group_id).update(**values):
            raise NotFound
        await audit.record('synonyms.saved', by=user, subject=f'synonyms:{group_id}', now=now)
        announce('staff')
    return GroupView(group_id, tuple(words))


async def remove(actor: Actor, group_id: int, *, now: datetime | None = None) -> None:
    """Forget a group. Raises NotFound."""
    user = await access.admin(actor, now=now)
    async with transaction():
        if not is_id(group_id) or not await SynonymGroup.filter(id=group_id).delete():
            raise NotFound
        await audit.record('synonyms.removed', by=user, subject=f'synonyms:{group_id}', now=now)
        announce('staff')


def _words(text: str) -> list[str]:
    """The words between the commas. Raises Invalid when they cannot be a group."""
    written = [' '.join(part.split()) for part in text.replace('\0', '').replace('\n', ',').split(',')]
    distinct = {tuple(stems(word)): word for word in written if stems(word)}
    if len(distinct) < 2:
        raise Invalid({'words': Problem('synonyms.too_few')})
    if len(distinct) > MOST:
        raise Invalid({'words': Problem('synonyms.too_many', most=MOST)})
    if any(len(word) > LONGEST for word in distinct.values()):
        raise Invalid({'words': Problem('synonyms.too_long', most=LONGEST)})
    return list(distinct.values())
