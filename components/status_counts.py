"""How many tickets stand in each status, as buttons that narrow a list to one of them."""

from collections.abc import Awaitable, Callable, Mapping

from components.icon import icon_href
from components.live import Told
from components.text import number, t
from components.theme import STATUS_ICONS
from models import Status


class StatusCounts(Told, component='status_counts.js'):
    """One element; `on_choose(status)` is called when a status is pressed."""

    def __init__(self, *, on_choose: Callable[[Status], Awaitable[None]]) -> None:
        super().__init__()
        self.tell(label=t('list.by_status'), counts=(), chosen='', narrowed=False)
        self._on_choose = on_choose
        self.hear('choose', self._choose, status=str)

    def show(self, counts: Mapping[Status, int], chosen: str) -> None:
        self.tell(
            chosen=chosen,
            counts=tuple(
                {
                    'code': status.value,
                    'label': t(f'status.{status.value}'),
                    'icon': icon_href(STATUS_ICONS[status]),
                    'count': number(counts.get(status, 0)),
                }
                for status in Status
            ),
        )

    async def _choose(self, code: str) -> None:
        if code in list(Status):
            await self._on_choose(Status(code))

    def follow(self, chosen: str, *, narrowed: bool) -> None:
        """Another filter holds; `narrowed`: the numbers, which are of all tickets, say nothing of the list."""
        self.tell(chosen=chosen, narrowed=narrowed)
