"""A tar of ours: parts, and a manifest with a digest of each, so that whoever reads it knows whether it is whole."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MANIFEST = 'manifest.json'
FORMAT = 1


class ArchiveBroken(Exception):
    """The file is not a whole archive of ours, or could not be made; nothing was changed."""


def write(target: Path, parts: Iterable[tuple[str, Path]], facts: dict[str, Any]) -> None:
    """Write the parts (name in the archive, file on the disk) and some facts to a new file, whole or not at all.

    A part that vanishes meanwhile is left out. Raises ArchiveBroken when there is such a file already.
    """
    if target.exists():
        raise ArchiveBroken(f'{target} exists already')
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='.archive-', dir=target.parent) as scratch:
        draft = Path(scratch, 'draft.tar')
        with tarfile.open(draft, 'w') as archive:
            _fill(archive, parts, facts)
        draft.chmod(0o600)
        with opened(draft) as content:
            content.verify()
        to_disk(draft)
        draft.rename(target)


class Archive:
    """An archive that is being read. `facts` are what was written with it, `digests` its parts."""

    def __init__(self, source: Path, tar: tarfile.TarFile) -> None:
        self._source = source
        self._tar = tar
        self.facts = self._manifest()
        self.digests: dict[str, str] = self.facts.pop('parts')

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.digests)

    def verify(self) -> None:
        """Read everything once. Raises ArchiveBroken when a part is not what was written."""
        for name, digest in self.digests.items():
            if hashlib.file_digest(self._part(name), 'sha256').hexdigest() != digest:
                raise ArchiveBroken(f'{self._source}: {name} is not what was written')

    def unpack(self, name: str, place: Path) -> Path:
        """Write a part to a file, for our eyes only; the file's path."""
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open('wb') as copy:
            shutil.copyfileobj(self._part(name), copy)
        place.chmod(0o600)
        return place

    def _part(self, name: str) -> Any:
        part = self._tar.extractfile(name)
        if part is None:
            raise ArchiveBroken(f'{self._source}: {name} is not a file')
        return part

    def _manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.load(self._part(MANIFEST))
        if manifest.get('format') != FORMAT:
            raise ArchiveBroken(f'{self._source} was made by another version of the portal')
        if strange := [name for name in manifest['parts'] if name.startswith('/') or '..' in Path(name).parts]:
            raise ArchiveBroken(f'{self._source} names files outside of itself: {strange[0]}')
        return manifest


@contextmanager
def opened(source: Path) -> Iterator[Archive]:
    """Read an archive. Raises ArchiveBroken for whatever is no whole one, also while it is being read."""
    try:
        with tarfile.open(source) as tar:
            yield Archive(source, tar)
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise ArchiveBroken(f'{source} is not a whole archive: {error}') from error
    except FileNotFoundError as error:
        raise ArchiveBroken(f'{error.filename} is not there') from error


def digest(path: Path) -> str:
    """What a file's content is known by."""
    with path.open('rb') as content:
        return hashlib.file_digest(content, 'sha256').hexdigest()


def to_disk(path: Path) -> None:
    """Make sure that a power cut leaves the file and its name."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _fill(archive: tarfile.TarFile, parts: Iterable[tuple[str, Path]], facts: dict[str, Any]) -> None:
    digests: dict[str, str] = {}
    for name, path in parts:
        with suppress(FileNotFoundError):
            digests[name] = digest(path)
            archive.add(path, name, recursive=False)
    manifest = json.dumps({'format': FORMAT, **facts, 'parts': digests}, indent=1, ensure_ascii=False).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(manifest)
    archive.addfile(entry, io.BytesIO(manifest))
