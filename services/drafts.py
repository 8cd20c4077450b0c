"""What people have typed and not sent yet, each at its place: 'request:bug', 'comment:1503', 'note:1503'.

A draft belongs to one person and is seen by nobody else. Its `submission_key` makes sending it twice one thing.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Attachment, Draft, User
from services import access
from services.actor import Actor
from services.errors import NotFound, TooLarge
from services.forms import store
from services.transaction import transaction

LARGEST = 2_000_000  # characters of JSON: a form with its texts at their limits
TICKET_PLACES = frozenset({'comment', 'note', 'reopen', 'feedback', 'move', 'done', 'edit'})
_STAFF_PLACES = frozenset({'note', 'move', 'done'})
_PLACE = re.compile(r'([a-z]{1,16}):([a-z][a-z0-9_]{0,31}|[1-9][0-9]{0,9})', re.ASCII)
_NOT_STORED = re.compile('[\x00\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file as its uploader sees it; it is fetched at /files/{key}/{name}, its preview at /files/{key}/preview."""

    key: str
    name: str
    size: int
    content_type: str
    previewable: bool
    created_at: datetime
    internal: bool = False


@dataclass(frozen=True, slots=True)
class DraftView:
    """What was typed at a place, and the files already uploaded there."""

    place: str
    content: Mapping[str, Any]
    files: tuple[DraftFile, ...]
    submission_key: str
    updated_at: datetime

    @property
    def is_empty(self) -> bool:
        return not self.files and not any(_says_something(value) for value in self.content.values())


async def read(actor: Actor, place: str, *, now: datetime | None = None) -> DraftView | None:
    """The person's draft at that place. Raises NotFound for a place that is not theirs to write at."""
    user = await may_write(actor, place, now=now)
    draft = await Draft.get_or_none(user_id=user.id, place=place)
    return await _view(draft) if draft else None


async def save(actor: Actor, place: str, content: Mapping[str, Any], *, now: datetime | None = None) -> DraftView:
    """Put `content` in place of what was there; the files and the submission key stay. Raises NotFound and TooLarge."""
    now = now or datetime.now(UTC)
    user = await may_write(actor, place, now=now)
    async with transaction():
        draft = await open_draft(user, place, now=now)
        draft.content = _fit(content)
        await draft.save(update_fields=['content'])
    return await _view(draft)


async def merge(actor: Actor, place: str, changes: Mapping[str, Any], *, now: datetime | None = None) -> DraftView:
    """Change some entries of the content and leave the others, so that two windows do not undo one another."""
    now = now or datetime.now(UTC)
    user = await may_write(actor, place, now=now)
    async with transaction():
        draft = await open_draft(user, place, now=now)
        draft.content = _fit(draft.content | dict(changes))
        await draft.save(update_fields=['content'])
    return await _view(draft)


async def discard(actor: Actor, place: str, *, now: datetime | None = None) -> None:
    """Forget the draft with those of its files that were not sent; what is written next is another submission."""
    user = await access.person(actor, now=now)
    async with transaction():
        draft = await Draft.get_or_none(user_id=user.id, place=place)
        if draft is not None:
            await Attachment.filter(draft_id=draft.id, ticket_id=None).delete()
            await draft.delete()


async def may_write(actor: Actor, place: str, *, now: datetime | None = None) -> User:
    """The acting person, if that is a place at which they may write. Raises NotFound and SignedOut."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise NotFound
    kind, what = match.groups()
    if kind == 'request':
        await store.current_row(what)
        return await access.person(actor, now=now)
    if kind not in TICKET_PLACES or not what.isdecimal():
        raise NotFound
    found = await access.ticket(actor, int(what), now=now)
    if kind in _STAFF_PLACES and not found.is_staff:
        raise NotFound
    return found.user


async def open_draft(user: User, place: str, *, now: datetime) -> Draft:
    """The person's draft at that place, made if need be, and held until the transaction ends."""
    draft, made = await Draft.get_or_create(
        user_id=user.id,
        place=place,
        defaults={'content': {}, 'submission_key': secrets.token_urlsafe(24), 'updated_at': now},
    )
    if not made:
        await Draft.filter(id=draft.id).update(updated_at=now)  # also holds the row against others
        await draft.refresh_from_db()
    return draft


def file_view(row: Attachment) -> DraftFile:
    return DraftFile(row.key, row.name, row.size, row.content_type, row.previewable, row.created_at, row.internal)


def _says_something(value: Any) -> bool:
    return any(map(_says_something, value.values())) if isinstance(value, dict) else bool(value)


async def _view(draft: Draft) -> DraftView:
    rows = await Attachment.filter(draft_id=draft.id, ticket_id=None, removed_at=None).order_by('id')
    files = tuple(file_view(row) for row in rows)
    return DraftView(draft.place, draft.content, files, draft.submission_key, draft.updated_at)


def _fit(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as a database takes it: without NUL and halves of characters, and not endlessly large."""
    fit: dict[str, Any] = _storable(dict(content))
    if len(json.dumps(fit, ensure_ascii=False)) > LARGEST:
        raise TooLarge('drafts.too_large')
    return fit


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_STORED.sub('', value)
    if isinstance(value, dict):
        return {_storable(str(key)): _storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value if isinstance(value, bool | int) or value is None else _NOT_STORED.sub('', str(value))
