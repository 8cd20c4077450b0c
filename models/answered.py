"""What the REST API answered to calls that named themselves, so that a call sent again gets the same answer."""

from datetime import datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.people import User


class AnsweredCall(Model):
    """A call under an `Idempotency-Key` of a person; without a `status` it is still being answered.

    `submission` is what the call writes its ticket or comment under: whoever takes over a call that broke off writes
    nothing twice.
    """

    id = fields.IntField(primary_key=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='answered_calls', on_delete=fields.CASCADE
    )
    key_hash = fields.CharField(max_length=64)
    call_hash = fields.CharField(max_length=64)
    submission = fields.CharField(max_length=64)
    at: datetime = fields.DatetimeField()
    claimed_until: datetime = fields.DatetimeField()
    status = fields.IntField(null=True)
    headers = fields.JSONField[dict[str, str]](default=dict)
    body = fields.TextField(default='')

    class Meta:
        table = 'answered_call'
        unique_together = (('user_id', 'key_hash'),)
        indexes = (Index(fields=('at',)),)
