"""What the filters of the board and of the queue offer: people, companies, kinds, answers of the forms, tags."""

from collections.abc import Iterable, Sequence

from components.board_filters import Choices
from components.reader import reader
from components.text import t
from models import Impact
from services import companies, tickets
from services.forms.definition import Form, worded


async def desk_choices(forms: Sequence[Form], tags: Iterable[str] = ()) -> Choices:
    """For the reader of the window that is being built, who is staff."""
    actor, language = reader().actor, reader().language
    agents = {str(agent.id): agent.name for agent in await tickets.agents(actor)}
    return Choices(
        assignee={'me': t('board.filter.me'), 'none': t('board.filter.none')} | agents,
        company={str(row.id): row.name for row in await companies.list_companies(actor)},
        type={form.type: worded(form.title, language) for form in forms},
        impact={impact.value: t(f'impact.{impact.value}') for impact in Impact},
        os=_answers(forms, 'os', language),
        server_type=_answers(forms, 'server_type', language),
        tag={name: name for name in tags},
    )


def _answers(forms: Sequence[Form], code: str, language: str) -> dict[str, str]:
    """The answers that any form offers for a field."""
    fields = [field for form in forms if (field := form.field(code))]
    return {option.code: worded(option.label, language) for field in fields for option in field.options}
