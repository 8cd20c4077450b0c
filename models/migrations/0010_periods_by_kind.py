from tortoise import migrations
from tortoise.migrations import operations as ops

WHOLE = 'privacy.retention'
PREFIX = 'retention.'
DEFAULTS = {'sessions': 30, 'attempts': 2, 'links': 90, 'notices': 180, 'drafts': 90}
"""In days, as they were; what is not named was kept for good."""


async def part(apps, editor):
    """The periods of all kinds were one setting; each becomes one of its own, with who set it and when."""
    settings = apps.get_model('models.Setting')
    whole = await settings.filter(key=WHOLE).using_db(editor.client).first()
    if whole is None:
        return
    for kind, days in whole.value.items():
        if days != DEFAULTS.get(kind):
            values = {'value': {'days': days}, 'changed_at': whole.changed_at, 'changed_by_id': whole.changed_by_id}
            await settings.create(key=f'{PREFIX}{kind}', using_db=editor.client, **values)
    await settings.filter(key=WHOLE).using_db(editor.client).delete()


async def join(apps, editor):
    """Back to one setting, of whoever changed a period last."""
    settings = apps.get_model('models.Setting')
    parts = await settings.filter(key__startswith=PREFIX).using_db(editor.client).order_by('changed_at')
    if not parts:
        return
    value = {part.key.removeprefix(PREFIX): part.value['days'] for part in parts}
    values = {'value': value, 'changed_at': parts[-1].changed_at, 'changed_by_id': parts[-1].changed_by_id}
    await settings.create(key=WHOLE, using_db=editor.client, **values)
    await settings.filter(key__startswith=PREFIX).using_db(editor.client).delete()


class Migration(migrations.Migration):
    dependencies = [('models', '0009_figures')]

    initial = False

    operations = [ops.RunPython(part, join)]
