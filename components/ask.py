"""The box for questions in one's own words, and what is answered below it while one types."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.answer_data import answer_data
from components.reader import reader
from components.text import t, words
from components.ticket_data import sprite
from services.errors import Refusal
from services.search.answers import Answer

LONGEST = 1_000
REPORT = '/requests/bug/new'
OnAsk = Callable[[str], Awaitable[Answer]]


class AskBox(ui.element, component='ask.js', esm={'ticket-parts': 'ticket_parts', 'ask-parts': 'ask_parts'}):
    """Asks `on_ask` whatever is typed; a sure answer is one card, with the next ones behind 'not that one'."""

    def __init__(self, *, on_ask: OnAsk) -> None:
        super().__init__()
        self._on_ask = on_ask
        hint = 'ask.placeholder_staff' if reader().is_staff else 'ask.placeholder'
        own = {'placeholder': t(hint), 'just_now': t('time.just_now')}
        self._props['words'] = {name: text for name, text in words('ask').items() if isinstance(text, str)} | own
        self._props['language'] = reader().language
        self._props['sprite'] = sprite()
        self._props['report'] = REPORT
        self.on('ask', self._ask, [None])

    async def _ask(self, event: GenericEventArguments) -> None:
        match event.args:
            case {'text': str(text), 'seq': int(seq)}:
                try:
                    answer = await self._on_ask(text[:LONGEST])
                except Refusal:
                    return  # signed out: the page says so itself
                self.run_method('answered', answer_data(answer) | {'seq': seq})
