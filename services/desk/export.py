"""The queue as a file for other programs."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from services.table_file import CONTENT_TYPES, ExportFile, Kind, written

MOST_ROWS = 100_000


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
    count = 0

    async def rows() -> AsyncIterator[list[list[str]]]:
        nonlocal count
        yield [[_title(code, user.language) for code in columns]]
        async for cards in _pieces(actor, wanted, sort, descending, now):
            count += len(cards)
            yield [[_CELLS[code](card, words) for code in columns] for card in cards]

    async with written(kind, rows()) as path:
        parameters = wanted.to_parameters()
        await audit.record('tickets.exported', by=user, subject=kind, now=now, rows=count, **_prefixed(parameters))
    return ExportFile(path, f'{settings().key}-{now:%Y-%m-%d}.{kind}', CONTENT_TYPES[kind], count)


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
    for form in await store.ever():  # the newest words of a code win
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
