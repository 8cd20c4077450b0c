"""The answers of a choice as an admin edits them: worded, moved, added, removed while new, retired once published."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui.events import GenericEventArguments

from components.field_list import arranged
from components.live import Told
from components.reader import reader
from components.text import t, words
from components.ticket_data import sprite
from services.forms import shape
from services.forms.definition import worded
from services.forms.shape import Definition
from services.i18n import LANGUAGES

OnOptions = Callable[[list[Definition]], Awaitable[None]]


class OptionList(
    Told,
    component='option_list.js',
    esm={'portal-kit': 'static', 'sorting': 'sorting', 'ticket-parts': 'ticket_parts'},
):
    """`on_change(options)` gets all options as they are wanted now; `on_remove` the same when one was taken out.

    :param published: codes that tickets may hold: they are retired, not removed
    :param fixed: whether no option may be added
    """

    def __init__(
        self,
        options: Sequence[Definition],
        published: frozenset[str],
        *,
        fixed: bool,
        on_change: OnOptions,
        on_remove: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._options, self._published, self._on_change = list(options), published, on_change
        self._unkept = 0  # changes that are on their way: what is shown meanwhile does not know of the newest
        self.tell(
            label=t('forms.field.options'),
            fixed=fixed,
            sprite=sprite(),
            words=words('forms.list') | words('forms.option'),
        )
        self.on('arrange', self._arrange)
        self.on('add', self._add, args=[])
        self.hear('word', self._word, code=str, language=str, text=str)
        self.hear('retire', self._retire, code=str, on=bool)
        self.hear('remove', on_remove, code=str)
        self.show(options, {}, '')

    def show(self, options: Sequence[Definition], errors: Mapping[str, str], error: str) -> None:
        """Show these options; `errors` are sentences by 'code.language', `error` one on all of them."""
        if not self._unkept:
            self._options = list(options)
        self.tell(rows=tuple(self._row(option, errors) for option in options), error=error)

    def _row(self, option: Definition, errors: Mapping[str, str]) -> dict[str, Any]:
        code = option['code']
        return {
            'code': code,
            'label': worded(option['label'], reader().language),
            'ru': option['label']['ru'],
            'en': option['label']['en'],
            'revision': 0,
            'retired': bool(option.get('retired')),
            'published': code in self._published,
            'errors': {language: errors.get(f'{code}.{language}', '') for language in LANGUAGES},
        }

    async def _word(self, code: str, language: str, text: str) -> None:
        if language in LANGUAGES:
            await self._change([_worded(option, language, text, code) for option in self._options])

    async def _retire(self, code: str, on: bool) -> None:
        await self._change([option | {'retired': on} if option['code'] == code else option for option in self._options])

    async def _arrange(self, event: GenericEventArguments) -> None:
        codes = arranged(event.args)
        if codes is not None and sorted(codes) == sorted(option['code'] for option in self._options):
            await self._change(sorted(self._options, key=lambda option: codes.index(option['code'])))

    async def _add(self) -> None:
        if not self._props['fixed']:
            fresh = shape.new_option([option['code'] for option in self._options])
            await self._change([*self._options, fresh])

    async def _change(self, options: list[Definition]) -> None:
        self._options = options  # the next change may come before this one is kept
        self._unkept += 1
        try:
            await self._on_change(options)
        finally:
            self._unkept -= 1


def _worded(option: Definition, language: str, text: str, code: str) -> Definition:
    return option | {'label': option['label'] | {language: text}} if option['code'] == code else option
