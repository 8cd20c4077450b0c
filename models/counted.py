"""What the dashboards count, as indexes: a figure is read from one of them and from no ticket.

Each holds all by which figures are narrowed. Where they are counted by something, that comes first: whoever walks such
an index meets the members of a group one after another and sorts nothing.
"""

from models.order import SqlIndex

NARROWED_BY = ('assignee_id', 'company_id', 'type', 'impact', 'os', 'server_type')
_LENGTHS = ('answer_took', 'solution_took')
_IS_RATED = 'rated_at IS NOT NULL'


def _others(*named: str) -> tuple[str, ...]:
    return tuple(column for column in NARROWED_BY if column not in named)


def _rated(*first: str, name: str, also: tuple[str, ...] = ()) -> SqlIndex:
    return SqlIndex(*first, *_others(*first), *also, name=f'idx_ticket_{name}', where=_IS_RATED)


RATED = _rated('rated_at', 'stars', name='rated', also=_LENGTHS)
STARS = _rated('stars', 'rated_at', name='stars')
AGENTS = _rated('assignee_id', 'type', 'stars', 'rated_at', name='agents')
COMPANIES = _rated('company_id', 'stars', 'rated_at', name='companies')
ANSWERS = _rated('stars', 'answer_took', 'rated_at', name='answers')
SOLUTIONS = _rated('stars', 'solution_took', 'rated_at', name='solutions')

CREATED = SqlIndex('created_at', 'id', *NARROWED_BY, name='idx_ticket_created')
DONE = SqlIndex('done_at', 'closed_by', 'reopenings', *NARROWED_BY, 'merged_into_id', name='idx_ticket_done')
STANDING = SqlIndex('status', *NARROWED_BY, name='idx_ticket_standing')

OF_TICKETS = (RATED, STARS, AGENTS, COMPANIES, ANSWERS, SOLUTIONS, CREATED, DONE, STANDING)

ASKED = SqlIndex('ticket_id', 'asked_at', 'opened_at', 'rated_at', 'rater_id', 'done_event_id', name='idx_rating_asked')

ENTERED = SqlIndex(
    'to_status', 'at', 'ticket_id', 'from_status', name='idx_event_entered', where='to_status IS NOT NULL'
)
LEFT = SqlIndex('from_status', 'at', 'ticket_id', name='idx_event_left', where='from_status IS NOT NULL')
