"""What people write to a ticket: comments, internal notes, files, and the subject's wording."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models import Attachment, Comment, EventKind, Role, Status, TicketEvent
from models.instant import utc
from services import access, audit, files, outbox, ratelimit
from services.access import Access, demand
from services.actor import Actor
from services.circle import around
from services.errors import Conflict, Crossed, Invalid, NotFound, Problem
from services.forms.validation import check_line, check_text
from services.lifecycle import Part
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.tickets.reading import one_comment, read
from services.tickets.texts import is_id, submission
from services.tickets.views import CommentView, TicketView
from services.transaction import transaction

SUBJECT_LIMIT = 200


async def comment(
    actor: Actor,
    ref: str | int,
    body: str,
    *,
    internal: bool = False,
    file_keys: Sequence[str] = (),
    submission_key: str | None = None,
    seen_event_id: int | None = None,
    now: datetime | None = None,
) -> CommentView:
    """Write a comment, or an internal note of staff; the same `submission_key` of the same person writes it once.

    :param seen_event_id: the newest event that a specialist knew of when they began their answer
    Raises NotFound (also for a customer's internal note), Invalid for 'body', TooMany, and Crossed when a customer has
    written since `seen_event_id`.
    """
    now = now or datetime.now(UTC)
    text = check_text(body)
    if not text and not file_keys:
        raise Invalid({'body': Problem('entry.comment_empty')})
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        _demand_note(found, internal)
        written = await already_written(found, submission_key)
        if written is None:
            if seen_event_id is not None and found.is_staff and not internal:
                await demand_heard(found, seen_event_id)
            written = await _say(found, text, internal=internal, file_keys=file_keys, key=submission_key, now=now)
        return await one_comment(found, written, now=now)


async def edit_comment(
    actor: Actor, ref: str | int, comment_id: int, body: str, *, now: datetime | None = None
) -> CommentView:
    """Reword one's own comment soon after it was written. Raises NotFound, NotAllowed, Conflict, Invalid."""
    now = now or datetime.now(UTC)
    text = check_text(body)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        row = await Comment.get_or_none(id=comment_id, ticket_id=found.ticket.id) if is_id(comment_id) else None
        if row is None or (row.internal and not found.sees_internal):
            raise NotFound
        demand(row.author_id == found.user.id, 'refusal.edit_own_only')
        if now >= row.created_at + settings().comment_edit_window:
            raise Conflict('refusal.edit_too_late')
        if not text and not await Attachment.filter(comment_id=row.id, removed_at=None).exists():
            raise Invalid({'body': Problem('entry.comment_empty')})
        if text != row.body:
            await Comment.filter(id=row.id).update(body=text, edited_at=utc(now))
            row.body, row.edited_at = text, now
            await recording.record(
                found.ticket, EventKind.COMMENT_EDITED, by=found.user, now=now, internal=row.internal, comment=row
            )
        return await one_comment(found, row, now=now)


async def may_attach(actor: Actor, ref: str | int, *, internal: bool = False, now: datetime | None = None) -> None:
    """Raise what `attach` would raise, before anything is uploaded."""
    _demand_note(await access.ticket(actor, ref, now=now), internal)


async def attach(
    actor: Actor, ref: str | int, file_keys: Sequence[str], *, internal: bool = False, now: datetime | None = None
) -> TicketView:
    """Add files to the ticket itself. Raises NotFound, TooMany, and what claiming the files raises."""
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        _demand_note(found, internal)
        fresh = [key for key in dict.fromkeys(file_keys) if not await _belongs(found, key)]
        if fresh:
            await spend_comment(found, now=now)
            rows = await files.claim(found.user, fresh, found.ticket, None, internal)
            event = await recording.record(
                found.ticket,
                EventKind.ATTACHED,
                by=found.user,
                now=now,
                internal=internal,
                details={'files': [row.name for row in rows], 'keys': [row.key for row in rows]},
                changes={} if internal else heard(found, now),
            )
            await outbox.notify(event, found.ticket)
    return await read(actor, ref, now=now)


async def remove_file(actor: Actor, ref: str | int, key: str, *, now: datetime | None = None) -> TicketView:
    """Take a file away for good; administrators only. Raises NotFound and NotAllowed."""
    now = now or datetime.now(UTC)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        row = await Attachment.get_or_none(key=key, ticket_id=found.ticket.id, removed_at=None)
        if row is None or (row.internal and not found.sees_internal):
            raise NotFound
        demand(found.user.role is Role.ADMIN)
        await Attachment.filter(id=row.id).update(removed_at=utc(now))
        subject = ticket_id(found.ticket.number)
        await audit.record('file.removed', by=found.user, subject=subject, now=now, key=key)
        await recording.record(
            found.ticket,
            EventKind.FILE_REMOVED,
            by=found.user,
            now=now,
            internal=row.internal,
            details={'files': [row.name]},
        )
    return await read(actor, ref, now=now)


async def change_subject(actor: Actor, ref: str | int, subject: str, *, now: datetime | None = None) -> TicketView:
    """Reword the subject; staff only. Raises NotFound, NotAllowed, Invalid for 'subject'."""
    now = now or datetime.now(UTC)
    line = check_line('subject', subject, limit=SUBJECT_LIMIT)
    async with transaction():
        found = await recording.enter(actor, ref, now=now)
        demand(found.is_staff)
        if line != found.ticket.subject:
            changes = {'subject': line}
            before = {'from': found.ticket.subject, 'to': line}
            await recording.record(
                found.ticket, EventKind.SUBJECT, by=found.user, now=now, details=before, changes=changes
            )
    return await read(actor, ref, now=now)


async def write_comment(
    found: Access, text: str, *, internal: bool, file_keys: Sequence[str], key: str | None, now: datetime
) -> Comment:
    """Store a comment and its files inside the caller's transaction; the event is the caller's."""
    await spend_comment(found, now=now)
    row = await Comment.create(
        ticket_id=found.ticket.id,
        author_id=found.user.id,
        body=text,
        internal=internal,
        submission_key=submission(key or secrets.token_urlsafe(24)),
        created_at=utc(now),
    )
    if file_keys:
        await files.claim(found.user, file_keys, found.ticket, row, internal)
    return row


async def already_written(found: Access, key: str | None) -> Comment | None:
    """The comment that this person wrote under that key. Raises Conflict when it stands at another ticket."""
    if key is None:
        return None
    row = await Comment.get_or_none(author_id=found.user.id, submission_key=submission(key))
    if row is not None and row.ticket_id != found.ticket.id:
        raise Conflict
    return row


async def spend_comment(found: Access, *, now: datetime) -> None:
    """Count one message of a customer. Raises TooMany."""
    if not found.user.is_staff:
        limit = settings().comments_per_hour
        await ratelimit.spend(f'comments:{found.user.id}', limit=limit, window=timedelta(hours=1), now=now)


def heard(found: Access, now: datetime) -> dict[str, Any]:
    """What changes because this person spoke aloud: support's first word, or a customer's that stops the clock."""
    ticket = found.ticket
    if found.is_staff and Part.REQUESTER not in found.parts:
        return {'first_response_at': now} if ticket.first_response_at is None else {}
    if ticket.status is not Status.AWAITING_FEEDBACK:
        return {}
    return {'auto_close_at': None, 'remind_at': None, 'answered_at': now}


async def _say(
    found: Access, text: str, *, internal: bool, file_keys: Sequence[str], key: str | None, now: datetime
) -> Comment:
    row = await write_comment(found, text, internal=internal, file_keys=file_keys, key=key, now=now)
    changes: Mapping[str, Any] = {} if internal else heard(found, now)
    circle = await around(found.ticket)
    event = await recording.record(
        found.ticket,
        EventKind.COMMENTED,
        by=found.user,
        now=now,
        internal=internal,
        comment=row,
        changes=changes,
        circle=circle,
    )
    await outbox.notify(event, found.ticket, circle=circle)
    return row


async def _belongs(found: Access, key: str) -> bool:
    """Whether the file is this ticket's already, so that attaching it again is harmless."""
    return await Attachment.filter(key=key, ticket_id=found.ticket.id, uploader_id=found.user.id).exists()


async def demand_heard(found: Access, seen_event_id: int) -> None:
    """No answer crosses what a customer has written meanwhile, or has worded anew."""
    since = TicketEvent.filter(ticket_id=found.ticket.id, id__gt=seen_event_id, internal=False)
    said = await since.filter(actor__role=Role.CUSTOMER, comment_id__not_isnull=True).order_by('id')
    if said:
        comment_ids = list(dict.fromkeys(event.comment_id for event in said))
        raise Crossed(event_id=said[-1].id, comment_ids=comment_ids)


def _demand_note(found: Access, internal: bool) -> None:
    if internal and not found.sees_internal:
        raise NotFound
