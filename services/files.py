"""The files of requests and comments: taken in, claimed by what they are sent with, given out to who may see them.

A file begins in its uploader's draft and is seen by nobody else; sending the draft claims it for the ticket. Contents
are in `services.blobs`, pictures and types in `services.pictures`.
"""

import asyncio
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from weakref import WeakValueDictionary

from tortoise.functions import Sum

from models import Attachment, Comment, Draft, Ticket, User
from services import access, blobs, drafts, pictures
from services.actor import Actor
from services.blobs import Chunks
from services.drafts import DraftFile
from services.errors import Conflict, NotFound, TooLarge
from services.file_names import safe_name
from services.settings import settings
from services.transaction import in_progress, transaction

ORPHANS_KEPT = timedelta(days=1)
CONTENTS_KEPT = timedelta(hours=1)
SWEEP_EVERY = timedelta(hours=24)
_BATCH = 500
_AT_ONCE = 4  # uploads of one person; the others wait
_KEY = re.compile(r'[A-Za-z0-9_-]{1,64}', re.ASCII)
_API = 'api:'  # a place without a draft: the file is claimed by the same request

_turns: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()
_swept: dict[Path, datetime] = {}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to be sent to somebody who may have it. It is sent as an attachment, whatever `content_type` says."""

    path: Path
    name: str
    size: int
    content_type: str
    inline_ok: bool


async def store(actor: Actor, place: str, name: str, stream: Chunks, *, now: datetime | None = None) -> DraftFile:
    """Take in one file for the person's draft at that place (or 'api:…': for a call that claims it at once).

    Raises NotFound for a place that is not theirs, TooLarge for a file, a number of files or a sum of sizes over its
    limit, Unavailable when the disk is full. A stream that breaks off leaves nothing behind.
    """
    now = now or datetime.now(UTC)
    user = await (access.person(actor, now=now) if place.startswith(_API) else drafts.may_write(actor, place, now=now))
    async with _turns.setdefault(user.id, asyncio.Semaphore(_AT_ONCE)):
        await _check_room(user, place, 0)  # before a byte is read
        blob = await blobs.write(stream, limit=settings().file_limit)
        name = safe_name(name)
        kind = pictures.sniff(blob.head, name)
        can_show = await pictures.previewable(blobs.path_of(blob.digest), kind)
    async with transaction():
        draft = None if place.startswith(_API) else await drafts.open_draft(user, place, now=now)
        await User.filter(id=user.id).select_for_update().first()
        await _check_room(user, place, blob.size)
        row = await Attachment.create(
            key=secrets.token_urlsafe(24),
            uploader_id=user.id,
            draft=draft,
            name=name,
            size=blob.size,
            content_type=kind,
            digest=blob.digest,
            previewable=can_show,
            created_at=now,
        )
    return drafts.file_view(row)


async def claim(
    user: User, keys: Sequence[str], ticket: Ticket, comment: Comment | None = None, internal: bool = False
) -> list[Attachment]:
    """Make the person's uploaded files part of a ticket or a comment, in the order of uploading; in a transaction.

    Raises NotFound when one of them is not there (any more) or not theirs, TooLarge when they are too many.
    """
    if not in_progress():
        raise RuntimeError('claim() belongs inside transaction()')
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return []
    if not all(_KEY.fullmatch(key) for key in wanted):
        raise NotFound('files.gone')
    if len(wanted) > settings().files_per_message:
        raise _too_many()
    mine = Attachment.filter(key__in=wanted, uploader_id=user.id, ticket_id=None, removed_at=None)
    rows = await mine.order_by('id')
    if len(rows) < len(wanted):
        raise NotFound('files.gone')
    changes = {'ticket_id': ticket.id, 'comment_id': comment.id if comment else None, 'internal': internal}
    if await mine.update(**changes, draft_id=None) < len(rows):
        raise Conflict('files.gone')
    for row in rows:
        row.update_from_dict(changes | {'draft_id': None})
    return rows


async def open_for(actor: Actor, key: str, *, now: datetime | None = None) -> StoredFile:
    """A file that the person may see. Raises NotFound, exactly as for one that does not exist."""
    row = await _visible(actor, key, now)
    path = blobs.path_of(row.digest)
    if not path.exists():
        raise NotFound
    return StoredFile(path, row.name, row.size, row.content_type, row.previewable)


async def thumbnail(actor: Actor, key: str, *, now: datetime | None = None) -> Path | None:
    """The small picture (WebP) of a file that the person may see, None when there is none. Raises NotFound."""
    row = await _visible(actor, key, now)
    path = blobs.path_of(row.digest)
    if not row.previewable or not path.exists():
        return None
    small = blobs.preview_path(row.digest)
    return small if await pictures.make_preview(path, row.content_type, small) else None


async def remove_from_draft(actor: Actor, key: str, *, now: datetime | None = None) -> None:
    """Take back a file that was not sent yet. Raises NotFound when it was, or is somebody else's."""
    user = await access.person(actor, now=now)
    if not _KEY.fullmatch(key) or not await Attachment.filter(key=key, uploader_id=user.id, ticket_id=None).delete():
        raise NotFound


async def clean(*, now: datetime | None = None) -> None:
    """Forget files that were never sent, and contents that no file is left of."""
    now = now or datetime.now(UTC)
    await Attachment.filter(ticket_id=None, draft_id=None, created_at__lt=now - ORPHANS_KEPT).delete()
    await asyncio.to_thread(blobs.remove_unfinished, now=now)
    folder = settings().data_dir
    if folder not in _swept or now - _swept[folder] >= SWEEP_EVERY:
        await sweep(now=now)
        _swept[folder] = now


async def sweep(*, now: datetime) -> int:
    """Delete the contents that no file is left of, but none that was written within the last hour; how many."""
    before, gone = now - CONTENTS_KEPT, 0
    digests = await asyncio.to_thread(lambda: list(blobs.stored(before=before)))
    for start in range(0, len(digests), _BATCH):
        gone += await forget(digests[start : start + _BATCH], now=now)
    return gone


async def forget(digests: Sequence[str], *, now: datetime) -> int:
    """Delete those of the contents that no file is left of; one written within the last hour waits for the sweep."""
    gone, before = 0, now - CONTENTS_KEPT
    for start in range(0, len(digests), _BATCH):
        batch = digests[start : start + _BATCH]
        used = await Attachment.filter(digest__in=batch, removed_at=None).distinct().values_list('digest', flat=True)
        unused = set(batch) - set(used)
        await asyncio.to_thread(_remove_all, unused, before)
        gone += len(unused)
    return gone


async def _visible(actor: Actor, key: str, now: datetime | None) -> Attachment:
    if not _KEY.fullmatch(key):  # a database may choke on what is none, such as NUL
        raise NotFound
    return await access.attachment(actor, key, now=now)


def _remove_all(digests: Iterable[str], before: datetime) -> None:
    for digest in digests:
        blobs.remove(digest, before=before)


async def _check_room(user: User, place: str, size: int) -> None:
    """Raise TooLarge when a further file of that size is one too many, or too much."""
    limits = settings()
    drafted = await Draft.filter(user_id=user.id, place=place).values_list('id', flat=True)
    there = Attachment.filter(draft_id__in=drafted, ticket_id=None, removed_at=None)
    if drafted and await there.count() >= limits.files_per_message:
        raise _too_many()
    sums = await Attachment.filter(uploader_id=user.id, removed_at=None).annotate(all=Sum('size')).values_list('all')
    if int(sums[0][0] or 0) + size > limits.storage_per_person:
        raise TooLarge('files.no_room', megabytes=limits.storage_per_person // 1024 // 1024)


def _too_many() -> TooLarge:
    return TooLarge('files.too_many', limit=settings().files_per_message)
