"""What is to leave the portal, written in the same transaction as the change that causes it; and when the jobs ran."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import MailKind, MailState
from models.people import User
from models.ticket import Ticket


class OutboxMail(Model):
    """One e-mail to one person; codes and ids in `details` are worded when it leaves.

    `once` makes it unique per person and event.
    """

    id = fields.IntField(primary_key=True)
    once = fields.CharField(max_length=120, unique=True)
    kind = fields.CharEnumField(MailKind, max_length=32, description='')
    recipient_id: int | None
    recipient: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='mails', null=True, on_delete=fields.SET_NULL
    )
    address = fields.CharField(max_length=254)
    ticket_id: int | None
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='mails', null=True, on_delete=fields.SET_NULL
    )
    event_id = fields.IntField(null=True)
    details = fields.JSONField[dict[str, Any]](default=dict)
    message_id = fields.CharField(max_length=200, unique=True)
    state = fields.CharEnumField(MailState, max_length=16, description='', default=MailState.WAITING)
    not_before = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    last_error = fields.CharField(max_length=500, default='')
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    subject = fields.CharField(max_length=300, default='')
    text = fields.TextField(default='')
    html = fields.TextField(default='')

    class Meta:
        table = 'outbox_mail'
        indexes = (
            Index(fields=('state', 'not_before')),
            Index(fields=('ticket_id', 'state')),
            Index(fields=('recipient_id', 'created_at')),
        )


class JobRun(Model):
    """When a background job last ran and how it ended."""

    name = fields.CharField(max_length=32, primary_key=True)
    started_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    done = fields.IntField(default=0)
    failed = fields.IntField(default=0)

    class Meta:
        table = 'job_run'
