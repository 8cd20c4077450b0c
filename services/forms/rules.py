"""What a definition has to fulfil before it is published, and which fields the portal itself relies on.

A problem stands under the path of what is wrong: 'title.ru', 'icon', 'fields', or a field's code and what of it:
'os.label.en', 'os.options', 'os.options.windows.ru', 'os.shown_when'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import Impact
from services.errors import Problem
from services.forms.definition import Kind
from services.forms.shape import WITH_OPTIONS, Definition, field_of
from services.i18n import LANGUAGES

Found = Iterator[tuple[str, Problem]]

ICONS = (
    'file-text', 'bug', 'server', 'lightbulb', 'calculator', 'monitor', 'smartphone', 'image', 'package', 'wrench',
    'rocket', 'shield', 'key-round', 'lock', 'users', 'user', 'building-2', 'calendar', 'clock', 'chart-column',
    'globe', 'mail', 'message-circle', 'book-open', 'code', 'layers', 'layout-dashboard', 'life-buoy', 'flag', 'star',
    'zap', 'refresh-cw', 'download', 'upload', 'hourglass',
)  # fmt: skip
MOST_FIELDS = 60
MOST_OPTIONS = 100
_LENGTHS = {'title': 120, 'purpose': 300, 'label': 200, 'hint': 500, 'group': 120}
_LIMITS = {Kind.LINE: 500, Kind.TEXT: 100_000}
_SUBJECT_LIMIT = 200
_MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Needed:
    """A field on which the portal relies: its kind, and whether every form has it. `forms.needed.<code>` says why."""

    kind: Kind
    always: bool = False


NEEDED: Mapping[str, Needed] = {
    'subject': Needed(Kind.LINE, always=True),
    'attachments': Needed(Kind.FILES, always=True),
    'share_with': Needed(Kind.SHARE, always=True),
    'impact': Needed(Kind.CHOICE),
    'os': Needed(Kind.CHOICE),
    'server_type': Needed(Kind.CHOICE),
}


@dataclass(frozen=True, slots=True)
class Past:
    """What was published of a form: the newest definition, and of which kind each field ever was."""

    newest: Mapping[str, Any] | None = None
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def has_option(self, code: str, option: str) -> bool:
        """Whether tickets may hold that answer, so that it is retired and not removed."""
        published = field_of(self.newest, code) if self.newest else None
        return bool(published) and option in _option_codes(published or {})

    def keeps(self, code: str) -> bool:
        """Whether that field cannot be removed."""
        needed = NEEDED.get(code)
        if needed is None:
            return False
        return needed.always or (self.newest is not None and field_of(self.newest, code) is not None)


def problems(definition: Definition, past: Past) -> dict[str, Problem]:
    """Everything that keeps this definition from being published, by path; of several at one path the first."""
    found: dict[str, Problem] = {}
    for path, problem in _problems(definition, past):
        found.setdefault(path, problem)
    return found


def _problems(definition: Definition, past: Past) -> Found:
    yield from _worded('title', definition['title'], 'title')
    yield from _worded('purpose', definition['purpose'], 'purpose')
    if definition['icon'] not in ICONS:
        yield 'icon', Problem('forms.problem.icon')
    fields = definition['fields']
    if len(fields) > MOST_FIELDS:
        yield 'fields', Problem('forms.problem.too_many_fields', most=MOST_FIELDS)
    for code in NEEDED:
        if past.keeps(code) and field_of(definition, code) is None:
            yield 'fields', Problem(f'forms.needed.{code}')
    for place, one in enumerate(fields):
        yield from _of_field(one, past)
        yield from _of_condition(one, fields[:place], fields)


def _of_field(one: Definition, past: Past) -> Found:
    code, kind = one['code'], Kind(one['kind'])
    yield from _of_kind(code, kind, past)
    yield from _worded(f'{code}.label', one['label'], 'label')
    for name in ('hint', 'group'):
        if name in one:
            yield from _worded(f'{code}.{name}', one[name], name)
    if kind in WITH_OPTIONS:
        yield from _of_options(one, past)
    yield from _of_numbers(one, kind)
    if code == 'subject' and (not one.get('required') or one.get('limit', _SUBJECT_LIMIT) > _SUBJECT_LIMIT):
        yield f'{code}.required', Problem('forms.needed.subject')


def _of_kind(code: str, kind: Kind, past: Past) -> Found:
    needed = NEEDED.get(code)
    if needed and needed.kind is not kind:
        yield f'{code}.kind', Problem(f'forms.needed.{code}')
    if past.kinds.get(code, kind) is not kind:
        yield f'{code}.kind', Problem('forms.problem.kind_changed')
    if kind in (Kind.FILES, Kind.SHARE) and not (needed and needed.kind is kind):
        yield f'{code}.kind', Problem('forms.problem.only_one')


def _of_options(one: Definition, past: Past) -> Found:
    code, options = one['code'], one.get('options', [])
    offered = [option for option in options if not option.get('retired')]
    published = field_of(past.newest, code) if past.newest else None
    if not offered:
        yield f'{code}.options', Problem('forms.problem.no_options')
    if len(options) > MOST_OPTIONS:
        yield f'{code}.options', Problem('forms.problem.too_many_options', most=MOST_OPTIONS)
    if published and not _option_codes(published) <= _option_codes(one):
        yield f'{code}.options', Problem('forms.problem.option_gone')
    for option in options:
        yield from _of_option(code, option, offered)


def _of_option(code: str, option: Definition, offered: Sequence[Definition]) -> Found:
    path = f'{code}.options.{option["code"]}'
    yield from _worded(path, option['label'], 'label')
    if code == 'impact' and option['code'] not in tuple(Impact):
        yield f'{path}.ru', Problem('forms.problem.impact_options')
    for language in LANGUAGES if option in offered else ():
        label = option['label'][language].casefold()
        if label and sum(other['label'][language].casefold() == label for other in offered) > 1:
            yield f'{path}.{language}', Problem('forms.problem.same_label')


def _of_numbers(one: Definition, kind: Kind) -> Found:
    code, limit, least, most = one['code'], one.get('limit'), one.get('least'), one.get('most')
    if kind in _LIMITS and limit is not None and not 1 <= limit <= _LIMITS[kind]:
        yield f'{code}.limit', Problem('forms.problem.limit', most=_LIMITS[kind])
    if kind is Kind.NUMBER and least is not None and most is not None and least > most:
        yield f'{code}.most', Problem('forms.problem.least_above_most')
    if kind is Kind.DATE and most is not None and not 0 <= most <= _MOST_DAYS:
        yield f'{code}.most', Problem('forms.problem.days', most=_MOST_DAYS)
    if kind is Kind.DATE and least not in (None, 0):
        yield f'{code}.least', Problem('forms.problem.days', most=_MOST_DAYS)


def _of_condition(one: Definition, above: Sequence[Definition], fields: Sequence[Definition]) -> Found:
    condition = one.get('shown_when')
    if condition and (key := _wrong_condition(one, condition, above, fields)):
        yield f'{one["code"]}.shown_when', Problem(key)


def _wrong_condition(
    one: Definition, condition: Mapping[str, Any], above: Sequence[Definition], fields: Sequence[Definition]
) -> str | None:
    """Why a field cannot be shown under this condition, as a key."""
    named = condition['field']
    asked = next((other for other in fields if other['code'] == named), None)
    reasons = (
        (NEEDED.get(one['code'], Needed(Kind.LINE)).always, 'always_shown'),
        (asked is None, 'condition_removed'),
        (one['code'] in _chain(named, fields), 'condition_loop'),
        (all(other['code'] != named for other in above), 'condition_later'),
        (asked is not None and Kind(asked['kind']) not in WITH_OPTIONS, 'condition_kind'),
        (not condition['is'], 'condition_empty'),
        (asked is not None and not set(condition['is']) <= _option_codes(asked), 'condition_option'),
    )
    return next((f'forms.problem.{reason}' for wrong, reason in reasons if wrong), None)


def _chain(code: str, fields: Sequence[Definition]) -> set[str]:
    """That field and those by whose answers it is decided whether it shows."""
    conditions = {field['code']: field['shown_when']['field'] for field in fields if 'shown_when' in field}
    chain: set[str] = set()
    while code is not None and code not in chain:
        chain.add(code)
        code = conditions.get(code)  # type: ignore[assignment]
    return chain


def _worded(path: str, texts: Mapping[str, str], what: str) -> Found:
    """Each language says something, and not too much."""
    for language in LANGUAGES:
        if not texts.get(language):
            yield f'{path}.{language}', Problem('forms.problem.empty')
        elif len(texts[language]) > _LENGTHS[what]:
            yield f'{path}.{language}', Problem('forms.problem.too_long', limit=_LENGTHS[what])


def _option_codes(one: Mapping[str, Any]) -> set[str]:
    return {option['code'] for option in one.get('options', ())}
