"""The rating of a ticket on its own page: asked of whoever filed it, shown to those who helped."""

from collections.abc import Awaitable, Callable

from components.live import Told
from components.text import t, words
from components.ticket_data import sprite
from models import Status
from services.tickets.views import TicketView


class TicketRating(Told, component='ticket_rating.js', esm={'ticket-parts': 'ticket_parts'}):
    """Hidden while there is nothing to rate or rated. `on_rate(stars, comment)` is called when the form is sent."""

    def __init__(self, view: TicketView, *, on_rate: Callable[[int, str], Awaitable[None]]) -> None:
        super().__init__()
        texts = words('ticket.rating')
        if not view.is_own:
            texts['given'] = texts['customer']
        self.tell(words=texts, sprite=sprite(), labels=tuple(t(f'ticket.rating_star.{stars}') for stars in range(1, 6)))
        self.hear('rate', on_rate, stars=int, comment=str)
        self.show(view)

    def show(self, view: TicketView) -> None:
        given, asked = view.rating is not None, view.rating_open and view.status is Status.DONE
        self.tell(
            given=given,
            open=view.rating_open,
            stars=view.rating.stars if view.rating else 0,
            comment=view.rating.comment if view.rating else '',
        )
        self.set_visibility(given or asked)

    def settle(self) -> None:
        """The answer to what was sent has been given; the form may be used again."""
        self.run_method('done')
