"""The kinds of request, their forms as published and as being edited; a ticket keeps the version it was filed with."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class RequestKind(Model):
    """One kind of request: its place among the others, and whether it is offered.

    `edited`: an admin has published it, so the built-in catalogue leaves it alone. `version` is for compare-and-swap.
    """

    code = fields.CharField(max_length=32, primary_key=True)
    position = fields.IntField()
    hidden = fields.BooleanField(default=False)
    edited = fields.BooleanField(default=False)
    version = fields.IntField(default=1)

    class Meta:
        table = 'request_kind'


class FormVersion(Model):
    """One published definition of a kind of request. `definition` is read by services.forms.load().

    `published_by` is None when it came from the built-in catalogue.
    """

    id = fields.IntField(primary_key=True)
    type = fields.CharField(max_length=32)
    version = fields.IntField()
    definition = fields.JSONField[dict[str, Any]]()
    published_at = fields.DatetimeField()
    published_by_id: int | None
    published_by: fields.ForeignKeyNullableRelation['Model'] = fields.ForeignKeyField(
        'models.User', related_name='forms_published', null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = 'form_version'
        unique_together = (('type', 'version'),)


class FormDraft(Model):
    """What admins are making of a form, not published yet: one draft a kind. `version` is for compare-and-swap."""

    type = fields.CharField(max_length=32, primary_key=True)
    definition = fields.JSONField[dict[str, Any]]()
    version = fields.IntField(default=1)
    changed_at = fields.DatetimeField()
    changed_by_id: int | None
    changed_by: fields.ForeignKeyNullableRelation['Model'] = fields.ForeignKeyField(
        'models.User', related_name='form_drafts', null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = 'form_draft'


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
