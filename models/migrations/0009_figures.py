from tortoise import migrations
from tortoise.migrations import operations as ops
from models.enums import ClosedBy, Outcome
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

FILL = (
    'UPDATE ticket SET stars = (SELECT r.stars FROM rating r WHERE r.ticket_id = ticket.id AND r.stars IS NOT NULL '
    'ORDER BY r.id DESC LIMIT 1), rated_at = (SELECT r.rated_at FROM rating r WHERE r.ticket_id = ticket.id '
    'AND r.stars IS NOT NULL ORDER BY r.id DESC LIMIT 1) '
    'WHERE id IN (SELECT ticket_id FROM rating WHERE stars IS NOT NULL)',
    "UPDATE ticket SET reopenings = (SELECT SUM(CASE e.kind WHEN 'status' THEN 1 ELSE -1 END) FROM ticket_event e "
    "WHERE e.ticket_id = ticket.id AND (e.kind = 'status' AND e.to_status = 'reopened' "
    "OR e.kind = 'status_undone' AND e.from_status = 'reopened')) "
    "WHERE id IN (SELECT ticket_id FROM ticket_event WHERE kind = 'status' AND to_status = 'reopened')",
    "UPDATE ticket SET closed_by = (SELECT CASE WHEN e.actor_id IS NULL THEN 'silence' "
    "WHEN u.role = 'customer' THEN 'customer' ELSE 'staff' END "
    'FROM ticket_event e LEFT JOIN user_account u ON u.id = e.actor_id '
    "WHERE e.ticket_id = ticket.id AND e.kind = 'status' AND e.to_status = 'done' ORDER BY e.id DESC LIMIT 1) "
    "WHERE status = 'done'",
    'INSERT INTO bad_rating (rating_id, opened_at, note) SELECT id, rated_at, \'\' FROM rating WHERE stars <= 2',
)


async def fill(apps, editor):
    """What happened before the figures were kept is read from the ratings and from the history."""
    for statement in FILL:
        await editor.client.execute_query(statement)


async def keep(apps, editor):
    """Nothing to take back: the columns go."""


class Migration(migrations.Migration):
    dependencies = [('models', '0008_people_and_privacy')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BadRating',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('rating', fields.OneToOneField('models.Rating', source_field='rating_id', db_constraint=True, to_field='id', related_name='bad', on_delete=OnDelete.CASCADE)),
                ('owner', fields.ForeignKeyField('models.User', source_field='owner_id', null=True, db_constraint=True, to_field='id', related_name='bad_ratings', on_delete=OnDelete.SET_NULL)),
                ('outcome', fields.CharEnumField(null=True, description='', enum_type=Outcome, max_length=16)),
                ('note', fields.CharField(default='', max_length=1000)),
                ('opened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bad_rating', 'app': 'models', 'indexes': [Index(fields=['settled_at', 'opened_at']), Index(fields=['owner_id'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddIndex(
            model_name='Rating',
            index=Index(fields=['asked_at', 'ticket_id']),
        ),
        ops.AddField(
            model_name='Ticket',
            name='closed_by',
            field=fields.CharEnumField(null=True, description='', enum_type=ClosedBy, max_length=16),
        ),
        ops.AddField(
            model_name='Ticket',
            name='rated_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Ticket',
            name='reopenings',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Ticket',
            name='stars',
            field=fields.SmallIntField(null=True),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(
                fields=[
                    'rated_at',
                    'stars',
                    'assignee_id',
                    'company_id',
                    'type',
                    'impact',
                    'os',
                    'server_type',
                    'created_at',
                    'first_response_at',
                    'done_at',
                ]
            ),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['done_at', 'closed_by', 'reopenings']),
        ),
        ops.RemoveIndex(
            model_name='TicketEvent',
            name=None,
            fields=['kind', 'at'],
        ),
        ops.AddIndex(
            model_name='TicketEvent',
            index=Index(fields=['kind', 'at', 'from_status', 'to_status']),
        ),
        ops.RunPython(fill, keep),
    ]
