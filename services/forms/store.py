"""Published forms: the catalogue becomes versions in the database, and every ticket finds the one it was filed with."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from models import FormVersion
from services.errors import NotFound
from services.forms.definition import Form, load
from services.transaction import transaction

_CATALOGUE = Path(__file__).with_name('catalogue.toml')


async def publish_catalogue(*, now: datetime | None = None) -> list[Form]:
    """Publish each form of the catalogue that is new or changed, and return those; at every start."""
    now = now or datetime.now(UTC)
    published = []
    async with transaction():
        for definition in catalogue():
            type = definition['type']
            newest = await _newest(type)
            if newest is None or newest.definition != definition:
                version = newest.version + 1 if newest else 1
                await FormVersion.create(type=type, version=version, definition=definition, published_at=now)
                published.append(load(type, version, definition))
    return published


async def offered() -> list[Form]:
    """The newest version of every kind of request, in the order of the catalogue."""
    newest = {row.type: row for row in await FormVersion.all().order_by('version')}
    order = [definition['type'] for definition in catalogue()]
    return [_form(newest[type]) for type in order if type in newest]


async def current(type: str) -> Form:
    """The form in which that kind of help is asked for now. Raises NotFound for a kind that is not offered."""
    return _form(await current_row(type))


async def current_row(type: str) -> FormVersion:
    """The newest row of that kind: what a new ticket points at. Raises NotFound for a kind that is not offered."""
    newest = await _newest(type) if type in {definition['type'] for definition in catalogue()} else None
    if newest is None:
        raise NotFound
    return newest


async def version(form_id: int) -> Form:
    """The form as it was when a ticket was filed with it. Raises NotFound when there is no such version."""
    row = await FormVersion.get_or_none(id=form_id)
    if row is None:
        raise NotFound
    return _form(row)


@cache
def catalogue() -> tuple[dict[str, Any], ...]:
    """The built-in definitions, as stored; raises KeyError or ValueError when one of them is broken."""
    definitions = tuple(tomllib.loads(_CATALOGUE.read_text(encoding='utf-8'))['form'])
    for definition in definitions:
        load(definition['type'], 1, definition)
    return definitions


async def _newest(type: str) -> FormVersion | None:
    return await FormVersion.filter(type=type).order_by('-version').first()


def _form(row: FormVersion) -> Form:
    return load(row.type, row.version, row.definition)
