"""The board: seven columns with their counts and first cards, more of one column, and what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import Status, User
from services import access, jointly
from services.actor import Actor
from services.desk.asking import Asking, Row, moment
from services.desk.cards import Card, make, owned, read_rows
from services.desk.filters import ME, DeskFilter, conditions, looked_up
from services.desk.ordering import HEAD, RULED, TAIL, column_place, cursor, place_of
from services.desk.pieces import counted, in_column, piece, statuses
from services.tickets.texts import is_id
from services.tickets.views import Page

FIRST = 30
MOST_CHANGES = 200
_MOST_EVENTS = 5 * MOST_CHANGES
_LATECOMERS = 100  # events whose transaction may have committed after that of a later event
_LATENESS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Column:
    """A status: how many tickets it has (of those the filter lets through), since when the oldest, and the first cards.

    'Done' counts and shows the last seven days. `next` is the cursor for `column`, None when all cards are here.
    """

    status: Status
    count: int
    oldest_since: datetime | None
    cards: tuple[Card, ...] = ()
    next: str | None = None


@dataclass(frozen=True, slots=True)
class BoardView:
    """The whole board. `version` is what to hand to `changes`."""

    columns: tuple[Column, ...]
    version: int


@dataclass(frozen=True, slots=True)
class _News:
    """The same for all boards of one filter: what they have in common is read once for them."""

    version: int
    columns: tuple[Column, ...]
    pks: Sequence[int] = ()
    rows: Sequence[Row] = ()
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since a version: the cards of changed tickets (None: no longer here), and the columns' counts.

    `too_many`: read the whole board instead; then `cards` is empty.
    """

    version: int
    cards: dict[int, Card | None]
    columns: tuple[Column, ...]
    too_many: bool = False


async def board(actor: Actor, wanted: DeskFilter | None = None, *, now: datetime | None = None) -> BoardView:
    """The columns that the filter asks for, all seven by default. Raises NotFound for customers."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    wanted = await looked_up(wanted or DeskFilter(), user, now=now)
    version = await _version()
    columns = await _counted(user, wanted, now)
    asking = Asking()
    parts = await _parts(user)
    pieces = [
        piece(column.status, part, asking, user, wanted, now=now, limit=FIRST + 1)
        for column in columns
        if column.count
        for part in parts[column.status]
    ]
    rows = await read_rows(' UNION ALL '.join(pieces), asking, user) if pieces else []
    made = make(rows, user, now=now)
    by_status: dict[Status, list[tuple[Card, Row]]] = {}
    for card, row in sorted(zip(made, rows, strict=True), key=lambda pair: pair[0].order):
        by_status.setdefault(card.status, []).append((card, row))
    return BoardView(tuple(_filled(column, by_status.get(column.status, [])) for column in columns), version)


async def column(
    actor: Actor, wanted: DeskFilter, status: Status, after: str | None = None, *, now: datetime | None = None
) -> Page[Card]:
    """More cards of a column, beginning after a cursor. Raises NotFound for customers, Invalid for 'cursor'."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    wanted = await looked_up(wanted, user, now=now)
    start = column_place(status, after)
    asking = Asking()
    parts = [part for part in (await _parts(user))[status] if part >= start.part]
    if not parts:
        return Page((), None)
    pieces = [
        piece(status, part, asking, user, wanted, now=now, limit=FIRST + 1, start=start if part == start.part else None)
        for part in parts
    ]
    rows = await read_rows(' UNION ALL '.join(pieces), asking, user)
    made = make(rows, user, now=now)
    pairs = sorted(zip(made, rows, strict=True), key=lambda pair: pair[0].order)
    shown = pairs[:FIRST]
    return Page(tuple(card for card, _ in shown), _next(shown) if len(pairs) > FIRST else None)


async def changes(actor: Actor, wanted: DeskFilter | None, since: int, *, now: datetime | None = None) -> Changes:
    """What the board of this filter has to redraw since it had that version. Raises NotFound for customers."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    wanted = await looked_up(wanted or DeskFilter(), user, now=now)
    mine = user.id if wanted.assignee == ME else None
    key = ('board', since, wanted, wanted.said, mine, int(now.timestamp()))
    news = await jointly.read(key, lambda: _news(user, wanted, since, now), 'staff')
    made = make(await owned(news.rows, user), user, now=now)
    changed = dict.fromkeys(news.pks) | {card.pk: card for card in made}
    return Changes(news.version, changed, news.columns, news.too_many)


async def _news(user: User, wanted: DeskFilter, since: int, now: datetime) -> _News:
    version = await _version()
    asking = Asking()
    since = max(0, min(since, version))
    late = f'(id > {asking.value(since - _LATECOMERS)} AND at >= {asking.value(now - _LATENESS)})'
    rows = await asking.rows(
        f'SELECT ticket_id FROM ticket_event WHERE id > {asking.value(since - _LATECOMERS)} '
        f'AND (id > {asking.value(since)} OR {late}) ORDER BY id LIMIT {_MOST_EVENTS + 1}'
    )
    pks = list(dict.fromkeys(row['ticket_id'] for row in rows))
    columns = await _counted(user, wanted, now)
    if len(rows) > _MOST_EVENTS or len(pks) > MOST_CHANGES:
        return _News(version, columns, too_many=True)
    return _News(version, columns, pks, await _rows(user, pks, wanted, now))


async def _rows(user: User, pks: Sequence[int], wanted: DeskFilter, now: datetime) -> list[Row]:
    """What all have in common of these tickets' cards, as far as the board of this filter shows them."""
    asking = Asking()
    shown = ' OR '.join(f'({in_column(status, asking, now)})' for status in statuses(wanted))
    filtered = conditions(wanted, asking, user_id=user.id, now=now)
    ids = asking.among('ticket.id', [pk for pk in pks if is_id(pk)])
    return await read_rows(
        f'SELECT ticket.id FROM ticket WHERE {" AND ".join([ids, f"({shown})", *filtered])}', asking, None
    )


async def _counted(user: User, wanted: DeskFilter, now: datetime) -> tuple[Column, ...]:
    """The columns without their cards: one look into the index for each."""
    asking = Asking()
    filtered = conditions(wanted, asking, user_id=user.id, now=now)
    counts = [counted(status, asking, filtered, now) for status in statuses(wanted)]
    rows = {row['status']: row for row in await asking.rows(' UNION ALL '.join(counts))}
    return tuple(Column(status, rows[status]['total'], moment(rows[status]['oldest'])) for status in statuses(wanted))


def _filled(column: Column, pairs: list[tuple[Card, Row]]) -> Column:
    shown = pairs[:FIRST]
    following = _next(shown) if len(pairs) > FIRST else None
    return Column(column.status, column.count, column.oldest_since, tuple(card for card, _ in shown), following)


def _next(shown: list[tuple[Card, Row]]) -> str:
    _, last = shown[-1]
    return cursor(place_of(last, last['place']))


async def _parts(user: User) -> dict[Status, list[int]]:
    """Of which parts each column consists for this agent: nearly always of the ruled one alone."""
    asking = Asking()
    rows = await asking.rows(
        f'SELECT DISTINCT ticket.status, CASE WHEN card_place.place < 0 THEN {HEAD} ELSE {TAIL} END AS part '
        'FROM card_place JOIN ticket ON ticket.id = card_place.ticket_id '
        f'WHERE card_place.user_id = {asking.value(user.id)}'
    )
    found = {status: [RULED] for status in Status}
    for row in rows:
        found[Status(row['status'])].append(row['part'])
    return found


async def _version() -> int:
    rows = await Asking().rows('SELECT max(id) AS newest FROM ticket_event')
    return rows[0]['newest'] or 0
