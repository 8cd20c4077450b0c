"""Which tickets stand in a column, as queries: how many, and by parts: put to the top, ruled, put to the end."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from models import Status, User
from models.counted import DONE
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
    return f"ticket.status = 'done' AND {_done_lately(asking, now)}"


def counted(status: Status, asking: Asking, filtered: Iterable[str], now: datetime) -> str:
    """The query for how many tickets stand in a column, of those that fulfil the conditions, and since when the oldest.

    What was done lately grows with the portal, unlike what is open: it is counted in an index that holds all of it, and
    no ticket is read. There a `done_at` says that a ticket is done, and since when.
    """
    if status is Status.DONE:
        since, source, found = 'done_at', f'ticket {asking.by(DONE)}', _done_lately(asking, now)
    else:
        since, source, found = 'status_since', 'ticket', in_column(status, asking, now)
    return (
        f"SELECT '{status.value}' AS status, count(*) AS total, min({since}) AS oldest "
        f'FROM {source} WHERE {" AND ".join([found, *filtered])}'
    )


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


def _done_lately(asking: Asking, now: datetime) -> str:
    return f'ticket.done_at >= {asking.value(now - DONE_FOR)} AND ticket.merged_into_id IS NULL'
