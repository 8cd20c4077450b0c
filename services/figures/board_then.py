"""What the board looked like at the end of a past day: every ticket that was open then, in the status that it had."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from models import Status, User
from services import access
from services.actor import Actor
from services.desk.asking import Asking, Row, known
from services.desk.filters import DeskFilter, conditions
from services.figures.period import midnight
from services.figures.stood import Stood, last_move, may_have_stood
from services.figures.wanted import queue_address
from services.lifecycle import UNFINISHED
from services.ticket_id import ticket_id

MOST = 50  # cards to a column

_EVERY = tuple(Status)


@dataclass(frozen=True, slots=True)
class CardThen:
    """A ticket as it stood; its subject and company are today's."""

    id: str
    subject: str
    company: str | None
    assignee: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class ColumnThen:
    """A status: how many tickets were in it, those that were longest there, and the address of all of them."""

    status: Status
    count: int
    cards: tuple[CardThen, ...]
    href: str


async def board_then(
    actor: Actor, day: date, zone: str, tickets: DeskFilter | None = None, *, now: datetime | None = None
) -> tuple[ColumnThen, ...]:
    """The board at the end of a day there, or as it is now if that is still to come. Raises NotFound for customers.

    :param tickets: which of the tickets count; all of them without it
    """
    now = now or datetime.now(UTC)
    user = await access.staff(actor, now=now)
    end, tickets = midnight(day + timedelta(days=1), zone), tickets or DeskFilter()
    rows = await _standing(end, tickets, user, now)
    shown = {status: [row for row in rows if row['status'] == status][:MOST] for status in UNFINISHED}
    counts = {status: sum(row['status'] == status for row in rows) for status in UNFINISHED}
    assignees = await _assignees([row['id'] for some in shown.values() for row in some], end)
    return tuple(
        ColumnThen(
            status,
            counts[status],
            tuple(_card(row, assignees) for row in shown[status]),
            stood_address(tickets, status, end),
        )
        for status in UNFINISHED
    )


def stood_address(tickets: DeskFilter, status: Status, at: datetime) -> str:
    """The address of the queue with those of the tickets that were in that status at a moment."""
    return queue_address(tickets, statuses=_EVERY, stood=Stood(status, at))


async def _standing(moment: datetime, tickets: DeskFilter, user: User, now: datetime) -> Sequence[Row]:
    """The tickets that were open, longest in their status first."""
    asking = Asking()
    at = asking.value(moment)
    where = ' AND '.join([may_have_stood(at), *conditions(tickets, asking, user_id=user.id, now=now)])
    return await asking.rows(
        'SELECT ticket.id, ticket.number, ticket.subject, company.name AS company, event.to_status AS status, '
        'event.at AS since FROM ticket LEFT JOIN company ON company.id = ticket.company_id '
        f'JOIN ticket_event AS event ON event.id = ({last_move(at)}) '
        f"WHERE {where} AND event.to_status <> 'done' ORDER BY event.at, ticket.id"
    )


async def _assignees(ids: Sequence[int], moment: datetime) -> Mapping[int, str]:
    """Who looked after each of the tickets then."""
    asking = Asking()
    newest = (
        f'SELECT MAX(id) FROM ticket_event WHERE {asking.among("ticket_id", ids)} '
        f"AND kind = 'assigned' AND at < {asking.value(moment)} GROUP BY ticket_id"
    )
    rows = await asking.rows(f'SELECT ticket_id, details FROM ticket_event WHERE id IN ({newest})')
    given = {row['ticket_id']: _details(row['details']).get('user') for row in rows}
    people = await User.filter(id__in=list({id for id in given.values() if id is not None}))
    names = {user.id: user.name for user in people}
    return {ticket: names[user] for ticket, user in given.items() if user in names}


def _details(stored: object) -> Mapping[str, int | None]:
    found: Mapping[str, int | None] = json.loads(stored) if isinstance(stored, str) else stored  # type: ignore[assignment]
    return found


def _card(row: Row, assignees: Mapping[int, str]) -> CardThen:
    return CardThen(
        ticket_id(row['number']), row['subject'], row['company'], assignees.get(row['id']), known(row['since'])
    )
