from tortoise import migrations
from tortoise.migrations import operations as ops
from models.order import SqlIndex
from tortoise import fields
from tortoise.indexes import Index


SECONDS = {
    'sqlite': 'unixepoch({later}) - unixepoch(created_at)',
    'postgres': 'floor(extract(epoch FROM {later})) - floor(extract(epoch FROM created_at))',
}


async def fill(apps, editor):
    """How long answers and solutions took, of the tickets that there are."""
    seconds = SECONDS['sqlite' if editor.DIALECT == 'sqlite' else 'postgres']
    answer, solution = (seconds.format(later=later) for later in ('first_response_at', 'done_at'))
    await editor.client.execute_query(f'UPDATE ticket SET answer_took = {answer}, solution_took = {solution}')


async def keep(apps, editor):
    """Nothing to take back: the columns go."""


class Migration(migrations.Migration):
    dependencies = [('models', '0010_periods_by_kind')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Ticket',
            name='answer_took',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Ticket',
            name='solution_took',
            field=fields.IntField(null=True),
        ),
        ops.RunPython(fill, keep),
        ops.AddIndex(
            model_name='Rating',
            index=SqlIndex('ticket_id', 'asked_at', 'opened_at', 'rated_at', 'rater_id', 'done_event_id', name='idx_rating_asked'),
        ),
        ops.RemoveIndex(
            model_name='Ticket',
            name=None,
            fields=['created_at', 'id'],
        ),
        ops.RemoveIndex(
            model_name='Ticket',
            name=None,
            fields=['rated_at', 'stars', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', 'created_at', 'first_response_at', 'done_at'],
        ),
        ops.RemoveIndex(
            model_name='Ticket',
            name=None,
            fields=['done_at', 'closed_by', 'reopenings'],
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('rated_at', 'stars', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', 'answer_took', 'solution_took', name='idx_ticket_rated', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('stars', 'rated_at', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_stars', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('assignee_id', 'type', 'stars', 'rated_at', 'company_id', 'impact', 'os', 'server_type', name='idx_ticket_agents', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('company_id', 'stars', 'rated_at', 'assignee_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_companies', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('stars', 'answer_took', 'rated_at', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_answers', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('stars', 'solution_took', 'rated_at', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_solutions', where='rated_at IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('created_at', 'id', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_created'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('done_at', 'closed_by', 'reopenings', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_done'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('status', 'assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type', name='idx_ticket_standing'),
        ),
        ops.RemoveIndex(
            model_name='TicketEvent',
            name=None,
            fields=['kind', 'at', 'from_status', 'to_status'],
        ),
        ops.AddIndex(
            model_name='TicketEvent',
            index=Index(fields=['kind', 'at']),
        ),
        ops.AddIndex(
            model_name='TicketEvent',
            index=SqlIndex('to_status', 'at', 'ticket_id', 'from_status', name='idx_event_entered', where='to_status IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='TicketEvent',
            index=SqlIndex('from_status', 'at', 'ticket_id', name='idx_event_left', where='from_status IS NOT NULL'),
        ),
    ]
