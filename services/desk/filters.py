"""Which tickets an agent wants to see: a filter that stands in the address, so that it can be kept and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from models import Impact, Status
from models.order import DUE
from services.desk.asking import Asking
from services.tickets.texts import folded, is_id, loose_number

ME: Literal['me'] = 'me'
NOBODY: Literal['none'] = 'none'
_LONGEST = 200
_MOST_WORDS = 8
_CODES = ('type', 'os', 'server_type')
_YES = '1'


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What is asked for; everything left out lets every ticket through.

    `assignee` is 'me', 'none' (nobody's) or a person's id. `answered`: a customer spoke while feedback was awaited.
    `overdue`: its next time target has passed. `text` is a ticket's ID however written, or words of its subject.
    Without `statuses` the board shows all columns and the queue what is not done.
    """

    assignee: Literal['me', 'none'] | int | None = None
    company: int | None = None
    type: str | None = None
    impact: Impact | None = None
    os: str | None = None
    server_type: str | None = None
    tag: str | None = None
    answered: bool = False
    overdue: bool = False
    text: str | None = None
    statuses: tuple[Status, ...] = ()

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> 'DeskFilter':
        """The filter in an address's parameters; unknown names and values that mean nothing are ignored."""
        given = {name: _text(parameters.get(name)) for name in _PARAMETERS}
        return cls(
            assignee=_assignee(given['assignee']),
            company=_id(given['company']),
            type=_code(given['type']),
            impact=Impact(given['impact']) if given['impact'] in tuple(Impact) else None,
            os=_code(given['os']),
            server_type=_code(given['server_type']),
            tag=given['tag'][:50] or None,
            answered=given['answered'] == _YES,
            overdue=given['overdue'] == _YES,
            text=given['q'] or None,
            statuses=tuple(status for status in Status if status in given['status'].split(',')),
        )

    def to_parameters(self) -> dict[str, str]:
        """The shortest parameters from which `from_parameters` makes this filter again."""
        found: dict[str, Any] = {
            'assignee': self.assignee,
            'company': self.company,
            'type': self.type,
            'impact': self.impact,
            'os': self.os,
            'server_type': self.server_type,
            'tag': self.tag,
            'answered': _YES if self.answered else None,
            'overdue': _YES if self.overdue else None,
            'q': self.text,
            'status': ','.join(status for status in Status if status in self.statuses),
        }
        return {name: str(value) for name, value in found.items() if value not in (None, '')}

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, field.name) == field.default for field in fields(self))

    def without_statuses(self) -> 'DeskFilter':
        return replace(self, statuses=())


_PARAMETERS = (
    'assignee', 'company', 'type', 'impact', 'os', 'server_type', 'tag', 'answered', 'overdue', 'q', 'status',
)  # fmt: skip


def conditions(wanted: DeskFilter, asking: Asking, *, user_id: int, now: datetime) -> list[str]:
    """The filter as conditions on the table `ticket`, without its statuses."""
    found = [f'ticket.{name} = {asking.value(value)}' for name, value in _equal(wanted, user_id).items()]
    if wanted.assignee == NOBODY:
        found.append('ticket.assignee_id IS NULL')
    if wanted.tag:
        tag = asking.value(folded(wanted.tag))
        found.append(
            'ticket.id IN (SELECT ticket_tag.ticket_id FROM ticket_tag '
            f'JOIN tag ON tag.id = ticket_tag.tag_id WHERE tag.folded = {tag})'
        )
    if wanted.answered:
        found.append('ticket.answered_at IS NOT NULL')
    if wanted.overdue:
        found.append(f"ticket.status <> 'done' AND {DUE} <= {asking.value(now)}")
    if wanted.text and wanted.text.strip():
        found.append(_says(wanted.text, asking))
    return found


def _equal(wanted: DeskFilter, user_id: int) -> dict[str, Any]:
    """The columns that have to have a certain value."""
    assignee = user_id if wanted.assignee == ME else wanted.assignee
    values = {
        'assignee_id': assignee if isinstance(assignee, int) else None,
        'company_id': wanted.company,
        'type': wanted.type,
        'impact': wanted.impact.value if wanted.impact else None,
        'os': wanted.os,
        'server_type': wanted.server_type,
    }
    return {name: value for name, value in values.items() if value is not None}


def _says(text: str, asking: Asking) -> str:
    """The ticket's number, or every word somewhere in its subject; a bare number may be either."""
    text = _text(text)
    number = loose_number(text)
    same = f'ticket.number = {asking.value(number)}' if number is not None else ''
    if same and not text.strip()[0].isdigit():
        return same
    words = [asking.value(f'%{_literally(word)}%') for word in folded(text).split()[:_MOST_WORDS]]
    said = ' AND '.join(f"ticket.subject_folded LIKE {word} ESCAPE '!'" for word in words) or '1 = 1'
    return f'({same} OR ({said}))' if same else said


def _literally(word: str) -> str:
    return word.replace('!', '!!').replace('%', '!%').replace('_', '!_')


def _text(value: Any) -> str:
    """A parameter as text that every database takes; what is no text is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ''
    return str(value).replace('\0', '').encode(errors='ignore').decode().strip()[:_LONGEST]


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and is_id(int(text)) else None


def _code(text: str) -> str | None:
    return text if text and text.isascii() and text.replace('_', '').isalnum() and len(text) <= 64 else None


def _assignee(text: str) -> Literal['me', 'none'] | int | None:
    if text == ME:
        return ME
    return NOBODY if text == NOBODY else _id(text)
