"""What a person gets to see of tickets: plain values, already cut down to what this one reader may know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from models import EventKind, Follow, Impact, Role, Status
from services.forms.definition import Form

T = TypeVar('T')

Scope = Literal['all', 'own', 'shared', 'mine', 'unassigned']


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody's name and part; never an e-mail address. `company_name` is None for staff."""

    id: int
    name: str
    role: Role
    company_name: str | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.AGENT, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class FileView:
    """A file; fetched at /files/{key}/{name}, its preview at /files/{key}/preview. `size` is in bytes."""

    key: str
    name: str
    size: int
    content_type: str
    previewable: bool
    internal: bool
    created_at: datetime
    uploader: PersonView
    removable: bool = False


@dataclass(frozen=True, slots=True)
class CommentView:
    """Something written, in Markdown. `editable_until` is set when the reader may still change it."""

    id: int
    author: PersonView
    body: str
    internal: bool
    created_at: datetime
    edited_at: datetime | None
    editable_until: datetime | None
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the history. `actor` is None when the system acted; `people` are those whom `details` names by id."""

    id: int
    kind: EventKind
    at: datetime
    actor: PersonView | None
    internal: bool
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None
    details: Mapping[str, Any]
    people: tuple[PersonView, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveView:
    """A status into which the reader may move the ticket now."""

    target: Status
    needs_comment: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with the ticket now."""

    comment: bool
    note: bool
    share: bool
    leave: bool
    assign: bool
    take: bool
    mark_done: bool
    reopen: bool
    rate: bool
    change_subject: bool = False
    remove_files: bool = False


@dataclass(frozen=True, slots=True)
class RatingView:
    stars: int
    comment: str
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class TicketView:
    """A whole ticket as one reader sees it.

    `answered`: a customer spoke since feedback is awaited. `last_event_id`: what to hand to `mark_read`;
    `read_event_id`: how far the reader had read.
    `undo_until`, `undo_event_id`: the reader's own move that they may still take back.
    `named`: the people whom the answers name, by id.
    `merged_into`: the ID of the ticket in which the work goes on, if the reader sees it; nothing can be done here then.
    """

    id: str
    number: int
    pk: int
    type: str
    form: Form
    subject: str
    answers: Mapping[str, Any]
    impact: Impact | None
    status: Status
    status_since: datetime
    version: int
    requester: PersonView
    company_name: str | None
    assignee: PersonView | None
    created_at: datetime
    updated_at: datetime
    auto_close_at: datetime | None
    answered: bool
    reopen_until: datetime | None
    done_at: datetime | None
    shares: tuple[PersonView, ...]
    shared_with_company: bool
    comments: tuple[CommentView, ...]
    files: tuple[FileView, ...]
    events: tuple[EventView, ...]
    moves: tuple[MoveView, ...]
    follow: Follow | None
    following: bool
    rights: Rights
    rating: RatingView | None
    rating_open: bool
    last_event_id: int
    follow_up_of: str | None
    may_follow_up: bool
    is_own: bool
    undo_event_id: int | None = None
    undo_until: datetime | None = None
    read_event_id: int = 0
    merged_into: str | None = None
    named: Mapping[int, PersonView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as a line of a list. `shared`: it is not the reader's own."""

    id: str
    number: int
    pk: int
    type: str
    subject: str
    status: Status
    status_since: datetime
    impact: Impact | None
    requester: PersonView
    company_name: str | None
    assignee: PersonView | None
    created_at: datetime
    updated_at: datetime
    auto_close_at: datetime | None
    unread: bool
    shared: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A piece of a list; `next` is the cursor of the following piece, None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which tickets of those that one sees. `text` is an ID, however written, or words of the ticket.

    `scope` 'unassigned' means those that wait for somebody, unless `statuses` asks for done ones.
    """

    statuses: tuple[Status, ...] = ()
    type: str | None = None
    scope: Scope = 'all'
    text: str | None = None
    open_first: bool = True
    company_id: int | None = None
    assignee_id: int | None = None
