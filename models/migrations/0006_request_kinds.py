from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_api_and_webhooks')]

    initial = False

    operations = [
        ops.CreateModel(
            name='FormDraft',
            fields=[
                ('type', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ('definition', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('version', fields.IntField(default=1)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_by', fields.ForeignKeyField('models.User', source_field='changed_by_id', null=True, db_constraint=True, to_field='id', related_name='form_drafts', on_delete=OnDelete.SET_NULL)),
            ],
            options={'table': 'form_draft', 'app': 'models', 'pk_attr': 'type'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RequestKind',
            fields=[
                ('code', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ('position', fields.IntField()),
                ('hidden', fields.BooleanField(default=False)),
                ('edited', fields.BooleanField(default=False)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'request_kind', 'app': 'models', 'pk_attr': 'code'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='FormVersion',
            name='published_by',
            field=fields.ForeignKeyField('models.User', source_field='published_by_id', null=True, db_constraint=True, to_field='id', related_name='forms_published', on_delete=OnDelete.SET_NULL),
        ),
    ]
