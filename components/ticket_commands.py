"""What one may do with the open ticket, as commands for the palette and the keyboard."""

from collections.abc import Callable
from functools import partial

from components.commands import Command
from components.reader import reader
from components.text import t
from components.theme import STATUS_ICONS
from components.ticket_status import TicketActions
from models import Status
from services.tickets.views import TicketView


def ticket_commands(view: TicketView, do: TicketActions, write: Callable[[bool], None]) -> list[Command]:
    """The reader's rights decide, as they do on the panel; `write(internal)` opens where one writes."""
    rights, staff = view.rights, reader().is_staff
    offered = [
        (rights.comment, Command('ticket.reply', t('shortcuts.command.reply'), 'reply', do=partial(write, False))),
        (rights.note, Command('ticket.note', t('shortcuts.command.note'), 'lock', do=partial(write, True))),
        (rights.take, Command('ticket.take', t('ticket.do.take'), 'hand', do=do.take)),
        (
            rights.assign,
            Command('ticket.assign', t('shortcuts.command.assign'), 'user-check', press='[data-focus=assignee] select'),
        ),
        (staff and len(view.moves) > 0, _move_command(view, do)),
        (
            not staff and rights.mark_done,
            Command('ticket.mark_done', t('ticket.do.mark_done'), 'circle-check', do=do.mark_done),
        ),
        (not staff and rights.reopen, Command('ticket.reopen', t('ticket.do.reopen'), 'rotate-ccw', do=do.reopen)),
        (rights.share, Command('ticket.share', t('ticket.do.share'), 'share-2', do=do.share)),
        (True, _follow_command(view, do)),
        (rights.leave, Command('ticket.leave', t('ticket.do.leave'), 'log-out', do=do.leave)),
    ]
    moves = [] if not staff else [_status_command(view, do, index) for index in range(len(view.moves))]
    return [command for may, command in offered if may] + moves


def _move_command(view: TicketView, do: TicketActions) -> Command:
    """The menu of statuses; where only reopening is possible there is none, but a button."""
    label = t('shortcuts.command.move')
    if len(view.moves) == 1 and view.moves[0].target is Status.REOPENED:
        return Command('ticket.move', label, 'arrow-right', do=do.reopen, listed=False)
    return Command('ticket.move', label, 'arrow-right', press='[data-focus=move] button', listed=False)


def _status_command(view: TicketView, do: TicketActions, index: int) -> Command:
    move = view.moves[index]
    status = t(f'status.{move.target.value}')
    return Command(
        f'ticket.move.{move.target.value}',
        t('palette.command.status', name=status),
        STATUS_ICONS[move.target],
        do=partial(do.move, move),
        also=t('ticket.do.move'),
    )


def _follow_command(view: TicketView, do: TicketActions) -> Command:
    if view.following:
        return Command('ticket.mute', t('ticket.do.mute'), 'bell-off', do=do.toggle_follow)
    return Command('ticket.follow', t('ticket.do.follow'), 'bell', do=do.toggle_follow)
