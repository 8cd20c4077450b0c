"""The bell in the header: what happened to the reader's tickets, how much of it is unread, live."""

from collections.abc import Sequence
from typing import Any

from components.icon import icon_href
from components.live import Told
from components.reader import reader
from components.text import plural, t, words
from components.theme import STATUS_ICONS
from components.ticket_data import person_data, time_data
from components.ticket_events import ICONS
from models import EventKind
from services.desk import notices
from services.desk.notices import COUNTED, NoticeView

SHOWN = 30
_BREACHES = (EventKind.RESPONSE_BREACHED, EventKind.SOLUTION_BREACHED)


class Bell(Told, component='bell.js', esm={'ticket-parts': 'ticket_parts'}):
    """One per window. `refresh` shows what there is now; call it after each change on the topic `user:<id>`."""

    def __init__(self) -> None:
        super().__init__()
        self._newest: int | None = None
        self.tell(
            words=words('notices.words'),
            language=reader().language,
            icons={name: icon_href(name) for name in ('bell', 'check', 'lock')},
            site=t('portal.name'),
        )
        self.hear('read', self._read, id=int)
        self.on('read_all', self._read_all, args=[])

    async def refresh(self) -> None:
        actor = reader().actor
        page = await notices.list_notices(actor, limit=SHOWN)
        unread = await notices.unread_count(actor)
        fresh = [notice for notice in page.items if self._newest is not None and notice.id > self._newest]
        self._newest = max((notice.id for notice in page.items), default=0)
        self.tell(
            notices=tuple(_data(notice) for notice in page.items),
            unread=unread,
            count=str(unread) if unread < COUNTED else f'{COUNTED - 1}+',
            label=plural('notices.label', unread) if unread else t('notices.label_none'),
        )
        self._ring([notice for notice in fresh if notice.read_at is None])

    def _ring(self, fresh: Sequence[NoticeView]) -> None:
        """Only what came while the page was open rings; the newest last."""
        if fresh and not self.is_deleted:
            self.run_method('ring', [_data(notice) for notice in reversed(fresh)])

    async def _read(self, id: int) -> None:
        await notices.mark_read(reader().actor, [id])

    async def _read_all(self) -> None:
        await notices.mark_read(reader().actor)


def _data(notice: NoticeView) -> dict[str, Any]:
    anchor = f'#comment-{notice.comment_id}' if notice.comment_id else ''
    return {
        'id': notice.id,
        'ticket': notice.ticket,
        'subject': notice.subject,
        'href': f'/tickets/{notice.ticket}{anchor}',
        'unread': notice.read_at is None,
        'urgent': notice.kind in _BREACHES,
        'internal': notice.internal and notice.kind is EventKind.COMMENTED,
        'person': person_data(notice.actor) if notice.actor else None,
        'who': notice.actor.name if notice.actor else t('common.system'),
        'what': _wording(notice),
        'icon': icon_href(_icon(notice)),
        'at': time_data(notice.at),
    }


def _wording(notice: NoticeView) -> str:
    """What happened, without who and when."""
    if notice.kind is EventKind.COMMENTED and notice.internal:
        return t('notices.kind.noted')
    if notice.kind is EventKind.STATUS and notice.to_status is not None:
        return t('notices.kind.status', status=t(f'status.{notice.to_status.value}'))
    return t(f'notices.kind.{notice.kind.value}')


def _icon(notice: NoticeView) -> str:
    if notice.to_status is not None:
        return STATUS_ICONS[notice.to_status]
    return 'clock' if notice.kind in _BREACHES else ICONS.get(notice.kind, 'info')
