"""The one rule of the cards' order, as SQL, as keys that a page can sort by, and as the place where a page begins."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Impact, Status
from models.instant import utc
from models.order import RULE
from services.desk.asking import Asking, Row, known, moment
from services.errors import Invalid, Problem

ORDER_TEXT = 'desk.order.rule'
"""The rule in words, for the page: a locale key."""

HEAD, RULED, TAIL = 0, 1, 2
"""The parts of a column: put to its top by hand, ordered by the rule, put to its end by hand."""

DONE = ('done_at', 'id')
NEVER_AT = datetime(9999, 12, 31, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IMPACTS = {impact.value: rank for rank, impact in enumerate(Impact)}
_LEAST_IMPACT = len(_IMPACTS)
_LATEST, _LARGEST = 10**18, 10**10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of a list begins: after these values of what it is ordered by, in this part of it."""

    part: int
    values: tuple[Any, ...] = ()


def ordered_by(status: Status) -> str:
    """What a column is ordered by: the rule; what is done needs nobody, there the latest stands first."""
    return 'done_at DESC, id DESC' if status is Status.DONE else ', '.join(RULE)


def after(status: Status, place: Place, asking: Asking) -> list[str]:
    """The conditions for what comes after a place in the ruled part of a column."""
    if not place.values:
        return []
    if status is Status.DONE:
        return [f'({", ".join(DONE)}) < {asking.row(place.values)}']
    # The first condition says nothing new, but lets SQLite begin in the index near where the page begins.
    return [f'{RULE[0]} >= {asking.value(place.values[0])}', f'({", ".join(RULE)}) > {asking.row(place.values)}']


def rule_of(row: Row) -> tuple[Any, ...]:
    """The values of a ticket that the rule compares; `models.order.RULE` in Python."""
    urgent = row['answered_at'] is not None or row['status'] == Status.REOPENED
    return 0 if urgent else 1, next_due(row) or NEVER_AT, impact_rank(row), known(row['status_since']), row['id']


def impact_rank(row: Row) -> int:
    """The greater the impact, the smaller; a ticket that says nothing of it comes last."""
    return _IMPACTS.get(row['impact'] or '', _LEAST_IMPACT)


def next_due(row: Row) -> datetime | None:
    """When the next of the two targets is missed: the first answer's while there is none, then the solution's."""
    first = row['respond_due_at'] if row['first_response_at'] is None else None
    return moment(first or row['solve_due_at'])


def sort_key(row: Row, place: float | None) -> str:
    """A text by which cards of one column sort as the board shows them to this agent."""
    if place:
        return f'{HEAD if place < 0 else TAIL}{place + _LARGEST:020.4f}{row["id"]:010d}'
    if row['status'] == Status.DONE:
        done = _micros(moment(row['done_at']) or _EPOCH)
        return f'{RULED}{_LATEST - done:018d}{_LARGEST - row["id"]:010d}'
    urgent, due, rank, since, id = rule_of(row)
    return f'{RULED}{urgent}{_micros(due):018d}{rank}{_micros(since):018d}{id:010d}'


def place_of(row: Row, place: float | None) -> Place:
    """Where the piece begins that follows this ticket in its column."""
    if place:
        return Place(HEAD if place < 0 else TAIL, (place, row['id']))
    if row['status'] == Status.DONE:
        return Place(RULED, (known(row['done_at']), row['id']))
    return Place(RULED, rule_of(row))


def cursor(place: Place) -> str:
    """A place as text that travels to the browser and back."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in place.values]
    return base64.urlsafe_b64encode(json.dumps([place.part, *values]).encode()).decode().rstrip('=')


def read_cursor(text: str, shapes: Iterable[tuple[type, ...]], *, parts: Iterable[int]) -> Place:
    """The place that a cursor names, its values of one of these shapes. Raises Invalid for anything else."""
    try:
        padded = text[:400] + '=' * (-len(text[:400]) % 4)
        part, *values = json.loads(base64.urlsafe_b64decode(padded.encode('ascii')))
        if part in tuple(parts):
            for shape in shapes:
                if len(shape) == len(values) and part is not True:
                    return Place(part, tuple(_value(kind, value) for kind, value in zip(shape, values, strict=True)))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        pass
    raise Invalid({'cursor': Problem('entry.cursor')})


RULE_SHAPE = (int, datetime, int, datetime, int)
DONE_SHAPE = (datetime, int)
PLACE_SHAPE = (float, int)


def column_place(status: Status, text: str | None) -> Place:
    """Where a piece of a column begins; without a cursor at its top. Raises Invalid."""
    if not text:
        return Place(HEAD)
    try:
        return read_cursor(text, [PLACE_SHAPE], parts=(HEAD, TAIL))
    except Invalid:
        return read_cursor(text, [DONE_SHAPE if status is Status.DONE else RULE_SHAPE], parts=(RULED,))


def _value(kind: type, value: Any) -> Any:
    if kind is datetime:
        return utc(datetime.fromisoformat(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**31:
        raise ValueError(value)
    return kind(value)


def _micros(at: datetime) -> int:
    """Microseconds since 1970; negative ones do not occur in what sorts as text."""
    distance = at - _EPOCH
    return max(0, (distance.days * 86_400 + distance.seconds) * 1_000_000 + distance.microseconds)
