"""How customers rate the help: one row for each time that a ticket became done."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.counted import ASKED
from models.enums import Outcome
from models.people import User
from models.ticket import Ticket, TicketEvent


class Rating(Model):
    """A question for a rating, and its answer once there is one. The newest answered row of a ticket counts."""

    id = fields.IntField(primary_key=True)
    ticket_id: int
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        'models.Ticket', related_name='ratings', on_delete=fields.CASCADE
    )
    done_event_id: int
    done_event: fields.ForeignKeyRelation[TicketEvent] = fields.ForeignKeyField(
        'models.TicketEvent', related_name='rating_asked', on_delete=fields.CASCADE
    )
    rater_id: int
    rater: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='ratings', on_delete=fields.RESTRICT
    )
    asked_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    stars = fields.SmallIntField(null=True)
    comment = fields.TextField(default='')
    rated_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'rating'
        unique_together = (('ticket_id', 'done_event_id'),)
        indexes = (
            Index(fields=('ticket_id', 'id')),
            Index(fields=('rated_at',)),
            Index(fields=('rater_id',)),
            Index(fields=('done_event_id',)),
            Index(fields=('asked_at', 'ticket_id')),
            ASKED,
        )


class BadRating(Model):
    """An answer of one or two stars that somebody has to see to: who does, and what came of it once it is settled."""

    id = fields.IntField(primary_key=True)
    rating_id: int
    rating: fields.OneToOneRelation[Rating] = fields.OneToOneField(
        'models.Rating', related_name='bad', on_delete=fields.CASCADE
    )
    owner_id: int | None
    owner: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='bad_ratings', null=True, on_delete=fields.SET_NULL
    )
    outcome = fields.CharEnumField(Outcome, max_length=16, description='', null=True)
    note = fields.CharField(max_length=1000, default='')
    opened_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'bad_rating'
        indexes = (Index(fields=('settled_at', 'opened_at')), Index(fields=('owner_id',)))
