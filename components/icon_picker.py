"""One icon out of a few, all in sight."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.ticket_data import sprite


class IconPicker(ui.element, component='icon_picker.js'):
    """One icon out of `icons`; `on_choose(icon)` when another one is wanted."""

    def __init__(
        self, label: str, icons: Sequence[str], chosen: str, *, on_choose: Callable[[str], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._icons, self._on_choose = icons, on_choose
        self._props.update({'label': label, 'icons': list(icons), 'chosen': chosen, 'sprite': sprite()})
        self.on('choose', self._chosen)

    async def _chosen(self, event: GenericEventArguments) -> None:
        icon = event.args.get('icon') if isinstance(event.args, dict) else None
        if isinstance(icon, str) and icon in self._icons:
            self._props['chosen'] = icon
            await self._on_choose(icon)
