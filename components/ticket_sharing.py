"""The dialog 'Поделиться с': colleagues one by one, or the whole company."""

from collections.abc import Awaitable, Callable

from components.live import Told
from components.text import words
from components.ticket_data import person_data, sprite
from services.tickets.views import PersonView, TicketView


class Sharing(Told, component='ticket_sharing.js', esm={'ticket-parts': 'ticket_parts'}):
    """Closed until `open`; what it shows follows the ticket.

    `on_search(query)` gives the people to offer; `on_share(id)`, `on_unshare(id)` and `on_company(whole)` do it.
    """

    def __init__(
        self,
        view: TicketView,
        *,
        on_search: Callable[[str], Awaitable[list[PersonView]]],
        on_share: Callable[[int], Awaitable[None]],
        on_unshare: Callable[[int], Awaitable[None]],
        on_company: Callable[[bool], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._on_search = on_search
        texts = words('ticket.sharing')
        texts['company'] = texts['company'].format(company=view.company_name or '')
        self.tell(words=texts, sprite=sprite())
        self.hear('search', self._search, query=str)
        self.hear('add', on_share, id=int)
        self.hear('remove', on_unshare, id=int)
        self.hear('company', on_company, on=bool)
        self.show(view)

    def show(self, view: TicketView) -> None:
        people = tuple(person_data(person) for person in view.shares)
        self.tell(people=people, company=view.company_name or '', everybody=view.shared_with_company)

    def open(self) -> None:
        self.run_method('open')

    async def _search(self, query: str) -> None:
        self.run_method('offer', query, [person_data(person) for person in await self._on_search(query[:100])])
