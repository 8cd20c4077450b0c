"""The closed sets of codes that are stored, sent over the API and shown by their locale keys."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be; the system itself is no row but acts under this name."""

    CUSTOMER = 'customer'
    AGENT = 'agent'
    ADMIN = 'admin'
    SYSTEM = 'system'


class Status(StrEnum):
    """The seven statuses of a ticket, in the order of the board's columns."""

    OPEN = 'open'
    IN_PROGRESS = 'in_progress'
    AWAITING_DEVELOPMENT = 'awaiting_development'
    PENDING = 'pending'
    AWAITING_FEEDBACK = 'awaiting_feedback'
    REOPENED = 'reopened'
    DONE = 'done'


class Impact(StrEnum):
    CRITICAL = 'critical'
    HIGH = 'high'
    MEDIUM = 'medium'
    LOW = 'low'


class EventKind(StrEnum):
    """What can happen to a ticket: one row of history each; its details are codes and ids, never sentences."""

    FILED = 'filed'
    STATUS = 'status'
    STATUS_UNDONE = 'status_undone'
    COMMENTED = 'commented'
    COMMENT_EDITED = 'comment_edited'
    ATTACHED = 'attached'
    FILE_REMOVED = 'file_removed'
    SHARED = 'shared'
    UNSHARED = 'unshared'
    ASSIGNED = 'assigned'
    SUBJECT = 'subject'
    REMINDED = 'reminded'
    RATED = 'rated'
    TAGGED = 'tagged'
    UNTAGGED = 'untagged'
    LINKED = 'linked'
    UNLINKED = 'unlinked'
    MERGED = 'merged'
    RESPONSE_BREACHED = 'response_breached'
    SOLUTION_BREACHED = 'solution_breached'


class ClosedBy(StrEnum):
    """Who made a ticket done: the customer confirmed it, the staff did, or nobody spoke until its time was over."""

    CUSTOMER = 'customer'
    STAFF = 'staff'
    SILENCE = 'silence'


class Outcome(StrEnum):
    """What came of a bad rating."""

    CALLED_BACK = 'called_back'
    REOPENED = 'reopened'
    EXPLAINED = 'explained'
    NOTHING = 'nothing'


class Follow(StrEnum):
    """How closely a person wants to hear of a ticket; without a row it depends on their part in it."""

    FOLLOWING = 'following'
    MUTED = 'muted'


class LinkTo(StrEnum):
    """What one ticket is to another, or to an issue of the developers."""

    DUPLICATE_OF = 'duplicate_of'
    BLOCKS = 'blocks'
    FOLLOWS_UP = 'follows_up'
    ISSUE = 'issue'


class MailKind(StrEnum):
    """The e-mails that the portal sends; each has its wording in services/mail/wording.py."""

    TICKET_RECEIVED = 'ticket_received'
    TICKET_FILED = 'ticket_filed'
    COMMENT = 'comment'
    STATUS_CHANGED = 'status_changed'
    FEEDBACK_AWAITED = 'feedback_awaited'
    CLOSE_REMINDER = 'close_reminder'
    TICKET_CLOSED = 'ticket_closed'
    SHARED = 'shared'
    RATING = 'rating'
    WEEKLY_FIGURES = 'weekly_figures'
    INVITATION = 'invitation'
    PASSWORD_RESET = 'password_reset'  # noqa: S105 - the name of a mail
    PASSWORD_CHANGED = 'password_changed'  # noqa: S105 - the name of a mail


class MailState(StrEnum):
    WAITING = 'waiting'
    SENDING = 'sending'
    SENT = 'sent'
    WITHHELD = 'withheld'
    FAILED = 'failed'


class DeliveryState(StrEnum):
    """How it stands with a message to a webhook."""

    WAITING = 'waiting'
    SENDING = 'sending'
    DELIVERED = 'delivered'
    FAILED = 'failed'


class TokenScope(StrEnum):
    """What a program may do with a person's key to the REST API: look, or everything that the person may do."""

    READ = 'read'
    WRITE = 'write'


class LinkKind(StrEnum):
    """What a one-time link in an e-mail is good for."""

    INVITATION = 'invitation'
    PASSWORD_RESET = 'password_reset'  # noqa: S105 - the purpose of a link


class Theme(StrEnum):
    SYSTEM = 'system'
    LIGHT = 'light'
    DARK = 'dark'
