"""Which tickets an agent wants to see: a filter that stands in the address, so that it can be kept and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

from models import ClosedBy, Impact, Status, User
from models.order import DUE
from services.desk.asking import Asking
from services.figures.period import Span
from services.figures.stood import Stood, last_move, may_have_stood
from services.search.filtering import said
from services.tickets.texts import folded, is_id

ME: Literal['me'] = 'me'
NOBODY: Literal['none'] = 'none'
_LONGEST = 200
_CODES = ('type', 'os', 'server_type')
_YES = '1'
REPLIES = {
    'opened': '(rating.opened_at IS NOT NULL OR EXISTS (SELECT 1 FROM read_mark '
    'WHERE read_mark.ticket_id = rating.ticket_id AND read_mark.user_id = rating.rater_id '
    'AND read_mark.event_id >= rating.done_event_id))',
    'rated': 'rating.rated_at IS NOT NULL',
}
"""What may have come of a question for a rating. Opening a mail's link stores nothing, for scanners open them too: a
question was seen when the one asked saw their ticket after its closing, or answered by the link."""

SPANS = ('created', 'done', 'closes', 'rated', 'asked')
FROM_FIGURES = (*SPANS, 'stood', 'stars', 'closed_by', 'reopened', 'reply')
"""Parameters that no field of the desk sets: behind them is a figure of the dashboards."""

_MOMENTS = {'created': 'created_at', 'done': 'done_at', 'closes': 'auto_close_at', 'rated': 'rated_at'}


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What is asked for; everything left out lets every ticket through.

    `assignee` is 'me', 'none' (nobody's) or a person's id, `company` 'none' (asked by staff) or an id, `requester` the
    id of who asked. `answered`: a customer spoke while feedback was awaited. `overdue`: its next time target has
    passed. `text` is a ticket's ID however written, or words that it has.
    Without `statuses` the board shows all columns and the queue what is not done. Spans of time ask when a ticket was
    filed, done, rated, asked about, or will close by itself; `stood` which status it had at a past moment; `reply` is
    what came of the question for a rating.
    """

    assignee: Literal['me', 'none'] | int | None = None
    company: Literal['none'] | int | None = None
    requester: int | None = None
    type: str | None = None
    impact: Impact | None = None
    os: str | None = None
    server_type: str | None = None
    tag: str | None = None
    answered: bool = False
    overdue: bool = False
    text: str | None = None
    statuses: tuple[Status, ...] = ()
    created: Span | None = None
    done: Span | None = None
    closes: Span | None = None
    rated: Span | None = None
    asked: Span | None = None
    stood: Stood | None = None
    reply: str | None = None
    stars: tuple[int, ...] = ()
    closed_by: ClosedBy | None = None
    reopened: bool = False
    said: str | None = field(default=None, compare=False, repr=False)
    """Where the text was looked up: the condition that it stands for."""

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> 'DeskFilter':
        """The filter in an address's parameters; unknown names and values that mean nothing are ignored."""
        given = {name: _text(parameters.get(name)) for name in _PARAMETERS}
        return cls(
            assignee=_assignee(given['assignee']),
            company=NOBODY if given['company'] == NOBODY else _id(given['company']),
            requester=_id(given['requester']),
            type=_code(given['type']),
            impact=Impact(given['impact']) if given['impact'] in tuple(Impact) else None,
            os=_code(given['os']),
            server_type=_code(given['server_type']),
            tag=given['tag'][:50] or None,
            answered=given['answered'] == _YES,
            overdue=given['overdue'] == _YES,
            text=given['q'] or None,
            statuses=tuple(status for status in Status if status in given['status'].split(',')),
            reply=given['reply'] if given['reply'] in REPLIES else None,
            stars=tuple(stars for stars in range(1, 6) if str(stars) in given['stars'].split(',')),
            closed_by=ClosedBy(given['closed_by']) if given['closed_by'] in tuple(ClosedBy) else None,
            reopened=given['reopened'] == _YES,
            created=Span.parse(given['created']),
            done=Span.parse(given['done']),
            closes=Span.parse(given['closes']),
            rated=Span.parse(given['rated']),
            asked=Span.parse(given['asked']),
            stood=Stood.parse(given['stood']),
        )

    def to_parameters(self) -> dict[str, str]:
        """The shortest parameters from which `from_parameters` makes this filter again."""
        found: dict[str, Any] = {
            'assignee': self.assignee,
            'company': self.company,
            'requester': self.requester,
            'type': self.type,
            'impact': self.impact,
            'os': self.os,
            'server_type': self.server_type,
            'tag': self.tag,
            'answered': _YES if self.answered else None,
            'overdue': _YES if self.overdue else None,
            'q': self.text,
            'status': ','.join(status for status in Status if status in self.statuses),
            'reply': self.reply,
            'stars': ','.join(map(str, self.stars)),
            'closed_by': self.closed_by,
            'reopened': _YES if self.reopened else None,
            'stood': self.stood,
            **{name: getattr(self, name) for name in SPANS},
        }
        return {name: str(value) for name, value in found.items() if value not in (None, '')}

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, field.name) == field.default for field in fields(self))

    def without_statuses(self) -> 'DeskFilter':
        return replace(self, statuses=())


_PARAMETERS = (
    'assignee', 'company', 'requester', 'type', 'impact', 'os', 'server_type', 'tag', 'answered', 'overdue', 'q',
    'status',
    *FROM_FIGURES,
)  # fmt: skip


async def looked_up(wanted: DeskFilter, user: User, *, now: datetime) -> DeskFilter:
    """The filter, with its text looked up in the index; before `conditions`.

    A text that speaks of statuses itself is asked of all of them, unless some were chosen.
    """
    if not (wanted.text and wanted.text.strip()):
        return wanted
    found = await said(user, wanted.text, now=now)
    statuses = tuple(Status) if found.names_status and not wanted.statuses else wanted.statuses
    return replace(wanted, said=found.condition, statuses=statuses)


def conditions(wanted: DeskFilter, asking: Asking, *, user_id: int, now: datetime) -> list[str]:
    """The filter as conditions on the table `ticket`, without its statuses."""
    found = [f'ticket.{name} = {asking.value(value)}' for name, value in _equal(wanted, user_id).items()]
    if wanted.assignee == NOBODY:
        found.append('ticket.assignee_id IS NULL')
    if wanted.company == NOBODY:
        found.append('ticket.company_id IS NULL')
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
        assert wanted.said is not None, 'looked_up() comes first'
        found.append(wanted.said)
    return found + _figured(wanted, asking)


def _figured(wanted: DeskFilter, asking: Asking) -> list[str]:
    """What is asked for by a figure."""
    found = [
        condition
        for name, column in _MOMENTS.items()
        if (span := getattr(wanted, name)) is not None
        for condition in within(f'ticket.{column}', span, asking)
    ]
    if wanted.stood:
        at = asking.value(wanted.stood.at)
        status = f'SELECT event.to_status FROM ticket_event AS event WHERE event.id = ({last_move(at)})'
        found += [may_have_stood(at), f'({status}) = {asking.value(wanted.stood.status.value)}']
    if wanted.stars:
        found.append(f'ticket.stars IN ({", ".join(map(str, wanted.stars))})')
    if wanted.closed_by:
        found.append(f'ticket.closed_by = {asking.value(wanted.closed_by.value)}')
    if wanted.reopened:
        found.append('ticket.reopenings > 0')
    if wanted.asked:
        asked = within('rating.asked_at', wanted.asked, asking)
        asked += [REPLIES[wanted.reply]] if wanted.reply else []
        found.append(f'ticket.id IN (SELECT rating.ticket_id FROM rating WHERE {" AND ".join(asked)})')
    return found


def within(column: str, span: Span, asking: Asking) -> list[str]:
    """The conditions that a moment lies in a span."""
    found = [f'{column} >= {asking.value(span.since)}'] if span.since else []
    return found + ([f'{column} < {asking.value(span.until)}'] if span.until else [])


def _equal(wanted: DeskFilter, user_id: int) -> dict[str, Any]:
    """The columns that have to have a certain value."""
    assignee = user_id if wanted.assignee == ME else wanted.assignee
    values = {
        'assignee_id': assignee if isinstance(assignee, int) else None,
        'company_id': wanted.company if isinstance(wanted.company, int) else None,
        'requester_id': wanted.requester,
        'type': wanted.type,
        'impact': wanted.impact.value if wanted.impact else None,
        'os': wanted.os,
        'server_type': wanted.server_type,
    }
    return {name: value for name, value in values.items() if value is not None}


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
