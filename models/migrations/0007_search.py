from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields

from models.search import REMOVAL, SCHEMA


async def make(apps, editor):
    """The index's own tables, still empty: what there is already comes into them at the next start."""
    for statement in SCHEMA['sqlite' if editor.DIALECT == 'sqlite' else 'postgres']:
        await editor.client.execute_query(statement)


async def remove(apps, editor):
    for statement in REMOVAL:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0006_request_kinds')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('words', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('changed_by', fields.ForeignKeyField('models.User', source_field='changed_by_id', null=True, db_constraint=True, to_field='id', related_name='synonyms', on_delete=OnDelete.SET_NULL)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'synonym_group', 'app': 'models', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.RunPython(make, remove),
    ]
