"""The board as one element: columns and cards are data; afterwards only the cards that have changed travel."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import json

from components.commands import Command, Commands
from components.icon import icon_href
from components.live import Told
from components.reader import reader
from components.shortcuts import LIST_DEEDS
from components.text import moment, t, words
from components.theme import STATUS_ICONS
from components.ticket_data import person_data, sprite
from models import Impact, Role, Status
from services.desk.board import Column
from services.desk.cards import Card, Somebody
from services.desk.presence import Present
from services.lifecycle import Part
from services.ticket_id import ticket_id
from services.tickets.refusing import no_such_move
from services.tickets.views import PersonView

OLDER = '/queue?status=done'
ASKS = (Status.AWAITING_FEEDBACK, Status.REOPENED, Status.DONE)  # before a move to these something is asked

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BoardActions:
    """What a person asks for on the board. Everything in it comes from a browser: the services decide."""

    move: Callable[[str, str, int], Awaitable[None]]
    place: Callable[[str, str], Awaitable[None]]
    unplace: Callable[[str], Awaitable[None]]
    take: Callable[[str], Awaitable[None]]
    more: Callable[[str], Awaitable[None]]


class Board(Told, component='board.js', esm={'ticket-parts': 'ticket_parts', 'board-parts': 'board_parts'}):
    """Seven columns of cards. It remembers of each card only which one the browser has, not what is on it."""

    def __init__(
        self,
        columns: Sequence[Column],
        kinds: Mapping[str, tuple[str, str]],
        present: Mapping[int, Sequence[Present]],
        hours: Mapping[str, Any],
        do: BoardActions,
    ) -> None:
        """:param kinds: word and icon of each kind of request
        :param present: who else is at which ticket, by its number
        :param hours: when support works, of `working_time`
        """
        super().__init__()
        self._sent: dict[int, int] = {}
        self.tell(
            statuses=tuple(_status(status) for status in Status),
            kinds={code: {'label': label, 'icon': icon_href(icon)} for code, (label, icon) in kinds.items()},
            impacts={impact.value: t(f'impact.{impact.value}') for impact in Impact},
            hours=hours,
            words=words('board.words'),
            language=reader().language,
            sprite=sprite(),
            columns=json.dumps(self._columns(columns)),  # as text: NiceGUI would watch every card of a list for changes
            present=_present(present),
        )
        Commands(*_commands())
        self.on('ready', self._arrived, args=[])
        self.hear('move', do.move, id=str, to=str, version=int)
        self.hear('place', do.place, id=str, before=str)
        self.hear('unplace', do.unplace, id=str)
        self.hear('take', do.take, id=str)
        self.hear('more', do.more, status=str)

    def fill(self, columns: Sequence[Column]) -> None:
        """Show another board."""
        self._sent.clear()
        self._run('fill', self._columns(columns))

    def renew(self, columns: Sequence[Column]) -> None:
        """The same board, read again as far as it is shown: only differences travel."""
        cards = [card for column in columns for card in column.cards]
        known = {card.pk for card in cards}
        for pk in self._sent.keys() - known:
            del self._sent[pk]
        order = {column.status.value: [card.pk for card in column.cards] for column in columns}
        self._run('renew', {'cards': self._fresh(cards), 'order': order, 'heads': _heads(columns, following=True)})

    def patch(self, cards: Mapping[int, Card | None], columns: Iterable[Column]) -> None:
        """Show these cards as they are now (None: not here any more)."""
        fresh = self._fresh([card for card in cards.values() if card])
        gone = [pk for pk, card in cards.items() if card is None and self._sent.pop(pk, None) is not None]
        self._run('patch', {'cards': fresh, 'gone': gone, 'heads': _heads(columns)})

    def gather(self, present: Mapping[int, Sequence[Present]]) -> None:
        """Show who else is at which ticket now."""
        self._run('gather', _present(present))

    def append(self, status: Status, cards: Sequence[Card], following: str | None) -> None:
        """The next cards of a column."""
        rows = [_row(card) for card in cards]
        self._remember(rows)
        self._run('append', {'status': status.value, 'cards': rows, 'more': following is not None})

    def settle(self, ref: str) -> None:
        """What was asked for this card is answered: it stands where the server says."""
        self._run('settle', ref)

    def _columns(self, columns: Sequence[Column]) -> list[dict[str, Any]]:
        found = []
        for column in columns:
            rows = [_row(card) for card in column.cards]
            self._remember(rows)
            found.append({'status': column.status.value, 'cards': rows} | _head(column) | {'more': bool(column.next)})
        return found

    def _fresh(self, cards: Sequence[Card]) -> list[Row]:
        rows = [_row(card) for card in cards]
        fresh = [row for row in rows if self._sent.get(row['pk']) != _mark(row)]
        self._remember(fresh)
        return fresh

    def _remember(self, rows: Iterable[Row]) -> None:
        self._sent |= {row['pk']: _mark(row) for row in rows}

    def _arrived(self) -> None:
        """The browser has them; kept here they would be half a megabyte for every open board."""
        with self._props.suspend_updates():
            self._props['columns'] = None

    def _run(self, method: str, *arguments: Any) -> None:
        if not self.is_deleted:
            self.run_method(method, *arguments)


def _status(status: Status) -> dict[str, Any]:
    why = {before.value: _why_not(before, status) for before in Status if before is not status}
    return {
        'code': status.value,
        'label': t(f'status.{status.value}'),
        'icon': icon_href(STATUS_ICONS[status]),
        'older': OLDER if status is Status.DONE else None,
        'note': t('board.last_week') if status is Status.DONE else None,
        'why': why,
        'asks': status in ASKS,
    }


def _why_not(status: Status, target: Status) -> str:
    refusal = no_such_move(status, target, frozenset({Part.STAFF}))
    return t(refusal.key, **refusal.values)


def _heads(columns: Iterable[Column], *, following: bool = False) -> dict[str, dict[str, Any]]:
    return {
        column.status.value: _head(column) | ({'more': bool(column.next)} if following else {}) for column in columns
    }


def _head(column: Column) -> dict[str, Any]:
    oldest = column.oldest_since
    return {'count': column.count, 'oldest': oldest.isoformat() if oldest else None}


def _row(card: Card) -> Row:
    return {
        'pk': card.pk,
        'id': card.id,
        'version': card.version,
        'subject': card.subject,
        'type': card.type,
        'impact': card.impact.value if card.impact else None,
        'company': card.company.name if card.company else None,
        'requester': card.requester.name,
        'assignee': person_data(PersonView(card.assignee.id, card.assignee.name, Role.AGENT))
        if card.assignee
        else None,
        'status': card.status.value,
        'since': _time(card.status_since),
        'waiting': card.waiting,
        'answered': card.answered,
        'unread': card.unread,
        'closes': _time(card.auto_close_at) if card.auto_close_at else None,
        'due': _due(card),
        'tags': list(card.tags),
        'moves': [to.value for to in card.moves],
        'takeable': card.status is not Status.DONE and (card.assignee is None or card.assignee.id != reader().user_id),
        'order': card.order,
        'placed': card.placed,
    }


def _person(somebody: Somebody) -> Row:
    return person_data(PersonView(somebody.id, somebody.name, Role.AGENT))


def _time(at: datetime) -> dict[str, str]:
    return {'iso': at.isoformat(), 'exact': moment(at)}


def _due(card: Card) -> Row | None:
    if card.due_at is None:
        return None
    kind = 'respond' if card.due_at == card.respond_due_at else 'solve'
    return {'at': _time(card.due_at), 'what': t(f'board.due.{kind}')}


def _present(present: Mapping[int, Sequence[Present]]) -> dict[str, list[Row]]:
    return {
        ticket_id(number): [{'person': person_data(one.person), 'typing': one.typing} for one in people]
        for number, people in present.items()
    }


def _mark(row: Row) -> int:
    return hash(repr(row))


def _commands() -> list[Command]:
    """For the list of shortcuts and for those keys that the board leaves to the portal's table."""
    said = {'list.next': 'next', 'list.previous': 'previous', 'board.menu': 'menu'}
    said |= {f'list.{deed}': deed for deed in LIST_DEEDS}
    said |= {'board.walk': 'walk', 'board.carry': 'carry'}
    return [Command(name, t(f'shortcuts.command.{key}'), listed=False) for name, key in said.items()]
