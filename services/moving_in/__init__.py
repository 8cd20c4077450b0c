"""Moving in from another system: requests from a CSV file or from an export of Jira Service Management become tickets.

Every request is written by itself, so a run that was broken off is taken up by the next one, and a further run finds
everything there and changes nothing.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from services.errors import Invalid
from services.moving_in import files, mapping, writing
from services.moving_in.files import Unreadable
from services.moving_in.mapping import MappingBroken
from services.moving_in.reading import Reader
from services.moving_in.record import Record, Row, Untakable
from services.transaction import transaction

__all__ = ['MappingBroken', 'Report', 'Unreadable', 'move_in']

Progress = Callable[[str], None]
_EVERY = 100  # requests between two words about how far it is
_NAMED = 3  # requests of which a line of the report speaks by name


@dataclass(slots=True)
class Report:
    """What became of a file. `refused` are requests by their keys with the reason, `left_out` parts, by reason."""

    dry_run: bool
    taken: int = 0
    here_already: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        done = 'would be taken' if self.dry_run else 'taken'
        return f'{self.taken} requests {done}, {self.here_already} here already, {len(self.refused)} not taken'

    def lines(self) -> list[str]:
        """What was not taken, and why; what many requests have in common in one line."""
        by_reason: dict[str, list[str]] = {}
        for key, reason in self.refused.items():
            by_reason.setdefault(reason, []).append(key)
        refused = [f'{_some(keys)}: {reason}' for reason, keys in by_reason.items()]
        return refused + [f'{count} × {reason}' for reason, count in sorted(self.left_out.items())]

    def save(self, path: Path) -> None:
        """Write the whole report as JSON."""
        facts = {'taken': self.taken, 'here_already': self.here_already, 'dry_run': self.dry_run}
        whole = {**facts, 'refused': self.refused, 'left_out': dict(self.left_out)}
        path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + '\n', encoding='utf-8')


def _some(keys: list[str]) -> str:
    more = len(keys) - _NAMED
    return ', '.join(keys) if more <= 1 else f'{", ".join(keys[:_NAMED])} and {more} more'


class _DryRun(Exception):
    """Takes back what was written only to see whether it can be."""


async def move_in(
    source: Path,
    *,
    mapping_file: Path | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """Write every request of the file that is not here yet. Raises Unreadable and MappingBroken.

    A file that is no export of Jira needs a mapping. A dry run writes each request, and takes it back.
    """
    meaning = await asyncio.to_thread(_mapping, source, mapping_file)
    reader = await Reader.of(meaning)
    total = await asyncio.to_thread(lambda: reader.look_through(files.rows(source)))
    if not dry_run:
        await writing.leave_numbers(reader.highest)
    move = _Move(reader, Report(dry_run, left_out=reader.left_out), await writing.known(), now or datetime.now(UTC))
    for number, row in enumerate(files.rows(source), start=1):
        await move.take(row, f'line {number}')
        if number % _EVERY == 0:
            progress(f'{number} of {total} requests read: {move.report}')
    return move.report


def _mapping(source: Path, mapping_file: Path | None) -> mapping.Mapping:
    try:
        jira = files.is_jira(source)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f'{source} cannot be read: {error}') from error
    if jira:
        return mapping.for_jira(mapping_file)
    if mapping_file is None:
        raise MappingBroken(f'{source} is no export of Jira: say with --mapping what its columns mean')
    return mapping.from_file(mapping_file)


@dataclass(slots=True)
class _Move:
    """One run. `here` are the marks of what has been moved in before."""

    reader: Reader
    report: Report
    here: set[str]
    now: datetime

    async def take(self, row: Row, name: str) -> None:
        try:
            name = self.reader.key(row) or name
            record = self.reader.record(row)
            if (mark := writing.mark_of(record.key)) in self.here:
                self.report.here_already += 1
                return
            await self._write(record)
            self.here.add(mark)
            self.report.taken += 1
        except Untakable as reason:
            self.report.refused[name] = str(reason)
        except Invalid as refusal:
            self.report.refused[name] = f'the portal refuses it: {", ".join(refusal.problems) or refusal.code}'

    async def _write(self, record: Record) -> None:
        try:
            async with transaction():
                await writing.write(record, now=self.now)
                if self.report.dry_run:
                    raise _DryRun
        except _DryRun:
            pass
