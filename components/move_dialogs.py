"""What is asked before a ticket moves: the comment that the move needs, or may have. What was typed is kept."""

from collections.abc import Awaitable, Callable, Sequence

from components.box import Box
from components.button import Button
from components.composer import Composer
from components.dialog import Dialog
from components.text import Text, duration, t
from models import Status
from services.settings import settings
from services.tickets.moving import COMPOSED_AT
from services.tickets.views import TicketView

Send = Callable[[str | None, Sequence[str], str | None], Awaitable[None]]
Do = Callable[[], Awaitable[None]]

_WORDS = {Status.AWAITING_FEEDBACK: 'ask', Status.REOPENED: 'reopen', Status.DONE: 'done'}


class MoveDialog(Dialog):
    """Opens at once. `send(comment, file_keys, submission_key)` makes the move and closes this when it has succeeded.

    Only 'done' goes without a comment: that is what `without` does.
    """

    def __init__(self, view: TicketView, to: Status, send: Send, without: Do) -> None:
        key = f'board.{_WORDS[to]}'
        super().__init__(t(f'{key}.title', id=view.id), wide=True)
        with self:
            Text(view.subject, 'p', 'strong')
            Text(t(f'{key}.lead', length=duration(settings().auto_close_after)), 'p', 'soft')
            Composer(
                place=f'{COMPOSED_AT[to]}:{view.number}',
                on_send=send,
                placeholder=t(f'{key}.comment'),
                send_label=t(f'{key}.send'),
            )
            if to is Status.DONE:
                with Box('dialog-actions'):
                    Button(t('common.cancel'), self.close)
                    Button(t(f'{key}.without'), without, icon='circle-check')
