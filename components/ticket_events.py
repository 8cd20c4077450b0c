"""How each thing that can happen to a ticket reads in its history."""

from typing import Any, Final

from components.text import t
from components.theme import STATUS_ICONS
from models import EventKind
from services.tickets.views import EventView

ICONS: Final = {
    EventKind.FILED: 'inbox',
    EventKind.STATUS_UNDONE: 'undo-2',
    EventKind.COMMENTED: 'message-circle',
    EventKind.COMMENT_EDITED: 'pencil',
    EventKind.ATTACHED: 'paperclip',
    EventKind.FILE_REMOVED: 'trash-2',
    EventKind.SHARED: 'share-2',
    EventKind.UNSHARED: 'unlink',
    EventKind.ASSIGNED: 'user-check',
    EventKind.SUBJECT: 'pencil',
    EventKind.REMINDED: 'bell',
    EventKind.RATED: 'star',
    EventKind.TAGGED: 'tag',
    EventKind.UNTAGGED: 'tag',
    EventKind.LINKED: 'link-2',
    EventKind.UNLINKED: 'unlink',
    EventKind.MERGED: 'git-merge',
    EventKind.RESPONSE_BREACHED: 'circle-alert',
    EventKind.SOLUTION_BREACHED: 'circle-alert',
}
IN_TALK: Final = frozenset(
    {
        EventKind.FILED,
        EventKind.STATUS,
        EventKind.STATUS_UNDONE,
        EventKind.ATTACHED,
        EventKind.FILE_REMOVED,
        EventKind.SHARED,
        EventKind.UNSHARED,
        EventKind.ASSIGNED,
        EventKind.SUBJECT,
        EventKind.REMINDED,
        EventKind.RATED,
        EventKind.MERGED,
    }
)


def event_icon(event: EventView) -> str:
    if event.kind is EventKind.STATUS and event.to_status is not None:
        return STATUS_ICONS[event.to_status]
    return ICONS.get(event.kind, 'info')


def event_text(event: EventView) -> str:
    """One line, without who and when: 'Статус: Выполняется → Ожидание разработки'."""
    key, values = _wording(event)
    return t(f'ticket.event.{key}', **values)


def _wording(event: EventView) -> tuple[str, dict[str, Any]]:
    """The text's key and what goes into its blanks."""
    kind, details = event.kind.value, event.details
    names = ', '.join(person.name for person in event.people)
    if event.from_status and event.to_status:
        return kind, {'before': t(f'status.{event.from_status.value}'), 'after': t(f'status.{event.to_status.value}')}
    if event.kind in (EventKind.SHARED, EventKind.UNSHARED):
        return (f'{kind}_company', {}) if details.get('company') and not names else (kind, {'names': names})
    if event.kind is EventKind.ASSIGNED:
        taken = event.actor is not None and event.actor in event.people
        return ('taken', {}) if taken else ('assigned', {'names': names}) if names else ('unassigned', {})
    if event.kind is EventKind.COMMENTED and event.internal:
        return 'noted', {}
    values = {'before': details.get('from', ''), 'after': details.get('to', ''), 'stars': details.get('stars', '')}
    return kind, values | {'names': ', '.join(details.get('files', ()))}


def event_who(event: EventView) -> str:
    return event.actor.name if event.actor else t('common.system')
