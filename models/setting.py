"""What admins set in the portal itself; what operators set is in services.settings."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.people import User


class Setting(Model):
    """One setting that is not at its default."""

    key = fields.CharField(max_length=64, primary_key=True)
    value = fields.JSONField[Any]()
    changed_by_id: int | None
    changed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='settings_changed', null=True, on_delete=fields.SET_NULL
    )
    changed_at = fields.DatetimeField()

    class Meta:
        table = 'setting'
