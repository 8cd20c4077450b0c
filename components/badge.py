"""What marks a thing at a glance: status, label, count, and the initials of a person."""

from zlib import crc32

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from components.icon import icon_href
from components.text import Text, t
from components.theme import STATUS_ICONS
from models import Status


class StatusBadge(ui.element, component='static/badge.js'):
    """A status as colour, icon and word. Pointing at it tells what it means; `show` changes it in place."""

    def __init__(self, status: Status, *, large: bool = False) -> None:
        super().__init__()
        self.classes('badge large' if large else 'badge')
        self.show(status)

    def show(self, status: Status) -> None:
        self._props['status'] = status.value
        self._props['icon'] = icon_href(STATUS_ICONS[status])
        self._props['label'] = t(f'status.{status.value}')
        self._props['title'] = t(f'status_meaning.{status.value}')


class Badge(ui.element, component='static/badge.js'):
    """A small label: `tone` is '', 'accent', 'success', 'warning', 'danger' or 'note'."""

    def __init__(self, label: str, *, tone: str = '', icon: str | None = None) -> None:
        super().__init__()
        self.classes(f'badge {tone}')
        self._props['label'] = label
        self._props['icon'] = icon_href(icon) if icon else None


class Count(Text):
    """A number in a round field, for what is unread or waits; nothing at all at zero. `meaning` is read out with it."""

    def __init__(self, number: int, meaning: str) -> None:
        super().__init__('', 'span', 'count')
        self.show(number, meaning)

    def show(self, number: int, meaning: str) -> None:
        self.set_text(str(number) if number < 100 else '99+')
        self.props['aria-label'] = meaning
        self.props['role'] = 'img'
        self.set_visibility(number > 0)


class Avatar(TextElement):
    """The initials of a person on a colour of their own. Decoration: the name stands beside it."""

    def __init__(self, name: str, classes: str = '') -> None:
        super().__init__(text=initials(name), tag='span')
        self.classes(f'avatar tone-{tone(name)} {classes}').props('aria-hidden=true')


def initials(name: str) -> str:
    """'АП' for 'Анна Петрова', 'А' for 'Анна', '?' for nobody."""
    parts = name.split()
    return ''.join(part[0] for part in (parts[0], *parts[1:][-1:])).upper() if parts else '?'


def tone(name: str) -> int:
    """The same of six colours for the same name, everywhere and always."""
    return crc32(name.casefold().encode()) % 6 + 1
