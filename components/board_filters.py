"""Which tickets the board shows: chosen in a bar above it, kept in the address, so that it can be sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from nicegui import ui

from components.address import Address
from components.box import Box
from components.button import Button
from components.feedback import Notice
from components.field import ChoiceField, TextField
from components.figure_words import figure_words
from components.live import Part
from components.operator_hints import OperatorHints
from components.person_search import PersonSearch
from components.text import number, t
from services.desk.filters import FROM_FIGURES, NOBODY, DeskFilter

Toggle = Literal['answered', 'overdue']
SELECTS = ('company', 'type', 'impact', 'os', 'server_type', 'tag')
FOLDED = ('requester', *SELECTS)
_NAMES = {'type': 'kind'}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists of the bar offer: value and word of each."""

    assignee: Mapping[str, str]
    company: Mapping[str, str]
    requester: Mapping[int, str]
    type: Mapping[str, str]
    impact: Mapping[str, str]
    os: Mapping[str, str]
    server_type: Mapping[str, str]
    tag: Mapping[str, str]


class DeskFilters(ui.element):
    """The bar. `wanted` is the filter; `on_change` is called when it has changed."""

    def __init__(self, address: Address, choices: Choices, *, on_change: Callable[[], Awaitable[None]]) -> None:
        super().__init__('search')
        self.classes('board-filters').props(f'aria-label="{t("board.filters")}"')
        self._address = address
        self._on_change = on_change
        self.wanted = DeskFilter.from_parameters(address.parameters)
        given = self.wanted.to_parameters()
        with self:
            with Box('board-filter-main'):
                self.text = TextField(
                    t('board.filter.search'), given.get('q', ''), type='search', label_hidden=True, required=False,
                    placeholder=t('board.filter.search'), on_change=partial(self._chosen, typed=True),
                ).classes('dense board-filter-text')  # fmt: skip
                self.assignee = self._select('assignee', choices.assignee, given, 'anybody')
                self._toggles = {name: self._toggle(name, icon) for name, icon in _TOGGLES}
                self._more = Button(t('board.filter.more'), self._unfold, icon='sliders-horizontal').classes('dense')
                self._clear = Button(t('board.filter.clear'), self.show_all, look='quiet', icon='x').classes('dense')
            self._hints = OperatorHints(self._take)
            self._figure = Part(_figure_note)
            with Box('board-filter-more') as self._panel:
                self._requester = self._search(choices.requester)
                self._selects = {
                    name: self._select(name, getattr(choices, name), given, f'any_{_NAMES.get(name, name)}')
                    for name in SELECTS
                }
        self._open = any(name in given for name in FOLDED)
        self._show()

    async def show_all(self) -> None:
        """Show everything again."""
        await self.choose(DeskFilter())

    async def choose(self, wanted: DeskFilter) -> None:
        """Show what that filter asks for."""
        given = wanted.to_parameters()
        self.text.set_value(given.get('q', ''))
        for name, field in {'assignee': self.assignee, **self._selects}.items():
            field.set_value(given.get(name, ''))
        self._requester.set_value(wanted.requester)
        self._hints.show()
        await self._become(wanted, replace=False)

    def _select(self, name: str, options: Mapping[str, str], given: Mapping[str, str], prompt: str) -> ChoiceField:
        value = given.get(name, '')
        if value and value not in options:
            word = t('figures.none.company') if value == NOBODY else value
            options = {**options, value: word}  # a view keeps asking for what is no longer offered
        return ChoiceField(
            t(f'board.filter.{_NAMES.get(name, name)}'), options, value, prompt=t(f'board.filter.{prompt}'),
            label_hidden=True, required=False, on_change=self._chosen,
        ).classes('dense')  # fmt: skip

    def _search(self, known: Mapping[int, str]) -> PersonSearch:
        id = self.wanted.requester
        return PersonSearch(
            t('board.filter.requester'), id, known.get(id, '') if id else '', prompt=t('board.filter.any_requester'),
            on_change=self._chosen,
        )  # fmt: skip

    def _toggle(self, name: Toggle, icon: str) -> Button:
        return Button(t(f'board.filter.{name}'), partial(self._switch, name), icon=icon).classes('dense')

    async def _switch(self, name: Toggle) -> None:
        values = self._values() | {name: '' if getattr(self.wanted, name) else '1'}
        await self._become(DeskFilter.from_parameters(values), replace=False)

    async def _chosen(self, *, typed: bool = False) -> None:
        await self._become(DeskFilter.from_parameters(self._values()), replace=typed)
        if typed:
            await self._hints.follow(self.text.value)

    async def _take(self, text: str) -> None:
        self.text.set_value(text)
        self.text.focus()
        await self._chosen(typed=True)

    def _values(self) -> dict[str, str]:
        fields = {'assignee': self.assignee, **self._selects}
        toggles = {name: '1' if getattr(self.wanted, name) else '' for name in self._toggles}
        given = self.wanted.to_parameters()
        kept = {name: given[name] for name in ('status', *FROM_FIGURES) if name in given}
        typed = {'q': self.text.value, 'requester': str(self._requester.value or '')}
        return {name: field.value for name, field in fields.items()} | toggles | kept | typed

    async def _become(self, wanted: DeskFilter, *, replace: bool) -> None:
        if wanted == self.wanted:
            return
        self.wanted = wanted
        self._show()
        with self:
            self._address.set(wanted.to_parameters(), replace=replace)
            await self._on_change()

    def _unfold(self) -> None:
        self._open = not self._open
        self._show()

    def _show(self) -> None:
        for name, button in self._toggles.items():
            button.set_pressed(getattr(self.wanted, name))
        self._figure.show(figure_words(self.wanted))
        self._panel.set_visibility(self._open)
        given = self.wanted.to_parameters()
        chosen = sum(name in given for name in FOLDED)
        self._more.set_label(t('board.filter.more') + (f': {number(chosen)}' if chosen else ''))
        self._more.props(f'aria-expanded={"true" if self._open else "false"}')
        self._clear.set_visibility(not self.wanted.is_empty)


def _figure_note(words: str) -> None:
    """Says that only the tickets behind a figure are shown, and behind which."""
    if words:
        Notice(words, icon='chart-column')


_TOGGLES: tuple[tuple[Toggle, str], ...] = (('answered', 'message-square-reply'), ('overdue', 'gauge'))
