"""Every keyboard shortcut of the portal, in one table: what listens for them and what lists them reads it."""

import inspect
import json
import re
from collections.abc import Sequence
from typing import Final

from nicegui import context, ui
from nicegui.events import GenericEventArguments

from components.box import Box
from components.button import Button
from components.commands import Command, command_book
from components.dialog import Dialog
from components.live import Told
from components.text import Text, t

SHORTCUTS: Final[dict[str, tuple[str, ...]]] = {
    'search': ('Mod+KeyK', 'Slash'),
    'help': ('Shift+Slash',),
    'go.home': ('KeyG KeyH',),
    'go.tickets': ('KeyG KeyT',),
    'go.board': ('KeyG KeyB',),
    'go.queue': ('KeyG KeyQ',),
    'go.admin': ('KeyG KeyA',),
    'list.next': ('KeyJ',),
    'list.previous': ('KeyK',),
    'list.reply': ('KeyC',),
    'list.note': ('KeyN',),
    'list.assign': ('KeyA',),
    'board.menu': ('KeyM',),
    'board.walk': ('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'),
    'board.carry': ('Space',),
    'queue.move': ('KeyM',),
    'ticket.reply': ('KeyC',),
    'ticket.note': ('KeyN',),
    'ticket.assign': ('KeyA',),
    'ticket.move': ('KeyM',),
    'ticket.as_customer': ('KeyV',),
}
"""By the command's name: keys by their place on the keyboard (`event.code`), so that they hold in every layout.

'Mod' is Ctrl, or Cmd on a Mac; a space stands between keys that are pressed one after the other. Keys without Mod count
only while nobody writes. A command without an entry here has no keys.
"""

LIST_DEEDS: Final = ('reply', 'note', 'assign')
"""What one asks for from a list: the ticket opens beside it, and its own command of that name is run."""

_HEARD_ELSEWHERE = frozenset({'board.walk', 'board.carry'})  # by the board itself; they only stand in the list
_ARROWS = {'ArrowUp': '↑', 'ArrowDown': '↓', 'ArrowLeft': '←', 'ArrowRight': '→'}
_SIGNS = {'Slash': '/', 'Shift+Slash': '?', 'Mod': 'Ctrl', **_ARROWS}
_GROUPS = ('here', 'go', 'everywhere')


class Shortcuts(Told, component='shortcuts.js'):
    """Listens for the keys of what the window offers; one per window, in its layout."""

    def __init__(self) -> None:
        with context.client.layout:
            super().__init__()
        self._book = command_book()
        self._book.on_change(self._tell)
        self.on('run', self._run, [None])
        self.hear('single_keys', self._single_keys, on=bool)
        self._tell()

    def _tell(self) -> None:
        self.tell(
            commands=tuple(
                {'name': command.name, 'keys': SHORTCUTS[command.name], 'href': command.href, 'press': command.press}
                for command in self._book.commands
                if command.name in SHORTCUTS.keys() - _HEARD_ELSEWHERE
            )
        )

    def switch_single_keys(self) -> None:
        """Let keys without Ctrl count, or no more, in this browser."""
        self._book.single_keys = not self._book.single_keys
        self.run_method('count_single_keys', self._book.single_keys)

    async def _single_keys(self, on: bool) -> None:
        """What this browser remembers."""
        self._book.single_keys = on

    def show(self) -> None:
        """List in a dialog which keys do what on the open page."""
        offered = _heard([command for command in self._book.commands if command.name in SHORTCUTS])
        with Dialog(t('shortcuts.title')), Box('shortcuts'):
            for group in _GROUPS:
                if commands := [command for command in offered if _group(command) == group]:
                    _draw_group(group, commands)
            Text(t('shortcuts.hint'), 'p', 'faint small')
            self._draw_switch()

    def _draw_switch(self) -> None:
        def switch() -> None:
            self.switch_single_keys()
            button.set_label(label())

        def label() -> str:
            return t('shortcuts.single_off') if self._book.single_keys else t('shortcuts.single_on')

        button = Button(label(), switch, look='quiet', icon='keyboard')

    async def _run(self, event: GenericEventArguments) -> None:
        await run(event.args)


async def run(name: object) -> None:
    """Do what the window offers under that name; nothing when it is not offered any more."""
    command = command_book().find(name)
    if command is None:
        return
    if command.do is None:
        ui.run_javascript(f'portalRun({json.dumps({"press": command.press})})')
        return
    with context.client:
        result = command.do()
        if inspect.isawaitable(result):
            await result


def signs(keys: str) -> list[str]:
    """What stands on the keys: 'Mod+KeyK' is ['Ctrl', 'K'], 'KeyG KeyB' is ['G', 'B']."""
    if keys in _SIGNS:
        return [_SIGNS[keys]]
    return [_SIGNS.get(key) or key.removeprefix('Key') for key in re.split(r'[ +]', keys)]


def _heard(commands: Sequence[Command]) -> list[Command]:
    """Without those whose keys an earlier one has: beside a board, M moves the open ticket."""
    found: dict[str, Command] = {}
    for command in commands:
        for keys in SHORTCUTS[command.name]:
            found.setdefault(keys, command)
    return list(dict.fromkeys(found.values()))


def _group(command: Command) -> str:
    return command.group if command.group in {'here', 'go'} else 'everywhere'


def _draw_group(group: str, commands: list[Command]) -> None:
    with Box('shortcuts-group', 'section'):
        Text(t(f'shortcuts.group.{group}'), 'h3', 'eyebrow')
        for command in commands:
            _draw(command)


def _draw(command: Command) -> None:
    with Box('shortcuts-row'):
        Text(command.label, 'span')
        with Box('shortcuts-keys', 'span'):
            for index, keys in enumerate(SHORTCUTS[command.name]):
                if index and keys not in _ARROWS:
                    Text(t('shortcuts.or'), 'span', 'faint small')
                for sign in signs(keys):
                    Text(t('shortcuts.space') if sign == 'Space' else sign, 'kbd')
