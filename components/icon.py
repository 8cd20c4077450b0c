"""An icon out of the portal's sprite; `components.sprite` says which there are and how to add one."""

from nicegui import ui

from components.sprite import ICONS
from services.assets import asset


def icon_href(name: str) -> str:
    """The address of one icon, for a script of ours; an icon that is not in the sprite is a bug and raises."""
    if name not in ICONS:
        raise ValueError(f'no icon {name!r} in the sprite')
    return f'{asset("icons.svg")}#{name}'


class Icon(ui.element, component='static/icon.js'):
    """An icon of 20 px in the colour of the text around it; `small` is 16, `large` 24 px.

    Without a label it is decoration and hidden from screen readers.
    """

    def __init__(self, name: str, classes: str = '', *, label: str = '') -> None:
        super().__init__()
        self.classes(f'icon {classes}')
        self._props['href'] = icon_href(name)
        self._props['label'] = label

    def show(self, name: str) -> None:
        """Show another icon."""
        self._props['href'] = icon_href(name)
