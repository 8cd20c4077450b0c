"""How an entry of the audit log reads: what was done, to what, and the rest, in the reader's words instead of codes."""

from collections.abc import Mapping
from typing import Any

from models import Role
from services import i18n

_SUBJECTS = {
    'setting:retention.': 'privacy.kind',
    'setting:': 'settings.name',
    'retention.removed/': 'privacy.kind',
    'desk.': 'audit.desk',
    'figures.': 'audit.figures',
}
"""What a subject begins with, and where the words for the rest of it stand."""


def action_words(language: str, action: str) -> str:
    """What was done."""
    return _known(language, 'audit.action', action)


def subject_words(language: str, action: str, subject: str) -> str:
    """What it was done to, where a code says it; people and companies have names of their own."""
    if subject.startswith('session:'):  # a number tells people nothing
        return ''
    table, dot, kind = subject.partition('.')
    if action == 'figures.exported' and dot and i18n.known(language, key := f'figures.table.{table}'):
        return f'{i18n.translate(language, key)}, {kind.upper()}'
    for begins, section in _SUBJECTS.items():
        whole = f'{action}/{subject}' if '/' in begins else subject
        if whole.startswith(begins) and i18n.known(language, key := f'{section}.{whole.removeprefix(begins)}'):
            return i18n.translate(language, key)
    return subject


def details_words(language: str, details: Mapping[str, Any]) -> str:
    """The details in one line: a change as 'before → after', the rest as 'name: value'."""
    rest = {name: _value(language, value) for name, value in details.items()}
    parts = []
    if 'value' in rest:
        parts.append(f'{rest.pop("was", "") or "–"} → {rest.pop("value") or "–"}')
    parts += [f'{_known(language, "audit.detail", name)}: {value}' for name, value in rest.items() if value != '']
    return ', '.join(parts)


def _value(language: str, value: Any) -> str:
    if value in tuple(Role):
        return i18n.translate(language, f'role.{value}')
    return '' if value is None else str(value)


def _known(language: str, section: str, code: str) -> str:
    key = f'{section}.{code}'
    return i18n.translate(language, key) if i18n.known(language, key) else code
