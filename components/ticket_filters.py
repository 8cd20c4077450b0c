"""Which tickets a list shows: chosen in a bar of fields, kept in the address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from nicegui import ui

from components.address import Address
from components.box import Box
from components.button import Button
from components.field import ChoiceField, TextField
from components.text import t
from models import Status
from services.lifecycle import UNFINISHED
from services.tickets.views import ListFilter, Scope

ACTIVE = 'active'  # every status but done, as one choice


class TicketFilters(ui.element):
    """The bar: scope, status, kind, words. `wanted` is the filter; `on_change` is called when it has changed."""

    def __init__(
        self,
        address: Address,
        *,
        scopes: Sequence[Scope],
        kinds: Mapping[str, str],
        on_change: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__('search')
        self.classes('ticket-filters').props(f'aria-label="{t("list.filters")}"')
        self._address = address
        self._scopes = tuple(scopes)
        self._on_change = on_change
        given = address.parameters
        self._scope: Scope = next((scope for scope in scopes if scope == given.get('scope')), self._scopes[0])
        with self:
            self._draw_scopes()
            self.text = TextField(
                t('list.search'), given.get('q', '')[:200], type='search', label_hidden=True, required=False,
                placeholder=t('list.search'), on_change=self._typed,
            ).classes('ticket-filter-text')  # fmt: skip
            self.status = self._choice('list.status', _statuses(), given.get('status', ''), t('list.any_status'))
            self.kind = self._choice('list.kind', kinds, given.get('type', ''), t('list.any_kind'))

    @property
    def wanted(self) -> ListFilter:
        status = self.status.value
        statuses = UNFINISHED if status == ACTIVE else (Status(status),) if status else ()
        return ListFilter(
            statuses=statuses, type=self.kind.value or None, scope=self._scope, text=self.text.value.strip() or None
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the scope was chosen."""
        return bool(self.status.value or self.kind.value or self.text.value.strip())

    @property
    def scope(self) -> Scope:
        return self._scope

    async def clear_all(self) -> None:
        """Show everything again."""
        for field in (self.text, self.status, self.kind):
            field.set_value('')
        await self._changed()

    async def choose_status(self, status: Status) -> None:
        """Show that status alone, or all of them again when it was shown alone already."""
        self.status.set_value('' if self.status.value == status.value else status.value)
        await self._changed()

    def _draw_scopes(self) -> None:
        self._switches: dict[Scope, Button] = {}
        with Box('segments').props(f'role=group aria-label="{t("list.scope")}"'):
            for scope in self._scopes:
                button = Button(t(f'list.scopes.{scope}'), partial(self._choose, scope))
                self._switches[scope] = button.classes('segment', remove='button').mark(f'scope_{scope}')
        self._show_scope()

    def _show_scope(self) -> None:
        for scope, button in self._switches.items():
            button.set_pressed(scope == self._scope)

    def _choice(self, key: str, options: Mapping[str, str], value: str, prompt: str) -> ChoiceField:
        return ChoiceField(
            t(key), options, value, prompt=prompt, label_hidden=True, required=False, on_change=self._changed
        ).classes('ticket-filter')

    async def _choose(self, scope: Scope) -> None:
        self._scope = scope
        self._show_scope()
        await self._changed()

    async def _typed(self) -> None:
        await self._changed(replace=True)

    async def _changed(self, *, replace: bool = False) -> None:
        chosen = {'scope': self._scope if self._scope != self._scopes[0] else '', 'status': self.status.value}
        chosen |= {'type': self.kind.value, 'q': self.text.value.strip()}
        with self:
            self._address.set({name: value for name, value in chosen.items() if value}, replace=replace)
            await self._on_change()


def _statuses() -> dict[str, str]:
    return {ACTIVE: t('list.active')} | {status.value: t(f'status.{status.value}') for status in Status}
