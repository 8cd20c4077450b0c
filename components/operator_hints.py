"""Below a field for words and conditions: how what is being typed in it may go on."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from components.box import Box
from components.live import Part
from components.reader import reader
from components.text import Text, t
from services.errors import Refusal
from services.search import answers
from services.search.operators import Suggestion


class OperatorHints(Part):
    """The suggestions; `on_take(text)` is told what the whole text becomes."""

    def __init__(self, on_take: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(self._draw_all)
        self._on_take = on_take

    async def follow(self, text: str) -> None:
        """Suggest how this text may go on."""
        try:
            self.show(*await answers.complete(reader().actor, text))
        except Refusal:
            return  # signed out: the page says so itself

    def _draw_all(self, *suggestions: Suggestion) -> None:
        if suggestions:
            with Box('ask-suggestions operator-hints', tag='ul').props(f'aria-label="{t("ask.operators")}"'):
                self._draw_each(suggestions)

    def _draw_each(self, suggestions: Sequence[Suggestion]) -> None:
        for one in suggestions:
            take = partial(self._on_take, one.text)
            with Box(tag='li'), Box('ask-suggestion', tag='button').props('type=button').on('click', take, args=[]):
                Text(one.added, 'code')
                if one.label not in one.added:
                    Text(one.label, 'span')
