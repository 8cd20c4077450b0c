"""The navigation of the administration: its areas in groups, beside each of their pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from components.icon import icon_href
from components.text import t


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """A page of the administration: its place, its group, its icon, and how many things wait there."""

    name: str
    group: str
    path: str
    icon: str
    count: int = 0


class AdminAreas(ui.element, component='admin_areas.js'):
    """The areas in the order given; `current` is the name of the one that is open."""

    def __init__(self, entries: Sequence[AreaEntry], current: str) -> None:
        super().__init__()
        self._props['label'] = t('admin.areas')
        self._props['arrow'] = icon_href('chevron-down')
        self._props['current'] = current
        self.show(entries)

    def show(self, entries: Sequence[AreaEntry]) -> None:
        """Show these areas, for example with a new count."""
        groups = list(dict.fromkeys(entry.group for entry in entries))
        self._props['groups'] = [
            {'label': t(f'admin_group.{group}'), 'areas': [_area(entry) for entry in entries if entry.group == group]}
            for group in groups
        ]


def _area(entry: AreaEntry) -> dict[str, str | int]:
    label = t(f'admin_area.{entry.name}')
    icon = icon_href(entry.icon)
    return {'name': entry.name, 'label': label, 'href': entry.path, 'icon': icon, 'count': entry.count}
