"""What a queued mail is about, as it stands when the mail leaves: may the person still know, and is it still so?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models import (
    Comment,
    EventKind,
    Follow,
    MailKind,
    OneTimeLink,
    OutboxMail,
    Rating,
    Status,
    Subscription,
    Ticket,
    TicketEvent,
    User,
)
from services import access, i18n
from services.figures import weekly
from services.figures.names import Names, names_for
from services.figures.ratings import RatingFigures, figures_for
from services.lifecycle import Part
from services.mail import texts
from services.outbox import ACCOUNT
from services.settings import settings
from services.ticket_id import ticket_id


class Withheld(Exception):
    """The mail is not to leave any more. `reason` is the rest of a locale key below outbox.reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Case:
    """A mail's reader, and what they are told of. `shown_secrets` is off where somebody else looks at the mail."""

    row: OutboxMail
    reader: User
    now: datetime
    shown_secrets: bool

    def t(self, key: str, **values: object) -> str:
        return texts.worded(self.reader.language, key, self.row.details.get('texts'), **values)

    def day(self, moment: datetime) -> str:
        return i18n.day(self.reader.language, self.reader.time_zone, moment)

    def moment(self, moment: datetime) -> str:
        return i18n.moment(self.reader.language, self.reader.time_zone, moment)

    def url(self, path: str) -> str:
        return settings().url + path


@dataclass(frozen=True, slots=True)
class TicketCase(Case):
    """The same for a mail about a ticket."""

    ticket: Ticket
    event: TicketEvent
    comment: Comment | None = None
    rating: Rating | None = None
    waited: timedelta | None = None
    """How long the customer's word was awaited before this event, where nobody but time moved the ticket."""

    @property
    def id(self) -> str:
        return ticket_id(self.ticket.number)

    @property
    def address(self) -> str:
        return self.url(f'/tickets/{self.id}')

    @property
    def parts(self) -> frozenset[Part]:
        return access.parts_of(self.reader, self.ticket)


@dataclass(frozen=True, slots=True)
class LinkCase(Case):
    """The same for an invitation or a password reset."""

    link: OneTimeLink


@dataclass(frozen=True, slots=True)
class FiguresCase(Case):
    """The same for a week's ratings."""

    figures: RatingFigures
    names: Names


async def case_of(row: OutboxMail, now: datetime, *, shown_secrets: bool = True) -> Case:
    """What the mail is about. Raises Withheld when it must not leave; one that left already stays what it was."""
    reader = await _reader(row)
    if row.kind is MailKind.WEEKLY_FIGURES:
        return await figures_case(row, reader, date.fromisoformat(row.details['week']), now)
    if row.kind not in ACCOUNT:
        return await _ticket_case(row, reader, now, shown_secrets)
    if row.kind is MailKind.PASSWORD_CHANGED:
        return Case(row, reader, now, shown_secrets)
    link = await OneTimeLink.get_or_none(id=row.details.get('link_id')).select_related('created_by', 'user__company')
    if link is None or (row.sent_at is None and await _is_over(link, now)):
        raise Withheld('link_over')
    return LinkCase(row, reader, now, shown_secrets, link)


async def figures_case(row: OutboxMail, reader: User, first: date, now: datetime) -> FiguresCase:
    """What is told of the week that began on that day. Raises Withheld for whoever is no staff (any more)."""
    if not reader.is_staff:
        raise Withheld('not_visible')
    figures = await figures_for(reader, weekly.wanted_for(weekly.week_from(first)), now)
    return FiguresCase(row, reader, now, True, figures, await names_for(reader))


async def _reader(row: OutboxMail) -> User:
    reader = await User.get_or_none(id=row.recipient_id).select_related('company')
    if reader is None or not reader.active or (reader.company is not None and not reader.company.active):
        raise Withheld('account_over')
    if row.sent_at is None and row.kind in reader.mail_off and row.kind not in ACCOUNT:
        raise Withheld('switched_off')
    return reader


async def _ticket_case(row: OutboxMail, reader: User, now: datetime, shown_secrets: bool) -> TicketCase:
    ticket = await _visible_ticket(row, reader)
    event = await TicketEvent.get_or_none(id=row.event_id, ticket_id=ticket.id).select_related('actor')
    if event is None or (event.internal and not reader.is_staff):
        raise Withheld('not_visible')
    comment = await Comment.get_or_none(id=event.comment_id).select_related('author') if event.comment_id else None
    if comment is not None and comment.internal and not reader.is_staff:
        raise Withheld('not_visible')
    if comment is None and event.kind is EventKind.COMMENTED:
        raise Withheld('gone')
    rating = await _question(row, ticket, event) if row.kind is MailKind.RATING else None
    if row.kind is MailKind.CLOSE_REMINDER and row.sent_at is None and not _closes_by_itself(ticket, now):
        raise Withheld('overtaken')
    waited = await _waited(event) if event.to_status is Status.DONE and event.actor_id is None else None
    return TicketCase(row, reader, now, shown_secrets, ticket, event, comment, rating, waited)


async def _visible_ticket(row: OutboxMail, reader: User) -> Ticket:
    """The ticket, if its reader still sees it and wants to hear of it; a mute does not keep the stars away."""
    seen = access.visible_to(reader).filter(id=row.ticket_id)
    ticket = await seen.get_or_none().select_related('form', 'requester', 'company')
    if ticket is None:
        raise Withheld('not_visible')
    muted = Subscription.filter(ticket_id=ticket.id, user_id=reader.id, follow=Follow.MUTED)
    if row.sent_at is None and row.kind is not MailKind.RATING and await muted.exists():
        raise Withheld('muted')
    return ticket


async def _question(row: OutboxMail, ticket: Ticket, event: TicketEvent) -> Rating:
    """The question that the mail asks, if it is still the ticket's newest and open."""
    newest = await Rating.filter(ticket_id=ticket.id).order_by('-id').first()
    asked = await Rating.get_or_none(ticket_id=ticket.id, done_event_id=event.id)
    if asked is None:
        raise Withheld('overtaken')
    if row.sent_at is None:
        if ticket.status is not Status.DONE or newest != asked:
            raise Withheld('overtaken')
        if asked.rated_at is not None:
            raise Withheld('rated')
    return asked


async def _waited(event: TicketEvent) -> timedelta | None:
    """What was promised when the waiting began counts, not what the setting is by now."""
    earlier = TicketEvent.filter(ticket_id=event.ticket_id, to_status=Status.AWAITING_FEEDBACK, id__lt=event.id)
    began = await earlier.order_by('-id').first()
    return event.at - began.at if began is not None else None


def _closes_by_itself(ticket: Ticket, now: datetime) -> bool:
    waits = ticket.status is Status.AWAITING_FEEDBACK
    return waits and ticket.auto_close_at is not None and ticket.auto_close_at > now


async def _is_over(link: OneTimeLink, now: datetime) -> bool:
    """Only the newest link of its kind counts (services.links)."""
    newer = OneTimeLink.filter(kind=link.kind, user_id=link.user_id, id__gt=link.id)
    return link.used_at is not None or link.expires_at <= now or await newer.exists()
