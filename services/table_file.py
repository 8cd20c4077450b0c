"""Tables as files for other programs: CSV or XLSX; every text stays a text, so that nothing of it is ever reckoned."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Literal, Protocol

import xlsxwriter  # type: ignore[import-untyped]
from defusedcsv import csv  # type: ignore[import-untyped]

from services.settings import settings

Kind = Literal['csv', 'xlsx']
Value = str | float
CONTENT_TYPES: Mapping[Kind, str] = {
    'csv': 'text/csv; charset=utf-8',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
_FORGOTTEN = 3600  # seconds after which a file that nobody fetched is thrown away
_LONGEST_CELL = 32_000  # Excel takes 32,767


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished file for our eyes only; whoever has sent it calls `remove`."""

    path: Path
    name: str
    content_type: str
    rows: int

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


@asynccontextmanager
async def written(kind: Kind, pieces: AsyncIterator[Sequence[Sequence[Value]]]) -> AsyncIterator[Path]:
    """A new file with these rows, written in a thread piece by piece; gone again when the block inside fails."""
    path = await asyncio.to_thread(fresh_file, kind)
    try:
        writing = await asyncio.to_thread(_WRITERS[kind], path)
        try:
            async for rows in pieces:
                await asyncio.to_thread(writing.add, rows)
        finally:
            await asyncio.to_thread(writing.close)
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def fresh_file(kind: str) -> Path:
    """A new empty file in a folder for our eyes only; what was forgotten there is swept out."""
    folder = settings().data_dir / 'exports'
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _FORGOTTEN:
            old.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(suffix=f'.{kind}', dir=folder)
    os.close(handle)
    return Path(name)


class _Writing(Protocol):
    def add(self, rows: Iterable[Sequence[Value]]) -> None: ...
    def close(self) -> None: ...


class _Csv:
    """With a mark at its beginning by which spreadsheets see that it is UTF-8; formulas are made texts."""

    def __init__(self, path: Path) -> None:
        self._file = TextIOWrapper(path.open('wb'), encoding='utf-8-sig', newline='', errors='replace')
        self._writer = csv.writer(self._file)

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        self._writer.writerows([_cell(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """Row by row in constant memory; links and formulas stay the texts that they are."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(path, {'constant_memory': True, 'tmpdir': str(path.parent)})
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._row = 0

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        for row in rows:
            for column, value in enumerate(row):
                write = self._sheet.write_string if isinstance(value, str) else self._sheet.write_number
                write(self._row, column, _cell(value))
            self._row += 1

    def close(self) -> None:
        self._book.close()


_WRITERS: Mapping[Kind, Callable[[Path], _Writing]] = {'csv': _Csv, 'xlsx': _Xlsx}


def _cell(value: Value) -> Value:
    """A text as every program reads it: no control characters, not longer than a cell may be. A number as it is."""
    if not isinstance(value, str):
        return value
    return ''.join(c if c.isprintable() else ' ' for c in value[:_LONGEST_CELL]).strip()
