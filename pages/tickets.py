"""'Мои заявки': a customer's own and shared tickets; for specialists those that they look after, or all."""

from nicegui import PageArguments, ui

from components.address import Address
from components.box import Box
from components.live import Live
from components.reader import reader
from components.text import Text, t
from components.ticket_listing import TicketListing
from services import tickets
from services.forms import store
from services.forms.definition import worded
from services.tickets import ListFilter, Page, TicketRow


async def tickets_page(arguments: PageArguments) -> None:
    who = reader()

    async def fetch(wanted: ListFilter, cursor: str | None, limit: int) -> Page[TicketRow]:
        return await tickets.list_tickets(who.actor, wanted, cursor=cursor, limit=limit)

    ui.page_title(t('list.title'))
    kinds = {form.type: worded(form.title, who.language) for form in await store.known()}
    with Box('page stack gap-3'):
        Text(t('list.title'), 'h1')
        listing = TicketListing(
            Address(arguments),
            fetch,
            label=t('list.title'),
            kinds=kinds,
            scopes=('mine', 'all') if who.is_staff else ('all', 'own', 'shared'),
            wide=who.is_staff,
            first_step=None if who.is_staff else (t('list.empty.step'), '/'),
        )
        topics = ('staff',) if who.is_staff else (f'company:{who.company_id}',)
        Live(f'user:{who.user_id}', *topics, reload=listing.load)
        await listing.load()
