"""How customers rate the help: one row for each time that a ticket became done."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

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
        )
