"""The queue as one element: its rows are data, patched row by row; what is selected lives in the browser."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui.events import GenericEventArguments

from components.commands import Command, Commands
from components.live import Told
from components.reader import reader
from components.shortcuts import LIST_DEEDS
from components.text import t, words
from components.theme import STATUS_ICONS
from components.ticket_data import person_data, sprite, time_data
from models import Role, Status
from services.desk.cards import Card
from services.desk.queue import MOST_AT_ONCE, Sort
from services.tickets.views import PersonView

Row = dict[str, Any]

COLUMNS: tuple[tuple[str, Sort | None, bool], ...] = (
    ('status', None, True),
    ('impact', Sort.IMPACT, True),
    ('due', Sort.DUE, True),
    ('company', None, True),
    ('requester', None, False),
    ('assignee', None, True),
    ('type', None, False),
    ('os', None, False),
    ('server_type', None, False),
    ('tags', None, False),
    ('since', Sort.SINCE, False),
    ('created', Sort.CREATED, False),
    ('updated', Sort.UPDATED, True),
)
"""Beside number and subject: code, what it is sorted by, and whether it is shown until somebody chooses."""

CODES = frozenset(code for code, _, _ in COLUMNS)
DESCENDING = frozenset({Sort.NUMBER, Sort.UPDATED, Sort.CREATED})
"""Sorts that begin with the newest, as the service means them."""


_FEW, _STEP = 20, 5  # tickets


@dataclass(frozen=True, slots=True)
class QueueActions:
    """What a person asks for in the table; everything in it comes from a browser."""

    more: Callable[[], Awaitable[None]]
    sort: Callable[[str, bool], Awaitable[None]]
    columns: Callable[[str], Awaitable[None]]
    bulk: Callable[[str, str, list[str]], Awaitable[None]]
    everything: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Worded:
    """How codes of answers are called for the reader."""

    type: Mapping[str, str]
    os: Mapping[str, str]
    server_type: Mapping[str, str]


class QueueTable(Told, component='queue_table.js', esm={'ticket-parts': 'ticket_parts'}):
    """`show` sends the differences; the browser keeps the selection, and asks by `QueueActions`."""

    def __init__(
        self,
        worded: Worded,
        agents: Mapping[str, str],
        hours: Mapping[str, Any],
        do: QueueActions,
        *,
        columns: str,
        sort: Sort,
        descending: bool,
    ) -> None:
        """:param hours: when support works, of `working_time`
        :param columns: codes with commas between, '' for what the person chose in this browser
        """
        super().__init__()
        self._worded = worded
        self._do = do
        self._sent: dict[str, int] = {}
        self._order: list[str] = []
        self._state: tuple[Any, ...] = ()
        self._drawn = False
        self.tell(
            label=t('list.queue'),
            columns=_columns(),
            wanted=columns,
            user=reader().user_id,
            sort=sort.value,
            descending=descending,
            rows=(),
            more=False,
            statuses={
                status.value: {'label': t(f'status.{status.value}'), 'icon': STATUS_ICONS[status]} for status in Status
            },
            agents={**agents, 'none': t('queue.nobody')},
            moves={status.value: t(f'status.{status.value}') for status in Status if status is not Status.OPEN},
            tags=(),
            hours=hours,
            words=words('queue.words'),
            language=reader().language,
            sprite=sprite(),
        )
        self.on('ready', self._arrived, args=[])
        self.on('more', do.more, args=[])
        self.on('everything', do.everything, args=[])
        self.hear('sort', do.sort, sort=str, again=bool)
        self.hear('columns', do.columns, columns=str)
        self.on('bulk', self._asked, [None])
        Commands(
            Command('list.next', t('shortcuts.command.next'), listed=False),
            Command('list.previous', t('shortcuts.command.previous'), listed=False),
            *(Command(f'list.{deed}', t(f'shortcuts.command.{deed}'), listed=False) for deed in LIST_DEEDS),
            Command('queue.move', t('shortcuts.command.move'), listed=False),
        )

    def show(self, cards: Sequence[Card], *, more: bool, say: str = '', fresh: bool = False) -> None:
        """Show these; of what is there already only the differences travel. `fresh`: of another filter."""
        rows = [self._row(card) for card in cards]
        marks = {row['id']: hash(repr(row)) for row in rows}
        changed = [row for row in rows if self._sent.get(row['id']) != marks[row['id']]]
        order = list(marks)
        same = not changed and order == self._order and self._state == (more,)
        self._sent, self._order, self._state = marks, order, (more,)
        if not self._drawn:
            self._drawn = True
            self.tell(rows=tuple(rows), more=more)
        elif not self.is_deleted and not (same and not say):
            self.run_method('show', {'changed': changed, 'order': order, 'more': more, 'say': say, 'fresh': fresh})

    def use(self, columns: str, sort: Sort, descending: bool) -> None:
        """Show these columns ('' leaves them), sorted like this."""
        self.run_method('use', {'columns': columns, 'sort': sort.value, 'descending': descending})

    def select(self, ids: Iterable[str]) -> None:
        self.run_method('select', list(ids))

    def settle(self, refused: Iterable[str] | None) -> None:
        """What was asked is answered: only those that refused stay selected; None leaves all of them."""
        if not self.is_deleted:
            self.run_method('settle', None if refused is None else list(refused))

    def progress(self, done: int, total: int) -> None:
        """So many of so many have had their turn; few are done before one could read it."""
        if total > _FEW and done % _STEP == 0 and not self.is_deleted:
            self.run_method('progress', done, total)

    def suggest_tags(self, names: Iterable[str]) -> None:
        self.tell(tags=tuple(names))

    def _arrived(self) -> None:
        """The browser has the rows; kept here they would only cost memory."""
        with self._props.suspend_updates():
            self._props['rows'] = None

    async def _asked(self, event: GenericEventArguments) -> None:
        given = event.args if isinstance(event.args, dict) else {}
        what, value, ids = given.get('what'), given.get('value'), given.get('ids')
        if isinstance(what, str) and isinstance(value, str) and isinstance(ids, list):
            await self._do.bulk(what, value, [id for id in ids[:MOST_AT_ONCE] if isinstance(id, str)])

    def _row(self, card: Card) -> Row:
        assignee = card.assignee
        due = card.due_at
        return {
            'id': card.id,
            'href': f'/tickets/{card.id}',
            'subject': card.subject,
            'type': self._worded.type.get(card.type, card.type),
            'status': card.status.value,
            'impact': t(f'impact.{card.impact.value}') if card.impact else '',
            'impact_code': card.impact.value if card.impact else '',
            'company': card.company.name if card.company else '',
            'requester': card.requester.name,
            'assignee': person_data(PersonView(assignee.id, assignee.name, Role.AGENT)) if assignee else None,
            'os': self._worded.os.get(card.os or '', card.os or ''),
            'server_type': self._worded.server_type.get(card.server_type or '', card.server_type or ''),
            'tags': list(card.tags),
            'due': {'at': time_data(due), 'what': t(f'board.due.{_target(card)}')} if due else None,
            'since': time_data(card.status_since),
            'created': time_data(card.created_at),
            'updated': time_data(card.updated_at),
            'waiting': card.waiting,
            'answered': card.answered,
            'unread': card.unread,
        }


def _columns() -> tuple[Row, ...]:
    return tuple(
        {'code': code, 'label': t(f'queue.column.{code}'), 'sort': sort.value if sort else None, 'usual': usual}
        for code, sort, usual in COLUMNS
    )


def _target(card: Card) -> str:
    return 'respond' if card.due_at == card.respond_due_at else 'solve'
