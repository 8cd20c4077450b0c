"""Why a move is refused, said so that one knows what to do instead."""

from models import Status, Ticket, TicketEvent, User
from services.errors import Conflict, TransitionRefused
from services.lifecycle import Part
from services.tickets.told import MOVED

_CUSTOMERS_TARGETS = frozenset({Status.DONE, Status.REOPENED})


def no_such_move(status: Status, target: Status, parts: frozenset[Part]) -> TransitionRefused:
    """The refusal for a move that the table does not have."""
    return TransitionRefused(_reason(status, target, Part.STAFF in parts), status=status.value)


def _reason(status: Status, target: Status, staff: bool) -> str:
    if target is status:
        return 'refusal.already_there'
    if target is Status.OPEN:
        return 'refusal.open_only_at_first'
    if not staff and target not in _CUSTOMERS_TARGETS:
        return 'refusal.staff_sets_status'
    if target is Status.REOPENED:
        return _why_not_reopened(status, staff)
    if status is Status.DONE:
        return 'refusal.done_reopen_first'
    return 'refusal.requester_marks_done'


def _why_not_reopened(status: Status, staff: bool) -> str:
    if not staff:
        return 'refusal.reopen_not_needed'
    awaiting = status is Status.AWAITING_FEEDBACK
    return 'refusal.reopen_is_the_customers' if awaiting else 'refusal.reopen_only_done'


async def demand_unmoved(ticket: Ticket, user: User, *, seen: int) -> None:
    """Raise Conflict, naming who and what, when somebody else changed the status after that version."""
    if ticket.version == seen:
        return
    moved = await TicketEvent.filter(ticket_id=ticket.id, kind__in=MOVED).order_by('-id').first()
    if moved is None or moved.details.get('version', 0) <= seen or moved.actor_id == user.id:
        return
    if moved.actor_id is None:
        raise Conflict('refusal.closed_meanwhile', name='', status=ticket.status.value)
    name = (await User.get(id=moved.actor_id)).name
    raise Conflict(f'refusal.moved_meanwhile.{ticket.status.value}', name=name, status=ticket.status.value)
