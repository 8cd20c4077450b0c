"""Which period and which tickets a dashboard is about: chosen in a bar, kept in the address, so that it can be sent."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from components.address import Address
from components.board_filters import Choices
from components.box import Box
from components.button import Button
from components.field import ChoiceField, TextField
from components.reader import reader
from components.text import number, t
from services.figures.period import Grain, Preset
from services.figures.wanted import NARROWING, Wanted

_NAMES = {'type': 'kind'}


class FiguresFilter(ui.element):
    """The bar. `wanted` is what is asked for; `on_change` is called when it has changed.

    On a phone the period stands alone, so that the figures are on the first screen; the rest is unfolded.
    """

    def __init__(
        self, address: Address, choices: Choices, *, own: bool = False, on_change: Callable[[], Awaitable[None]]
    ) -> None:
        """:param own: an agent looks at their own figures, so that there is no agent to choose"""
        super().__init__('search')
        self.classes('figures-filter').props(f'aria-label="{t("figures.filter.bar")}"')
        self._address, self._on_change = address, on_change
        given = address.parameters
        self.wanted = self._read(given)
        with self:
            self._period = self._select('period', _presets(), self.wanted.preset.value, required=True)
            self._more = Button('', self._unfold, icon='sliders-horizontal').classes('dense figures-fold')
            self._dates = {
                name: TextField(
                    t(f'figures.filter.{name}'), value, type='date', label_hidden=True, required=False,
                    on_change=self._chosen,
                ).classes('dense')
                for name, value in (
                    ('from', self.wanted.period.first.isoformat()), ('to', self.wanted.period.last.isoformat())
                )
            }  # fmt: skip
            with Box('figures-narrowing'):
                self._grain = self._select('by', _grains(), self.wanted.grain.value, required=True)
                narrowed = self.wanted.tickets.to_parameters()
                self._selects = {
                    name: self._select(
                        name, _kept(getattr(choices, name), narrowed.get(name, '')), narrowed.get(name, '')
                    )
                    for name in NARROWING
                    if not (own and name == 'assignee')
                }
            self._clear = Button(t('board.filter.clear'), self._clear_all, look='quiet', icon='x').classes('dense')
        self._open = False
        self._show()

    @property
    def parameters(self) -> dict[str, str]:
        return self.wanted.to_parameters()

    def renew(self) -> None:
        """A day may have passed: what ends today ends at today's end."""
        self.wanted = self._read(self.parameters)

    def _read(self, parameters: Mapping[str, str]) -> Wanted:
        return Wanted.from_parameters(parameters, reader().time_zone)

    def _select(self, name: str, options: Mapping[str, str], value: str, *, required: bool = False) -> ChoiceField:
        label = t(f'figures.filter.{name}') if required else t(f'board.filter.{_NAMES.get(name, name)}')
        prompt = '' if required else label
        return ChoiceField(
            label, options, value, prompt=prompt, label_hidden=True, required=False, on_change=self._chosen
        ).classes('dense')

    async def _chosen(self) -> None:
        fields = {'period': self._period, 'by': self._grain, **self._dates, **self._selects}
        await self._become({name: field.value for name, field in fields.items()})

    async def _clear_all(self) -> None:
        for field in self._selects.values():
            field.set_value('')
        self._period.set_value(Preset.MONTH.value)
        await self._become({})

    async def _become(self, parameters: Mapping[str, str]) -> None:
        before, self.wanted = self.wanted, self._read(parameters)
        if before.preset is not self.wanted.preset and parameters:  # another period has another measure of its own
            self.wanted = self._read({**parameters, 'by': ''})
        self._show()
        if before == self.wanted:
            return
        with self:
            self._address.set({**_others(self._address.parameters), **self.parameters})
            await self._on_change()

    def _unfold(self) -> None:
        self._open = not self._open
        self._show()

    def _show(self) -> None:
        self.classes(**{'add' if self._open else 'remove': 'unfolded'})
        chosen = len(self.wanted.tickets.to_parameters())
        self._more.set_label(t('board.filter.more') + (f': {number(chosen)}' if chosen else ''))
        self._more.props(f'aria-expanded={"true" if self._open else "false"}')
        self._period.set_value(self.wanted.preset.value)
        self._grain.set_value(self.wanted.grain.value)
        for name, day in (('from', self.wanted.period.first), ('to', self.wanted.period.last)):
            self._dates[name].set_visibility(self.wanted.preset is Preset.OWN)
            self._dates[name].set_value(day.isoformat())
        self._clear.set_visibility(bool(self.parameters))


def _presets() -> dict[str, str]:
    return {preset.value: t(f'figures.period.{preset.value}') for preset in Preset}


def _grains() -> dict[str, str]:
    return {grain.value: t(f'figures.by.{grain.value}') for grain in Grain}


def _kept(options: Mapping[str, str], value: str) -> Mapping[str, str]:
    """A link that was sent keeps asking for what is no longer offered."""
    return {**options, value: value} if value and value not in options else options


def _others(parameters: Mapping[str, str]) -> dict[str, str]:
    """What else the address of the page holds."""
    return {name: value for name, value in parameters.items() if name == 'day'}
