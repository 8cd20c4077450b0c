"""The outbox as a list: one element whose rows are data."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui.events import GenericEventArguments

from components.live import Told
from components.reader import reader
from components.text import t
from components.ticket_data import time_data
from services.mail.desk import MailRow

TONES = {'sent': 'success', 'failed': 'danger', 'withheld': 'note'}


class MailList(Told, component='mail_list.js', esm={'ticket-parts': 'ticket_parts'}):
    """Rows in the order given. `on_choose(id)` when one is opened, `on_more` when the following ones are wanted.

    :param href: the address of the page with that mail open
    """

    def __init__(
        self,
        *,
        href: Callable[[int], str],
        on_choose: Callable[[int], Awaitable[None]],
        on_more: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._href = href
        self._on_choose = on_choose
        self.tell(
            label=t('outbox.title'),
            words={'more': t('outbox.more'), 'just_now': t('time.just_now')},
            language=reader().language,
        )
        self.show((), chosen=None, more=False)
        self.on('choose', self._chosen, [None])
        self.on('more', on_more, args=[])

    def show(self, rows: Sequence[MailRow], *, chosen: int | None, more: bool) -> None:
        self.tell(rows=tuple(self._row(row) for row in rows), chosen=chosen or 0, more=more)

    async def _chosen(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, int):
            await self._on_choose(event.args)

    def _row(self, row: MailRow) -> dict[str, Any]:
        return {
            'id': row.id,
            'href': self._href(row.id),
            'kind': t(f'mail.kind.{row.kind.value}'),
            'to': f'{row.name} · {row.address}' if row.name else row.address,
            'ticket': row.ticket,
            'about': row.about,
            'state': t(f'outbox.state.{row.state}'),
            'tone': TONES.get(row.state, ''),
            'at': time_data(row.sent_at or row.created_at),
        }
