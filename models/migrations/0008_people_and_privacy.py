from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

SIGNED_IN = (
    'UPDATE user_account SET signed_in_at = (SELECT max(at) FROM audit_entry '
    "WHERE actor_id = user_account.id AND action = 'session.started')"
)


async def fill(apps, editor):
    """People who are there already are found by name and address, and were last seen signing in when the log says."""
    users = apps.get_model('models.User')
    for user in await users.all().using_db(editor.client):
        folded = ' '.join(f'{user.name} {user.email}'.casefold().replace('\u0451', '\u0435').split())[:500]
        await users.filter(id=user.id).using_db(editor.client).update(folded=folded)
    await editor.client.execute_query(SIGNED_IN)


async def keep(apps, editor):
    """Nothing to take back: the columns go."""


class Migration(migrations.Migration):
    dependencies = [('models', '0007_search')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='AuditEntry',
            index=Index(fields=['subject']),
        ),
        ops.AddField(
            model_name='Company',
            name='share_by_default',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name='Rating',
            index=Index(fields=['rater_id']),
        ),
        ops.AddIndex(
            model_name='Rating',
            index=Index(fields=['done_event_id']),
        ),
        ops.AddIndex(
            model_name='TicketEvent',
            index=Index(fields=['comment_id']),
        ),
        ops.AddField(
            model_name='User',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='User',
            name='folded',
            field=fields.CharField(default='', db_default='', max_length=500),
        ),
        ops.AddField(
            model_name='User',
            name='signed_in_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='User',
            index=Index(fields=['folded', 'id']),
        ),
        ops.RunPython(fill, keep),
    ]
