"""The one page that everything opens in: who is looking, the frame, the guard before every builder."""

import asyncio
import copy
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

from nicegui import Client, ui

from components import theme
from components.admin_areas import AdminAreas, AreaEntry
from components.bell import Bell
from components.box import Box
from components.commands import command_book
from components.feedback import EmptyState
from components.frame import Frame, NavEntry
from components.live import Live
from components.palette import Palette
from components.reader import Reader, reader, set_reader
from components.shortcuts import Shortcuts
from components.signing_in import sign_in_again
from components.text import Text, t
from models import Role, Theme, User
from pages import ROUTES, Route, everywhere
from services import access, adjustments, people, request_number, tickets
from services.actor import Actor
from services.database import FAULTS
from services.errors import NotFound, Refusal, SignedOut, Unavailable
from services.figures import bad_ratings

log = logging.getLogger(__name__)

LONGEST_BUILD = 15.0  # seconds: on a busy machine, or with a database that has to catch its breath
_WITH_UNREAD = ('tickets', 'board')  # the list of tickets that a person has in their navigation


def shell() -> Awaitable[None]:
    """Build what a browser gets at any of our addresses; from then on only what is inside the frame changes.

    Raises Unavailable when that takes too long. NiceGUI would end it after 3 seconds with an error page for developers.
    """
    ui.context.client.page.response_timeout = 2 * LONGEST_BUILD
    return _build()


async def _build() -> None:
    client = ui.context.client
    actor: Actor = client.request.scope['state']['actor']
    try:
        async with asyncio.timeout(LONGEST_BUILD):
            _introduce(await access.person(actor), actor)
            await Shell(client).build()
    except TimeoutError as error:
        raise Unavailable from error


_AREAS = tuple(route.path for route in ROUTES if route.area and '{' not in route.path)
"""Where the administration goes on, templates of all staff among it."""


class Shell:
    """What one open window knows of the frame around its page."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def build(self) -> None:
        _dress(self.client)
        theme.apply()
        self.frame = Frame(
            await self._navigation(),
            path=self.client.sub_pages_router.current_path,
            new_request_href=None if reader().is_staff else '/',
            on_language=self._choose_language,
            on_theme=self._choose_theme,
        )
        shortcuts = Shortcuts()
        offered = await everywhere.commands(self._choose_language, self._choose_theme, shortcuts.show)
        command_book().offer(self, offered)
        with self.frame.search():
            Palette(on_find=everywhere.find)
        self.bell = await self._hang_bell()
        with self.frame:
            Live(f'user:{reader().user_id}', reload=self._refresh)
            Live(adjustments.IN_FORCE, reload=self._rebrand)
            pages = ui.sub_pages({route.path: _guarded(route) for route in ROUTES}, show_404=False)
        await asyncio.gather(*pages._active_tasks)  # so that the first HTML holds the whole page

    async def _hang_bell(self) -> Bell | None:
        if not reader().is_staff:
            return None
        with self.frame.tools():
            bell = Bell()
        await bell.refresh()
        return bell

    async def _navigation(self) -> list[NavEntry]:
        role = reader().role
        unread = await tickets.unread_count(reader().actor)
        return [
            NavEntry(
                route.path,
                t(f'nav.{route.name}'),
                route.icon,
                unread if route.name in _WITH_UNREAD else 0,
                _AREAS if route.name == 'admin' else (),
            )
            for route in ROUTES
            if role in route.listed
        ]

    async def _refresh(self) -> None:
        """Something of the person changed: name, rights, what is unread. Another role or language opens anew."""
        before = reader()
        _introduce(await access.person(before.actor), before.actor)
        now = reader()
        if (now.role, now.language, now.time_zone, now.company_id) != (
            before.role,
            before.language,
            before.time_zone,
            before.company_id,
        ):
            ui.navigate.reload()
            return
        if now.theme is not before.theme:
            theme.change(now)
        self.frame.set_entries(await self._navigation())
        self.frame.show_person()
        if self.bell:
            await self.bell.refresh()

    async def _rebrand(self) -> None:
        """An admin changed settings: the name, the logo and the accent are on every open page."""
        self.frame.show_brand()
        theme.rebrand()

    async def _choose_language(self, language: str) -> None:
        await people.change_profile(reader().actor, language=language)

    async def _choose_theme(self, choice: Theme) -> None:
        set_reader(replace(reader(), theme=choice))
        theme.change(reader())
        self.frame.show_person()
        await people.change_profile(reader().actor, theme=choice)


def _introduce(user: User, actor: Actor) -> None:
    """Bind the person to the page that is being built."""
    set_reader(
        Reader(
            user.id,
            user.name,
            user.role,
            user.language,
            user.time_zone,
            user.theme,
            company_id=user.company_id,
            actor=actor,
        )
    )


def _dress(client: Client) -> None:
    """The reader's language and theme for Quasar, in a copy: the page object is shared by all visitors."""
    client.page = copy.copy(client.page)
    client.page.language = 'ru' if reader().language == 'ru' else 'en-US'
    client.page.dark = reader().dark


def _guarded(route: Route) -> Callable[..., Awaitable[None]]:
    """The page's builder, asked for by somebody who may open it; a refusal becomes a page of its own."""

    @wraps(route.builder)
    async def build(**arguments: Any) -> None:
        with Box() as slot:
            try:
                user = await access.person(reader().actor)
                if user.role not in route.roles:
                    raise NotFound
                async with _surrounded(route, user.role):
                    result = route.builder(**arguments)
                    if inspect.isawaitable(result):
                        await result
            except SignedOut:
                slot.clear()  # no half page stays, and nothing of it goes on listening
                sign_in_again()
            except Refusal as refusal:
                slot.clear()
                with slot:
                    _show_refusal(refusal)
            except FAULTS:
                slot.clear()
                with slot:
                    _show_refusal(Unavailable())
            except Exception:
                reference = request_number.reference()
                log.exception('bug %s while building %s', reference, route.path)
                slot.clear()
                with slot:
                    _show_bug(reference)

    return build


@asynccontextmanager
async def _surrounded(route: Route, role: Role) -> AsyncIterator[None]:
    """For a page of the administration the areas beside it; those who run nothing of it have no use for them."""
    if not route.area or role is not Role.ADMIN:
        yield
        return
    with Box('admin-frame'):
        areas = AdminAreas(await _areas(role), route.area)

        async def recount() -> None:
            areas.show(await _areas(role))

        Live(bad_ratings.TOPIC, reload=recount)
        with Box('admin-page'):
            yield


async def _areas(role: Role) -> list[AreaEntry]:
    firsts = {route.area: route for route in reversed(ROUTES) if route.area and role in route.roles}
    waiting = {'bad_ratings': await bad_ratings.open_count(reader().actor)}
    return [
        AreaEntry(area, one.group, one.path, one.icon, waiting.get(area, 0)) for area, one in reversed(firsts.items())
    ]


def _show_refusal(refusal: Refusal) -> None:
    """Say in place of the page why there is none."""
    title = t('shell.not_found') if refusal.status == 404 else t('shell.refused')
    _answer(refusal.status, title, t(refusal.key, **refusal.values), 'search-x')


def _show_bug(reference: str) -> None:
    _answer(500, t('shell.bug'), t('shell.bug_detail', reference=reference), 'triangle-alert')


def _answer(status: int, title: str, sentence: str, icon: str) -> None:
    """A page of one sentence. The status is that of the first answer; later there is only the socket."""
    ui.context.client.status_code = status
    ui.page_title(title)
    with Box('page narrow'):
        Text(title, 'h1', 'visually-hidden')
        EmptyState(title, sentence, icon=icon, action=(t('shell.go_home'), '/'))
