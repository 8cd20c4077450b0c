"""The outbox over the REST API: every e-mail, how it stands with it, and another try for failed ones; for admins."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Cursor, Id, Limit, before
from models import MailKind, MailState
from services.mail import desk
from services.mail.desk import MailRow

router = resource('operation')


class QueuedMail(BaseModel):
    """An e-mail as a line of the outbox."""

    id: int = Field(examples=[310])
    kind: MailKind
    state: str = Field(description='As asked for, or `kept`: it waits and there is no mail server.', examples=['sent'])
    name: str = Field(description='Of the recipient.', examples=['Anna Petrova'])
    address: str = Field(examples=['anna@romashka.test'])
    ticket: str | None = Field(examples=[schemas.ID_EXAMPLE])
    about: str = Field(description='The ticket’s subject, or that of the e-mail.')
    created_at: datetime
    due_at: datetime = Field(description='Not before this moment.')
    sent_at: datetime | None
    attempts: int
    error: str = Field(description='What the mail server said at the last try.', examples=[''])
    withheld: str = Field(description='Why it did not leave, as a code.', examples=[''])


class QueuedMailPage(BaseModel):
    items: list[QueuedMail]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


class OpenedMail(QueuedMail):
    """An e-mail as it arrives; keys in its links are blanked where mail leaves."""

    subject: str
    text: str
    html: str


class QueuedAgain(BaseModel):
    count: int = Field(description='How many were queued again.', examples=[3])


@router.get('/outbox')
async def list_mails(
    caller: Caller,
    state: MailState | None = None,
    q: Annotated[str, Query(max_length=200, description='A ticket’s ID, or part of a name or address.')] = '',
    cursor: Cursor = None,
    limit: Limit = 30,
) -> QueuedMailPage:
    """E-mails, newest first."""
    page = await desk.mails(caller, state=state, text=q, before=before(cursor), limit=limit)
    return QueuedMailPage(items=[_row(row) for row in page.rows], next_cursor=str(page.next) if page.next else None)


@router.get('/outbox/{mail_id}')
async def read_mail(mail_id: Id, caller: Caller) -> OpenedMail:
    """An e-mail with its texts."""
    return await _opened(caller, mail_id)


@router.post('/outbox/retry')
async def retry_mails(caller: Caller) -> QueuedAgain:
    """Queue every failed e-mail again, as if it were new."""
    return QueuedAgain(count=await desk.retry_all(caller))


@router.post('/outbox/{mail_id}/retry')
async def retry_mail(mail_id: Id, caller: Caller) -> OpenedMail:
    """Queue a failed e-mail again, as if it were new; 409 for one that has not failed."""
    await desk.retry(caller, mail_id)
    return await _opened(caller, mail_id)


async def _opened(caller: Caller, mail_id: int) -> OpenedMail:
    found = await desk.mail(caller, mail_id)
    seen = found.preview
    return OpenedMail(**_row(found.row).model_dump(), subject=seen.subject, text=seen.text, html=seen.html)


def _row(row: MailRow) -> QueuedMail:
    return QueuedMail(
        id=row.id,
        kind=row.kind,
        state=row.state,
        name=row.name,
        address=row.address,
        ticket=row.ticket or None,
        about=row.about,
        created_at=row.created_at,
        due_at=row.not_before,
        sent_at=row.sent_at,
        attempts=row.attempts,
        error=row.error,
        withheld=row.reason,
    )
