"""Somebody among thousands: a field in which one writes a part of a name or an address and takes one of those found."""

from collections.abc import Callable
from typing import Any

from nicegui import background_tasks

from components.live import Told
from components.reader import reader
from components.refusals import explains_refusals
from components.text import t, words
from components.ticket_data import sprite
from services import directory
from services.people import PersonRow

MOST = 8
"""How many are offered; whoever is not among them is found by more letters."""


class PersonSearch(Told, component='person_search.js', esm={'ticket-parts': 'ticket_parts'}):
    """`value` is the id of the chosen one, None for anybody. For staff: the directory refuses others.

    :param name: of the one with whom it begins
    :param on_change: called (sync or async, without arguments) when somebody was chosen or let go of
    """

    def __init__(
        self, label: str, value: int | None, name: str, *, prompt: str, on_change: Callable[[], Any] | None = None
    ) -> None:
        super().__init__()
        self.value = value
        self._on_change = on_change
        self._offered: dict[int, str] = {}
        self.tell(label=label, prompt=prompt, words=words('kit.person_search'), sprite=sprite())
        self._show(name)
        self.hear('find', self._find, text=str, turn=int)
        self.hear('choose', self._choose, id=int)
        self.on('clear', self._clear, args=[])

    def set_value(self, value: int | None, name: str = '') -> None:
        """Show somebody else, or nobody; without a name the one who is shown stays."""
        if value != self.value:
            self.value = value
            self._show(name)

    def _show(self, name: str) -> None:
        self.tell(chosen=(name or t('kit.person_search.unknown')) if self.value is not None else '')

    @explains_refusals
    async def _find(self, text: str, turn: int) -> None:
        page = await directory.people(reader().actor, text=text, limit=MOST)
        self._offered = {row.id: row.name for row in page.items}
        found = [_person(row) for row in page.items]
        if not self.is_deleted:
            self.run_method('found', {'turn': turn, 'people': found, 'more': page.next is not None})

    async def _choose(self, id: int) -> None:
        if id in self._offered and id != self.value:
            self.set_value(id, self._offered[id])
            self._changed()

    def _clear(self) -> None:
        if self.value is not None:
            self.set_value(None)
            self._changed()

    def _changed(self) -> None:
        if self._on_change and (result := self._on_change()) is not None:
            background_tasks.create(result, name=f'change of search {self.id}', context=self)


def _person(row: PersonRow) -> dict[str, Any]:
    where = row.company_name or t(f'role.{row.role.value}')
    return {'id': row.id, 'name': row.name, 'note': f'{row.email} · {where}'}
