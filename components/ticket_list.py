"""Tickets as a list: one element whose rows are data, patched row by row."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from components.commands import Command, Commands
from components.icon import icon_href
from components.live import Told
from components.reader import reader
from components.text import day, t, words
from components.theme import STATUS_ICONS
from components.ticket_data import person_data, sprite, time_data
from models import Impact, Status
from services.tickets.views import TicketRow

Row = dict[str, Any]
URGENT = (Impact.CRITICAL, Impact.HIGH)


class TicketList(Told, component='ticket_list.js', esm={'ticket-parts': 'ticket_parts'}):
    """Rows in the order given. `kinds` words the kinds of request; `wide` adds who asks and who looks after it.

    `on_more` is called when the reader wants the following rows.
    """

    def __init__(
        self, label: str, kinds: dict[str, str], *, wide: bool = False, on_more: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._kinds = kinds
        self._wide = wide
        self._rows: dict[str, Row] = {}
        self._drawn = False
        self.tell(
            label=label,
            wide=wide,
            words=words('list.words') | {'answered': t('list.answered' if reader().is_staff else 'list.answered_own')},
            language=reader().language,
            sprite=sprite(),
            rows=(),
            more=False,
        )
        self.on('more', on_more, args=[])
        Commands(
            Command('list.next', t('shortcuts.command.next'), listed=False),
            Command('list.previous', t('shortcuts.command.previous'), listed=False),
        )

    def show(self, tickets: Sequence[TicketRow], *, more: bool, say: str = '') -> None:
        """Show these; of what is there already only the differences travel."""
        fresh = {row['key']: row for row in (self._row(ticket) for ticket in tickets)}
        changed = [row for key, row in fresh.items() if self._rows.get(key) != row]
        same = not changed and list(fresh) == list(self._rows) and self._props['more'] == more
        self._rows = fresh
        if not self._drawn:
            self._drawn = True
            self.tell(rows=tuple(fresh.values()), more=more)
            return
        if self.is_deleted or (same and not say):
            return
        with self._props.suspend_updates():  # a page that is drawn anew starts with these
            self.tell(rows=tuple(fresh.values()), more=more)
        self.run_method('patch', {'changed': changed, 'order': list(fresh), 'more': more, 'say': say})

    def _row(self, ticket: TicketRow) -> Row:
        status = ticket.status
        shared = ticket.shared and not reader().is_staff
        closes = ticket.auto_close_at
        row: Row = {
            'key': ticket.id,
            'id': ticket.id,
            'href': f'/tickets/{ticket.id}',
            'subject': ticket.subject,
            'type': self._kinds.get(ticket.type, ticket.type),
            'status': {
                'code': status.value,
                'label': t(f'status.{status.value}'),
                'icon': icon_href(STATUS_ICONS[status]),
            },
            'finished': status is Status.DONE,
            'unread': ticket.unread,
            'answered': ticket.answered,
            'impact': None,
            'shared': t('list.shared_by', name=ticket.requester.name) if shared else None,
            'closes': t('list.closes', day=day(closes)) if closes else None,
            'at': time_data(ticket.updated_at),
        }
        if ticket.impact in URGENT:
            row['impact'] = {'code': ticket.impact.value, 'label': t(f'impact.{ticket.impact.value}')}
        if self._wide:
            assignee = person_data(ticket.assignee) if ticket.assignee else None
            row |= {'who': ticket.requester.name, 'company': ticket.company_name, 'assignee': assignee}
        return row
