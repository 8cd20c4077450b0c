"""Which tickets stand in a column, as queries for its parts: put to the top by hand, ruled, put to the end by hand."""

from datetime import datetime, timedelta

from models import Status, User
from services.desk.asking import Asking
from services.desk.filters import DeskFilter, conditions
from services.desk.ordering import HEAD, RULED, Place, after, ordered_by

DONE_FOR = timedelta(days=7)
"""How long a done ticket stays on the board."""


def statuses(wanted: DeskFilter) -> tuple[Status, ...]:
    return tuple(status for status in Status if not wanted.statuses or status in wanted.statuses)


def in_column(status: Status, asking: Asking, now: datetime) -> str:
    """The condition that a ticket stands in a column; a merged one is done and stands nowhere."""
    if status is not Status.DONE:
        return f"ticket.status = '{status.value}'"
    week = asking.value(now - DONE_FOR)
    return f"ticket.status = 'done' AND ticket.done_at >= {week} AND ticket.merged_into_id IS NULL"


def piece(
    status: Status,
    part: int,
    asking: Asking,
    user: User,
    wanted: DeskFilter,
    *,
    now: datetime,
    limit: int,
    start: Place | None = None,
) -> str:
    """The query for the ids of one part of a column."""
    found = [in_column(status, asking, now), *conditions(wanted, asking, user_id=user.id, now=now)]
    me = asking.value(user.id)
    if part == RULED:
        own = f'SELECT 1 FROM card_place WHERE card_place.user_id = {me} AND card_place.ticket_id = ticket.id'
        found += [f'NOT EXISTS ({own})', *(after(status, start, asking) if start else [])]
        query = f'SELECT id FROM ticket WHERE {" AND ".join(found)} ORDER BY {ordered_by(status)} LIMIT {limit}'
        return f'SELECT * FROM ({query}) ruled'
    side = '<' if part == HEAD else '>'
    found.append(f'card_place.user_id = {me} AND card_place.place {side} 0')
    if start and start.values:
        found.append(f'(card_place.place, ticket.id) > {asking.row(start.values)}')
    query = (
        'SELECT ticket.id FROM card_place JOIN ticket ON ticket.id = card_place.ticket_id '
        f'WHERE {" AND ".join(found)} ORDER BY card_place.place, ticket.id LIMIT {limit}'
    )
    return f'SELECT * FROM ({query}) placed'
