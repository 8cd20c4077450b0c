"""Numbers that rise by one without gaps: the ticket numbers."""

from tortoise import fields
from tortoise.models import Model


class Counter(Model):
    """The last number given out under a name."""

    name = fields.CharField(max_length=32, primary_key=True)
    value = fields.IntField(default=0)

    class Meta:
        table = 'counter'
