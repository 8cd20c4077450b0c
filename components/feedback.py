"""What the portal says back: short messages with a way to undo, notices, empty places, a lost connection."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias
from weakref import WeakKeyDictionary

from nicegui import Client, background_tasks, context, ui
from nicegui.events import GenericEventArguments

from components.button import Button, LinkButton, OnClick
from components.icon import Icon, icon_href
from components.text import Text, t, words

Kind: TypeAlias = Literal['info', 'success', 'warning', 'danger', 'accent']
Undo: TypeAlias = Callable[[], Awaitable[Any] | Any]

_ICONS: dict[Kind, str] = {
    'info': 'info',
    'success': 'circle-check',
    'warning': 'triangle-alert',
    'danger': 'circle-alert',
    'accent': 'info',
}
_hosts: 'WeakKeyDictionary[Client, Toasts]' = WeakKeyDictionary()


def toast(text: str, *, kind: Kind = 'success', undo: Undo | None = None, seconds: float | None = None) -> None:
    """Say something for a while: 6 seconds, 10 with a way to undo; errors stay until they are dismissed.

    It waits while it is pointed at or focused. `undo` may be async and runs at most once.
    """
    _host().add(text, kind, undo, seconds)


class Toasts(ui.element, component='static/toasts.js'):
    """Where the page's short messages appear; one per page, made by the frame or by the first message."""

    def __init__(self) -> None:
        with context.client.layout:
            super().__init__()
        _hosts[self.client] = self
        self._undos: dict[int, Undo] = {}
        self._count = 0
        self._props['words'] = {'undo': t('common.undo'), 'close': t('common.close'), **words('kit.toasts')}
        self._props['close-icon'] = icon_href('x')
        self.on('undo', self._undone, [None])
        self.on('gone', self._gone, [None])

    def add(self, text: str, kind: Kind, undo: Undo | None, seconds: float | None) -> None:
        self._count += 1
        if undo:
            self._undos[self._count] = undo
        seconds = seconds if seconds is not None else 10 if undo else 0 if kind == 'danger' else 6
        message = {'id': self._count, 'text': text, 'kind': kind, 'icon': icon_href(_ICONS[kind])}
        self.run_method('add', message | {'undo': undo is not None, 'seconds': seconds})

    def _undone(self, event: GenericEventArguments) -> None:
        undo = self._undos.pop(event.args, None) if isinstance(event.args, int) else None
        if undo and (result := undo()) is not None:
            background_tasks.create(result, name='undo', context=self)

    def _gone(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, int):
            self._undos.pop(event.args, None)


class Notice(ui.element):
    """A message that stands in the page: what is the case and what to do. Put further elements into it by `with`."""

    def __init__(self, text: str, *, kind: Kind = 'info', title: str = '', icon: str | None = None) -> None:
        super().__init__('div')
        self.classes(f'notice {kind}').props('role=alert' if kind == 'danger' else 'role=status')
        with self:
            Icon(icon or _ICONS[kind])
            with ui.element('div').classes('notice-text') as self._body:
                if title:
                    Text(title, 'strong', 'notice-title')
                self._sentence = Text(text, 'span')

    def set_text(self, text: str) -> None:
        self._sentence.set_text(text)

    def __enter__(self) -> 'Notice':
        body = getattr(self, '_body', None)
        super().__enter__() if body is None else body.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        body = getattr(self, '_body', None)
        super().__exit__(*details) if body is None else body.__exit__(*details)


class EmptyState(ui.element):
    """An empty place: what belongs here, and the first step as a label with an address or with something to do."""

    def __init__(
        self, title: str, text: str = '', *, icon: str = 'inbox', action: tuple[str, str | OnClick] | None = None
    ) -> None:
        super().__init__('div')
        self.classes('empty')
        with self:
            Icon(icon, 'large')
            Text(title, 'p', 'strong')
            if text:
                Text(text, 'p', 'soft small')
            if action:
                label, target = action
                if isinstance(target, str):
                    LinkButton(label, target, look='primary')
                else:
                    Button(label, target, look='primary')


class Connection(ui.element, component='static/connection.js'):
    """Says when the connection is lost and when it is back, in the portal's own words instead of NiceGUI's."""

    def __init__(self) -> None:
        with context.client.layout:
            super().__init__()
        self._props['words'] = words('kit.connection')
        self._props['lost-icon'] = icon_href('wifi-off')
        self._props['back-icon'] = icon_href('circle-check')


def _host() -> Toasts:
    host = _hosts.get(context.client)
    return Toasts() if host is None or host.is_deleted else host
