"""The outbox as its page shows it to admins: the list, any mail as it arrives, and another try for one that failed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q

from models import MailKind, MailState, OutboxMail, User
from services import access, audit
from services.actor import Actor
from services.errors import Conflict, NotFound
from services.mail.preview import Preview, preview
from services.outbox import CHANGED, TOPIC
from services.settings import settings
from services.ticket_id import parse_ticket_id, ticket_id
from services.transaction import announce, transaction

PIECE = 50
_MOST_FOUND = 200  # people that a name may mean

_COLUMNS = (
    'id',
    'kind',
    'address',
    'state',
    'subject',
    'created_at',
    'not_before',
    'sent_at',
    'attempts',
    'last_error',
    'recipient__name',
    'ticket__number',
    'ticket__subject',
)  # fmt: skip - not the texts: a list of them would weigh megabytes


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail as a line of the list. `state` is 'kept' for one that waits while there is no mail server.

    `error` is the server's answer, `reason` the end of a locale key below outbox.reason; at most one of them is there.
    """

    id: int
    kind: MailKind
    name: str
    address: str
    ticket: str
    about: str
    state: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    attempts: int
    error: str = ''
    reason: str = ''

    @property
    def may_retry(self) -> bool:
        return self.state == MailState.FAILED


@dataclass(frozen=True, slots=True)
class MailPage:
    """A piece of the list, newest first; `next` is what to hand on as `before`, None at the end."""

    rows: tuple[MailRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class OpenMail:
    """One mail of the list, and what its reader gets."""

    row: MailRow
    preview: Preview


async def mails(
    actor: Actor, *, state: MailState | None = None, text: str = '', before: int | None = None, limit: int = PIECE
) -> MailPage:
    """The newest mails, or those before one; `text` is a ticket's ID or part of the recipient's address or name.

    Raises NotFound for whoever is no admin.
    """
    await access.admin(actor)
    found = OutboxMail.all() if state is None else OutboxMail.filter(state=state)
    if text.strip():
        found = found.filter(await _meant(text.strip()))
    if before is not None:
        found = found.filter(id__lt=before)
    limit = max(1, min(limit, 500))
    rows = await found.order_by('-id').limit(limit + 1).values(*_COLUMNS)
    shown = rows[:limit]
    return MailPage(tuple(_row(mail) for mail in shown), shown[-1]['id'] if len(rows) > limit else None)


async def mail(actor: Actor, id: int, *, now: datetime | None = None) -> OpenMail:
    """One mail as it arrives. Raises NotFound."""
    await access.admin(actor, now=now)
    found = await _found(id)
    line = await OutboxMail.filter(id=id).values(*_COLUMNS)
    return OpenMail(_row(line[0]), await preview(found, now=now))


async def retry(actor: Actor, id: int, *, now: datetime | None = None) -> None:
    """Queue a failed mail again, as if it were new. Raises NotFound, and Conflict for one that has not failed."""
    now = now or datetime.now(UTC)
    admin = await access.admin(actor, now=now)
    async with transaction():
        found = await _found(id)
        failed = OutboxMail.filter(id=found.id, state=MailState.FAILED)
        if not await failed.update(state=MailState.WAITING, not_before=now, created_at=now, attempts=0, last_error=''):
            raise Conflict('outbox.refusal.not_failed')
        await audit.record('mail.retried', by=admin, subject=f'mail:{found.id}', now=now)
        announce(TOPIC, CHANGED)


async def retry_all(actor: Actor, *, now: datetime | None = None) -> int:
    """Queue every failed mail again, as if it were new; how many. Raises NotFound."""
    now = now or datetime.now(UTC)
    admin = await access.admin(actor, now=now)
    async with transaction():
        failed = OutboxMail.filter(state=MailState.FAILED)
        count = await failed.update(state=MailState.WAITING, not_before=now, created_at=now, attempts=0, last_error='')
        if count:
            await audit.record('mail.all_retried', by=admin, now=now, count=count)
        announce(TOPIC, CHANGED)
    return count


def is_kept() -> bool:
    """Whether mails stay in the outbox because there is no mail server."""
    return not settings().smtp_url


async def _meant(text: str) -> Q:
    """Names are compared here, for SQLite knows capitals of ASCII alone; addresses are kept in small letters."""
    number = parse_ticket_id(text)
    if number is not None:
        return Q(ticket__number=number)
    sought = text.casefold()
    rows: Any = await User.all().values_list('id', 'name')
    named = [id for id, name in rows if sought in name.casefold()][:_MOST_FOUND]
    return Q(address__contains=sought) | Q(recipient_id__in=named or [0])


async def _found(id: int) -> OutboxMail:
    found = await OutboxMail.get_or_none(id=id) if 0 < id < 2**31 else None
    if found is None:
        raise NotFound
    return found


def _row(mail: dict[str, Any]) -> MailRow:
    state = MailState(mail['state'])
    kept = state is MailState.WAITING and is_kept()
    withheld = state is MailState.WITHHELD
    return MailRow(
        id=mail['id'],
        kind=MailKind(mail['kind']),
        name=mail['recipient__name'] or '',
        address=mail['address'],
        ticket=ticket_id(mail['ticket__number']) if mail['ticket__number'] else '',
        about=mail['ticket__subject'] or mail['subject'],
        state='kept' if kept else state.value,
        created_at=mail['created_at'],
        not_before=mail['not_before'],
        sent_at=mail['sent_at'],
        attempts=mail['attempts'],
        error='' if withheld else mail['last_error'],
        reason=mail['last_error'] if withheld else '',
    )
