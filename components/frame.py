"""The frame around every page: header with navigation, search, new request and the person's menu; a bar on phones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from nicegui import context, ui
from nicegui.events import GenericEventArguments

from components.badge import initials, tone
from components.feedback import Connection, Toasts
from components.icon import icon_href
from components.reader import reader
from components.text import t, words
from models import Theme
from services import brand
from services.i18n import LANGUAGES
from services.settings import settings

_THEME_ICONS = {Theme.SYSTEM: 'monitor', Theme.LIGHT: 'sun', Theme.DARK: 'moon'}


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A section of the portal: its address, word, icon (for phones), what waits there, and where it goes on."""

    path: str
    label: str
    icon: str
    count: int = 0
    also: tuple[str, ...] = ()


class Frame(ui.element, component='static/frame.js'):
    """The frame around the page that is being built; `with Frame(entries, path='…'):` is the inside of its `<main>`.

    Everything in `with frame.search():` stands in the header's middle. The page itself brings its one h1.
    """

    def __init__(
        self,
        entries: Sequence[NavEntry],
        *,
        path: str,
        new_request_href: str | None = '/',
        profile_href: str = '/profile',
        sign_out_action: str = '/logout',
        on_language: Callable[[str], Any] | None = None,
        on_theme: Callable[[Theme], Any] | None = None,
    ) -> None:
        """:param path: the one that is open; the frame follows when a link inside the portal opens another"""
        client = context.client
        with client.layout:
            super().__init__()
        self.move(target_index=0)
        with self.default_slot:
            self._search = ui.element('div').classes('frame-search')
            self._tools = ui.element('div').classes('frame-tools')
        self.content = client.content.props('tabindex=-1')
        self._on_language = on_language
        self._on_theme = on_theme
        self._props['main'] = client.content.html_id
        self._props['words'] = words('kit.frame')
        self._props['links'] = {'new': new_request_href, 'profile': profile_href, 'sign_out': sign_out_action}
        self._props['icons'] = {name: icon_href(name) for name in ('plus', 'settings', 'log-out')}
        self._props['languages'] = [{'code': code, 'label': t(f'language.{code}')} for code in LANGUAGES]
        self._props['themes'] = [
            {'code': theme.value, 'label': t(f'theme.{theme.value}'), 'icon': icon_href(icon)}
            for theme, icon in _THEME_ICONS.items()
        ]
        self.show_brand()
        self.set_entries(entries)
        self.set_current(path)
        client.sub_pages_router.on_path_changed(self.set_current)
        self.show_person()
        self.on('language', self._language, [None])
        self.on('theme', self._theme, [None])
        Connection()
        Toasts()

    def search(self) -> ui.element:
        """The place for the search field in the header: use it as `with frame.search():`."""
        return self._search

    def tools(self) -> ui.element:
        """The place beside the search, for what is at hand on every page: use it as `with frame.tools():`."""
        return self._tools

    def __enter__(self) -> Self:
        self.content.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self.content.__exit__(*details)

    def show_brand(self) -> None:
        """Show the portal's name and logo as they are now."""
        logo = brand.logo()
        self._props['brand'] = {
            'label': t('portal.name'),
            'name': '' if logo is not None and logo.is_wide else settings().name,
            'logo': logo.address if logo is not None else '',
            'plate': logo.plate if logo is not None else '',
        }

    def set_entries(self, entries: Sequence[NavEntry]) -> None:
        """Show these sections, for example with a new count."""
        self._props['entries'] = [
            {
                'label': entry.label,
                'href': entry.path,
                'icon': icon_href(entry.icon),
                'count': entry.count,
                'also': entry.also,
            }
            for entry in entries
        ]

    def set_current(self, path: str) -> None:
        """Mark the section that the path belongs to."""
        self._props['current'] = path

    def show_person(self) -> None:
        """Show the reader's name and choices as they are now."""
        who = reader()
        role = t(f'role.{who.role.value}')
        self._props['person'] = {'name': who.name, 'role': role, 'initials': initials(who.name), 'tone': tone(who.name)}
        self._props['chosen'] = {'language': who.language, 'theme': who.theme.value}

    def _language(self, event: GenericEventArguments) -> Any:
        if self._on_language and event.args in LANGUAGES:
            return self._on_language(event.args)
        return None

    def _theme(self, event: GenericEventArguments) -> Any:
        if self._on_theme and event.args in {theme.value for theme in Theme}:
            return self._on_theme(Theme(event.args))
        return None
