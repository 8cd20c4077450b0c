"""The heading of a ticket's page: ID and subject, to be copied, and for staff to be worded better."""

from collections.abc import Awaitable, Callable

from components.live import Told
from components.text import words
from components.ticket_data import sprite
from services.settings import settings
from services.tickets.views import TicketView


class TicketTitle(Told, component='ticket_title.js', esm={'ticket-parts': 'ticket_parts'}):
    """The page's one `<h1>`, or (`level` 2) the heading of a ticket that stands beside a page's own matter.

    `on_rename(subject)` is called when somebody who may saves another subject.
    """

    def __init__(self, view: TicketView, *, on_rename: Callable[[str], Awaitable[None]], level: int = 1) -> None:
        super().__init__()
        self.tell(words=words('ticket.words'), sprite=sprite(), level=level)
        self.hear('rename', on_rename, subject=str)
        self.show(view)

    def show(self, view: TicketView) -> None:
        href = f'{settings().url}/tickets/{view.id}'
        self.tell(ticket=view.id, subject=view.subject, href=href, editable=view.rights.change_subject)
