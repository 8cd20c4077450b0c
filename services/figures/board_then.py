"""What the board looked like at the end of a past day: every ticket that was open then, in the status that it had."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from models import Status, User
from models.order import FINISHED
from services import access
from services.actor import Actor
from services.desk.asking import Asking, Row, known
from services.figures.period import midnight
from services.lifecycle import UNFINISHED
from services.ticket_id import ticket_id

MOST = 50  # cards to a column
_STATUS_KINDS = "('filed', 'status', 'status_undone', 'merged')"


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
    """A status: how many tickets were in it, and those that were longest there."""

    status: Status
    count: int
    cards: tuple[CardThen, ...]


async def board_then(actor: Actor, day: date, zone: str, *, now: datetime | None = None) -> tuple[ColumnThen, ...]:
    """The board at the end of a day there, or as it is now if that is still to come. Raises NotFound for customers."""
    now = now or datetime.now(UTC)
    await access.staff(actor, now=now)
    moment = min(midnight(day + timedelta(days=1), zone), now)
    rows = await _standing(moment)
    shown = {status: [row for row in rows if row['status'] == status][:MOST] for status in UNFINISHED}
    counts = {status: sum(row['status'] == status for row in rows) for status in UNFINISHED}
    assignees = await _assignees([row['id'] for some in shown.values() for row in some], moment)
    return tuple(
        ColumnThen(status, counts[status], tuple(_card(row, assignees) for row in shown[status]))
        for status in UNFINISHED
    )


async def _standing(moment: datetime) -> Sequence[Row]:
    """The tickets that were open, longest in their status first.

    A ticket that is done and to which nothing public has happened since was done then already: every move is public.
    """
    asking = Asking()
    at = asking.value(moment)
    last = (
        'SELECT MAX(event.id) FROM ticket_event AS event WHERE event.ticket_id = ticket.id '
        f'AND event.kind IN {_STATUS_KINDS} AND event.to_status IS NOT NULL AND event.at < {at}'
    )
    return await asking.rows(
        'SELECT ticket.id, ticket.number, ticket.subject, company.name AS company, event.to_status AS status, '
        'event.at AS since FROM ticket LEFT JOIN company ON company.id = ticket.company_id '
        f'JOIN ticket_event AS event ON event.id = ({last}) '
        f'WHERE ticket.created_at < {at} AND ({FINISHED} = 0 OR ticket.updated_at >= {at}) '
        f"AND event.to_status <> 'done' ORDER BY event.at, ticket.id"
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
