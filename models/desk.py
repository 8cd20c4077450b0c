"""What agents work with beside the tickets: tags, links, views, answer templates, notices, their own order of cards."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import EventKind, LinkTo
from models.people import User
from models.ticket import Ticket


class Tag(Model):
    """A word that agents put on tickets; `folded` keeps one spelling of each."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=50)
    folded = fields.CharField(max_length=100, unique=True)

    class Meta:
        table = 'tag'


class TicketTag(Model):
    """A tag on a ticket."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='tags', on_delete=fields.CASCADE
    )
    tag_id: int
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField(
        'models.Tag', related_name='tickets', on_delete=fields.CASCADE
    )

    class Meta:
        table = 'ticket_tag'
        unique_together = (('ticket_id', 'tag_id'),)
        indexes = (Index(fields=('tag_id', 'ticket_id')),)


class TicketLink(Model):
    """A ticket's relation to another one, or to an issue of the developers (then `url` is set and `other` is not)."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='links', on_delete=fields.CASCADE
    )
    other_id: int | None
    other: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='linked_from', null=True, on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(LinkTo, max_length=16, description='')
    url = fields.CharField(max_length=500, default='')
    made_by_id: int | None
    made_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='ticket_links', null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()

    class Meta:
        table = 'ticket_link'
        indexes = (Index(fields=('ticket_id',)), Index(fields=('other_id',)))


class SavedView(Model):
    """A filter that an agent keeps, for themselves or for all; `query` holds address parameters."""

    id = fields.IntField(primary_key=True)
    owner_id: int
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='views', on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=100)
    shared = fields.BooleanField(default=False)
    page = fields.CharField(max_length=16, default='board')
    query = fields.JSONField[dict[str, Any]](default=dict)
    place = fields.IntField(default=0)

    class Meta:
        table = 'saved_view'
        unique_together = (('owner_id', 'page', 'name'),)
        indexes = (Index(fields=('shared',)),)


class AnswerTemplate(Model):
    """An answer written once and used often, in both languages, with placeholders.

    `former` has name and texts as they were before they were last reworded.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100, unique=True)
    body_ru = fields.TextField(default='')
    body_en = fields.TextField(default='')
    former = fields.JSONField[dict[str, str] | None](null=True, default=None)
    retired = fields.BooleanField(default=False)
    changed_by_id: int | None
    changed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='templates', null=True, on_delete=fields.SET_NULL
    )
    changed_at = fields.DatetimeField()

    class Meta:
        table = 'answer_template'


class CardPlace(Model):
    """Where one agent put a card by hand, in their own view alone; smaller places stand higher."""

    id = fields.IntField(primary_key=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='card_places', on_delete=fields.CASCADE
    )
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='card_places', on_delete=fields.CASCADE
    )
    place = fields.FloatField()

    class Meta:
        table = 'card_place'
        unique_together = (('user_id', 'ticket_id'),)


class Notice(Model):
    """Something that happened to a person's tickets, for the bell; written with the event that it tells of."""

    id = fields.IntField(primary_key=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='notices', on_delete=fields.CASCADE
    )
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='notices', on_delete=fields.CASCADE
    )
    event_id = fields.IntField()
    kind = fields.CharEnumField(EventKind, max_length=24, description='')
    at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'notice'
        unique_together = (('user_id', 'event_id'),)
        indexes = (Index(fields=('user_id', 'read_at')), Index(fields=('ticket_id',)))


class BulkAction(Model):
    """Something done to many tickets at once, and what it takes to take it back."""

    id = fields.IntField(primary_key=True)
    actor_id: int
    actor: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='bulk_actions', on_delete=fields.CASCADE
    )
    at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)
    steps = fields.JSONField[list[dict[str, Any]]](default=list)

    class Meta:
        table = 'bulk_action'
