"""What specialists may write beside words: `status:done`, `assignee:me`, `is:answered`, `created:>2026-10-01`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import Company, Role, Status, User
from models.order import DUE
from services.desk.asking import Asking
from services.forms import store
from services.forms.definition import worded
from services.i18n import translate
from services.search.words import fold

_OPERATOR = re.compile(r'(?<!\S)(status|assignee|company|type|is|created|updated):("[^"]*"?|\S*)', re.IGNORECASE)
_LAST = re.compile(r'(?:^|(?<=\s))([^\s:]+:)?("[^"]*|\S*)$')
_DAY = re.compile(r'(<=|>=|<|>)?(\d{4}-\d{2}-\d{2})')
_MOST_SUGGESTED = 8
NAMES = ('status', 'assignee', 'company', 'type', 'is', 'created', 'updated')
_NOTHING = '1 = 0'
_STATES = {
    'answered': 'ticket.answered_at IS NOT NULL',
    'open': "ticket.status <> 'done'",
    'done': "ticket.status = 'done'",
    'unassigned': 'ticket.assignee_id IS NULL',
    'mine': '',
    'shared': 'ticket.shared_with_company',
    'overdue': '',
}
_ON_STATUS = (('is', 'open'), ('is', 'done'))

Condition = Callable[[Asking], str]


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a question, and the conditions that its operators stand for."""

    words: str
    conditions: tuple[Condition, ...] = ()
    names_status: bool = False
    """Whether it says itself if what is done is meant."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the field may be completed to: the whole text, and what of it is new, as it is written and in words."""

    text: str
    added: str
    label: str


async def parse(user: User, text: str, *, now: datetime) -> Question:
    """A specialist's question; a customer's has no operators. What an operator does not know finds nothing."""
    if not user.is_staff:
        return Question(text)
    given = [(match[1].lower(), match[2].strip('"').lower()) for match in _OPERATOR.finditer(text)]
    if not given:
        return Question(text)
    conditions = [await _condition(user, name, value, now) for name, value in given if value]
    names_status = any(name == 'status' or (name, value) in _ON_STATUS for name, value in given if value)
    return Question(' '.join(_OPERATOR.sub(' ', text).split()), tuple(conditions), names_status)


async def suggest(user: User, text: str) -> list[Suggestion]:
    """How the last word of a specialist's question may go on."""
    match = _LAST.search(text)
    if not user.is_staff or match is None:
        return []
    name, begun = (match[1] or '').lower().rstrip(':'), fold(match[2].strip('"'))
    before = text[: match.start()]
    if name in NAMES:
        values = await _values(user, name)
        if any(fold(value) == begun for value, _ in values):
            return []
        fitting = [(value, label) for value, label in values if begun in fold(label) or fold(value).startswith(begun)]
        return [_suggestion(before, f'{name}:{_quoted(value)}', label) for value, label in fitting][:_MOST_SUGGESTED]
    if name or len(begun) < 2:
        return []
    return [
        Suggestion(f'{before}{each}:', f'{each}:', translate(user.language, f'ask.operator.{each}'))
        for each in NAMES
        if each.startswith(begun) or fold(translate(user.language, f'ask.operator.{each}')).startswith(begun)
    ]


async def _condition(user: User, name: str, value: str, now: datetime) -> Condition:
    match name:
        case 'is':
            return _state(user, value.lower(), now)
        case 'created' | 'updated':
            return _since(f'ticket.{name}_at', value, ZoneInfo(user.time_zone))
        case 'assignee' if value.lower() in ('me', 'none'):
            return _state(user, 'mine' if value.lower() == 'me' else 'unassigned', now)
        case 'company':
            ids = [id for id, said in await Company.all().values_list('id', 'name') if fold(value) in fold(said)]
            return lambda asking: asking.among('ticket.company_id', ids if value else [])
        case 'assignee':
            people = await _staff()
            ids = [id for id, said in people if value and fold(value) in fold(said)]
            return lambda asking: asking.among('ticket.assignee_id', ids)
    codes = [code for code, label in await _values(user, name) if fold(value) in (fold(code), fold(label))]
    return lambda asking: f'ticket.{name} = {asking.value(codes[0])}' if codes else _NOTHING


def _state(user: User, value: str, now: datetime) -> Condition:
    if value == 'mine':
        return lambda asking: f'ticket.assignee_id = {asking.value(user.id)}'
    if value == 'overdue':
        return lambda asking: f"ticket.status <> 'done' AND {DUE} <= {asking.value(now)}"
    return lambda _: _STATES.get(value, _NOTHING)


def _since(column: str, value: str, zone: ZoneInfo) -> Condition:
    match = _DAY.fullmatch(value)
    try:
        day = date.fromisoformat(match[2]) if match else None
        begin = datetime.combine(day, time.min, zone).astimezone(UTC) if day else None
        end = begin + timedelta(days=1) if begin else None
    except (ValueError, OverflowError):
        match = begin = end = None
    if match is None or begin is None or end is None:
        return lambda _: _NOTHING
    bounds: dict[str | None, Callable[[Asking], str]] = {
        '<': lambda asking: f'{column} < {asking.value(begin)}',
        '<=': lambda asking: f'{column} < {asking.value(end)}',
        '>': lambda asking: f'{column} >= {asking.value(end)}',
        '>=': lambda asking: f'{column} >= {asking.value(begin)}',
    }
    same = lambda asking: f'({column} >= {asking.value(begin)} AND {column} < {asking.value(end)})'  # noqa: E731
    return bounds.get(match[1], same)


async def _values(user: User, name: str) -> Sequence[tuple[str, str]]:
    """What may stand behind an operator, each with its words."""
    language = user.language
    match name:
        case 'status':
            return [(one.value, translate(language, f'status.{one.value}')) for one in Status]
        case 'type':
            return [(form.type, worded(form.title, language)) for form in await store.offered()]
        case 'is':
            return [(state, translate(language, f'ask.state.{state}')) for state in _STATES]
        case 'company':
            return [(said, said) for said in await Company.all().order_by('name').values_list('name', flat=True)]  # type: ignore[misc]
        case 'assignee':
            own = [(code, translate(language, f'ask.{code}')) for code in ('me', 'none')]
            return [*own, *((said, said) for _, said in await _staff())]
    return list(_days())


def _days() -> Iterator[tuple[str, str]]:
    today = datetime.now(UTC).date()
    for days in (0, 7, 30, 90):
        since = f'>={(today - timedelta(days=days)).isoformat()}'
        yield since, since


async def _staff() -> list[tuple[int, str]]:
    rows = User.filter(role__in=(Role.AGENT, Role.ADMIN), active=True).order_by('name')
    return [(row[0], row[1]) for row in await rows.values_list('id', 'name')]


def _suggestion(before: str, added: str, label: str) -> Suggestion:
    return Suggestion(f'{before}{added} ', added, label)


def _quoted(value: str) -> str:
    return f'"{value}"' if ' ' in value else value
