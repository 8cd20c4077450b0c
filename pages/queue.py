"""The specialists' queue: every ticket, live, with how many stand in each status."""

from nicegui import PageArguments, ui

from components.address import Address
from components.box import Box
from components.live import Live
from components.reader import reader
from components.status_counts import StatusCounts
from components.text import Text, t
from components.ticket_listing import TicketListing
from models import Status
from services import tickets
from services.forms import store
from services.forms.definition import worded
from services.tickets import ListFilter, Page, TicketRow


async def queue_page(arguments: PageArguments) -> None:
    page = QueuePage(arguments)
    with Box('page wide stack gap-3'):
        await page.draw()


class QueuePage:
    """What one open queue knows."""

    def __init__(self, arguments: PageArguments) -> None:
        self.address = Address(arguments)
        self.reader = reader()

    async def draw(self) -> None:
        ui.page_title(t('list.queue'))
        kinds = {form.type: worded(form.title, self.reader.language) for form in await store.offered()}
        Text(t('list.queue'), 'h1')
        self.counts = StatusCounts(on_choose=self.choose)
        self.listing = TicketListing(
            self.address,
            self.fetch,
            label=t('list.queue'),
            kinds=kinds,
            scopes=('all', 'mine', 'unassigned'),
            wide=True,
        )
        Live('staff', f'user:{self.reader.user_id}', reload=self.load)
        await self.load()

    async def load(self) -> None:
        self.counts.show(await tickets.counts(self.reader.actor), self.listing.filters.status.value)
        await self.listing.load()

    async def fetch(self, wanted: ListFilter, cursor: str | None, limit: int) -> Page[TicketRow]:
        self.counts.mark_chosen(self.listing.filters.status.value)
        return await tickets.list_tickets(self.reader.actor, wanted, cursor=cursor, limit=limit)

    async def choose(self, status: Status) -> None:
        await self.listing.filters.choose_status(status)
