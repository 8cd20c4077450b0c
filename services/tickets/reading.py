"""One ticket as one reader sees it: loaded with few queries, internal notes never queried for customers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from models import Attachment, Comment, EventKind, Follow, Role, Status, Ticket, TicketEvent, User
from services import access
from services.access import Access
from services.actor import Actor
from services.desk.asking import Asking
from services.lifecycle import Need, Part, moves_from
from services.settings import settings
from services.ticket_id import ticket_id
from services.tickets import recording
from services.tickets.persons import persons
from services.tickets.told import comment_view, event_view, file_view, known_events, named_in, told
from services.tickets.views import CommentView, EventView, FileView, MoveView, Page, PersonView, Rights, TicketView


async def read(actor: Actor, ref: str | int, *, now: datetime | None = None) -> TicketView:
    """The whole ticket. Raises NotFound and SignedOut."""
    now = now or datetime.now(UTC)
    return await view(await access.ticket(actor, ref, now=now), now=now)


async def view(found: Access, *, now: datetime) -> TicketView:
    """The whole ticket for somebody whose access was looked up just now."""
    ticket, user = found.ticket, found.user
    known = await told(found)
    follow, read_up_to = await _own(found)
    moves = _moves(found, now)
    rights = _rights(found, known.sharers, moves, now)
    undo_until = _undo_until(found, known.last_move, now)
    return TicketView(
        id=ticket_id(ticket.number),
        number=ticket.number,
        pk=ticket.id,
        type=ticket.type,
        form=known.form,
        subject=ticket.subject,
        answers=ticket.answers,
        impact=ticket.impact,
        status=ticket.status,
        status_since=ticket.status_since,
        version=ticket.version,
        requester=known.people[ticket.requester_id],
        company_name=known.company_name,
        assignee=known.people.get(ticket.assignee_id) if ticket.assignee_id is not None else None,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        auto_close_at=ticket.auto_close_at,
        answered=ticket.answered_at is not None,
        reopen_until=_reopen_until(ticket),
        done_at=ticket.done_at,
        shares=tuple(known.people[id] for id in known.sharers if id in known.people),
        shared_with_company=ticket.shared_with_company,
        comments=tuple(_comment_for(comment, found, now) for comment in known.comments),
        files=_files_for(known.files, found),
        events=known.events,
        moves=moves,
        follow=follow,
        following=_follows(found, follow, known.sharers),
        rights=rights,
        rating=known.rating,
        rating_open=rights.rate,
        last_event_id=recording.newest_for(ticket, user),
        follow_up_of=known.follow_up_of,
        may_follow_up=_may_follow_up(found, now),
        is_own=ticket.requester_id == user.id,
        undo_event_id=known.last_move.id if known.last_move and undo_until else None,
        undo_until=undo_until,
        read_event_id=read_up_to,
        merged_into=await _merged_into(found),
        named=known.named,
    )


async def events(
    actor: Actor, ref: str | int, *, after: int = 0, limit: int = 100, now: datetime | None = None
) -> Page[EventView]:
    """The history, oldest first, beginning after the event of that id; `next` is the `after` of the following piece."""
    found = await access.ticket(actor, ref, now=now)
    limit = max(1, min(limit, 200))
    rows = (
        await known_events(found.ticket, found.sees_internal)
        .filter(id__gt=max(0, min(after, 2**31 - 1)))
        .order_by('id')
        .limit(limit + 1)
    )
    people = await persons(id for row in rows for id in named_in(row))
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page(tuple(event_view(row, people) for row in rows[:limit]), following)


async def one_comment(found: Access, row: Comment, *, now: datetime) -> CommentView:
    """A single comment with its files."""
    attachments = await Attachment.filter(comment_id=row.id, removed_at=None).order_by('id')
    people = await persons([row.author_id, *(file.uploader_id for file in attachments)])
    return _comment_for(comment_view(row, people, [file_view(file, people) for file in attachments]), found, now)


async def agents(actor: Actor, *, now: datetime | None = None) -> list[PersonView]:
    """Everybody to whom a ticket can be given, by name. Raises NotFound for customers."""
    await access.staff(actor, now=now)
    rows = await User.filter(role__in=(Role.AGENT, Role.ADMIN), active=True).order_by('name', 'id')
    return [PersonView(row.id, row.name, row.role) for row in rows]


async def _own(found: Access) -> tuple[Follow | None, int]:
    """What the reader alone has to do with the ticket: whether they follow it, and up to which event they have read."""
    asking = Asking()
    mine = f'ticket_id = {asking.value(found.ticket.id)} AND user_id = {asking.value(found.user.id)}'
    rows = await asking.rows(
        f'SELECT (SELECT follow FROM subscription WHERE {mine}) AS follow, '  # noqa: S608 - placeholders of ours
        f'(SELECT event_id FROM read_mark WHERE {mine}) AS read_up_to'
    )
    follow = rows[0]['follow']
    return Follow(follow) if follow else None, rows[0]['read_up_to'] or 0


def _comment_for(comment: CommentView, found: Access, now: datetime) -> CommentView:
    """The comment with what this reader may do to it; for most readers it is the very one that all have."""
    until = comment.created_at + settings().comment_edit_window
    mine = comment.author.id == found.user.id and now < until
    files = _files_for(comment.files, found)
    if not mine and files is comment.files:
        return comment
    return replace(comment, editable_until=until if mine else None, files=files)


def _files_for(files: Sequence[FileView], found: Access) -> tuple[FileView, ...]:
    if not files or found.user.role is not Role.ADMIN:
        return tuple(files)
    return tuple(replace(file, removable=True) for file in files)


def _moves(found: Access, now: datetime) -> tuple[MoveView, ...]:
    if found.ticket.merged_into_id is not None:
        return ()
    until = _reopen_until(found.ticket)
    return tuple(
        MoveView(move.target, Need.COMMENT in move.needs)
        for move in moves_from(found.ticket.status, found.parts)
        if Need.REOPEN_WINDOW not in move.needs or until is None or now <= until
    )


def _rights(found: Access, sharers: Sequence[int], moves: Iterable[MoveView], now: datetime) -> Rights:
    if found.ticket.merged_into_id is not None:
        return Rights(*[False] * 9)
    targets = {move.target for move in moves}
    staff = found.is_staff
    return Rights(
        comment=True,
        note=staff,
        share=found.may_share and found.ticket.company_id is not None,
        leave=not found.may_share and found.user.id in sharers,
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


def _undo_until(found: Access, newest: TicketEvent | None, now: datetime) -> datetime | None:
    """Until when the newest move may be taken back, if it is the reader's own and the time has not passed."""
    if newest is None or newest.kind is not EventKind.STATUS or newest.actor_id != found.user.id:
        return None
    given = newest.details.get('undo_until')
    until = datetime.fromisoformat(given) if given else None
    return until if until is not None and now <= until else None


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


async def _merged_into(found: Access) -> str | None:
    if found.ticket.merged_into_id is None:
        return None
    other = await access.visible_to(found.user).get_or_none(id=found.ticket.merged_into_id)
    return ticket_id(other.number) if other is not None else None
