"""What the portal stores: tables, the codes in them, and nothing that acts."""

from models.answered import AnsweredCall
from models.counter import Counter
from models.desk import AnswerTemplate, BulkAction, CardPlace, Notice, SavedView, Tag, TicketLink, TicketTag
from models.enums import (
    ClosedBy,
    DeliveryState,
    EventKind,
    Follow,
    Impact,
    LinkKind,
    LinkTo,
    MailKind,
    MailState,
    Outcome,
    Role,
    Status,
    Theme,
    TokenScope,
)
from models.form import Draft, FormDraft, FormVersion, RequestKind
from models.outbox import JobRun, OutboxMail
from models.people import ApiToken, Attempt, AuditEntry, Company, OneTimeLink, Session, User
from models.rating import BadRating, Rating
from models.search import SynonymGroup
from models.setting import Setting
from models.ticket import Attachment, Comment, ReadMark, Share, Subscription, Ticket, TicketEvent
from models.webhook import Webhook, WebhookDelivery

__all__ = [
    'AnswerTemplate',
    'AnsweredCall',
    'ApiToken',
    'Attachment',
    'Attempt',
    'AuditEntry',
    'BadRating',
    'BulkAction',
    'CardPlace',
    'ClosedBy',
    'Comment',
    'Company',
    'Counter',
    'DeliveryState',
    'Draft',
    'EventKind',
    'Follow',
    'FormDraft',
    'FormVersion',
    'Impact',
    'JobRun',
    'LinkKind',
    'LinkTo',
    'MailKind',
    'MailState',
    'Notice',
    'OneTimeLink',
    'OutboxMail',
    'Outcome',
    'Rating',
    'ReadMark',
    'RequestKind',
    'Role',
    'SavedView',
    'Session',
    'Setting',
    'Share',
    'Status',
    'Subscription',
    'SynonymGroup',
    'Tag',
    'Theme',
    'Ticket',
    'TicketEvent',
    'TicketLink',
    'TicketTag',
    'TokenScope',
    'User',
    'Webhook',
    'WebhookDelivery',
]
