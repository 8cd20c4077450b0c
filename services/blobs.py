"""The contents of files on the disk, each kept once and under the hash of what is in it, in the folder `files`."""

import asyncio
import errno
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from services.errors import TooLarge, Unavailable
from services.settings import settings

HEAD = 8192  # bytes from the beginning that tell the type
_PIECE = 512 * 1024  # bytes collected before a thread writes them
_DIGEST = re.compile(r'[0-9a-f]{64}')
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})

Chunks = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Blob:
    """A content that is safely on the disk. `size` in bytes, `head` its first bytes."""

    digest: str
    size: int
    head: bytes


async def write(stream: Chunks, *, limit: int) -> Blob:
    """Keep what the stream brings. Nothing stays on the disk when it breaks off or brings more than `limit` bytes.

    Raises TooLarge at the first byte too many, Unavailable when the disk takes no more.
    """
    folder = _folder('incoming')
    path = folder / secrets.token_hex(16)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open('xb') as file:
            blob = await _fill(file, stream, limit)
        await asyncio.to_thread(_settle, path, path_of(blob.digest))
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise Unavailable('files.disk_full') from error
        raise
    finally:
        path.unlink(missing_ok=True)
    return blob


def path_of(digest: str) -> Path:
    """Where the content with that hash is, if it is there."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f'{digest!r} is no hash')
    return _folder(digest[:2]) / digest[2:4] / digest


def preview_path(digest: str) -> Path:
    """Where the small picture of that content is kept once it is made."""
    return path_of(digest).with_suffix('.preview')


def stored(*, before: datetime) -> Iterator[str]:
    """The hashes of all contents that were written before that moment."""
    for path in _folder('').glob('[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*'):
        if _DIGEST.fullmatch(path.name) and _written(path) < before:
            yield path.name


def remove(digest: str, *, before: datetime) -> None:
    """Forget a content and its preview unless it was written anew since that moment."""
    path = path_of(digest)
    if path.exists() and _written(path) < before:
        preview_path(digest).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def remove_unfinished(*, now: datetime, older_than: timedelta = timedelta(hours=1)) -> None:
    """Forget what a killed process left half-written."""
    folder = _folder('incoming')
    for path in folder.iterdir() if folder.exists() else ():
        if _written(path) < now - older_than:
            path.unlink(missing_ok=True)


async def _fill(file: BinaryIO, stream: Chunks, limit: int) -> Blob:
    digest, size, head, waiting = hashlib.sha256(), 0, b'', bytearray()
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise too_big(limit)
        head += chunk[: HEAD - len(head)]
        waiting += chunk
        if len(waiting) >= _PIECE:
            await asyncio.to_thread(_append, file, digest, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(_append, file, digest, bytes(waiting), last=True)
    return Blob(digest.hexdigest(), size, head)


def too_big(limit: int) -> TooLarge:
    return TooLarge('files.too_big', megabytes=f'{limit / 1024 / 1024:.4g}')


def _append(file: BinaryIO, digest: 'hashlib._Hash', piece: bytes, *, last: bool = False) -> None:
    digest.update(piece)
    file.write(piece)
    if last:  # a file that was acknowledged survives a power cut
        file.flush()
        os.fsync(file.fileno())


def _settle(path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)  # also over the same content: the fresh time of writing keeps the cleaning away from it
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _folder(name: str) -> Path:
    return settings().data_dir / 'files' / name


def _written(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # somebody else cleaned it away
        return datetime.max.replace(tzinfo=UTC)
