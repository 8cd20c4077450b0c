"""What a ticket tells everybody alike: its conversation, files and history, with internal things for staff alone.

Readers differ in what they may do, not in what they are told. So the rows are read once for all open pages of a ticket.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from models import Attachment, Comment, EventKind, Rating, Share, Ticket, TicketEvent
from services import jointly
from services.access import Access
from services.forms import store
from services.forms.definition import Form
from services.forms.named import ids_in
from services.ticket_id import ticket_id
from services.tickets.persons import persons
from services.tickets.views import CommentView, EventView, FileView, PersonView, RatingView

OWN_USE = frozenset({'version', 'before', 'undo_until'})  # what events remember for ourselves and show nobody
MOVED = (EventKind.STATUS, EventKind.STATUS_UNDONE)
_MOST_EVENTS = 500

People = Mapping[int, PersonView]


@dataclass(frozen=True, slots=True)
class Told:
    """All that a ticket tells. Comments and files are as those see them who may neither edit nor remove one.

    `last_move` is the newest change of status, or its being taken back. `named` are the people whom the answers name.
    """

    comments: tuple[CommentView, ...]
    files: tuple[FileView, ...]
    events: tuple[EventView, ...]
    last_move: TicketEvent | None
    sharers: tuple[int, ...]
    people: People
    rating: RatingView | None
    company_name: str | None
    follow_up_of: str | None
    form: Form
    named: People


async def told(found: Access) -> Told:
    """What the ticket tells this reader. What customers get was read without internal things."""
    ticket, internal = found.ticket, found.sees_internal
    key = ('ticket', ticket.id, internal, ticket.version, ticket.last_event_id)
    return await jointly.read(key, lambda: _read(ticket, internal), f'ticket:{ticket.id}', 'staff')


def known_events(ticket: Ticket, internal: bool) -> Any:
    """The ticket's history, as far as those may know it who see (or do not see) internal things."""
    rows = TicketEvent.filter(ticket_id=ticket.id)
    return rows if internal else rows.filter(internal=False)


def named_in(event: TicketEvent) -> list[int | None]:
    """Who did it, then those whom its details name."""
    named: list[int | None] = [event.actor_id, *event.details.get('users', ())]
    return [*named, event.details.get('user'), event.details.get('previous')]


def event_view(row: TicketEvent, people: People) -> EventView:
    """An event without what it remembers for ourselves."""
    named = [id for id in named_in(row)[1:] if id is not None]
    return EventView(
        id=row.id,
        kind=row.kind,
        at=row.at,
        actor=people.get(row.actor_id) if row.actor_id is not None else None,
        internal=row.internal,
        from_status=row.from_status,
        to_status=row.to_status,
        comment_id=row.comment_id,
        details={code: value for code, value in row.details.items() if code not in OWN_USE},
        people=tuple(people[id] for id in named if id in people),
    )


def comment_view(row: Comment, people: People, files: Iterable[FileView]) -> CommentView:
    return CommentView(
        id=row.id,
        author=people[row.author_id],
        body=row.body,
        internal=row.internal,
        created_at=row.created_at,
        edited_at=row.edited_at,
        editable_until=None,
        files=tuple(files),
    )


def file_view(row: Attachment, people: People) -> FileView:
    return FileView(
        key=row.key,
        name=row.name,
        size=row.size,
        content_type=row.content_type,
        previewable=row.previewable,
        internal=row.internal,
        created_at=row.created_at,
        uploader=people[row.uploader_id],
    )


async def _read(ticket: Ticket, internal: bool) -> Told:
    known = {} if internal else {'internal': False}
    comments = await Comment.filter(ticket_id=ticket.id, **known).order_by('id')
    attachments = await Attachment.filter(ticket_id=ticket.id, removed_at=None, **known).order_by('id')
    events = (await known_events(ticket, internal).order_by('-id').limit(_MOST_EVENTS))[::-1]
    sharers = [share.user_id for share in await Share.filter(ticket_id=ticket.id).order_by('id')]
    form = await store.version(ticket.form_id)
    named = ids_in(form, ticket.answers)
    wanted: list[int | None] = [ticket.requester_id, ticket.assignee_id, *sharers, *named]
    wanted += [comment.author_id for comment in comments]
    wanted += [attachment.uploader_id for attachment in attachments]
    wanted += [id for event in events for id in named_in(event)]
    people = await persons(wanted)
    files = _files(attachments, people)
    company_name, original = await _belongings(ticket)
    return Told(
        comments=tuple(comment_view(row, people, files.get(row.id, ())) for row in comments),
        files=tuple(files.get(None, ())),
        events=tuple(event_view(row, people) for row in events),
        last_move=next((row for row in reversed(events) if row.kind in MOVED), None),
        sharers=tuple(sharers),
        people=people,
        rating=await _rating(ticket),
        company_name=company_name,
        follow_up_of=original,
        form=form,
        named={id: people[id] for id in named if id in people},
    )


def _files(rows: Sequence[Attachment], people: People) -> dict[int | None, list[FileView]]:
    """The files by the comment that they belong to; None for those of the request itself."""
    ordered = sorted(rows, key=lambda row: (row.comment_id or 0, row.id))
    grouped = groupby(ordered, key=lambda row: row.comment_id)
    return {comment: [file_view(row, people) for row in rows] for comment, rows in grouped}


async def _belongings(ticket: Ticket) -> tuple[str | None, str | None]:
    """The company's name and the ID of the ticket that this one follows up."""
    rows = await Ticket.filter(id=ticket.id).values_list('company__name', 'follow_up_of__number')
    company_name, original = rows[0]
    return company_name, ticket_id(original) if original is not None else None


async def _rating(ticket: Ticket) -> RatingView | None:
    row = await Rating.filter(ticket_id=ticket.id, rated_at__isnull=False).order_by('-id').first()
    if row is None or row.stars is None or row.rated_at is None:
        return None
    return RatingView(row.stars, row.comment, row.rated_at)
