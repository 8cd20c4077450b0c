"""One ticket on a page of its own."""

from components.box import Box
from components.open_ticket import OpenTicket


async def ticket_page(ref: str, answer: str = '') -> None:
    """`answer` ('done', 'reopen') comes with the links of e-mails: it opens the question and changes nothing."""
    ticket = OpenTicket(ref)
    with Box('page ticket'):
        await ticket.read()
        ticket.draw()
    ticket.answer(answer)
