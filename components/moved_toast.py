"""What is said of a move: where the ticket stands now, and for some seconds a way back."""

from components.feedback import toast
from components.reader import reader
from components.refusals import explains_refusals
from components.text import t
from services import tickets
from services.settings import settings
from services.tickets import TicketView


def tell_moved(view: TicketView, text: str) -> None:
    """Say `text` of the ticket as it is after its move; a move that can be undone brings the button for it."""
    event_id = view.undo_event_id
    if event_id is None:
        toast(text)
        return
    actor = reader().actor

    @explains_refusals
    async def undo() -> None:
        again = await tickets.undo_transition(actor, view.id, event_id)
        toast(t('ticket.moved.undone', id=view.id, status=t(f'status.{again.status.value}')))

    toast(text, undo=undo, seconds=settings().undo_window.total_seconds())
