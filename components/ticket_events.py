"""How each thing that can happen to a ticket reads in its history."""

from collections.abc import Callable
from typing import Any, Final

from components.text import t
from components.theme import STATUS_ICONS
from models import EventKind
from services.tickets.views import EventView

Worded = tuple[str, dict[str, Any]]

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


def _wording(event: EventView) -> Worded:
    """The text's key and what goes into its blanks."""
    kind, details = event.kind.value, event.details
    if special := _SPECIAL.get(event.kind):
        return special(event)
    if event.kind is EventKind.COMMENTED and event.internal:
        return 'noted', {}
    if event.from_status and event.to_status:
        return kind, {'before': t(f'status.{event.from_status.value}'), 'after': t(f'status.{event.to_status.value}')}
    values = {'before': details.get('from', ''), 'after': details.get('to', ''), 'stars': details.get('stars', '')}
    return kind, values | {'names': ', '.join(details.get('files') or details.get('tags') or ())}


def _shared(event: EventView) -> Worded:
    names = ', '.join(person.name for person in event.people)
    if event.details.get('company') and not names:
        return f'{event.kind.value}_company', {}
    return event.kind.value, {'names': names}


def _assigned(event: EventView) -> Worded:
    """Who looks after it now, and who did before."""
    names = {person.id: person.name for person in event.people}
    now, before = (names.get(event.details.get(code, 0)) for code in ('user', 'previous'))
    taken = event.actor is not None and event.actor.id == event.details.get('user')
    key = 'taken' if taken else 'assigned' if now else 'unassigned'
    return (f'{key}_from', {'name': now, 'before': before}) if before else (key, {'name': now})


def _linked(event: EventView) -> Worded:
    details = event.details
    link = t(f'agent_ticket.{"link" if details["outgoing"] else "linked_from"}.{details["kind"]}')
    return event.kind.value, {'link': link, 'target': details.get('ticket') or details.get('url')}


def _merged(event: EventView) -> Worded:
    into = event.details.get('into')
    return ('merged_into', {'id': into}) if into else ('merged', {'id': event.details['from']})


_SPECIAL: Final[dict[EventKind, Callable[[EventView], Worded]]] = {
    EventKind.SHARED: _shared,
    EventKind.UNSHARED: _shared,
    EventKind.ASSIGNED: _assigned,
    EventKind.LINKED: _linked,
    EventKind.UNLINKED: _linked,
    EventKind.MERGED: _merged,
}


def event_who(event: EventView) -> str:
    return event.actor.name if event.actor else t('common.system')
