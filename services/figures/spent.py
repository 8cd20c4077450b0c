"""What took the time of a ticket, laid open from its events: who or what it waited for, to the last microsecond."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from models import EventKind, Status, TicketEvent


class Cause(StrEnum):
    """What time is spent on; that in which a ticket counted as done before it was reopened is the customer's."""

    AGENT = 'agent'
    WORK = 'work'
    DEVELOPERS = 'developers'
    PLATFORM = 'platform'
    CUSTOMER = 'customer'


CAUSES: Mapping[Status, Cause] = MappingProxyType(
    {
        Status.OPEN: Cause.AGENT,
        Status.REOPENED: Cause.AGENT,
        Status.IN_PROGRESS: Cause.WORK,
        Status.AWAITING_DEVELOPMENT: Cause.DEVELOPERS,
        Status.PENDING: Cause.PLATFORM,
        Status.AWAITING_FEEDBACK: Cause.CUSTOMER,
        Status.DONE: Cause.CUSTOMER,
    }
)
_MOVES = frozenset({EventKind.FILED, EventKind.STATUS, EventKind.STATUS_UNDONE, EventKind.MERGED})


@dataclass(frozen=True, slots=True)
class Spent:
    """The time from filing to closing; the causes sum up to `elapsed`. What was undone does not count as reopened."""

    elapsed: timedelta
    by: Mapping[Cause, timedelta]
    reopenings: int
    handovers: int

    def legible(self) -> tuple[timedelta, Mapping[Cause, timedelta]]:
        """The whole and its parts in whole minutes, below an hour in whole seconds: they sum up exactly as well."""
        unit = timedelta(minutes=1) if self.elapsed >= timedelta(hours=1) else timedelta(seconds=1)
        whole = round(self.elapsed / unit)
        parts = {cause: length // unit for cause, length in self.by.items()}
        nearest_to_one_more = sorted(self.by, key=lambda cause: self.by[cause] % unit, reverse=True)
        for cause in nearest_to_one_more[: whole - sum(parts.values())]:
            parts[cause] += 1
        return whole * unit, {cause: count * unit for cause, count in parts.items()}


def spent(events: Sequence[TicketEvent], until: datetime) -> Spent:
    """What took the time up to a moment: the events of one ticket in their order, its filing first."""
    moves = [event for event in events if event.kind in _MOVES and event.to_status is not None and event.at <= until]
    by = dict.fromkeys(Cause, timedelta(0))
    ends = [*(event.at for event in moves[1:]), until]
    for move, end in zip(moves, ends, strict=bool(moves)):
        assert move.to_status is not None
        by[CAUSES[move.to_status]] += end - move.at
    elapsed = until - moves[0].at if moves else timedelta(0)
    assigned = [event for event in events if event.kind is EventKind.ASSIGNED and event.at <= until]
    return Spent(elapsed, by, _reopenings(moves), _handovers(event.details.get('user') for event in assigned))


def _reopenings(moves: Iterable[TicketEvent]) -> int:
    return sum(
        (event.kind is EventKind.STATUS and event.to_status is Status.REOPENED)
        - (event.kind is EventKind.STATUS_UNDONE and event.from_status is Status.REOPENED)
        for event in moves
    )


def _handovers(people: Iterable[int | None]) -> int:
    """How often somebody else got the ticket after somebody had it."""
    holders = [person for person in people if person is not None]
    return sum(before != after for before, after in pairwise(holders))
