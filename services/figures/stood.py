"""Which tickets were in a status at a past moment, by the last move of each before it."""

from dataclasses import dataclass
from datetime import datetime

from models import Status
from models.order import FINISHED
from services.figures.period import Span

STATUS_KINDS = "('filed', 'status', 'status_undone', 'merged')"


@dataclass(frozen=True, slots=True)
class Stood:
    """A status, and the moment before which a ticket had come into it and not left it."""

    status: Status
    at: datetime

    @classmethod
    def parse(cls, text: str) -> 'Stood | None':
        """What `str` gave; None for anything else."""
        status, _, at = text.partition('-')
        span = Span.parse(f'-{at}') if at else None
        if status not in tuple(Status) or span is None or span.until is None:
            return None
        return cls(Status(status), span.until)

    def __str__(self) -> str:
        return f'{self.status.value}{Span(until=self.at)}'


def last_move(at: str) -> str:
    """The id of a ticket's last move before a moment.

    :param at: the moment as it stands in the query
    """
    return (
        'SELECT MAX(event.id) FROM ticket_event AS event WHERE event.ticket_id = ticket.id '
        f'AND event.kind IN {STATUS_KINDS} AND event.to_status IS NOT NULL AND event.at < {at}'
    )


def may_have_stood(at: str) -> str:
    """The condition that narrows tickets to those that can have been open then, without a look at their events.

    A ticket that is done and to which nothing public has happened since was done then already: every move is public.
    """
    return f'ticket.created_at < {at} AND ({FINISHED} = 0 OR ticket.updated_at >= {at})'
