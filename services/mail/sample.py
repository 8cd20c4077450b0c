"""A mail as it would arrive, made of nobody's data: to look at while it is being reworded, and to send to oneself.

A sample is a row of the outbox like any other, with `sample` among its details; it is worded and sent the same way.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import (
    Company,
    EventKind,
    FormVersion,
    Impact,
    LinkKind,
    MailKind,
    MailState,
    OneTimeLink,
    OutboxMail,
    Rating,
    Role,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from services import access
from services.actor import Actor
from services.i18n import translate
from services.mail import case as cases
from services.mail import texts
from services.mail.case import Case, LinkCase, TicketCase, Withheld
from services.mail.wording import word
from services.outbox import ACCOUNT, TOPIC, host
from services.settings import settings
from services.transaction import announce, transaction

SAMPLE = 'sample'  # among the details of a row: the language in which an admin wanted to see such a mail
_STATUSES = {
    MailKind.TICKET_RECEIVED: Status.OPEN,
    MailKind.TICKET_FILED: Status.OPEN,
    MailKind.FEEDBACK_AWAITED: Status.AWAITING_FEEDBACK,
    MailKind.CLOSE_REMINDER: Status.AWAITING_FEEDBACK,
    MailKind.TICKET_CLOSED: Status.DONE,
    MailKind.RATING: Status.DONE,
}
_EVENTS = {
    MailKind.TICKET_RECEIVED: EventKind.FILED,
    MailKind.TICKET_FILED: EventKind.FILED,
    MailKind.COMMENT: EventKind.COMMENTED,
    MailKind.SHARED: EventKind.SHARED,
    MailKind.CLOSE_REMINDER: EventKind.REMINDED,
}
_ASKER, _AGENT = 1, 2  # ids that are in no table: nothing of these people is ever stored


@dataclass(frozen=True, slots=True)
class Sample:
    """How a mail arrives: its subject and both of its parts."""

    subject: str
    text: str
    html: str


async def case_of(row: OutboxMail, now: datetime, *, shown_secrets: bool = True) -> Case:
    """What a row of the outbox is about, a sample or a real one. Raises Withheld when it must not leave."""
    if SAMPLE not in row.details:
        return await cases.case_of(row, now, shown_secrets=shown_secrets)
    reader = await User.get_or_none(id=row.recipient_id, active=True, role=Role.ADMIN)
    if reader is None:
        raise Withheld('account_over')
    return await _case(row, reader, now)


async def look(
    actor: Actor, kind: MailKind, language: str, drafts: Mapping[str, str], *, now: datetime | None = None
) -> Sample:
    """The mail with the texts that are being written. Raises NotFound but for admins, Invalid."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    letter = await word(await _case(_row(user, kind, language, drafts, now), user, now))
    return Sample(letter.subject, letter.text, letter.html)


async def send(
    actor: Actor, kind: MailKind, language: str, drafts: Mapping[str, str], *, now: datetime | None = None
) -> str:
    """Queue the same to the admin themselves; to which address. Raises NotFound but for admins, Invalid."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        await _row(user, kind, language, drafts, now).save()
        announce(TOPIC)
    return user.email


async def _case(row: OutboxMail, reader: User, now: datetime) -> Case:
    """What a sample is about."""
    language = str(row.details[SAMPLE])
    staff = row.kind is MailKind.TICKET_FILED
    agent = User.construct(id=_AGENT, name=translate(language, 'mails.sample.agent'), role=Role.AGENT, active=True)
    asker = _person(reader, language, Role.AGENT if staff else Role.CUSTOMER)
    if row.kind is MailKind.WEEKLY_FIGURES:
        admin = _person(reader, language, Role.ADMIN)
        return await cases.figures_case(row, admin, now.date() - timedelta(days=7 + now.weekday()), now)
    if row.kind is MailKind.PASSWORD_CHANGED:
        return Case(row, asker, now, False)
    if row.kind in ACCOUNT:
        kind = LinkKind(row.kind.value)
        by = agent if kind is LinkKind.INVITATION else None
        expires = now + (settings().invitation_lifetime if by is not None else settings().reset_lifetime)
        link = OneTimeLink.construct(kind=kind, user=asker, created_by=by, created_at=now, expires_at=expires)
        return LinkCase(row, asker, now, False, link)
    ticket = await _ticket(row.kind, language, asker, now)
    status = _STATUSES.get(row.kind, Status.IN_PROGRESS)
    event = TicketEvent.construct(
        id=0,
        ticket=ticket,
        kind=_EVENTS.get(row.kind, EventKind.STATUS),
        at=now,
        actor=None if row.kind is MailKind.TICKET_CLOSED else agent,
        to_status=status,
        internal=False,
        details={},
    )
    rating = Rating.construct(id=0, ticket=ticket, done_event=event, rater=asker, asked_at=now)
    return TicketCase(row, asker, now, False, ticket, event, None, rating if row.kind is MailKind.RATING else None)


async def _ticket(kind: MailKind, language: str, asker: User, now: datetime) -> Ticket:
    form = await FormVersion.filter(type='bug').order_by('-version').first() or await FormVersion.all().first()
    if form is None:
        raise Withheld('gone')
    status = _STATUSES.get(kind, Status.IN_PROGRESS)
    closes = now + settings().auto_close_after if kind is MailKind.FEEDBACK_AWAITED else now + settings().remind_before
    requester = User.construct(id=_ASKER + 2, name=translate(language, 'mails.sample.customer'), role=Role.CUSTOMER)
    return Ticket.construct(
        id=0,
        number=1503,
        subject=translate(language, 'mails.sample.subject'),
        status=status,
        status_since=now - timedelta(days=1),
        created_at=now,
        done_at=now if status is Status.DONE else None,
        auto_close_at=closes if status is Status.AWAITING_FEEDBACK else None,
        requester=requester if kind in (MailKind.TICKET_FILED, MailKind.SHARED) else asker,
        company=Company.construct(id=0, name=translate(language, 'mails.sample.company')),
        assignee_id=None,
        impact=Impact.HIGH,
        answers={'details': translate(language, 'mails.sample.details')},
        form=form,
    )


def _person(reader: User, language: str, role: Role) -> User:
    """The admin as the reader whom the mail is for: with their name and address, in the sample's language."""
    return User.construct(
        id=_ASKER,
        name=reader.name,
        email=reader.email,
        language=language,
        time_zone=reader.time_zone,
        role=role,
        active=True,
        company=Company.construct(id=0, name=translate(language, 'mails.sample.company'), active=True),
    )


def _row(user: User, kind: MailKind, language: str, drafts: Mapping[str, str], now: datetime) -> OutboxMail:
    kept = texts.checked(kind, language, drafts)
    return OutboxMail(
        once=f'sample:{secrets.token_hex(16)}',
        kind=kind,
        recipient_id=user.id,
        address=user.email,
        details={
            SAMPLE: language,
            'texts': {f'mail.{kind.value}.{name}': text for name, text in kept.items()},
            'at': now.isoformat(),
        },
        message_id=f'<{secrets.token_hex(16)}@{host()}>',
        state=MailState.WAITING,
        not_before=now,
        created_at=now,
    )
