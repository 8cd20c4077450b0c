"""Cards: a ticket with all that the board shows of it, read in two queries for as many as there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from models import Impact, Status, User
from services.desk.asking import Asking, Row, known, moment
from services.desk.ordering import next_due, sort_key
from services.lifecycle import Need, Part, moves_from
from services.ticket_id import ticket_id


class Somebody(NamedTuple):
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket on the board or in the queue.

    `waiting`: the last word that everybody may read is a customer's. `answered`: a customer spoke since feedback is
    awaited. `overdue`: `due_at`, the next of the two time targets, has passed. `moves` are the columns that may take
    the card, `needs_comment` those of them that ask for a comment. Cards of one column sort by `order`, as text.
    """

    id: str
    number: int
    pk: int
    version: int
    subject: str
    type: str
    impact: Impact | None
    company: Somebody | None
    requester: Somebody
    assignee: Somebody | None
    status: Status
    status_since: datetime
    created_at: datetime
    updated_at: datetime
    done_at: datetime | None
    os: str | None
    server_type: str | None
    waiting: bool
    answered: bool
    unread: bool
    auto_close_at: datetime | None
    respond_due_at: datetime | None
    solve_due_at: datetime | None
    due_at: datetime | None
    respond_breached: bool
    solve_breached: bool
    overdue: bool
    tags: tuple[str, ...]
    moves: tuple[Status, ...]
    needs_comment: tuple[Status, ...]
    order: str
    last_event_id: int
    placed: bool


_COLUMNS = (
    'id', 'number', 'version', 'subject', 'type', 'impact', 'status', 'status_since', 'created_at', 'updated_at',
    'done_at', 'os', 'server_type', 'answered_at', 'auto_close_at', 'first_response_at', 'respond_due_at',
    'solve_due_at', 'respond_breached_at', 'solve_breached_at', 'last_event_id', 'company_id', 'requester_id',
    'assignee_id',
)  # fmt: skip

_SPEAKER = (
    '(SELECT speaker.role FROM ticket_event event JOIN user_account speaker ON speaker.id = event.actor_id '
    'WHERE event.ticket_id = ticket.id AND NOT event.internal '
    "AND (event.kind IN ('filed', 'commented', 'attached') OR event.comment_id IS NOT NULL) "
    'ORDER BY event.id DESC LIMIT 1)'
)


async def read_rows(chosen: str, asking: Asking, user: User | None) -> list[Row]:
    """What cards are made of, for the tickets whose ids the query `chosen` gives; in no order.

    :param user: whose cards they are; without one, `owned` completes them for each of several people
    """
    columns = ', '.join(f'ticket.{name}' for name in _COLUMNS)
    own, joined = _own(asking.value(user.id)) if user else ('NULL AS read_up_to, NULL AS place', '')
    rows = await asking.rows(
        f'SELECT {columns}, requester.name AS requester, requester.role AS requester_role, company.name AS company, '
        f'assignee.name AS assignee, {own}, '
        f'{_SPEAKER} AS speaker FROM ({chosen}) chosen JOIN ticket ON ticket.id = chosen.id '
        'JOIN user_account requester ON requester.id = ticket.requester_id '
        'LEFT JOIN user_account assignee ON assignee.id = ticket.assignee_id '
        f'LEFT JOIN company ON company.id = ticket.company_id {joined}'
    )
    tags = await tags_of(row['id'] for row in rows)
    return [{**row, 'tags': tags.get(row['id'], ())} for row in rows]


async def owned(rows: Sequence[Row], user: User) -> list[Row]:
    """Rows that were read for everybody, with how far this person has read and where they put the cards."""
    if not rows:
        return []
    asking = Asking()
    own, joined = _own(asking.value(user.id))
    condition = asking.among('ticket.id', [row['id'] for row in rows])
    found = await asking.rows(f'SELECT ticket.id, {own} FROM ticket {joined} WHERE {condition}')
    mine = {row['id']: row for row in found}
    return [{**row, **mine[row['id']]} for row in rows if row['id'] in mine]


def _own(me: str) -> tuple[str, str]:
    """What of a card is one person's own, and the tables in which it stands."""
    tables = [
        f'LEFT JOIN {table} ON {table}.ticket_id = ticket.id AND {table}.user_id = {me}'
        for table in ('read_mark', 'card_place')
    ]
    return 'read_mark.event_id AS read_up_to, card_place.place AS place', ' '.join(tables)


def make(rows: Sequence[Row], user: User, *, now: datetime) -> list[Card]:
    """Cards of rows, in their order."""
    return [_card(row, user.id, now) for row in rows]


async def tags_of(ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The names of the tags that tickets have, by name."""
    asking = Asking()
    condition = asking.among('ticket_tag.ticket_id', ids)
    rows = await asking.rows(
        'SELECT ticket_tag.ticket_id, tag.name FROM ticket_tag JOIN tag ON tag.id = ticket_tag.tag_id '
        f'WHERE {condition} ORDER BY tag.folded'
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row['ticket_id']] = (*found.get(row['ticket_id'], ()), row['name'])
    return found


def _card(row: Row, reader: int, now: datetime) -> Card:
    status = Status(row['status'])
    done = status is Status.DONE
    due = None if done else next_due(row)
    moves, needs_comment = _moves(status, row['requester_id'] == reader)
    return Card(
        id=ticket_id(row['number']),
        number=row['number'],
        pk=row['id'],
        version=row['version'],
        subject=row['subject'],
        type=row['type'],
        impact=Impact(row['impact']) if row['impact'] else None,
        company=_somebody(row, 'company'),
        requester=Somebody(row['requester_id'], row['requester']),
        assignee=_somebody(row, 'assignee'),
        status=status,
        status_since=known(row['status_since']),
        created_at=known(row['created_at']),
        updated_at=known(row['updated_at']),
        done_at=moment(row['done_at']),
        os=row['os'],
        server_type=row['server_type'],
        waiting=not done and (row['speaker'] or row['requester_role']) == 'customer',
        answered=row['answered_at'] is not None,
        unread=row['last_event_id'] > (row['read_up_to'] or 0),
        auto_close_at=moment(row['auto_close_at']),
        respond_due_at=moment(row['respond_due_at']),
        solve_due_at=moment(row['solve_due_at']),
        due_at=due,
        respond_breached=row['respond_breached_at'] is not None,
        solve_breached=row['solve_breached_at'] is not None,
        overdue=due is not None and due <= now,
        tags=row['tags'],
        moves=moves,
        needs_comment=needs_comment,
        order=sort_key(row, row['place']),
        last_event_id=row['last_event_id'],
        placed=bool(row['place']),
    )


def _somebody(row: Row, part: str) -> Somebody | None:
    id: Any = row[f'{part}_id']
    return Somebody(id, row[part]) if id is not None else None


@cache
def _moves(status: Status, own: bool) -> tuple[tuple[Status, ...], tuple[Status, ...]]:
    """Where an agent may move a ticket, in the order of the columns, and which of these moves ask for a comment."""
    parts = frozenset({Part.STAFF, Part.REQUESTER} if own else {Part.STAFF})
    needs = {move.target: Need.COMMENT in move.needs for move in moves_from(status, parts)}
    targets = tuple(target for target in Status if target in needs)
    return targets, tuple(target for target in targets if needs[target])
