from tortoise import migrations
from tortoise.migrations import operations as ops
from models.order import SqlIndex
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_desk')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['created_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['status', 'status_since']),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['status', 'done_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['status_since', 'id']),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex('status', "(CASE WHEN answered_at IS NOT NULL OR status = 'reopened' THEN 0 ELSE 1 END)", "(COALESCE(CASE WHEN first_response_at IS NULL THEN respond_due_at END, solve_due_at, '9999-12-31 00:00:00+00:00'))", "(CASE impact WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)", 'status_since', 'id', name='idx_ticket_board'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex("(CASE WHEN status = 'done' THEN 1 ELSE 0 END)", "(CASE WHEN answered_at IS NOT NULL OR status = 'reopened' THEN 0 ELSE 1 END)", "(COALESCE(CASE WHEN first_response_at IS NULL THEN respond_due_at END, solve_due_at, '9999-12-31 00:00:00+00:00'))", "(CASE impact WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)", 'status_since', 'id', name='idx_ticket_queue'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex("(COALESCE(CASE WHEN first_response_at IS NULL THEN respond_due_at END, solve_due_at, '9999-12-31 00:00:00+00:00'))", 'id', name='idx_ticket_due'),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=SqlIndex("(CASE impact WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)", 'id', name='idx_ticket_impact'),
        ),
    ]
