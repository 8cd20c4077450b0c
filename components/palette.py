"""The palette: everything that can be done from here, and every ticket by its ID or in one's own words."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui.events import GenericEventArguments

from components.answer_data import answer_data
from components.ask import REPORT
from components.commands import Command, command_book
from components.icon import icon_href
from components.live import Told
from components.reader import reader
from components.shortcuts import SHORTCUTS, run, signs
from components.text import t, words
from components.theme import STATUS_ICONS
from services.errors import Refusal
from services.search.answers import Answer
from services.tickets.views import TicketRow

LONGEST = 200
GROUPS = ('here', 'new', 'go', 'settings')
GROUPS_OF_STAFF = ('here', 'go', 'new', 'settings')
OnFind = Callable[[str], Awaitable[Answer | Sequence[TicketRow]]]


class Palette(Told, component='palette.js', esm={'ticket-parts': 'ticket_parts', 'ask-parts': 'ask_parts'}):
    """The field in the header that opens it, and the dialog; one per window.

    `on_find(text)` gives the answer to what is typed, without a text the tickets that one wants most likely.
    """

    def __init__(self, *, on_find: OnFind) -> None:
        super().__init__()
        self._on_find = on_find
        self._book = command_book()
        self._book.on_change(self._tell)
        self._props['words'] = words('palette.words')
        self._props['groups'] = words('palette.group')
        self._props['order'] = GROUPS_OF_STAFF if reader().is_staff else GROUPS
        self._props['icons'] = {name: icon_href(name) for name in ('search', 'x', 'corner-down-right', 'list-filter')}
        self._props['report'] = None if reader().is_staff else REPORT
        self._props['keys'] = signs(SHORTCUTS['search'][0])
        self.on('find', self._find, [None])
        self.on('run', self._run, [None])
        self._tell()

    def _tell(self) -> None:
        self.tell(commands=tuple(_command_data(one) for one in self._book.commands if one.listed))

    async def _find(self, event: GenericEventArguments) -> None:
        wanted = event.args if isinstance(event.args, dict) else {}
        text, seq = wanted.get('text'), wanted.get('seq')
        if not isinstance(text, str) or not isinstance(seq, int):
            return
        try:
            found = await self._on_find(text[:LONGEST].strip())
        except Refusal:
            found = ()
        self.run_method('found', {'seq': seq} | _found_data(found))

    async def _run(self, event: GenericEventArguments) -> None:
        await run(event.args)


def _command_data(command: Command) -> dict[str, object]:
    keys = SHORTCUTS.get(command.name)
    return {
        'name': command.name,
        'label': command.label,
        'group': command.group,
        'icon': icon_href(command.icon),
        'href': command.href,
        'press': command.press,
        'also': command.also,
        'keys': signs(keys[0]) if keys else [],
    }


def _found_data(found: Answer | Sequence[TicketRow]) -> dict[str, object]:
    if isinstance(found, Answer):
        answer = answer_data(found)
        return {'tickets': answer['cards'], 'suggestions': answer['suggestions']}
    return {'tickets': [_ticket_data(row) for row in found], 'suggestions': []}


def _ticket_data(row: TicketRow) -> dict[str, object]:
    return {
        'id': row.id,
        'subject': [(row.subject, False)],
        'href': f'/tickets/{row.id}',
        'status': row.status.value,
        'status_label': t(f'status.{row.status.value}'),
        'icon': icon_href(STATUS_ICONS[row.status]),
        'unread': row.unread,
    }
