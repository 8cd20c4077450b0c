from tortoise import migrations
from tortoise.migrations import operations as ops

FILL = {
    'sqlite': "UPDATE ticket SET os = substr(json_extract(answers, '$.os'), 1, 64), "
    "server_type = substr(json_extract(answers, '$.server_type'), 1, 64) "
    "WHERE json_extract(answers, '$.os') IS NOT NULL OR json_extract(answers, '$.server_type') IS NOT NULL",
    'postgres': "UPDATE ticket SET os = left(answers->>'os', 64), server_type = left(answers->>'server_type', 64) "
    "WHERE answers->>'os' IS NOT NULL OR answers->>'server_type' IS NOT NULL",
}


async def fill(apps, editor):
    """What older tickets answered becomes what one can filter by."""
    await editor.client.execute_query(FILL['sqlite' if editor.DIALECT == 'sqlite' else 'postgres'])


async def keep(apps, editor):
    """Nothing to take back: the answers are where they were."""


class Migration(migrations.Migration):
    dependencies = [('models', '0003_board')]

    initial = False

    operations = [ops.RunPython(fill, keep)]
