"""What travels over the REST API about tickets: codes, ids and times, never sentences."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models import EventKind, Impact, Role, Status
from services import tickets
from services.drafts import DraftFile

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The id of something, as far as a database can hold it."""

ID_EXAMPLE = 'SPSUP-1503'
_FIELDS = {
    'details': 'The screen goes black an hour after the start.',
    'project': 'Shop windows',
    'impact': 'high',
    'steps': '1. Start the player. 2. Wait for an hour.',
    'expected': 'The screen goes on playing.',
    'actual': 'The screen is black.',
    'os': 'tizen',
    'server_type': 'cloud',
    'app_version': '4.13.0',
}
_AT = '2026-11-22T10:15:00Z'


class Incoming(BaseModel):
    """A body that a client sends: unknown members are refused, so that nothing is silently ignored."""

    model_config = ConfigDict(extra='forbid')


class NewTicket(Incoming):
    """What is asked for, by the fields of its form."""

    type: str = Field(description='The code of a form; see `GET /forms`.', examples=['bug'], max_length=32)
    subject: str = Field(description='One line, 200 characters at most.', examples=['Экран гаснет после обновления'])
    fields: dict[str, Any] = Field(
        default={}, description='The answers of the form by field code; see `GET /forms`.', examples=[_FIELDS]
    )
    attachments: list[str] = Field(
        default=[], max_length=50, description='Keys of files uploaded before.', examples=[[]]
    )
    share_with: list[Number] = Field(
        default=[], max_length=100, description='Ids of people of the own company.', examples=[[]]
    )
    share_with_company: bool | None = Field(
        None, description='Whether all of the company see it; left out, as the company has set.', examples=[False]
    )
    follow_up_of: str | None = Field(
        None, max_length=32, description='The ID of the done ticket that this one follows up.', examples=[None]
    )


class NewComment(Incoming):
    """Something to say; with files that were uploaded before."""

    body: str = Field(description='Markdown.', examples=['Проверили на двух экранах, ошибка повторяется.'])
    internal: bool = Field(False, description='A note for the staff alone; only staff may write one.')
    attachments: list[str] = Field(
        default=[], max_length=50, description='Keys of files uploaded before.', examples=[[]]
    )


class ChangedComment(Incoming):
    body: str = Field(description='Markdown.', examples=['Проверили на трёх экранах.'])


class NewTransition(Incoming):
    """Where the ticket is to go."""

    to: Status = Field(examples=['awaiting_feedback'])
    comment: str | None = Field(
        None, description='Required for `awaiting_feedback` and `reopened`.', examples=['Please check version 4.13.1.']
    )
    undoable: bool = Field(
        False, description='Whether it can be taken back for some seconds, as on the page; its mails wait so long.'
    )


class NewAssignee(Incoming):
    assignee_id: Number | None = Field(description='An agent’s id; null for nobody.', examples=[7])


class ChangedTicket(Incoming):
    subject: str = Field(examples=['Экран гаснет после обновления до 4.13'])


class NewShares(Incoming):
    """Who else is to see the ticket."""

    people: list[Number] = Field(default=[], max_length=100, description='Their ids.', examples=[[12]])
    company: bool | None = Field(None, description='true: the whole company; false: not the whole company any more.')


class Person(BaseModel):
    """Somebody’s name and part."""

    id: int = Field(examples=[12])
    name: str = Field(examples=['Анна Петрова'])
    role: Role
    company: str | None = Field(description='null for staff.', examples=['Ромашка'])
    email: str | None = Field(None, description='Shown to staff, and to the person themselves.')


class File(BaseModel):
    """A file; its content is at `url`, with the same token."""

    id: str = Field(description='Its key.', examples=['hVb8Xq2pO0sCk3N1uJ6yTg'])
    name: str = Field(examples=['screen.png'])
    size: int = Field(description='Bytes.', examples=[48213])
    content_type: str = Field(description='As recognised by its content.', examples=['image/png'])
    created_at: datetime = Field(examples=[_AT])
    url: str = Field(examples=['/api/v1/attachments/hVb8Xq2pO0sCk3N1uJ6yTg'])


class Comment(BaseModel):
    """Something written to a ticket."""

    id: int = Field(examples=[311])
    author: Person
    body: str = Field(description='Markdown.', examples=['Проверили на двух экранах, ошибка повторяется.'])
    internal: bool = Field(description='A note that no customer gets.')
    created_at: datetime = Field(examples=[_AT])
    edited_at: datetime | None = Field(examples=[None])
    attachments: list[File]


class TicketRating(BaseModel):
    """How the help was rated."""

    stars: int = Field(ge=1, le=5, examples=[5])
    comment: str = Field(examples=['Быстро и по делу.'])
    rated_at: datetime = Field(examples=[_AT])


class TicketSummary(BaseModel):
    """A ticket as it stands in lists."""

    id: str = Field(examples=[ID_EXAMPLE])
    type: str = Field(examples=['bug'])
    subject: str = Field(examples=['Экран гаснет после обновления'])
    status: Status
    status_since: datetime = Field(examples=[_AT])
    impact: Impact | None
    author: Person
    assignee: Person | None
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])
    auto_close_at: datetime | None = Field(description='When silence closes it.', examples=[None])


class Ticket(TicketSummary):
    """A ticket with all that its page shows. Its `version` stands in `ETag` too."""

    fields: dict[str, Any] = Field(description='The answers by field code.', examples=[_FIELDS])
    form_version: int = Field(description='The version of the form that it was filed with.', examples=[1])
    version: int = Field(description='Rises with every change that the customer may see.', examples=[4])
    shared_with: list[Person]
    shared_with_company: bool
    rating: TicketRating | None
    attachments: list[File]
    comments: list[Comment]
    transitions: list[Status] = Field(description='Where the caller may move the ticket now.')
    follow_up_of: str | None = Field(examples=[None])
    merged_into: str | None = Field(
        description='Where the work goes on; nothing can be done here then.', examples=[None]
    )
    following: bool = Field(description='Whether the caller hears of what happens here.')
    last_event_id: int = Field(description='What to hand to `PUT /tickets/{ticket_id}/read`.', examples=[5120])
    read_event_id: int = Field(description='How far the caller has read.', examples=[5120])


class Event(BaseModel):
    """One change of a ticket; `actor` is null when the system acted."""

    id: int = Field(examples=[5120])
    kind: EventKind
    at: datetime = Field(examples=[_AT])
    actor: Person | None
    internal: bool = Field(description='Known to staff alone.')
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None
    details: dict[str, Any] = Field(description='Codes and ids that go with the kind.', examples=[{}])


class TicketPage(BaseModel):
    items: list[TicketSummary]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


class EventPage(BaseModel):
    items: list[Event]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


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
        merged_into=view.merged_into,
        following=view.following,
        last_event_id=view.last_event_id,
        read_event_id=view.read_event_id,
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
