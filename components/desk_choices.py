"""What the filters of the board and of the queue offer: people, companies, kinds, answers of the forms, tags."""

import asyncio
from collections.abc import Mapping, Sequence

from components.address import Address
from components.board_filters import Choices
from components.reader import reader
from components.text import t
from models import Impact
from services import companies, directory, tickets
from services.desk import tags
from services.desk.filters import DeskFilter
from services.errors import NotFound
from services.forms.definition import Form, worded

TAGS = 200


async def desk_choices(forms: Sequence[Form], address: Address | None = None) -> Choices:
    """For the reader of the window that is being built, who is staff; with an address also tags and its requester."""
    actor, language = reader().actor, reader().language
    agents, firms = await asyncio.gather(tickets.agents(actor), companies.list_companies(actor))
    return Choices(
        assignee={'me': t('board.filter.me'), 'none': t('board.filter.none')}
        | {str(agent.id): agent.name for agent in agents},
        company={str(firm.id): firm.name for firm in firms},
        requester=await _requester(address) if address else {},
        type={form.type: worded(form.title, language) for form in forms},
        impact={impact.value: t(f'impact.{impact.value}') for impact in Impact},
        os=_answers(forms, 'os', language),
        server_type=_answers(forms, 'server_type', language),
        tag={name: name for name in await tags.suggest(actor, limit=TAGS)} if address else {},
    )


async def _requester(address: Address) -> Mapping[int, str]:
    """The one whom the address names: thousands are too many for a list."""
    id = DeskFilter.from_parameters(address.parameters).requester
    if id is None:
        return {}
    try:
        return {id: (await directory.person(reader().actor, id)).name}
    except NotFound:
        return {}


def _answers(forms: Sequence[Form], code: str, language: str) -> dict[str, str]:
    """The answers that any form offers for a field."""
    fields = [field for form in forms if (field := form.field(code))]
    return {option.code: worded(option.label, language) for field in fields for option in field.options}
