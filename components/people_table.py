"""The list of people as one element whose rows are data: who they are, how far their account is, when they came."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from components.badge import initials, tone
from components.live import Told
from components.reader import reader
from components.text import t
from components.ticket_data import time_data
from models import Role
from services.people import PersonRow


class PeopleTable(Told, component='people_table.js', esm={'ticket-parts': 'ticket_parts'}):
    """Rows in the order given, each a link to the person's page; `on_more` when the following ones are wanted."""

    def __init__(
        self, label: str, *, of_one_company: bool = False, on_more: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        super().__init__()
        self.tell(
            label=label,
            words={name: t(f'people.{name}') for name in ('more', 'seen', 'never')} | {'just_now': t('time.just_now')},
            language=reader().language,
            alone=of_one_company,
        )
        self.show((), more=False)
        if on_more is not None:
            self.on('more', on_more, args=[])

    def show(self, rows: Sequence[PersonRow], *, more: bool = False) -> None:
        self.tell(rows=tuple(_row(row) for row in rows), more=more)


def account_state(row: PersonRow) -> tuple[str, str]:
    """How far an account is, in a word and its tone; nothing when it is as it should be."""
    if not row.active:
        return t('people.closed'), 'danger'
    return (t('people.invited'), 'warning') if row.invited else ('', '')


def _row(row: PersonRow) -> dict[str, Any]:
    state, colour = account_state(row)
    return {
        'id': row.id,
        'href': f'/admin/people/{row.id}',
        'name': row.name,
        'initials': initials(row.name),
        'tone': tone(row.name),
        'email': row.email,
        'company': row.company_name or '',
        'role': '' if row.role is Role.CUSTOMER else t(f'role.{row.role.value}'),
        'state': state,
        'colour': colour,
        'closed': not row.active,
        'seen': time_data(row.signed_in_at) if row.signed_in_at else None,
    }
