"""The one page that everything opens in: who is looking, the frame around, and the guard before every page's builder."""

import asyncio
import copy
import inspect
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from nicegui import Client, ui

from components import theme
from components.feedback import EmptyState
from components.frame import Frame, NavEntry
from components.reader import Reader, reader, set_reader
from components.text import t
from models import User
from pages import ROUTES, Route
from services import access
from services.actor import Actor
from services.errors import NotFound, Refusal, SignedOut

log = logging.getLogger(__name__)


async def shell() -> None:
    """Build what a browser gets for any of the portal's addresses; from then on only the part inside the frame changes."""
    client = ui.context.client
    actor: Actor = client.request.scope['state']['actor']
    user = await access.person(actor)
    _introduce(client, user, actor)
    theme.apply()
    with Frame(_navigation(), path=client.sub_pages_router.current_path):
        pages = ui.sub_pages({route.path: _guarded(route) for route in ROUTES}, show_404=False)
    await asyncio.gather(*pages._active_tasks)  # so that the first HTML holds the whole page


def _introduce(client: Client, user: User, actor: Actor) -> None:
    """Bind the reader to the page, and let Quasar and the browser know their language and theme."""
    seen = Reader(
        user.id, user.name, user.role, user.language, user.time_zone, user.theme, company_id=user.company_id, actor=actor
    )
    set_reader(seen)
    client.page = copy.copy(client.page)
    client.page.language = 'ru' if seen.language == 'ru' else 'en-US'
    client.page.dark = seen.dark


def _navigation() -> list[NavEntry]:
    role = reader().role
    return [
        NavEntry(route.path, t(f'nav.{route.name}'), route.icon)
        for route in ROUTES
        if route.icon and role in route.roles
    ]


def _guarded(route: Route) -> Callable[..., Awaitable[None]]:
    """The page's builder, asked for by somebody who may open it; a refusal becomes a page of its own."""

    @wraps(route.builder)
    async def build(**arguments: Any) -> None:
        with ui.element('div').classes('page-slot') as slot:
            try:
                user = await access.person(reader().actor)
                if user.role not in route.roles:
                    raise NotFound
                result = route.builder(**arguments)
                if inspect.isawaitable(result):
                    await result
            except SignedOut:
                slot.clear()  # no half page stays, and nothing of it goes on listening
                ui.navigate.to('/login')
            except Refusal as refusal:
                slot.clear()
                show_refusal(refusal)
            except Exception:
                reference = secrets.token_hex(4)
                log.exception('bug %s while building %s', reference, route.path)
                slot.clear()
                show_bug(reference)

    return build


def show_refusal(refusal: Refusal) -> None:
    """Say in place of the page why there is none."""
    _answer_with(refusal.status)
    ui.page_title(t('shell.not_found') if refusal.status == 404 else t('shell.refused'))
    EmptyState(
        t('shell.not_found') if refusal.status == 404 else t('shell.refused'),
        t(refusal.key, **refusal.values),
        icon='search-x',
        action=(t('shell.go_home'), '/'),
    )


def show_bug(reference: str) -> None:
    _answer_with(500)
    ui.page_title(t('shell.bug'))
    EmptyState(t('shell.bug'), t('shell.bug_detail', reference=reference), icon='triangle-alert', action=(t('shell.go_home'), '/'))


def _answer_with(status: int) -> None:
    """The HTTP status of the first answer; later there is only the socket."""
    ui.context.client.status_code = status
