"""The agents' board."""

from nicegui import PageArguments, ui

from components.box import Box
from components.text import Text, t


async def board_page(arguments: PageArguments) -> None:  # noqa: ARG001
    with Box('page wide stack gap-3'):
        ui.page_title(t('nav.board'))
        Text(t('nav.board'), 'h1')
