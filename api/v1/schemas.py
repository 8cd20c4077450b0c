"""What travels over the REST API: codes, ids and times, never sentences."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models import EventKind, Impact, Role, Status
from services import tickets
from services.drafts import DraftFile


class Incoming(BaseModel):
    """A body that a client sends: unknown members are refused, so that nothing is silently ignored."""

    model_config = ConfigDict(extra='forbid')


class NewTicket(Incoming):
    type: str = Field(examples=['bug'], max_length=32)
    subject: str = Field(examples=['Экран гаснет после обновления'])
    fields: dict[str, Any] = Field(default={}, description='The answers of the form by field code; see GET /forms.')
    attachments: list[str] = Field(default=[], max_length=50, description='Keys of files uploaded before.')
    share_with: list[int] = Field(default=[], max_length=100, description='Ids of people of the own company.')
    share_with_company: bool = False


class NewComment(Incoming):
    body: str = Field(examples=['Проверили на двух экранах, ошибка повторяется.'])
    internal: bool = Field(False, description='A note for the staff alone; only staff may write one.')


class NewTransition(Incoming):
    to: Status
    comment: str | None = Field(None, description='Required for `awaiting_feedback` and `reopened`.')


class NewAssignee(Incoming):
    assignee_id: int | None


class NewShares(Incoming):
    people: list[int] = Field(default=[], max_length=100)
    company: bool | None = None


class Person(BaseModel):
    id: int
    name: str
    role: Role
    company: str | None
    email: str | None = Field(None, description='Shown to staff, and to the person themselves.')


class Me(Person):
    language: str
    time_zone: str


class File(BaseModel):
    id: str
    name: str
    size: int = Field(description='Bytes.')
    content_type: str
    created_at: datetime
    url: str


class Comment(BaseModel):
    id: int
    author: Person
    body: str = Field(description='Markdown.')
    internal: bool
    created_at: datetime
    edited_at: datetime | None
    attachments: list[File]


class TicketRating(BaseModel):
    stars: int
    comment: str
    rated_at: datetime


class TicketSummary(BaseModel):
    """A ticket as it stands in lists."""

    id: str = Field(examples=['SPSUP-1503'])
    type: str
    subject: str
    status: Status
    status_since: datetime
    impact: Impact | None
    author: Person
    assignee: Person | None
    created_at: datetime
    updated_at: datetime
    auto_close_at: datetime | None


class Ticket(TicketSummary):
    """A ticket with all that its page shows."""

    fields: dict[str, Any]
    form_version: int
    version: int
    shared_with: list[Person]
    shared_with_company: bool
    rating: TicketRating | None
    attachments: list[File]
    comments: list[Comment]
    transitions: list[Status] = Field(description='Where the caller may move the ticket now.')
    follow_up_of: str | None


class Event(BaseModel):
    """One change of a ticket; `actor` is null when the system acted."""

    id: int
    kind: EventKind
    at: datetime
    actor: Person | None
    internal: bool
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None
    details: dict[str, Any]


class TicketPage(BaseModel):
    items: list[TicketSummary]
    next_cursor: str | None


class EventPage(BaseModel):
    items: list[Event]
    next_cursor: str | None


class FormOption(BaseModel):
    code: str
    label: dict[str, str]


class FormField(BaseModel):
    code: str
    kind: Literal['line', 'text', 'choice', 'number', 'date', 'files', 'share']
    label: dict[str, str]
    required: bool
    options: list[FormOption]
    shown_when: dict[str, list[str]] | None


class FormDescription(BaseModel):
    """A kind of request and what it asks for."""

    type: str
    version: int
    title: dict[str, str]
    fields: list[FormField]


Emails = Mapping[int, str]
"""The addresses that the caller may know, by person."""


def person(view: tickets.PersonView, emails: Emails = MappingProxyType({})) -> Person:
    return Person(id=view.id, name=view.name, role=view.role, company=view.company_name, email=emails.get(view.id))


def file(view: tickets.FileView | DraftFile) -> File:
    return File(
        id=view.key,
        name=view.name,
        size=view.size,
        content_type=view.content_type,
        created_at=view.created_at,
        url=f'/api/v1/attachments/{view.key}',
    )


def comment(view: tickets.CommentView) -> Comment:
    return Comment(
        id=view.id,
        author=person(view.author),
        body=view.body,
        internal=view.internal,
        created_at=view.created_at,
        edited_at=view.edited_at,
        attachments=[file(item) for item in view.files],
    )


def people_in(views: Iterable[tickets.TicketView | tickets.TicketRow]) -> set[int]:
    """The requesters and assignees of tickets, by id."""
    return {who.id for view in views for who in (view.requester, view.assignee) if who is not None}


def summary(view: tickets.TicketView | tickets.TicketRow, emails: Emails) -> dict[str, Any]:
    """The members that a ticket has in lists and on its own."""
    return {
        'id': view.id,
        'type': view.type,
        'subject': view.subject,
        'status': view.status,
        'status_since': view.status_since,
        'impact': view.impact,
        'author': person(view.requester, emails),
        'assignee': person(view.assignee, emails) if view.assignee else None,
        'created_at': view.created_at,
        'updated_at': view.updated_at,
        'auto_close_at': view.auto_close_at,
    }


def ticket(view: tickets.TicketView, emails: Emails) -> Ticket:
    rating = view.rating
    return Ticket(
        **summary(view, emails),
        fields=dict(view.answers),
        form_version=view.form.version,
        version=view.version,
        shared_with=[person(item) for item in view.shares],
        shared_with_company=view.shared_with_company,
        rating=TicketRating(stars=rating.stars, comment=rating.comment, rated_at=rating.rated_at) if rating else None,
        attachments=[file(item) for item in view.files],
        comments=[comment(item) for item in view.comments],
        transitions=[move.target for move in view.moves],
        follow_up_of=view.follow_up_of,
    )


def event(view: tickets.EventView) -> Event:
    return Event(
        id=view.id,
        kind=view.kind,
        at=view.at,
        actor=person(view.actor) if view.actor else None,
        internal=view.internal,
        from_status=view.from_status,
        to_status=view.to_status,
        comment_id=view.comment_id,
        details=dict(view.details),
    )
