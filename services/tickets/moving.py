"""How a ticket changes its status: by a person along the table of moves, taken back at once, or by the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models import Attachment, ClosedBy, Comment, EventKind, Role, Status, Ticket, TicketEvent, User
from services import access, drafts, outbox
from services.access import Access
from services.actor import Actor
from services.circle import Circle, around
from services.desk import notices
from services.errors import Conflict, Invalid, Problem, TransitionRefused
from services.forms.validation import check_text
from services.lifecycle import Move, Need, find_move
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.tickets.reading import read
from services.tickets.refusing import demand_unmoved, no_such_move
from services.tickets.talking import already_written, demand_heard, heard, write_comment
from services.tickets.told import MOVED
from services.tickets.views import TicketView
from services.transaction import transaction

_NOTHING = timedelta(0)
_BEFORE = (
    'status_since',
    'done_at',
    'auto_close_at',
    'remind_at',
    'answered_at',
    'first_response_at',
    'respond_due_at',
)
COMPOSED_AT = {Status.AWAITING_FEEDBACK: 'move', Status.REOPENED: 'reopen', Status.DONE: 'done'}  # places of drafts
_WHY_COMMENT = {
    Status.REOPENED: 'entry.reopen_needs_comment',
    Status.AWAITING_FEEDBACK: 'entry.feedback_needs_comment',
}


async def transition(
    actor: Actor,
    ref: str | int,
    to: Status,
    *,
    comment: str | None = None,
    file_keys: Sequence[str] = (),
    submission_key: str | None = None,
    expected_version: int | None = None,
    seen_event_id: int | None = None,
    undo_window: timedelta = _NOTHING,
    now: datetime | None = None,
) -> TicketView:
    """Move the ticket to another status, with a public comment where the move asks for one.

    :param expected_version: the version on the person's screen; somebody else's move since then is a Conflict
    :param seen_event_id: the newest event that a specialist knew of when they began the comment
    :param undo_window: how long it may be taken back, with its comment, and its mails wait
    Raises NotFound, TransitionRefused, Conflict, Invalid for 'comment', TooMany, and Crossed when a customer has
    written since `seen_event_id`.
    """
    now, to = now or datetime.now(UTC), Status(to)
    if expected_version is None:
        expected_version = (await access.ticket(actor, ref, now=now)).ticket.version
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        if await already_written(found, submission_key) is None:
            await demand_unmoved(found.ticket, found.user, seen=expected_version)
            move = permitted(found, to, now)
            if comment and seen_event_id is not None and found.is_staff:
                await demand_heard(found, seen_event_id)
            row = await _said(found, move, comment, file_keys=file_keys, key=submission_key, now=now)
            await apply(found.ticket, to, by=found, comment=row, hold=undo_window, now=now)
    return await read(actor, ref, now=now)


async def undo_transition(actor: Actor, ref: str | int, event_id: int, *, now: datetime | None = None) -> TicketView:
    """Take back one's own newest move while that is offered, and keep its mails. Raises NotAllowed and Conflict."""
    now = now or datetime.now(UTC)
    async with transaction():
        await take_back(await recording.enter(actor, ref, now=now), event_id, now=now)
    return await read(actor, ref, now=now)


async def take_back(found: Access, event_id: int, *, now: datetime, until: datetime | None = None) -> None:
    """Take back the person's own newest move inside the caller's transaction. Raises NotAllowed and Conflict.

    A comment that went with it becomes a draft again, at the place where that move is written.

    :param until: how long that is offered, when it is not for the move itself to say
    """
    ticket = found.ticket
    newest = await TicketEvent.filter(ticket_id=ticket.id, kind__in=MOVED).order_by('-id').first()
    if newest is None or newest.id != event_id or newest.kind is not EventKind.STATUS:
        raise Conflict('refusal.undo_not_newest')
    access.demand(newest.actor_id == found.user.id, 'refusal.undo_own_only')
    offered = newest.details.get('undo_until')
    if offered is None or now > (until or datetime.fromisoformat(offered)) or newest.from_status is None:
        raise Conflict('refusal.undo_too_late')
    if newest.comment_id is not None:
        await _unsay(newest, found, now=now)
    changes = {'status': newest.from_status} | await _as_before(newest) | await _uncounted(ticket, newest)
    await _write_move(
        ticket, EventKind.STATUS_UNDONE, newest.from_status, by=found.user, comment=None, changes=changes, now=now
    )
    await outbox.withhold(ticket, newest.id)
    await notices.withdraw(newest.id)
    if newest.from_status is Status.DONE and (closing := await _closing_before(ticket, newest)):
        await outbox.ask_rating_again(ticket, closing)


async def apply(
    ticket: Ticket,
    to: Status,
    *,
    by: Access | None,
    comment: Comment | None,
    hold: timedelta,
    now: datetime,
    circle: Circle | None = None,
) -> TicketEvent:
    """Make a permitted move inside the caller's transaction: status, clock, history, mails, question for a rating.

    :param by: None for the clock
    :param circle: who is around the ticket, where the caller knows it
    """
    circle = circle or await around(ticket)
    done_before = ticket.status is Status.DONE
    changes = _consequences(to, now)
    if by is not None and comment is not None:
        changes |= {name: value for name, value in heard(by, now).items() if name == 'first_response_at'}
    changes |= _counted(ticket, to, by)
    details: dict[str, Any] = {}
    if hold > _NOTHING:
        details = {'undo_until': (now + hold).isoformat(), 'before': _now_in(ticket)}
    user = by.user if by else None
    event = await _write_move(
        ticket,
        EventKind.STATUS,
        to,
        by=user,
        comment=comment,
        changes=changes,
        details=details,
        now=now,
        circle=circle,
    )
    if done_before:
        await outbox.withhold_rating(ticket, now)
    await outbox.notify(event, ticket, circle=circle, hold=hold)
    if to is Status.DONE:
        await outbox.ask_rating(ticket, event, now, circle=circle, hold=hold)
    return event


async def close_as_duplicate(ticket: Ticket, into: Ticket, *, by: User, now: datetime) -> TicketEvent:
    """Let the work go on in another ticket, inside a transaction: done, and nobody gets a mail or a question."""
    changes = {} if ticket.status is Status.DONE else _consequences(Status.DONE, now)
    changes |= {'merged_into_id': into.id}
    details = {'into': ticket_id(into.number)}
    event = await _write_move(
        ticket, EventKind.MERGED, Status.DONE, by=by, comment=None, changes=changes, details=details, now=now
    )
    await outbox.withhold_rating(ticket, now)
    return event


def permitted(found: Access, to: Status, now: datetime) -> Move:
    """The move that this person may make now. Raises TransitionRefused."""
    ticket = found.ticket
    move = find_move(ticket.status, to, found.parts)
    if move is None:
        raise no_such_move(ticket.status, to, found.parts)
    if Need.REOPEN_WINDOW in move.needs and _done_too_long(ticket, now):
        raise TransitionRefused('refusal.reopen_too_late', status=ticket.status.value)
    return move


def _done_too_long(ticket: Ticket, now: datetime) -> bool:
    return ticket.done_at is not None and now > ticket.done_at + settings().reopen_within


async def _said(
    found: Access, move: Move, body: str | None, *, file_keys: Sequence[str], key: str | None, now: datetime
) -> Comment | None:
    """The comment that goes with a move. Raises Invalid for 'comment' when it is needed and not there."""
    try:
        text = check_text(body)
    except Invalid as invalid:
        raise Invalid({'comment': invalid.problems['body']}) from None
    if Need.COMMENT in move.needs and not text:
        raise Invalid({'comment': Problem(_WHY_COMMENT[move.target])})
    if not text and not file_keys:
        return None
    return await write_comment(found, text, internal=False, file_keys=file_keys, key=key, now=now)


def _consequences(to: Status, now: datetime) -> dict[str, Any]:
    """What a ticket's own columns become when it enters a status."""
    changes: dict[str, Any] = {
        'status': to,
        'status_since': now,
        'done_at': now if to is Status.DONE else None,
        'auto_close_at': None,
        'remind_at': None,
        'answered_at': None,
    }
    if to is Status.AWAITING_FEEDBACK:
        closes = now + settings().auto_close_after
        reminds = closes - settings().remind_before
        changes |= {'auto_close_at': closes, 'remind_at': reminds if reminds > now else None}
    return changes


def _counted(ticket: Ticket, to: Status, by: Access | None) -> dict[str, Any]:
    """What the figures keep of a move: how often the ticket was reopened, and who made it done."""
    if to is Status.REOPENED:
        return {'reopenings': ticket.reopenings + 1, 'closed_by': None}
    return {'closed_by': _closer(by.is_staff if by else None) if to is Status.DONE else None}


async def _uncounted(ticket: Ticket, move: TicketEvent) -> dict[str, Any]:
    """The same before that move."""
    counted = ticket.reopenings - (move.to_status is Status.REOPENED)
    if move.from_status is not Status.DONE:
        return {'reopenings': counted, 'closed_by': None}
    closing = await _closing_before(ticket, move)
    closer = _closer(closing.actor.is_staff if closing.actor else None) if closing else None
    return {'reopenings': counted, 'closed_by': closer}


async def _closing_before(ticket: Ticket, move: TicketEvent) -> TicketEvent | None:
    """What made the ticket done before that move; its actor has been read with it."""
    earlier = TicketEvent.filter(ticket_id=ticket.id, id__lt=move.id, kind=EventKind.STATUS, to_status=Status.DONE)
    return await earlier.order_by('-id').select_related('actor').first()


def _closer(staff: bool | None) -> ClosedBy:
    """:param staff: None for the clock"""
    if staff is None:
        return ClosedBy.SILENCE
    return ClosedBy.STAFF if staff else ClosedBy.CUSTOMER


async def _write_move(
    ticket: Ticket,
    kind: EventKind,
    to: Status,
    *,
    by: User | None,
    comment: Comment | None,
    changes: dict[str, Any],
    now: datetime,
    details: dict[str, Any] | None = None,
    circle: Circle | None = None,
) -> TicketEvent:
    return await recording.record(
        ticket,
        kind,
        by=by,
        now=now,
        from_status=ticket.status,
        to_status=to,
        comment=comment,
        details={'version': ticket.version + 1} | (details or {}),
        changes=changes,
        circle=circle,
    )


def _now_in(ticket: Ticket) -> dict[str, str | None]:
    moments = {name: getattr(ticket, name) for name in _BEFORE}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


async def _unsay(move: TicketEvent, found: Access, *, now: datetime) -> None:
    """Give the words and files of a move back to their author. Raises Conflict once a customer has answered them."""
    if await _spoken_since(move) is not None:
        raise Conflict('refusal.undo_answered')
    row = await Comment.get(id=move.comment_id)
    place = f'{COMPOSED_AT.get(move.to_status or found.ticket.status, "comment")}:{found.ticket.number}'
    draft = await drafts.open_draft(found.user, place, now=now)
    typed = draft.content.get('body', '')  # in another window, since
    draft.content = draft.content | {'body': '\n\n'.join(text for text in (row.body, typed) if text)}
    await draft.save(update_fields=['content'])
    await Attachment.filter(comment_id=row.id).update(ticket_id=None, comment_id=None, draft_id=draft.id)
    await row.delete()


async def _spoken_since(move: TicketEvent) -> TicketEvent | None:
    """What a customer has said, or attached, last after a move."""
    later = TicketEvent.filter(ticket_id=move.ticket_id, id__gt=move.id, internal=False)
    spoken = later.filter(kind__in=(EventKind.COMMENTED, EventKind.ATTACHED), actor__role=Role.CUSTOMER)
    return await spoken.order_by('-id').first()


async def _as_before(event: TicketEvent) -> dict[str, datetime | None]:
    """The moments that the move had changed, as they were; the clock stays stopped if a customer spoke meanwhile."""
    before = {name: datetime.fromisoformat(at) if at else None for name, at in event.details['before'].items()}
    spoken = await _spoken_since(event)
    if event.from_status is Status.AWAITING_FEEDBACK and spoken is not None:
        before |= {'auto_close_at': None, 'remind_at': None, 'answered_at': spoken.at}
    return before
