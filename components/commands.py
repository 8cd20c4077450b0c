"""What can be done from here by palette and keyboard: commands that hold everywhere, and those of the open page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import Client, context, ui


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. Either `do` (sync or async), an address `href`, or `press`: what the browser is to press.

    A command that has none of them is its component's own: the script hears the event `portal:<name>` on the document.
    """

    name: str
    label: str
    icon: str = 'chevron-right'
    group: str = 'here'
    """'here', 'new', 'go' or 'settings'; the texts `palette.group.<group>` stand above them."""
    do: Callable[[], Any] | None = None
    href: str = ''
    press: str = ''
    """A selector; a button is pressed, a field gets the focus and opens its choices."""
    also: str = ''
    """Other words that it is found by."""
    listed: bool = True
    """Whether the palette offers it; otherwise it is there for its keys alone."""


class CommandBook:
    """What one open window offers at the moment."""

    def __init__(self) -> None:
        self._offers: dict[object, tuple[Command, ...]] = {}
        self._listeners: list[Callable[[], None]] = []
        self.single_keys = True
        """Whether keys count without Ctrl; whoever speaks to their computer may not want that."""

    @property
    def commands(self) -> list[Command]:
        """All of them, those of the page first; of one name the newest."""
        offered: dict[str, Command] = {}
        for commands in reversed(self._offers.values()):
            for command in commands:
                offered.setdefault(command.name, command)
        return list(offered.values())

    def offer(self, by: object, commands: Sequence[Command]) -> None:
        """Replace what `by` offers; nothing takes it out."""
        if self._offers.get(by, ()) == tuple(commands):
            return
        self._offers[by] = tuple(commands)
        if not commands:
            del self._offers[by]
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call it whenever something else is offered, for as long as the window is open."""
        self._listeners.append(listener)

    def find(self, name: object) -> Command | None:
        return next((command for command in self.commands if command.name == name), None)


class Commands(ui.element):
    """The commands of the part of the page it stands in; they go with it. `offer` replaces them."""

    def __init__(self, *commands: Command) -> None:
        super().__init__()
        self.props('hidden')
        self._book = command_book()
        self.offer(*commands)

    def offer(self, *commands: Command) -> None:
        if not self.is_deleted:
            self._book.offer(self.id, commands)

    def _handle_delete(self) -> None:
        self._book.offer(self.id, ())
        super()._handle_delete()


_books: dict[Client, CommandBook] = {}


def command_book() -> CommandBook:
    """The one of the window in whose context this runs."""
    client = context.client
    if client not in _books:
        _books[client] = CommandBook()
        client.on_delete(_forget)
    return _books[client]


def _forget(client: Client) -> None:
    """What a book holds leads back to the window, which would otherwise stay for ever."""
    _books.pop(client, None)
