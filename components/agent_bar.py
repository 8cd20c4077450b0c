"""Above a ticket, for specialists: back to the list, to the ticket before and after, and the customer's view."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where one goes from a ticket: back to the list, and to the tickets before and after it there."""

    back: str = ''
    before: str | None = None
    after: str | None = None


async def neighbours(view: TicketView) -> Neighbours:
    """By the list that this window showed last; on the board that is the ticket's column."""
    found = came_from()
    if found is None or found[0] not in LISTS:
        return Neighbours()
    path, parameters = found
    wanted = DeskFilter.from_parameters(parameters)
    if path == '/board':
        wanted = replace(wanted, statuses=(view.status,))
    descending = {'1': True, '0': False}.get(parameters.get('descending', ''))
    before, after = await queue.neighbours(
        reader().actor, view.id, wanted, sort=parameters.get('sort', ''), descending=descending
    )
    return Neighbours(came_from_address(), before, after)


class AgentBar(Told, component='agent_bar.js', esm={'ticket-parts': 'ticket_parts'}):
    """`on_switch()` is called when the other view is wanted; answer with `show_as_customer`.

    `aside` is the ID of a ticket that stands beside a list: then the list's script knows what comes next, and the bar
    closes the ticket or leads to its own page.
    """

    def __init__(self, where: Neighbours, on_switch: Callable[[], None], *, aside: str = '') -> None:
        super().__init__()
        self.tell(
            words=words('agent_ticket.bar'),
            sprite=sprite(),
            back=where.back,
            previous=where.before,
            following=where.after,
            customer=False,
            aside=aside,
        )
        self.on('switch', on_switch, args=[])
        Commands(*_commands(where, on_switch))

    def show_as_customer(self, on: bool) -> None:
        self.tell(customer=on)


def _commands(where: Neighbours, on_switch: Callable[[], None]) -> list[Command]:
    found = [Command('ticket.as_customer', t('agent_ticket.bar.as_customer'), 'eye', do=on_switch)]
    if where.after:
        found.append(Command('list.next', t('agent_ticket.bar.next'), 'arrow-right', href=f'/tickets/{where.after}'))
    if where.before:
        label = t('agent_ticket.bar.previous')
        found.append(Command('list.previous', label, 'arrow-left', href=f'/tickets/{where.before}'))
    return found
