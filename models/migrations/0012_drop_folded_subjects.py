from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [('models', '0011_figure_indexes')]

    initial = False

    operations = [
        ops.RemoveField(model_name='Ticket', name='subject_folded'),
    ]
