"""Where one writes at a ticket: to everybody who sees it, or, as a specialist, a note for colleagues alone."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from components.box import Box
from components.button import Button
from components.composer import Composer
from components.icon import Icon
from components.text import Text, t
from models import Status
from services.tickets.views import TicketView

OnSend = Callable[[str, Sequence[str], bool, str], Awaitable[None]]
OnTyping = Callable[[bool, bool], Awaitable[None]]
Beside = Callable[[Callable[[str], None]], object]


class Reply(ui.element):
    """`on_send(body, file_keys, internal, submission_key)`; what is typed in one box stays while one uses the other.

    `on_typing(internal, still)` hears that somebody writes there, or has stopped.
    """

    def __init__(
        self, view: TicketView, *, on_send: OnSend, on_typing: OnTyping | None = None, beside: Beside | None = None
    ) -> None:
        """:param beside: draws what stands beside the hint; it is given what puts a text where the cursor stands"""
        super().__init__('section')
        self.classes('reply').props('aria-labelledby=reply-title')
        self._number = view.number
        self._on_send = on_send
        self._on_typing = on_typing
        self._beside = beside
        self._switches: dict[bool, Button] = {}
        self._boxes: dict[bool, Box] = {}
        self._composers: dict[bool, Composer] = {}
        with self:
            with Box('reply-head'):
                Text(t('ticket.reply.title'), 'h2').props('id=reply-title')
                if view.rights.note:
                    self._draw_switch()
            self._hint = Text(t('ticket.reply.done_hint'), 'p', 'soft small')
            self._open(False)
        self.follow(view)

    def follow(self, view: TicketView) -> None:
        """A comment alone does not bring a specialist back to what is done: say so."""
        self.set_visibility(view.merged_into is None)
        self._hint.set_visibility(view.status is Status.DONE and view.rights.reopen and not view.rights.note)

    def write(self, internal: bool) -> None:
        """Go to where one answers, or writes a note."""
        self._open(internal)
        self._composers[internal].focus()

    def _insert(self, internal: bool, text: str) -> None:
        self._composers[internal].insert(text)

    def _draw_switch(self) -> None:
        with Box('segments').props(f'role=group aria-label="{t("ticket.reply.mode")}"'):
            for internal, name, icon in ((False, 'to_customer', 'message-circle'), (True, 'note', 'lock')):
                button = Button(t(f'ticket.reply.{name}'), partial(self._open, internal), icon=icon)
                button.classes('segment note-segment' if internal else 'segment', remove='button').mark(f'reply_{name}')
                self._switches[internal] = button

    def _open(self, internal: bool) -> None:
        """Show the box for replies or the one for notes; each is made when it is first needed."""
        self.classes(add='as-note' if internal else '', remove='' if internal else 'as-note')
        for mode, button in self._switches.items():
            button.set_pressed(mode is internal)
        fresh = internal not in self._boxes
        if fresh:
            with self:
                self._boxes[internal] = self._draw_box(internal)
        for mode, box in self._boxes.items():
            box.set_visibility(mode is internal)

    def _draw_box(self, internal: bool) -> Box:
        async def send(body: str, file_keys: Sequence[str], submission_key: str) -> None:
            await self._on_send(body, file_keys, internal, submission_key)

        kind = 'placeholder_note' if internal else 'placeholder_staff' if self._switches else 'placeholder'
        with Box('reply-box stack gap-1') as box:
            if self._switches:
                with Box('reply-hint'):
                    Icon('lock' if internal else 'users', 'small')
                    Text(t('ticket.reply.note_hint' if internal else 'ticket.reply.public_hint'), 'span', 'grow')
                    if self._beside:
                        self._beside(partial(self._insert, internal))
            self._composers[internal] = Composer(
                place=f'{"note" if internal else "comment"}:{self._number}',
                on_send=send,
                on_typing=partial(self._on_typing, internal) if self._on_typing else None,
                internal=internal,
                placeholder=t(f'ticket.reply.{kind}'),
                send_label=t('ticket.reply.send_note' if internal else 'ticket.reply.send'),
            )
        return box
