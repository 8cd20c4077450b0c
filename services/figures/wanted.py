"""What a dashboard is asked for: a period and which tickets count, as it stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from models import Role, Status, User
from services.desk.asking import Asking
from services.desk.filters import DeskFilter, conditions
from services.figures.period import Grain, Period, Preset, Span, read_period

EVERYTHING = '1 = 1'
Counting = Callable[[Asking], str]
"""Writes the conditions of the tickets that count into a query."""

NARROWING = ('type', 'company', 'assignee', 'impact', 'os', 'server_type')


@dataclass(frozen=True, slots=True)
class Wanted:
    """A period, how finely its trend is drawn, and the tickets that count."""

    preset: Preset
    period: Period
    grain: Grain
    tickets: DeskFilter = field(default_factory=DeskFilter)

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str], zone: str, *, now: datetime | None = None) -> 'Wanted':
        """What an address asks for; what means nothing is left out."""
        preset, period = read_period(parameters, zone, now or datetime.now(UTC))
        grain = Grain(parameters['by']) if parameters.get('by') in tuple(Grain) else None
        tickets = DeskFilter.from_parameters({name: parameters.get(name, '') for name in NARROWING})
        return cls(preset, period, period.grain(grain), tickets)

    def to_parameters(self) -> dict[str, str]:
        """The parameters from which `from_parameters` makes the same again on the same day."""
        found = {'period': self.preset.value} if self.preset is not Preset.MONTH else {}
        if self.preset is Preset.OWN:
            found |= {'from': self.period.first.isoformat(), 'to': self.period.last.isoformat()}
        if self.grain is not self.period.grain():
            found['by'] = self.grain.value
        return found | self.tickets.to_parameters()

    def behind(self, *, statuses: Sequence[Status] = tuple(Status), **which: Any) -> str:
        """The address of the queue with exactly the tickets that count and that are also of this kind."""
        return queue_address(self.tickets, statuses=tuple(statuses), **which)

    def where(self, asking: Asking, user: User, now: datetime, *more: str) -> str:
        """The conditions on the table `ticket`."""
        return ' AND '.join([*more, *conditions(self.tickets, asking, user_id=user.id, now=now)]) or EVERYTHING

    def counting(self, user: User, now: datetime, *more: str) -> Counting:
        """The same for queries that are still to be made."""
        return lambda asking: self.where(asking, user, now, *more)


@lru_cache(maxsize=10_000)
def queue_address(tickets: DeskFilter, **which: Any) -> str:
    """Where the queue shows those of these tickets that are also of this kind.

    Kept, for behind each cell of a dashboard is one, mostly the same at each opening.
    """
    return f'/queue?{urlencode(replace(tickets, **which).to_parameters())}'


def scoped(user: User, wanted: Wanted) -> Wanted:
    """What of it this member of staff may know: an admin everything, an agent their own."""
    if user.role is Role.ADMIN:
        return wanted
    return replace(wanted, tickets=replace(wanted.tickets, assignee=user.id))


def bounds(span: Span) -> tuple[datetime, datetime]:
    """Both ends of a span that is open nowhere."""
    assert span.since is not None
    assert span.until is not None
    return span.since, span.until
