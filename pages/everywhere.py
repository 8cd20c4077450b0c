"""What the palette offers on every page: the sections of the portal, new requests, one's settings, and tickets."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from components.commands import Command
from components.reader import reader
from components.text import t
from models import Theme
from pages import ROUTES
from services import tickets
from services.forms import store
from services.forms.definition import worded
from services.i18n import LANGUAGES
from services.search import answers
from services.search.answers import Answer
from services.tickets import ListFilter, TicketRow

_THEME_ICONS = {Theme.SYSTEM: 'monitor', Theme.LIGHT: 'sun', Theme.DARK: 'moon'}
_SHOWN = 8


async def commands(
    on_language: Callable[[str], Awaitable[None]],
    on_theme: Callable[[Theme], Awaitable[None]],
    on_help: Callable[[], None],
) -> list[Command]:
    """For the reader of the window that is being built."""
    return [
        Command('search', t('shortcuts.command.search'), 'search', 'settings', listed=False),
        *await _new_requests(),
        *_sections(),
        *_settings(on_language, on_theme),
        Command('help', t('shortcuts.command.help'), 'keyboard', 'settings', do=on_help),
        _sign_out(),
    ]


async def find(text: str) -> Answer | Sequence[TicketRow]:
    """The answer to what the reader typed; without a text the tickets that they want most likely."""
    who = reader()
    if text:
        return await answers.ask(who.actor, text, typing=True)
    if who.is_staff:
        mine = await tickets.list_tickets(who.actor, ListFilter(scope='mine'), limit=_SHOWN)
        if mine.items:
            return mine.items
    return (await tickets.list_tickets(who.actor, ListFilter(), limit=_SHOWN)).items


async def _new_requests() -> list[Command]:
    also = t('palette.command.also_new')
    return [
        Command(
            f'new.{form.type}',
            worded(form.title, reader().language),
            form.icon,
            'new',
            href=f'/requests/{form.type}/new',
            also=also,
        )
        for form in await store.offered()
    ]


def _sections() -> list[Command]:
    listed = [
        Command(f'go.{route.name}', t(f'nav.{route.name}'), route.icon, 'go', href=route.path)
        for route in ROUTES
        if reader().role in route.listed
    ]
    areas = [
        Command(f'go.{route.area}', t(f'admin_area.{route.area}'), route.icon, 'go', href=route.path)
        for route in ROUTES
        if route.area and '{' not in route.path and not route.listed and reader().role in route.roles
    ]
    profile = Command('go.profile', t('palette.command.profile'), 'user', 'go', href='/profile')
    return [*listed, *areas, profile]


def _settings(
    on_language: Callable[[str], Awaitable[None]], on_theme: Callable[[Theme], Awaitable[None]]
) -> list[Command]:
    themes = [
        Command(
            f'theme.{theme.value}',
            t('palette.command.theme', name=t(f'theme.{theme.value}')),
            icon,
            'settings',
            do=partial(on_theme, theme),
            also=t('palette.command.also_theme'),
        )
        for theme, icon in _THEME_ICONS.items()
    ]
    languages = [
        Command(
            f'language.{code}',
            t('palette.command.language', name=t(f'language.{code}')),
            'languages',
            'settings',
            do=partial(on_language, code),
            also=t('palette.command.also_language'),
        )
        for code in LANGUAGES
        if code != reader().language
    ]
    return [*themes, *languages]


def _sign_out() -> Command:
    return Command(
        'sign_out',
        t('palette.command.sign_out'),
        'log-out',
        'settings',
        press='.frame-menu form [type=submit]',
        also=t('palette.command.also_sign_out'),
    )
