"""Who outside is told of what happens to tickets, and each message to them; written with the event that it tells of."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import DeliveryState
from models.people import User
from models.ticket import Ticket


class Webhook(Model):
    """An address that hears of events of some `kinds` (none named: of all).

    Its secret is made of the portal's and `nonce`, so that no copy of the database gives it away. After it was renewed
    the one of `old_nonce` signs too until `old_until`. `failing_since` is set while messages do not arrive.
    """

    id = fields.IntField(primary_key=True)
    url = fields.CharField(max_length=500)
    kinds = fields.JSONField[list[str]](default=list)
    active = fields.BooleanField(default=True)
    nonce = fields.CharField(max_length=64)
    old_nonce = fields.CharField(max_length=64, default='')
    old_until = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    paused_until = fields.DatetimeField(null=True)
    made_by_id: int | None
    made_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='webhooks', null=True, on_delete=fields.SET_NULL
    )
    created_at: datetime = fields.DatetimeField()

    class Meta:
        table = 'webhook'


class WebhookDelivery(Model):
    """One message to one address. `message_id` stays the same however often it is sent, so that a receiver knows it."""

    id = fields.IntField(primary_key=True)
    webhook_id: int
    webhook: fields.ForeignKeyRelation[Webhook] = fields.ForeignKeyField(
        'models.Webhook', related_name='deliveries', on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=32)
    ticket_id: int | None
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='webhook_deliveries', null=True, on_delete=fields.SET_NULL
    )
    message_id = fields.CharField(max_length=64, unique=True)
    body = fields.JSONField[dict[str, Any]]()
    state = fields.CharEnumField(DeliveryState, max_length=16, description='', default=DeliveryState.WAITING)
    not_before = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    answer_status = fields.IntField(null=True)
    answer = fields.CharField(max_length=1000, default='')
    trouble = fields.CharField(max_length=64, default='')
    took = fields.IntField(null=True)
    created_at: datetime = fields.DatetimeField()
    tried_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'webhook_delivery'
        indexes = (
            Index(fields=('state', 'not_before')),
            Index(fields=('webhook_id', 'id')),
            Index(fields=('ticket_id',)),
            Index(fields=('created_at',)),
        )
