"""One ticket as one reader sees it: loaded with few queries, internal notes never queried for customers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from models import (
    Attachment,
    Comment,
    EventKind,
    Follow,
    Rating,
    ReadMark,
    Role,
    Share,
    Status,
    Subscription,
    Ticket,
    TicketEvent,
    User,
)
from services import access
from services.access import Access
from services.actor import Actor
from services.forms import store
from services.forms.named import ids_in
from services.lifecycle import Need, Part, moves_from
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.tickets.persons import persons
from services.tickets.views import (
    CommentView,
    EventView,
    FileView,
    MoveView,
    Page,
    PersonView,
    RatingView,
    Rights,
    TicketView,
)

OWN_USE = frozenset({'version', 'before', 'undo_until'})  # what events remember for ourselves and show nobody
MOVED = (EventKind.STATUS, EventKind.STATUS_UNDONE)
_MOST_EVENTS = 500

People = dict[int, PersonView]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The rows that belong to a ticket, as far as the reader may know them."""

    comments: Sequence[Comment]
    attachments: Sequence[Attachment]
    events: Sequence[TicketEvent]
    sharers: Sequence[int]
    people: People


async def read(actor: Actor, ref: str | int, *, now: datetime | None = None) -> TicketView:
    """The whole ticket. Raises NotFound and SignedOut."""
    now = now or datetime.now(UTC)
    return await view(await access.ticket(actor, ref, now=now), now=now)


async def view(found: Access, *, now: datetime) -> TicketView:
    """The whole ticket for somebody whose access was looked up just now."""
    ticket, user = found.ticket, found.user
    loaded = await _load(found)
    wish = await Subscription.filter(ticket_id=ticket.id, user_id=user.id).first()
    rating = await Rating.filter(ticket_id=ticket.id, rated_at__isnull=False).order_by('-id').first()
    moves = _moves(found, now)
    rights = _rights(found, loaded, moves, now)
    undo = _undoable(found, loaded.events, now)
    files = _files(found, loaded)
    company_name, original = await _belongings(ticket)
    form = await store.version(ticket.form_id)
    return TicketView(
        id=ticket_id(ticket.number),
        number=ticket.number,
        pk=ticket.id,
        type=ticket.type,
        form=form,
        subject=ticket.subject,
        answers=ticket.answers,
        impact=ticket.impact,
        status=ticket.status,
        status_since=ticket.status_since,
        version=ticket.version,
        requester=loaded.people[ticket.requester_id],
        company_name=company_name,
        assignee=_someone(loaded.people, ticket.assignee_id),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        auto_close_at=ticket.auto_close_at,
        answered=ticket.answered_at is not None,
        reopen_until=_reopen_until(ticket),
        done_at=ticket.done_at,
        shares=tuple(loaded.people[id] for id in loaded.sharers if id in loaded.people),
        shared_with_company=ticket.shared_with_company,
        comments=tuple(comment_view(row, found, loaded.people, files, now) for row in loaded.comments),
        files=tuple(files.get(None, ())),
        events=tuple(event_view(row, loaded.people) for row in loaded.events),
        moves=moves,
        follow=wish.follow if wish else None,
        following=_follows(found, wish.follow if wish else None, loaded.sharers),
        rights=rights,
        rating=_rating(rating),
        rating_open=rights.rate,
        last_event_id=recording.newest_for(ticket, user),
        follow_up_of=original,
        may_follow_up=_may_follow_up(found, now),
        is_own=ticket.requester_id == user.id,
        undo_event_id=undo.id if undo else None,
        undo_until=_undo_until(undo) if undo else None,
        read_event_id=await _read_up_to(found),
        merged_into=await _merged_into(found),
        named=await persons(ids_in(form, ticket.answers)),
    )


async def events(
    actor: Actor, ref: str | int, *, after: int = 0, limit: int = 100, now: datetime | None = None
) -> Page[EventView]:
    """The history, oldest first, beginning after the event of that id; `next` is the `after` of the following piece."""
    found = await access.ticket(actor, ref, now=now)
    limit = max(1, min(limit, 200))
    rows = await _known_events(found).filter(id__gt=max(0, min(after, 2**31 - 1))).order_by('id').limit(limit + 1)
    people = await persons(id for row in rows for id in _named_in(row))
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page(tuple(event_view(row, people) for row in rows[:limit]), following)


def event_view(row: TicketEvent, people: People) -> EventView:
    """An event without what it remembers for ourselves."""
    named = [id for id in _named_in(row)[1:] if id is not None]
    return EventView(
        id=row.id,
        kind=row.kind,
        at=row.at,
        actor=_someone(people, row.actor_id),
        internal=row.internal,
        from_status=row.from_status,
        to_status=row.to_status,
        comment_id=row.comment_id,
        details={code: value for code, value in row.details.items() if code not in OWN_USE},
        people=tuple(people[id] for id in named if id in people),
    )


def comment_view(
    row: Comment, found: Access, people: People, files: dict[int | None, list[FileView]], now: datetime
) -> CommentView:
    editable_until = row.created_at + settings().comment_edit_window
    mine = row.author_id == found.user.id
    return CommentView(
        id=row.id,
        author=people[row.author_id],
        body=row.body,
        internal=row.internal,
        created_at=row.created_at,
        edited_at=row.edited_at,
        editable_until=editable_until if mine and now < editable_until else None,
        files=tuple(files.get(row.id, ())),
    )


def file_view(row: Attachment, found: Access, people: People) -> FileView:
    return FileView(
        key=row.key,
        name=row.name,
        size=row.size,
        content_type=row.content_type,
        previewable=row.previewable,
        internal=row.internal,
        created_at=row.created_at,
        uploader=people[row.uploader_id],
        removable=found.user.role is Role.ADMIN,
    )


async def one_comment(found: Access, row: Comment, *, now: datetime) -> CommentView:
    """A single comment with its files."""
    attachments = await Attachment.filter(comment_id=row.id, removed_at=None).order_by('id')
    people = await persons([row.author_id, *(file.uploader_id for file in attachments)])
    return comment_view(row, found, people, {row.id: [file_view(file, found, people) for file in attachments]}, now)


async def _load(found: Access) -> _Loaded:
    ticket = found.ticket
    known = {} if found.sees_internal else {'internal': False}
    comments = await Comment.filter(ticket_id=ticket.id, **known).order_by('id')
    attachments = await Attachment.filter(ticket_id=ticket.id, removed_at=None, **known).order_by('id')
    events = (await _known_events(found).order_by('-id').limit(_MOST_EVENTS))[::-1]
    sharers = [share.user_id for share in await Share.filter(ticket_id=ticket.id).order_by('id')]
    named: list[int | None] = [ticket.requester_id, ticket.assignee_id, *sharers]
    named += [comment.author_id for comment in comments]
    named += [attachment.uploader_id for attachment in attachments]
    named += [id for event in events for id in _named_in(event)]
    return _Loaded(comments, attachments, events, sharers, await persons(named))


def _known_events(found: Access) -> Any:
    rows = TicketEvent.filter(ticket_id=found.ticket.id)
    return rows if found.sees_internal else rows.filter(internal=False)


def _named_in(event: TicketEvent) -> list[int | None]:
    """Who did it, then those whom its details name."""
    named: list[int | None] = [event.actor_id, *event.details.get('users', ())]
    return [*named, event.details.get('user'), event.details.get('previous')]


def _files(found: Access, loaded: _Loaded) -> dict[int | None, list[FileView]]:
    """The files by the comment that they belong to; None for those of the request itself."""
    ordered = sorted(loaded.attachments, key=lambda row: (row.comment_id or 0, row.id))
    grouped = groupby(ordered, key=lambda row: row.comment_id)
    return {comment: [file_view(row, found, loaded.people) for row in rows] for comment, rows in grouped}


def _moves(found: Access, now: datetime) -> tuple[MoveView, ...]:
    if found.ticket.merged_into_id is not None:
        return ()
    until = _reopen_until(found.ticket)
    return tuple(
        MoveView(move.target, Need.COMMENT in move.needs)
        for move in moves_from(found.ticket.status, found.parts)
        if Need.REOPEN_WINDOW not in move.needs or until is None or now <= until
    )


def _rights(found: Access, loaded: _Loaded, moves: Iterable[MoveView], now: datetime) -> Rights:
    if found.ticket.merged_into_id is not None:
        return Rights(*[False] * 9)
    targets = {move.target for move in moves}
    staff = found.is_staff
    return Rights(
        comment=True,
        note=staff,
        share=found.may_share and found.ticket.company_id is not None,
        leave=not found.may_share and found.user.id in loaded.sharers,
        assign=staff,
        take=staff and found.ticket.assignee_id != found.user.id,
        mark_done=Status.DONE in targets,
        reopen=Status.REOPENED in targets,
        rate=_may_rate(found, now),
        change_subject=staff,
        remove_files=found.user.role is Role.ADMIN,
    )


def _may_rate(found: Access, now: datetime) -> bool:
    ticket = found.ticket
    if ticket.requester_id != found.user.id or found.is_staff or ticket.status is not Status.DONE:
        return False
    return ticket.done_at is not None and now <= ticket.done_at + settings().rating_open_for


def _undoable(found: Access, rows: Sequence[TicketEvent], now: datetime) -> TicketEvent | None:
    """The reader's own newest move, while it may be taken back."""
    newest = next((row for row in reversed(rows) if row.kind in MOVED), None)
    if newest is None or newest.kind is not EventKind.STATUS or newest.actor_id != found.user.id:
        return None
    until = _undo_until(newest)
    return newest if until is not None and now <= until else None


def _undo_until(event: TicketEvent) -> datetime | None:
    until = event.details.get('undo_until')
    return datetime.fromisoformat(until) if until else None


def _follows(found: Access, wish: Follow | None, sharers: Sequence[int]) -> bool:
    if wish is not None:
        return wish is Follow.FOLLOWING
    return found.user.id in {found.ticket.requester_id, found.ticket.assignee_id, *sharers}


def _reopen_until(ticket: Ticket) -> datetime | None:
    return ticket.done_at + settings().reopen_within if ticket.done_at is not None else None


def _may_follow_up(found: Access, now: datetime) -> bool:
    until = _reopen_until(found.ticket)
    late = until is not None and now > until and found.ticket.status is Status.DONE
    return late and bool(found.parts & {Part.REQUESTER, Part.SHARED})


def _rating(row: Rating | None) -> RatingView | None:
    if row is None or row.stars is None or row.rated_at is None:
        return None
    return RatingView(row.stars, row.comment, row.rated_at)


def _someone(people: People, id: int | None) -> PersonView | None:
    return people.get(id) if id is not None else None


async def _belongings(ticket: Ticket) -> tuple[str | None, str | None]:
    """The company's name and the ID of the ticket that this one follows up."""
    rows = await Ticket.filter(id=ticket.id).values_list('company__name', 'follow_up_of__number')
    company_name, original = rows[0]
    return company_name, ticket_id(original) if original is not None else None


async def _merged_into(found: Access) -> str | None:
    if found.ticket.merged_into_id is None:
        return None
    other = await access.visible_to(found.user).get_or_none(id=found.ticket.merged_into_id)
    return ticket_id(other.number) if other is not None else None


async def _read_up_to(found: Access) -> int:
    mark = await ReadMark.get_or_none(ticket_id=found.ticket.id, user_id=found.user.id)
    return mark.event_id if mark else 0


async def agents(actor: Actor, *, now: datetime | None = None) -> list[PersonView]:
    """Everybody to whom a ticket can be given, by name. Raises NotFound for customers."""
    await access.staff(actor, now=now)
    rows = await User.filter(role__in=(Role.AGENT, Role.ADMIN), active=True).order_by('name', 'id')
    return [PersonView(row.id, row.name, row.role) for row in rows]
