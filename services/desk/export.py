"""The queue as a file for other programs: CSV or XLSX, every cell a text, so that nothing in it is ever reckoned."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]
from defusedcsv import csv  # type: ignore[import-untyped]

from models import User
from services import access, audit
from services.actor import Actor
from services.desk import queue
from services.desk.cards import Card
from services.desk.filters import DeskFilter
from services.errors import Invalid, Problem
from services.forms import store
from services.forms.definition import worded
from services.i18n import translate
from services.settings import settings

Kind = Literal['csv', 'xlsx']
CONTENT_TYPES: Mapping[Kind, str] = {
    'csv': 'text/csv; charset=utf-8',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
MOST_ROWS = 100_000
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


@dataclass(frozen=True, slots=True)
class _Words:
    """How codes and moments are written for this reader."""

    language: str
    zone: ZoneInfo
    labels: Mapping[tuple[str, str], str]

    def code(self, field: str, code: str | None) -> str:
        return self.labels.get((field, code), code) if code else ''

    def moment(self, at: datetime | None) -> str:
        return f'{at.astimezone(self.zone):%Y-%m-%d %H:%M}' if at else ''

    def yes(self, yes: bool) -> str:
        return translate(self.language, 'desk.column.yes') if yes else ''


_CELLS: Mapping[str, Callable[[Card, _Words], str]] = {
    'id': lambda card, _: card.id,
    'subject': lambda card, _: card.subject,
    'type': lambda card, words: words.code('type', card.type),
    'status': lambda card, words: translate(words.language, f'status.{card.status.value}'),
    'impact': lambda card, words: translate(words.language, f'impact.{card.impact.value}') if card.impact else '',
    'company': lambda card, _: card.company.name if card.company else '',
    'requester': lambda card, _: card.requester.name,
    'assignee': lambda card, _: card.assignee.name if card.assignee else '',
    'tags': lambda card, _: ', '.join(card.tags),
    'os': lambda card, words: words.code('os', card.os),
    'server_type': lambda card, words: words.code('server_type', card.server_type),
    'created': lambda card, words: words.moment(card.created_at),
    'updated': lambda card, words: words.moment(card.updated_at),
    'since': lambda card, words: words.moment(card.status_since),
    'due': lambda card, words: words.moment(card.due_at),
    'overdue': lambda card, words: words.yes(card.overdue),
    'waiting': lambda card, words: words.yes(card.waiting),
    'answered': lambda card, words: words.yes(card.answered),
    'auto_close': lambda card, words: words.moment(card.auto_close_at),
    'done': lambda card, words: words.moment(card.done_at),
}
COLUMNS = tuple(_CELLS)
"""The codes of the columns that there are; `desk.column.<code>` is what stands above each."""


async def export(
    actor: Actor,
    kind: Kind,
    wanted: DeskFilter | None = None,
    *,
    columns: Sequence[str] = COLUMNS,
    sort: queue.Sort | str = queue.Sort.RULE,
    descending: bool | None = None,
    now: datetime | None = None,
) -> ExportFile:
    """The tickets of the queue as a file in the reader's language and time zone; the audit log tells of it.

    Raises NotFound for customers (also when somebody becomes one meanwhile), Invalid for 'kind' and 'columns'.
    """
    user, now, wanted = await access.staff(actor, now=now), now or datetime.now(UTC), wanted or DeskFilter()
    _demand(kind, columns)
    words = await _words(user)
    path = await asyncio.to_thread(_fresh, kind)
    try:
        writing = await asyncio.to_thread(_WRITERS[kind], path)
        try:
            await asyncio.to_thread(writing.add, [[_title(code, user.language) for code in columns]])
            rows = 0
            async for cards in _pieces(actor, wanted, sort, descending, now):
                await asyncio.to_thread(
                    writing.add, [[_CELLS[code](card, words) for code in columns] for card in cards]
                )
                rows += len(cards)
        finally:
            await asyncio.to_thread(writing.close)
        parameters = wanted.to_parameters()
        await audit.record('tickets.exported', by=user, subject=kind, now=now, rows=rows, **_prefixed(parameters))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return ExportFile(path, f'{settings().key}-{now:%Y-%m-%d}.{kind}', CONTENT_TYPES[kind], rows)


async def _pieces(
    actor: Actor, wanted: DeskFilter, sort: queue.Sort | str, descending: bool | None, now: datetime
) -> Any:
    """The cards in pieces; one that moved meanwhile comes once. Every piece asks anew who the actor is."""
    known: set[int] = set()
    after: str | None = None
    while len(known) < MOST_ROWS:
        page = await queue.queue(
            actor, wanted, sort=sort, descending=descending, after=after, limit=queue.MOST, now=now
        )
        fresh = [card for card in page.items if card.pk not in known][: MOST_ROWS - len(known)]
        known |= {card.pk for card in fresh}
        yield fresh
        after = page.next
        if after is None:
            return


def _demand(kind: str, columns: Sequence[str]) -> None:
    if kind not in CONTENT_TYPES:
        raise Invalid({'kind': Problem('entry.export_kind')})
    if not columns or len(columns) > len(COLUMNS) or any(code not in _CELLS for code in columns):
        raise Invalid({'columns': Problem('entry.columns')})


async def _words(user: User) -> _Words:
    labels: dict[tuple[str, str], str] = {}
    for form in await store.known():
        labels['type', form.type] = worded(form.title, user.language)
        for field in (form.field('os'), form.field('server_type')):
            if field is not None:
                labels |= {(field.code, option.code): worded(option.label, user.language) for option in field.options}
    return _Words(user.language, ZoneInfo(user.time_zone), labels)


def _title(code: str, language: str) -> str:
    return translate(language, f'desk.column.{code}')


def _prefixed(parameters: Mapping[str, str]) -> dict[str, str]:
    """The filter as details of an audit entry; its names must not meet those that the entry has itself."""
    return {f'filter_{name}': value for name, value in parameters.items()}


def _fresh(kind: Kind) -> Path:
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
    def add(self, rows: Iterable[Sequence[str]]) -> None: ...
    def close(self) -> None: ...


class _Csv:
    """With a mark at its beginning by which spreadsheets see that it is UTF-8; formulas are made texts."""

    def __init__(self, path: Path) -> None:
        self._file = TextIOWrapper(path.open('wb'), encoding='utf-8-sig', newline='', errors='replace')
        self._writer = csv.writer(self._file)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        self._writer.writerows([_cell(text) for text in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """Row by row in constant memory; numbers, links and formulas stay the texts that they are."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(path, {'constant_memory': True, 'tmpdir': str(path.parent)})
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._row = 0

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            for column, text in enumerate(row):
                self._sheet.write_string(self._row, column, _cell(text))
            self._row += 1

    def close(self) -> None:
        self._book.close()


_WRITERS: Mapping[Kind, Callable[[Path], _Writing]] = {'csv': _Csv, 'xlsx': _Xlsx}


def _cell(text: str) -> str:
    """A text as every program reads it: no control characters, not longer than a cell may be."""
    return ''.join(c if c.isprintable() else ' ' for c in text[:_LONGEST_CELL]).strip()
