"""The conversation of a ticket as one element: comments and what happened between them, patched live."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from components.live import Told
from components.reader import reader
from components.text import t, words
from components.ticket_data import file_data, person_data, sprite, time_data
from components.ticket_events import IN_TALK, event_icon, event_text, event_who
from models import EventKind
from services import i18n
from services.tickets.views import CommentView, EventView, TicketView

Item = dict[str, Any]


class _Made(NamedTuple):
    """A function, and what it makes an item of."""

    by: Callable[..., Item]
    of: tuple[Any, ...]


class Conversation(Told, component='conversation.js', esm={'ticket-parts': 'ticket_parts'}):
    """Shows a ticket's comments and history. `html` has the comments' texts, already safe, by the comment's id.

    `on_seen(event_id)` is called when the newest event is on a visible page, `on_edit(comment_id, body)` when a changed
    comment is saved; answer that with `edited` or `not_edited`.
    """

    def __init__(
        self,
        view: TicketView,
        html: Mapping[int, str],
        *,
        on_seen: Callable[[int], Awaitable[None]],
        on_edit: Callable[[int, str], Awaitable[None]],
        on_remove_file: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._made = dict(_wanted(view, html))
        self._items = {key: made.by(*made.of) for key, made in self._made.items()}
        self._last = view.last_event_id
        self._props['items'] = tuple(self._items.values())
        self._props['last'] = view.last_event_id
        self._props['read'] = view.read_event_id
        self._props['words'] = words('ticket.conversation')
        self._props['language'] = reader().language
        self._props['sprite'] = sprite()
        self.hear('seen', on_seen, event=int)
        self.hear('edit', on_edit, id=int, body=str)
        self.hear('remove_file', on_remove_file, key=str)

    def show(self, view: TicketView, html: Mapping[int, str]) -> None:
        """Send the browser what differs from what it has."""
        made = dict(_wanted(view, html))
        same = {key for key, one in made.items() if self._made.get(key) == one}  # these are not even made anew
        fresh = {key: self._items[key] if key in same else one.by(*one.of) for key, one in made.items()}
        changed = [item for key, item in fresh.items() if key not in same and self._items.get(key) != item]
        self._made = made
        removed = [key for key in self._items if key not in fresh]
        told = [item for item in changed if item['key'] not in self._items and not item['mine']]
        if self.is_deleted or (not changed and not removed and view.last_event_id == self._last):
            return
        self._items, self._last = fresh, view.last_event_id
        with self._props.suspend_updates():  # a page that is drawn anew starts with these
            self._props['items'] = tuple(fresh.values())
            self._props['last'] = view.last_event_id
        say = told[-1]['spoken'] if told else ''
        self.run_method('patch', {'changed': changed, 'removed': removed, 'last': view.last_event_id, 'say': say})

    def edited(self, comment_id: int) -> None:
        self.run_method('edited', comment_id)

    def not_edited(self, comment_id: int, problem: str) -> None:
        self.run_method('not_edited', comment_id, problem)


def items(view: TicketView, html: Mapping[int, str]) -> list[Item]:
    """Everything that is shown, in order of time, as data."""
    return [made.by(*made.of) for _, made in _wanted(view, html)]


def _wanted(view: TicketView, html: Mapping[int, str]) -> Iterator[tuple[str, _Made]]:
    """By its key, of what each item is to be made."""
    said_in = {event.comment_id: event.id for event in reversed(view.events) if event.comment_id is not None}
    quiet = _taken_back(view.events)
    for event in view.events:
        yield f'e{event.id}', _Made(_event_item, (event, event.kind in IN_TALK and event.id not in quiet))
    for comment in view.comments:
        made = _Made(_comment_item, (comment, html.get(comment.id, ''), said_in.get(comment.id, 0)))
        yield f'c{comment.id}', made


def _comment_item(comment: CommentView, html: str, event_id: int) -> Item:
    until = comment.editable_until
    at = time_data(comment.created_at)
    label = t(
        'ticket.conversation.note_by' if comment.internal else 'ticket.conversation.comment_by',
        name=comment.author.name,
    )
    return {
        'key': f'c{comment.id}',
        'kind': 'comment',
        'id': comment.id,
        'event': event_id,
        'order': comment.created_at.timestamp(),
        'anchor': f'comment-{comment.id}',
        'author': person_data(comment.author),
        'mine': comment.author.id == reader().user_id,
        'internal': comment.internal,
        'html': html,
        'source': comment.body if until else None,
        'editable': {'until': until.isoformat(), 'clock': _clock(until)} if until else None,
        'edited': t('ticket.conversation.edited_at', at=time_data(comment.edited_at)['exact'])
        if comment.edited_at
        else None,
        'at': at,
        'label': f'{label}, {at["exact"]}',
        'spoken': label,
        'files': file_data(comment.files),
    }


def _event_item(event: EventView, inline: bool) -> Item:
    text, who = event_text(event), event_who(event)
    return {
        'key': f'e{event.id}',
        'kind': 'event',
        'event': event.id,
        'order': event.at.timestamp(),
        'anchor': f'event-{event.id}',
        'icon': event_icon(event),
        'text': text,
        'who': who,
        'mine': event.actor is not None and event.actor.id == reader().user_id,
        'internal': event.internal,
        'inline': inline,
        'at': time_data(event.at),
        'spoken': f'{text}, {who}',
    }


def _taken_back(events: Sequence[EventView]) -> set[int]:
    """Moves that were undone, and their undoing: they stand in the history and disturb no conversation."""
    quiet: set[int] = set()
    moved: EventView | None = None
    for event in events:
        if event.kind is EventKind.STATUS:
            moved = event
        elif event.kind is EventKind.STATUS_UNDONE and moved is not None:
            quiet |= {moved.id, event.id}
    return quiet


def _clock(until: Any) -> str:
    return i18n.clock(reader().language, reader().time_zone, until)
