"""The questions of a form, or the kinds of request, in an order that can be changed; one of them is chosen."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui.events import GenericEventArguments

from components.live import Told
from components.text import words
from components.ticket_data import sprite


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to know of a row, as an icon with its word."""

    icon: str
    label: str
    tone: str = ''


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of the list: its word, what it is, and what there is to know of it."""

    code: str
    label: str
    note: str
    icon: str
    required: bool = False
    marks: tuple[Mark, ...] = ()


class FieldList(Told, component='field_list.js', esm={'sorting': 'sorting', 'ticket-parts': 'ticket_parts'}):
    """`on_choose(code)` when one is chosen, `on_arrange(codes)` with all codes in the order that is wanted."""

    def __init__(
        self,
        label: str,
        *,
        on_choose: Callable[[str], Awaitable[None]],
        on_arrange: Callable[[list[str]], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._on_arrange = on_arrange
        self.tell(label=label, words=words('forms.list'), sprite=sprite(), rows=(), chosen='')
        self.hear('choose', on_choose, code=str)
        self.on('arrange', self._arranged)

    def show(self, rows: Sequence[FieldRow], chosen: str = '') -> None:
        """Show these rows, that one as the chosen one."""
        self.tell(rows=tuple(_row_data(row) for row in rows), chosen=chosen)

    async def _arranged(self, event: GenericEventArguments) -> None:
        if (codes := arranged(event.args)) is not None:
            await self._on_arrange(codes)


def arranged(given: Any) -> list[str] | None:
    """The codes that a script of ours puts into an order; None for what is none of its words."""
    match given:
        case {'codes': list(codes)} if all(isinstance(code, str) for code in codes):
            return codes
    return None


def _row_data(row: FieldRow) -> dict[str, Any]:
    return {
        'code': row.code,
        'label': row.label,
        'note': row.note,
        'icon': row.icon,
        'required': row.required,
        'marks': [{'icon': mark.icon, 'label': mark.label, 'tone': mark.tone} for mark in row.marks],
    }
