"""The entries of the audit log: one element that is given them as data."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from typing import Any

from components.live import Told
from components.reader import reader
from components.text import moment, t, words
from services import i18n
from services.audit_log import COLUMNS, AuditRow


class AuditList(Told, component='audit_list.js'):
    """A table of entries, and a button for more of them where there are more."""

    def __init__(self, *, on_more: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._props['columns'] = list(COLUMNS)
        texts = {'title': t('audit.title'), 'more': t('audit.more'), 'portal': t('audit.portal')}
        self._props['words'] = words('audit.column') | texts
        self.hear('more', on_more)

    def show(self, rows: Sequence[AuditRow], *, more: bool) -> None:
        self.tell(rows=tuple(_plain(row) for row in rows), more=more)


def _plain(row: AuditRow) -> dict[str, Any]:
    return {
        'id': row.id,
        'at': moment(row.at),
        'iso': row.at.astimezone(UTC).isoformat(),
        'full': i18n.moment(reader().language, reader().time_zone, row.at),
        'who': row.who,
        'action': row.action,
        'subject': row.subject,
        'details': row.details,
        'address': row.address,
    }
