"""Above a ticket, for specialists: back to the list, to the ticket before and after, and the customer's view."""

from collections.abc import Callable

from components.address import came_from, came_from_address
from components.commands import Command, Commands
from components.live import Told
from components.reader import reader
from components.text import t, words
from components.ticket_data import sprite
from services.desk import queue
from services.desk.filters import DeskFilter
from services.tickets.views import TicketView

LISTS = ('/board', '/queue')


class AgentBar(Told, component='agent_bar.js', esm={'ticket-parts': 'ticket_parts'}):
    """`on_switch()` is called when the other view is wanted; answer with `show_as_customer`."""

    def __init__(self, view: TicketView, on_switch: Callable[[], None]) -> None:
        super().__init__()
        self._on_switch = on_switch
        self.tell(
            words=words('agent_ticket.bar'), sprite=sprite(), back='', previous=None, following=None, as_customer=False
        )
        self.on('switch', on_switch, args=[])
        self._commands = Commands()
        self._status = view.status
        self._offer(None, None)

    async def find_neighbours(self, ref: str) -> None:
        """Where one goes from here in the list that one came from; on the board that is the ticket's column."""
        found = came_from()
        if found is None or found[0] not in LISTS:
            return
        path, parameters = found
        wanted = DeskFilter.from_parameters(parameters)
        if path == '/board':
            wanted = DeskFilter.from_parameters({**wanted.to_parameters(), 'status': self._status.value})
        descending = {'1': True, '0': False}.get(parameters.get('descending', ''))
        before, after = await queue.neighbours(
            reader().actor, ref, wanted, sort=parameters.get('sort', ''), descending=descending
        )
        self.tell(back=came_from_address(), previous=before, following=after)
        self._offer(before, after)

    def show_as_customer(self, on: bool) -> None:
        self.tell(as_customer=on)

    def _offer(self, before: str | None, after: str | None) -> None:
        commands = [Command('ticket.as_customer', t('agent_ticket.bar.as_customer'), 'eye', do=self._on_switch)]
        if after:
            commands.append(Command('list.next', t('agent_ticket.bar.next'), 'arrow-right', href=f'/tickets/{after}'))
        if before:
            label = t('agent_ticket.bar.previous')
            commands.append(Command('list.previous', label, 'arrow-left', href=f'/tickets/{before}'))
        self._commands.offer(*commands)
