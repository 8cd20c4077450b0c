"""Dialogs: the browser's own, which keeps the focus inside, closes by Esc and gives the focus back."""

import asyncio
from collections.abc import Generator
from typing import Any

from nicegui import context, ui

from components.box import Box
from components.button import Button, waiting_for_person
from components.icon import icon_href
from components.text import Text, t


class Dialog(ui.element, component='static/dialog.js'):
    """Opens at once; awaiting it gives what `close` was called with, or None when it was dismissed. Then it is gone.

        with Dialog(t('ticket.reopen')) as dialog:
            comment = TextArea(t('ticket.reopen_comment'))
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('ticket.reopen'), lambda: dialog.close(comment.value), look='primary')
        answer = await dialog

    It lies outside the page's content, so a redraw of that leaves it and what is typed in it alone.
    """

    def __init__(self, title: str, *, wide: bool = False) -> None:
        with context.client.layout:
            super().__init__()
        waiting_for_person()
        self.classes('dialog wide' if wide else 'dialog')
        self._props['label'] = title
        self._props['close-word'] = t('common.close')
        self._props['close-icon'] = icon_href('x')
        self._result: Any = None
        self._closed = asyncio.Event()
        self.on('close', lambda: self.close(), args=[])  # noqa: PLW0108 - the event is no result

    def actions(self) -> Box:
        """The row of buttons at the end; the one that does it comes last."""
        return Box('dialog-actions')

    def close(self, result: Any = None) -> None:
        if self._closed.is_set():
            return
        self._result = result
        self._closed.set()
        self.run_method('close')
        if not self.is_deleted:
            self.delete()

    def __await__(self) -> Generator[Any, None, Any]:
        yield from self._closed.wait().__await__()
        return self._result

    def _handle_delete(self) -> None:
        self._closed.set()
        super()._handle_delete()


async def confirm(question: str, text: str = '', *, yes: str, no: str | None = None, danger: bool = False) -> bool:
    """Ask before something that cannot be undone; the buttons say what they do, never just 'ok'."""
    with Dialog(question) as dialog:
        if text:
            Text(text, 'p', 'soft')
        with dialog.actions():
            Button(no or t('common.cancel'), lambda: dialog.close(False))
            Button(yes, lambda: dialog.close(True), look='danger' if danger else 'primary')
    return await dialog is True
