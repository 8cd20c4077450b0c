"""What a ticket keeps for the figures beside its history, and whether both still say the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.desk.asking import Asking
from services.ticket_id import ticket_id

_LENGTHS = {'first_response_at': 'answer_took', 'done_at': 'solution_took'}
MOMENTS = tuple(_LENGTHS)
_MOST = 20  # tickets that a check names

_NEWEST = 'SELECT MAX(id) FROM rating WHERE ticket_id = ticket.id AND stars IS NOT NULL'
_REOPENED = (
    "SELECT COALESCE(SUM(CASE WHEN kind = 'status' AND to_status = 'reopened' THEN 1 "
    "WHEN kind = 'status_undone' AND from_status = 'reopened' THEN -1 ELSE 0 END), 0) "
    'FROM ticket_event WHERE ticket_id = ticket.id'
)


def lengths(created_at: datetime, changes: Mapping[str, Any]) -> dict[str, int | None]:
    """How many seconds the answer and the solution took, for those of their moments that change."""
    return {took: _seconds(created_at, changes[at]) for at, took in _LENGTHS.items() if at in changes}


async def differences() -> list[str]:
    """Tickets whose kept figures are not those of their ratings and events, one sentence each."""
    asking = Asking()
    created = asking.seconds('ticket.created_at')
    lengths_differ = ' OR '.join(
        f'COALESCE({took}, -1) <> COALESCE({asking.seconds(f"ticket.{at}")} - {created}, -1)'
        for at, took in _LENGTHS.items()
    )
    rows = await asking.rows(
        'SELECT ticket.number AS number FROM ticket LEFT JOIN rating ON rating.id = '
        f'({_NEWEST}) WHERE COALESCE(ticket.stars, 0) <> COALESCE(rating.stars, 0) '
        'OR (ticket.rated_at IS NULL) <> (rating.id IS NULL) OR ticket.rated_at <> rating.rated_at '
        f'OR ticket.reopenings <> ({_REOPENED}) OR {lengths_differ} ORDER BY ticket.number LIMIT {_MOST}'
    )
    return [f'the figures of {ticket_id(row["number"])} are not those of its history' for row in rows]


def _seconds(since: datetime, until: datetime | None) -> int | None:
    return int(until.timestamp()) - int(since.timestamp()) if until else None
