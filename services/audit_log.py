"""The audit log as admins read it: searched by person, action, subject and days, newest first, and exported.

Entries are written by services.audit alone. Nothing changes one but the erasing of a person, who is nowhere to be found
afterwards, and nothing removes one but the period for which the log is kept (services.privacy).
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import AnswerTemplate, ApiToken, AuditEntry, Company, SynonymGroup, User, Webhook
from services import access, audit, i18n
from services.actor import Actor
from services.audit_words import action_words, details_words, subject_words
from services.errors import Invalid, Problem
from services.settings import settings
from services.table_file import CONTENT_TYPES, ExportFile, Kind, written

PIECE = 50
MOST_EXPORTED = 100_000
GROUPS = ('sign_ins', 'accounts', 'tokens', 'settings', 'exports', 'deletions', 'other')
COLUMNS = ('at', 'who', 'action', 'subject', 'details', 'address')
_BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    'sign_ins': ('session.',),
    'accounts': ('person.', 'company.', 'invitation.', 'link.', 'password.', 'setup.'),
    'tokens': ('token.', 'webhook.'),
    'settings': ('setting.', 'template.', 'form.', 'mail_text.'),
}
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    'exports': ('.exported', '.downloaded'),
    'deletions': ('.deleted', '.removed', '.erased', '.merged'),
}
_MOST_FOUND = 200  # of each kind that a name may mean
_NAMED: Mapping[str, tuple[Any, str]] = {
    'user': (User, 'name'),
    'company': (Company, 'name'),
    'template': (AnswerTemplate, 'name'),
    'token': (ApiToken, 'name'),
    'webhook': (Webhook, 'url'),
    'synonyms': (SynonymGroup, 'words'),
}
"""What a subject such as 'template:3' is a row of, and where its name stands."""
_SOUGHT = ('company', 'template')  # found by name too, as people are
_PEOPLE = ('user', 'readers')  # details that are ids of people


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for: who did it, a group of actions, what it was done to, from which day to which (inclusive)."""

    person: str = ''
    group: str = ''
    subject: str = ''
    since: str = ''
    until: str = ''

    @classmethod
    def from_parameters(cls, given: Mapping[str, str]) -> 'AuditFilter':
        """From an address; what is not known there is left out."""
        return cls(**{name: given[name][:100] for name in cls.__dataclass_fields__ if name in given})

    def to_parameters(self) -> dict[str, str]:
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry as people read it. `who` is '' for the portal itself, or for a person that is gone."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    details: str
    address: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A piece of the log; `next` is what to hand on as `before`, None at the end."""

    rows: tuple[AuditRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class CodedRow:
    """An entry as it is kept. `by` is None for the portal itself, or for a person that is gone."""

    id: int
    at: datetime
    by: User | None
    action: str
    subject: str
    details: Mapping[str, Any]
    address: str


@dataclass(frozen=True, slots=True)
class CodedPage:
    """A piece of the log; `next` is what to hand on as `before`, None at the end."""

    rows: tuple[CodedRow, ...]
    next: int | None


async def entries(
    actor: Actor,
    wanted: AuditFilter | None = None,
    *,
    before: int | None = None,
    limit: int = PIECE,
    now: datetime | None = None,
) -> AuditPage:
    """The newest entries, or those before one. Raises NotFound but for admins, Invalid for a day that is none."""
    user = await access.admin(actor, now=now)
    shown, following = await _piece(await _found(wanted or AuditFilter(), user), before, limit)
    return AuditPage(await _views(shown, user.language), following)


async def coded(
    actor: Actor,
    wanted: AuditFilter | None = None,
    *,
    before: int | None = None,
    limit: int = PIECE,
    now: datetime | None = None,
) -> CodedPage:
    """The same in codes, for programs. Raises NotFound but for admins, Invalid for a day that is none."""
    user, wanted = await access.admin(actor, now=now), wanted or AuditFilter()
    shown, following = await _piece(await _found(wanted, user), before, limit)
    rows = [
        CodedRow(row.id, row.at, row.actor, row.action, row.subject, dict(row.details), row.address) for row in shown
    ]
    return CodedPage(tuple(rows), following)


async def export(
    actor: Actor, kind: Kind, wanted: AuditFilter | None = None, *, now: datetime | None = None
) -> ExportFile:
    """The same as a file in the reader's language and time zone; the log tells of that too.

    Raises NotFound but for admins, Invalid.
    """
    user, now, wanted = await access.admin(actor, now=now), now or datetime.now(UTC), wanted or AuditFilter()
    if kind not in CONTENT_TYPES:
        raise Invalid({'kind': Problem('entry.export_kind')})
    count = 0

    async def pieces() -> AsyncIterator[Sequence[Sequence[str]]]:
        nonlocal count
        yield [[i18n.translate(user.language, f'audit.column.{column}') for column in COLUMNS]]
        before: int | None = None
        while count < MOST_EXPORTED:
            page = await entries(actor, wanted, before=before, limit=500, now=now)
            count += len(page.rows)
            yield [_cells(row, user) for row in page.rows]
            if (before := page.next) is None:
                return

    filters = {f'filter_{name}': value for name, value in wanted.to_parameters().items()}
    async with written(kind, pieces()) as path:
        await audit.record('audit.exported', by=user, subject=kind, now=now, rows=count, **filters)
    return ExportFile(path, f'{settings().key}-audit-{now:%Y-%m-%d}.{kind}', CONTENT_TYPES[kind], count)


@cache
def actions_of(group: str) -> frozenset[str]:
    """The codes of a group's actions; those of 'other' are in no other group."""
    known = i18n.section(i18n.LANGUAGES[0], 'audit.action').keys()
    if group == 'other':
        return frozenset(known) - frozenset().union(*(actions_of(one) for one in GROUPS if one != 'other'))
    begins, ends = _BEGINNINGS.get(group, ()), _ENDINGS.get(group, ())
    return frozenset(code for code in known if code.startswith(begins) or code.endswith(ends))


async def _piece(
    found: QuerySet[AuditEntry], before: int | None, limit: int
) -> tuple[Sequence[AuditEntry], int | None]:
    """So many of them, newest first, and before which the rest are; None when there is no rest."""
    if before is not None:
        found = found.filter(id__lt=before)
    limit = max(1, min(limit, 500))
    rows = await found.order_by('-id').limit(limit + 1).select_related('actor')
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


async def _found(wanted: AuditFilter, user: User) -> QuerySet[AuditEntry]:
    found = AuditEntry.all()
    if wanted.group in GROUPS:
        found = found.filter(action__in=sorted(actions_of(wanted.group)))
    if wanted.person.strip():
        found = found.filter(actor_id__in=await _people(wanted.person) or [0])
    if text := wanted.subject.strip():
        named = [f'user:{id}' for id in await _people(text)]
        named += [f'{kind}:{id}' for kind in _SOUGHT for id in await _called(kind, text)]
        found = found.filter(Q(subject__in=named or ['-']) | Q(subject__startswith=text))
    problems: dict[str, Problem] = {}
    for name, text, shift in (('since', wanted.since, 0), ('until', wanted.until, 1)):
        if not text.strip():
            continue
        moment = _midnight(text, user, shift)
        if moment is None:
            problems[name] = Problem('audit.no_day')
        else:
            found = found.filter(at__lt=moment) if shift else found.filter(at__gte=moment)
    if problems:
        raise Invalid(problems)
    return found


def _midnight(text: str, user: User, shift: int) -> datetime | None:
    """The beginning of that day, or of the one after it, where the reader is; None for what is no day."""
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=shift)
        return datetime.combine(day, time(), ZoneInfo(user.time_zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


async def _people(text: str) -> list[int]:
    """Whom a part of a name or address may mean; compared here, for SQLite knows capitals of ASCII alone."""
    rows: Any = await User.all().values_list('id', 'name', 'email')
    return _matching(text, ((id, f'{name} {email}') for id, name, email in rows))


async def _called(kind: str, text: str) -> list[int]:
    """Which of them a part of a name may mean."""
    model, name = _NAMED[kind]
    return _matching(text, await model.all().values_list('id', name))


def _matching(text: str, rows: Iterable[tuple[int, str]]) -> list[int]:
    sought = text.strip().casefold()
    return [id for id, name in rows if sought in name.casefold()][:_MOST_FOUND]


async def _views(rows: Sequence[AuditEntry], language: str) -> tuple[AuditRow, ...]:
    names = await _names(rows)
    return tuple(
        AuditRow(
            id=row.id,
            at=row.at,
            who=row.actor.name if row.actor is not None else '',
            action=action_words(language, row.action),
            subject=names.get(row.subject) or subject_words(language, row.action, row.subject),
            details=details_words(language, _with_people(row.details, names)),
            address=row.address,
        )
        for row in rows
    )


async def _names(rows: Sequence[AuditEntry]) -> dict[str, str]:
    """What everything is called that the entries name by its number, by 'kind:number'; what is gone has no name."""
    ids: dict[str, set[int]] = {kind: set() for kind in _NAMED}
    for row in rows:
        kind, _, id = row.subject.partition(':')
        if kind in ids and id.isdecimal():
            ids[kind].add(int(id))
        for name in _PEOPLE:
            ids['user'] |= set(_numbers(row.details.get(name)))
    names: dict[str, str] = {}
    for kind, (model, column) in _NAMED.items():
        if ids[kind]:
            found: Any = await model.filter(id__in=ids[kind]).values_list('id', column)
            names |= {f'{kind}:{id}': name if isinstance(name, str) else ', '.join(name) for id, name in found}
    return names


def _with_people(details: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The details with names instead of the numbers of people; who is gone stays a number."""
    named = {
        name: ', '.join(names.get(f'user:{id}', str(id)) for id in _numbers(details[name]))
        for name in _PEOPLE
        if name in details
    }
    return dict(details) | named


def _numbers(value: Any) -> list[int]:
    """The ids in a detail: one, or several after each other with commas."""
    return [int(part) for part in str(value or '').split(',') if part.isdecimal()]


def _cells(row: AuditRow, user: User) -> list[str]:
    at = row.at.astimezone(ZoneInfo(user.time_zone))
    return [f'{at:%Y-%m-%d %H:%M:%S}', row.who, row.action, row.subject, row.details, row.address]
