"""A ticket beside the list that it was opened from: the list stays as it is, the address says which ticket it is."""

import asyncio
from urllib.parse import parse_qsl

from nicegui import context, ui

from components import shortcuts
from components.address import Address
from components.box import Box
from components.feedback import toast
from components.live import Told
from components.open_ticket import OpenTicket
from components.refusals import explains_refusals, explanation
from services.errors import NotFound, Refusal

TICKET = 'ticket'
"""The parameter of the address that names it; give it to `Address` as one of the page's own."""


class TicketPanel(Told, component='ticket_panel.js', esm={'ticket-parts': 'ticket_parts'}):
    """Empty until a ticket is opened; scripts of lists do that by `ticket_parts/aside.js`."""

    def __init__(self, address: Address, title: str) -> None:
        """:param title: what the window is called when no ticket is open"""
        super().__init__()
        self._address = address
        self._title = title
        self._ticket = self._wanted = ''
        self._in_turn = asyncio.Lock()
        self.tell(ticket='', label='', path=address.path)
        self.hear('open', self._asked, id=str, step=bool, deed=str)
        self.hear('went', self._went, search=str)
        self.on('close', self.close, args=[])

    async def restore(self) -> None:
        """Open the ticket that the address asks for; one that nobody may see is none."""
        try:
            await self._show(self._address.own.get(TICKET, ''))
        except NotFound as refusal:
            toast(explanation(refusal), kind='danger')

    async def _asked(self, ref: str, step: bool, deed: str) -> None:
        await self.open(ref, step)
        if deed and self._ticket == ref:
            await shortcuts.run(f'ticket.{deed}')

    @explains_refusals
    async def open(self, ref: str, step: bool = True) -> None:
        """Open another ticket; from one to the next of the list it is none of the steps that one goes back by."""
        walking = bool(self._ticket) and not step
        try:
            await self._show(ref)
        except Refusal:
            self.run_method('settle')
            raise
        if self._ticket and self._ticket == self._wanted:
            self._tell_address(replace=walking)

    def close(self) -> None:
        """Leave the list alone again."""
        if self._empty():
            self._tell_address(replace=False)

    def _tell_address(self, *, replace: bool) -> None:
        self._address.keep(TICKET, self._ticket)
        self._address.set(self._address.filter, replace=replace)

    async def _show(self, ref: str) -> None:
        """Read the ticket, then draw it in place of the one before; only the newest wish counts."""
        self._wanted = ref
        async with self._in_turn:
            if not ref or ref != self._wanted or self.is_deleted:
                return
            earlier = tuple(self.default_slot.children)
            ticket = OpenTicket(ref, aside=True, go=self.open)
            with self, Box('ticket') as place:
                try:
                    await ticket.read()
                except Refusal:
                    place.delete()
                    raise
                if ref != self._wanted:
                    place.delete()
                    return
                ticket.draw()
            for element in earlier:
                element.delete()
            self._ticket = self._wanted = ticket.view.id
            self.tell(ticket=self._ticket, label=f'{self._ticket} {ticket.view.subject}')

    def _empty(self) -> bool:
        """Whether there was anything."""
        was, self._ticket, self._wanted = self._ticket, '', ''
        self.clear()
        self.tell(ticket='', label='')
        ui.page_title(self._title)
        return bool(was)

    @explains_refusals
    async def _went(self, search: str) -> None:
        """The browser went back or forward to an address of this page."""
        there = dict(parse_qsl(search.removeprefix('?')))
        here = {name: value for name, value in self._address.parameters.items() if name != TICKET}
        if {name: value for name, value in there.items() if name != TICKET} != here:
            router = context.client.sub_pages_router
            router.current_path = f'{self._address.path}{search}'
            await router.refresh()
            return
        self._address.keep(TICKET, there.get(TICKET, ''))
        self._address.arrived()
        if wanted := self._address.own.get(TICKET, ''):
            await self._show(wanted)
        else:
            self._empty()
