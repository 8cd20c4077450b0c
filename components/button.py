"""What people press: buttons that do something, links that lead somewhere, and menus of both."""

import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Literal, TypeAlias

from nicegui import ui

from components.icon import icon_href

Look: TypeAlias = Literal['', 'primary', 'soft', 'quiet', 'danger']
_pressed: 'ContextVar[Button | None]' = ContextVar('pressed', default=None)
OnClick: TypeAlias = Callable[[], Awaitable[Any] | Any]


class Button(ui.element, component='static/button.js', default_classes='button'):
    """A native button. While an async `on_click` runs it shows that it is busy, and further presses are ignored.

    `classes('dense')` for 32 px, `wide` for the whole width. `icon_only` keeps the label as a hint.
    """

    def __init__(
        self,
        label: str,
        on_click: OnClick | None = None,
        *,
        look: Look = '',
        icon: str | None = None,
        icon_only: bool = False,
    ) -> None:
        super().__init__()
        self.classes(look)
        self._on_click = on_click
        self._busy = False
        self._props['label'] = label
        self._props['icon'] = icon_href(icon) if icon else None
        self._props['icon-only'] = icon_only
        self._props['busy-icon'] = icon_href('loader-circle')
        if on_click:
            self.on('click', self._clicked, args=[])

    def set_label(self, label: str) -> None:
        self._props['label'] = label

    def set_enabled(self, enabled: bool) -> None:
        """A button that cannot be used now stays visible; say beside it why."""
        self._props['disabled'] = not enabled

    def set_pressed(self, pressed: bool) -> None:
        """Turn it into a switch that is on or off."""
        self._props['aria-pressed'] = 'true' if pressed else 'false'

    def focus(self) -> None:
        self.run_method('focus')

    async def _clicked(self) -> None:
        if self._busy or self._props.get('disabled') or self._on_click is None:
            return
        _pressed.set(self)
        result = self._on_click()
        if not inspect.isawaitable(result):
            return
        self._busy = True
        self._show_busy(True)
        try:
            await result
        finally:
            self._busy = False
            self._show_busy(False)

    def _show_busy(self, busy: bool) -> None:
        if not self.is_deleted and bool(self._props.get('busy')) is not busy:
            self._props['busy'] = busy


def waiting_for_person() -> None:
    """What the press of a button set off now waits for an answer in a dialog: it is not the portal that is busy."""
    if button := _pressed.get():
        button._show_busy(False)


class Link(ui.element, component='static/button.js', default_classes='link'):
    """A native link. Paths of the portal stay in the open page; other addresses open beside it.

    `look='quiet'` for a link that reads as text until it is pointed at.
    """

    def __init__(self, label: str, href: str, *, icon: str | None = None, look: Literal['', 'quiet'] = '') -> None:
        super().__init__()
        self.classes(look)
        self._props['label'] = label
        self._props['href'] = _safe(href)
        self._props['icon'] = icon_href(icon) if icon else None


class LinkButton(Link, default_classes='button'):
    """A link that looks like a button, for the one thing a page wants one to do."""

    def __init__(
        self, label: str, href: str, *, look: Look = '', icon: str | None = None, icon_only: bool = False
    ) -> None:
        super().__init__(label, href, icon=icon)
        self.classes(look, remove='link')
        self._props['icon-only'] = icon_only


class Menu(ui.element, component='static/menu.js'):
    """A button that opens a list: `with Menu('Ещё', icon='ellipsis', icon_only=True):` and Buttons and Links in it.

    Esc, a press elsewhere or a choice closes it; the arrow keys move in it.
    """

    def __init__(self, label: str, *, icon: str | None = None, icon_only: bool = False, look: str = '') -> None:
        super().__init__()
        self._props['label'] = label
        self._props['icon'] = icon_href(icon) if icon else None
        self._props['icon-only'] = icon_only
        self._props['look'] = look or ('quiet' if icon_only else '')
        self._props['arrow'] = None if icon_only else icon_href('chevron-down')


def _safe(href: str) -> str:
    if not href.startswith(('/', '#', '?', 'https://', 'http://', 'mailto:')):
        raise ValueError(f'{href!r} is no address to link to')
    return href
