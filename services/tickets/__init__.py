"""Tickets: filed, read, moved, talked about, shared; every function asks first who the actor is and what they may do.

`filing` makes one, `reading` and `listing` show it, `moving` changes its status, `talking` holds the conversation,
`sharing` and `assigning` its people, `following` what one reader wants and has read, `recording` writes any change.
"""

from services.tickets.assigning import assign, take
from services.tickets.expecting import unchanged
from services.tickets.filing import file
from services.tickets.following import follow, mark_read
from services.tickets.listing import counts, list_tickets, unread_count
from services.tickets.moving import transition, undo_transition
from services.tickets.reading import agents, events, read
from services.tickets.sharing import candidates, share, unshare
from services.tickets.talking import attach, change_subject, comment, edit_comment, may_attach, remove_file
from services.tickets.views import (
    CommentView,
    EventView,
    FileView,
    ListFilter,
    MoveView,
    Page,
    PersonView,
    RatingView,
    Rights,
    TicketRow,
    TicketView,
)

__all__ = [
    'CommentView',
    'EventView',
    'FileView',
    'ListFilter',
    'MoveView',
    'Page',
    'PersonView',
    'RatingView',
    'Rights',
    'TicketRow',
    'TicketView',
    'agents',
    'assign',
    'attach',
    'candidates',
    'change_subject',
    'comment',
    'counts',
    'edit_comment',
    'events',
    'file',
    'follow',
    'list_tickets',
    'mark_read',
    'may_attach',
    'read',
    'remove_file',
    'share',
    'take',
    'transition',
    'unchanged',
    'undo_transition',
    'unread_count',
    'unshare',
]
