"""What the portal stores: tables, the codes in them, and nothing that acts."""

from models.counter import Counter
from models.enums import EventKind, Follow, Impact, LinkKind, MailKind, MailState, Role, Status, Theme
from models.form import Draft, FormVersion
from models.outbox import JobRun, OutboxMail
from models.people import ApiToken, Attempt, AuditEntry, Company, OneTimeLink, Session, User
from models.rating import Rating
from models.ticket import Attachment, Comment, ReadMark, Share, Subscription, Ticket, TicketEvent

__all__ = [
    'ApiToken',
    'Attachment',
    'Attempt',
    'AuditEntry',
    'Comment',
    'Company',
    'Counter',
    'Draft',
    'EventKind',
    'Follow',
    'FormVersion',
    'Impact',
    'JobRun',
    'LinkKind',
    'MailKind',
    'MailState',
    'OneTimeLink',
    'OutboxMail',
    'Rating',
    'ReadMark',
    'Role',
    'Session',
    'Share',
    'Status',
    'Subscription',
    'Theme',
    'Ticket',
    'TicketEvent',
    'User',
]
