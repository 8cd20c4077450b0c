"""Published forms: the catalogue becomes versions in the database, and every ticket finds the one it was filed with."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tortoise.functions import Max

from models import FormDraft, FormVersion, RequestKind
from models.instant import utc
from services.errors import NotFound
from services.forms.definition import Form, load
from services.transaction import announce, swap, transaction

TOPIC = 'forms'
"""What is announced when a form was published or the kinds of request were changed."""

_CATALOGUE = Path(__file__).with_name('catalogue.toml')


async def publish_catalogue(*, now: datetime | None = None) -> list[Form]:
    """Publish each form of the catalogue that is new or changed, and return those; at every start.

    A kind that an admin has published is theirs from then on: the catalogue is only its beginning.
    """
    now = now or datetime.now(UTC)
    published = []
    async with transaction():
        for definition in catalogue():
            type = definition['type']
            last = await RequestKind.all().count()
            kind, _ = await RequestKind.get_or_create(code=type, defaults={'position': last})
            newest = await newest_row(type)
            if newest is None or (not kind.edited and newest.definition != definition):
                published.append(form_of(await publish(type, definition, by=None, now=now)))
    return published


async def publish(type: str, definition: dict[str, Any], *, by: int | None, now: datetime) -> FormVersion:
    """Make this the newest version, inside a transaction. A draft in which nothing was changed goes along with it."""
    newest = await newest_row(type)
    version = newest.version + 1 if newest else 1
    row = await FormVersion.create(
        type=type, version=version, definition=definition, published_by_id=by, published_at=utc(now)
    )
    draft = await FormDraft.get_or_none(type=type)
    if draft is not None and newest is not None and draft.definition == newest.definition:
        await swap(FormDraft.filter(type=type), version=draft.version, definition=definition)
    announce(TOPIC)
    return row


async def offered() -> list[Form]:
    """The newest version of every kind of request that is offered, in the order in which admins put them."""
    return await _forms(await RequestKind.filter(hidden=False).order_by('position', 'code'))


async def known() -> list[Form]:
    """The same with the kinds that are not offered any more, last: what the tickets that there are may be of."""
    return await _forms(await RequestKind.all().order_by('hidden', 'position', 'code'))


async def ever() -> list[Form]:
    """Every version that was published of any kind, the oldest first: what the words of any ticket may come from."""
    return [form_of(row) for row in await FormVersion.all().order_by('version', 'id')]


async def current(type: str) -> Form:
    """The form in which that kind of help is asked for now. Raises NotFound for a kind that is not offered."""
    return form_of(await current_row(type))


async def current_row(type: str) -> FormVersion:
    """The newest row of that kind: what a new ticket points at. Raises NotFound for a kind that is not offered."""
    is_offered = await RequestKind.filter(code=type, hidden=False).exists()
    newest = await newest_row(type) if is_offered else None
    if newest is None:
        raise NotFound
    return newest


async def version(form_id: int) -> Form:
    """The form as it was when a ticket was filed with it. Raises NotFound when there is no such version."""
    row = await FormVersion.get_or_none(id=form_id)
    if row is None:
        raise NotFound
    return form_of(row)


async def newest_row(type: str) -> FormVersion | None:
    """The newest published version of a kind, offered or not."""
    return await FormVersion.filter(type=type).order_by('-version').first()


async def newest_rows() -> dict[str, FormVersion]:
    """The newest published version of every kind that has one."""
    newest = await FormVersion.annotate(newest=Max('id')).group_by('type').values_list('newest', flat=True)
    return {row.type: row for row in await FormVersion.filter(id__in=list(newest))}


def form_of(row: FormVersion) -> Form:
    """The form that a row holds."""
    return load(row.type, row.version, row.definition)


@cache
def catalogue() -> tuple[dict[str, Any], ...]:
    """The built-in definitions, as stored; raises KeyError or ValueError when one of them is broken."""
    definitions = tuple(tomllib.loads(_CATALOGUE.read_text(encoding='utf-8'))['form'])
    for definition in definitions:
        load(definition['type'], 1, definition)
    return definitions


async def _forms(kinds: Sequence[RequestKind]) -> list[Form]:
    """The newest form of each of these kinds that has one, in their order."""
    rows = await newest_rows()
    return [form_of(rows[kind.code]) for kind in kinds if kind.code in rows]
