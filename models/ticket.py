"""A customer's request and everything that hangs on it: comments, files, people, history."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.counted import ENTERED, LEFT, OF_TICKETS
from models.enums import ClosedBy, EventKind, Follow, Impact, Status
from models.form import Draft, FormVersion
from models.order import DUE, FINISHED, IMPACT, RULE, SqlIndex
from models.people import Company, User


class Ticket(Model):
    """A request for help. Its ID on the screen is the portal's key and `number` (services.ticket_id).

    `version` rises with every change and is asked for in each UPDATE. `updated_at` and `last_public_event_id` follow
    what the customer may see; `last_event_id` follows everything, internal notes included. `os` and `server_type`
    repeat the answers of these names, to filter by. `solve_left` is what remains of the time to a solution, in seconds,
    while its clock stands still. `stars` and `rated_at` repeat the newest answered rating; `reopenings` counts the
    moves to reopened that were not taken back; `closed_by` says who made a done ticket done; `answer_took` and
    `solution_took` are the seconds from filing to the first answer and to the moment of being done.
    """

    id = fields.IntField(primary_key=True)
    number = fields.IntField(unique=True)
    type = fields.CharField(max_length=32)
    form_id: int
    form: fields.ForeignKeyRelation[FormVersion] = fields.ForeignKeyField(
        'models.FormVersion', related_name='tickets', on_delete=fields.RESTRICT
    )
    subject = fields.CharField(max_length=200)
    answers = fields.JSONField[dict[str, Any]](default=dict)
    impact = fields.CharEnumField(Impact, max_length=16, description='', null=True)
    status = fields.CharEnumField(Status, max_length=24, description='', default=Status.OPEN)
    status_since = fields.DatetimeField()
    version = fields.IntField(default=1)

    requester_id: int
    requester: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='requested', on_delete=fields.RESTRICT
    )
    company_id: int | None
    company: fields.ForeignKeyNullableRelation[Company] = fields.ForeignKeyField(
        'models.Company', related_name='tickets', null=True, on_delete=fields.RESTRICT
    )
    assignee_id: int | None
    assignee: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='assigned', null=True, on_delete=fields.SET_NULL
    )
    shared_with_company = fields.BooleanField(default=False)
    follow_up_of_id: int | None
    follow_up_of: fields.ForeignKeyNullableRelation['Ticket'] = fields.ForeignKeyField(
        'models.Ticket', related_name='follow_ups', null=True, on_delete=fields.SET_NULL
    )
    submission_key = fields.CharField(max_length=64)
    merged_into_id: int | None
    merged_into: fields.ForeignKeyNullableRelation['Ticket'] = fields.ForeignKeyField(
        'models.Ticket', related_name='merged_from', null=True, on_delete=fields.SET_NULL
    )
    os = fields.CharField(max_length=64, null=True)
    server_type = fields.CharField(max_length=64, null=True)

    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    first_response_at = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    auto_close_at = fields.DatetimeField(null=True)
    remind_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    respond_due_at = fields.DatetimeField(null=True)
    respond_breached_at = fields.DatetimeField(null=True)
    solve_due_at = fields.DatetimeField(null=True)
    solve_breached_at = fields.DatetimeField(null=True)
    solve_left = fields.IntField(null=True)
    stars = fields.SmallIntField(null=True)
    rated_at = fields.DatetimeField(null=True)
    reopenings = fields.SmallIntField(default=0, db_default=0)
    closed_by = fields.CharEnumField(ClosedBy, max_length=16, description='', null=True)
    answer_took = fields.IntField(null=True)
    solution_took = fields.IntField(null=True)
    last_public_event_id = fields.IntField(default=0)
    last_event_id = fields.IntField(default=0)

    class Meta:
        table = 'ticket'
        unique_together = (('requester_id', 'submission_key'),)
        indexes = (
            Index(fields=('status', 'updated_at', 'id')),
            Index(fields=('requester_id', 'updated_at', 'id')),
            Index(fields=('company_id', 'updated_at', 'id')),
            Index(fields=('assignee_id', 'status')),
            Index(fields=('updated_at', 'id')),
            Index(fields=('auto_close_at',)),
            Index(fields=('remind_at',)),
            Index(fields=('respond_due_at',)),
            Index(fields=('solve_due_at',)),
            Index(fields=('merged_into_id',)),
            Index(fields=('form_id',)),
            Index(fields=('follow_up_of_id',)),
            Index(fields=('status', 'status_since')),
            Index(fields=('status', 'done_at', 'id')),
            Index(fields=('status_since', 'id')),
            SqlIndex('status', *RULE, name='idx_ticket_board'),
            SqlIndex(FINISHED, *RULE, name='idx_ticket_queue'),
            SqlIndex(DUE, 'id', name='idx_ticket_due'),
            SqlIndex(IMPACT, 'id', name='idx_ticket_impact'),
            *OF_TICKETS,
        )


class Comment(Model):
    """Something written to a ticket, in Markdown; an internal one is a note that no customer ever gets."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='comments', on_delete=fields.CASCADE
    )
    author_id: int
    author: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='comments', on_delete=fields.RESTRICT
    )
    body = fields.TextField()
    internal = fields.BooleanField(default=False)
    submission_key = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    edited_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'comment'
        unique_together = (('author_id', 'submission_key'),)
        indexes = (Index(fields=('ticket_id', 'id')),)


class Attachment(Model):
    """A file of a ticket, of a comment, or still of a draft; `key` is its random public name, `digest` its content."""

    id = fields.IntField(primary_key=True)
    key = fields.CharField(max_length=64, unique=True)
    uploader_id: int
    uploader: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='uploads', on_delete=fields.RESTRICT
    )
    ticket_id: int | None
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='attachments', null=True, on_delete=fields.CASCADE
    )
    comment_id: int | None
    comment: fields.ForeignKeyNullableRelation[Comment] = fields.ForeignKeyField(
        'models.Comment', related_name='attachments', null=True, on_delete=fields.CASCADE
    )
    draft_id: int | None
    draft: fields.ForeignKeyNullableRelation[Draft] = fields.ForeignKeyField(
        'models.Draft', related_name='attachments', null=True, on_delete=fields.SET_NULL
    )
    internal = fields.BooleanField(default=False)
    name = fields.CharField(max_length=255)
    size = fields.BigIntField()
    content_type = fields.CharField(max_length=100)
    digest = fields.CharField(max_length=64)
    previewable = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'attachment'
        indexes = (
            Index(fields=('ticket_id',)),
            Index(fields=('comment_id',)),
            Index(fields=('draft_id',)),
            Index(fields=('uploader_id',)),
            Index(fields=('digest',)),
        )


class TicketEvent(Model):
    """One change of a ticket, read by history, statistics and notices. `actor_id` is null when the system acted."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='events', on_delete=fields.CASCADE
    )
    actor_id: int | None
    actor: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='events', null=True, on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(EventKind, max_length=24, description='')
    internal = fields.BooleanField(default=False)
    at = fields.DatetimeField()
    from_status = fields.CharEnumField(Status, max_length=24, description='', null=True)
    to_status = fields.CharEnumField(Status, max_length=24, description='', null=True)
    comment_id: int | None
    comment: fields.ForeignKeyNullableRelation[Comment] = fields.ForeignKeyField(
        'models.Comment', related_name='events', null=True, on_delete=fields.SET_NULL
    )
    details = fields.JSONField[dict[str, Any]](default=dict)

    class Meta:
        table = 'ticket_event'
        indexes = (
            Index(fields=('ticket_id', 'id')),
            Index(fields=('kind', 'at')),
            ENTERED,
            LEFT,
            Index(fields=('actor_id', 'at')),
            Index(fields=('comment_id',)),
        )


class Share(Model):
    """A ticket opened to one more person of the requester's company."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='shares', on_delete=fields.CASCADE
    )
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='shares', on_delete=fields.CASCADE
    )
    shared_by_id: int | None
    shared_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='shares_made', null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = 'share'
        unique_together = (('ticket_id', 'user_id'),)
        indexes = (Index(fields=('user_id',)),)


class Subscription(Model):
    """A person's own wish to follow or to mute a ticket."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='subscriptions', on_delete=fields.CASCADE
    )
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='subscriptions', on_delete=fields.CASCADE
    )
    follow = fields.CharEnumField(Follow, max_length=16, description='')

    class Meta:
        table = 'subscription'
        unique_together = (('ticket_id', 'user_id'),)
        indexes = (Index(fields=('user_id',)),)


class ReadMark(Model):
    """How far a person has read a ticket: the newest event that was on their screen."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='read_marks', on_delete=fields.CASCADE
    )
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='read_marks', on_delete=fields.CASCADE
    )
    event_id = fields.IntField(default=0)
    read_at: datetime = fields.DatetimeField()

    class Meta:
        table = 'read_mark'
        unique_together = (('ticket_id', 'user_id'),)
        indexes = (Index(fields=('user_id',)),)
