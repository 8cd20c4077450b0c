"""Answer templates on a ticket's page: filled for that ticket and put into whichever box the menu stands at."""

from collections.abc import Callable, Sequence

from components.reader import reader
from components.refusals import explains_refusals
from components.template_menu import TemplateMenu
from services.desk import templates
from services.desk.templates import TemplateView


class TicketTemplates:
    """`draw(insert)` makes a menu; `load` reads what the menus offer."""

    def __init__(self, ref: str) -> None:
        self._ref = ref
        self._actor = reader().actor
        self._menus: list[TemplateMenu] = []
        self._templates: Sequence[TemplateView] = ()

    async def load(self) -> None:
        self._templates = await templates.list_templates(self._actor)
        for menu in self._menus:
            menu.show(self._templates)

    def draw(self, insert: Callable[[str], None]) -> None:
        @explains_refusals
        async def choose(template_id: int) -> None:
            insert(await templates.filled(self._actor, template_id, self._ref))

        menu = TemplateMenu(choose)
        menu.show(self._templates)
        self._menus.append(menu)
