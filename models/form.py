"""The forms in which help is asked for, as published; a ticket keeps the version that it was filed with."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class FormVersion(Model):
    """One published definition of a kind of request. `definition` is read by services.forms.load()."""

    id = fields.IntField(primary_key=True)
    type = fields.CharField(max_length=32)
    version = fields.IntField()
    definition = fields.JSONField[dict[str, Any]]()
    published_at = fields.DatetimeField()

    class Meta:
        table = 'form_version'
        unique_together = (('type', 'version'),)


class Draft(Model):
    """What a person has typed and not sent, by place ('request:bug', 'comment:1503', 'note:1503')."""

    id = fields.IntField(primary_key=True)
    user_id: int
    user: fields.ForeignKeyRelation['Model'] = fields.ForeignKeyField(
        'models.User', related_name='drafts', on_delete=fields.CASCADE
    )
    place = fields.CharField(max_length=64)
    content = fields.JSONField[dict[str, Any]](default=dict)
    submission_key = fields.CharField(max_length=64)
    updated_at = fields.DatetimeField()

    class Meta:
        table = 'draft'
        unique_together = (('user_id', 'place'),)
