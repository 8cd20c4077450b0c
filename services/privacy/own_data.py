"""All that is kept of a person, to be handed to them: a ZIP with a JSON file for each table, and their files.

Which tables, the models say: whatever refers to a person is in it, so that a new table is never forgotten.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from tortoise.models import Model

from models import Attachment, AuditEntry, User
from models.instant import utc
from services import access, audit, blobs, people, ratelimit
from services.accounts.references import Reference, references
from services.actor import Actor
from services.file_names import safe_name
from services.table_file import ExportFile, fresh_file

PER_HOUR = 5
_BATCH = 2_000
_OURS = frozenset(
    {
        'claimed_until', 'digest', 'folded', 'last_event_id', 'last_public_event_id', 'message_id', 'nonce', 'once',
        'respond_breached_at', 'respond_due_at', 'solve_breached_at', 'solve_due_at', 'solve_left',
        'submission_key', 'version',
    }
)  # fmt: skip
"""Columns that say nothing of a person: how the portal keeps things in order."""
_SECRET = ('_hash', 'secret')


async def collect(actor: Actor, user_id: int | None = None, *, now: datetime | None = None) -> ExportFile:
    """The file for oneself, or (admins alone) for another person; the log tells of it. Raises NotFound, TooMany."""
    now = now or datetime.now(UTC)
    reader = await access.person(actor, now=now)
    if user_id is not None and user_id != reader.id:
        await access.admin(actor, now=now)
    user = await people.existing(user_id if user_id is not None else reader.id)
    await ratelimit.spend(f'own-data:{reader.id}', limit=PER_HOUR, window=timedelta(hours=1), now=now)
    path = await asyncio.to_thread(fresh_file, 'zip')
    try:
        with ZipFile(path, 'w', ZIP_DEFLATED) as archive:
            rows = await _write_tables(archive, user)
            await _write_files(archive, user)
            _write(archive, 'person.json', [await _person(user)])
        await audit.record('person.exported', by=reader, subject=f'user:{user.id}', now=now, rows=rows)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return ExportFile(path, f'{user.email}-{now:%Y-%m-%d}.zip', 'application/zip', rows)


async def _person(user: User) -> dict[str, Any]:
    rows = await User.filter(id=user.id).values(*_columns(User), 'company__name')
    return dict(rows[0])


async def _write_tables(archive: ZipFile, user: User) -> int:
    written = 0
    for reference in references(User):
        async for number, piece in _pieces(reference, user):
            name = f'{reference.name}.{number}.json' if number > 1 else f'{reference.name}.json'
            await asyncio.to_thread(_write, archive, name, piece)
            written += len(piece)
    about = await AuditEntry.filter(subject=f'user:{user.id}').order_by('id').values('at', 'action', 'details')
    _write(archive, 'audit_entry.about.json', about)
    return written + len(about)


async def _pieces(reference: Reference, user: User) -> AsyncIterator[tuple[int, list[Any]]]:
    """What refers to the person, in pieces; a customer is never given what is internal to support."""
    model, key, last = reference.model, str(reference.model._meta.pk_attr), None
    only: dict[str, Any] = {reference.column: user.id}
    if not user.is_staff and 'internal' in model._meta.fields_map:
        only['internal'] = False
    columns = _columns(model, beside=_is_beside(reference.column))
    for number in count(1):
        rows = model.filter(**only) if last is None else model.filter(**only, **{f'{key}__gt': last})
        piece: list[Any] = await rows.order_by(key).limit(_BATCH).values(*columns)
        if piece:
            yield number, piece
        if len(piece) < _BATCH:
            return
        last = piece[-1][key]


async def _write_files(archive: ZipFile, user: User) -> None:
    for row in await Attachment.filter(uploader_id=user.id, removed_at=None).order_by('id'):
        path = blobs.path_of(row.digest)
        if row.internal and not user.is_staff:
            continue
        await asyncio.to_thread(_write_file, archive, path, f'files/{row.id}-{safe_name(row.name)}')


def _write_file(archive: ZipFile, path: Path, name: str) -> None:
    if path.exists():
        archive.write(path, name)


def _write(archive: ZipFile, name: str, rows: list[Any]) -> None:
    archive.writestr(name, json.dumps(rows, ensure_ascii=False, indent=1, default=_plain))


def _columns(model: type[Model], *, beside: bool = False) -> list[str]:
    meta = model._meta
    known = [name for name in sorted(meta.fields_db_projection) if _may_be_told(name)]
    if not beside:
        return known
    return [name for name in known if name == meta.pk_attr or name.endswith('_id') or name.endswith('_at')]


def _is_beside(column: str) -> bool:
    """Whether it says that somebody had a hand in what is another's: that they had is theirs, what stands there not."""
    return column == 'assignee_id' or column.endswith('_by_id')


def _may_be_told(column: str) -> bool:
    return column not in _OURS and not any(sign in column for sign in _SECRET)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f'{value!r} has no form in an export')
