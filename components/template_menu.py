"""The answer templates beside where an answer is written."""

from collections.abc import Awaitable, Callable, Sequence

from components.live import Told
from components.reader import reader
from components.text import words
from components.ticket_data import sprite
from services.desk.templates import TemplateView

START = 80  # characters of the text that tell one template from another


class TemplateMenu(Told, component='template_menu.js', esm={'ticket-parts': 'ticket_parts'}):
    """`on_choose(template_id)` is called with what the person chose."""

    def __init__(self, on_choose: Callable[[int], Awaitable[None]]) -> None:
        super().__init__()
        self.tell(words=words('templates.menu'), sprite=sprite(), templates=())
        self.hear('choose', on_choose, id=int)

    def show(self, templates: Sequence[TemplateView]) -> None:
        self.tell(
            templates=tuple(
                {
                    'id': template.id,
                    'name': template.name,
                    'start': ' '.join(_body(template).split())[:START],
                    'words': f'{template.name} {template.body_ru} {template.body_en}'.lower()[:2000],
                }
                for template in templates
            )
        )


def _body(template: TemplateView) -> str:
    first, second = template.body_ru, template.body_en
    return (first or second) if reader().language == 'ru' else (second or first)
