"""The caller themselves over the REST API: their profile, their keys, what the bell tells them."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Cursor, Id, Limit
from models import EventKind, MailKind, Role, Status, Theme, TokenScope
from services import people, tokens
from services.desk import notices
from services.people import Profile

router = resource('me')


class Me(schemas.Person):
    """The person behind the token. `mail_off`: the mails that they have switched off."""

    role: Role
    language: str = Field(examples=['ru'])
    time_zone: str = Field(examples=['Europe/Moscow'])
    theme: Theme
    mail_off: list[MailKind]


class ChangedMe(schemas.Incoming):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=200, examples=['Anna Petrova'])
    language: str | None = Field(None, max_length=8, examples=['ru'])
    time_zone: str | None = Field(None, max_length=64, examples=['Europe/Moscow'])
    theme: Theme | None = None
    mail_off: list[MailKind] | None = Field(None, max_length=50, description='The mails that are not to come.')


class Token(BaseModel):
    """A key to the API; the key itself is shown once, when it is made on the profile page."""

    id: int = Field(examples=[3])
    name: str = Field(examples=['Reports'])
    scope: TokenScope
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    current: bool = Field(description='The one of this call.')


class Notice(BaseModel):
    """Something that happened to a ticket that concerns the caller."""

    id: int = Field(examples=[88])
    kind: EventKind
    at: datetime
    read_at: datetime | None
    ticket: str = Field(examples=[schemas.ID_EXAMPLE])
    subject: str
    actor: schemas.Person | None
    internal: bool
    from_status: Status | None
    to_status: Status | None
    comment_id: int | None


class NoticePage(BaseModel):
    items: list[Notice]
    next_cursor: str | None
    unread: int = Field(description='How many there are, counted to 100.')


class ReadNotices(schemas.Incoming):
    ids: list[schemas.Number] | None = Field(None, max_length=1000, description='null: all of them.', examples=[[88]])


class Counted(BaseModel):
    count: int = Field(description='How many were changed.', examples=[1])


@router.get('/me')
async def read_me(caller: Caller) -> Me:
    """The person behind the token."""
    return _me(await people.profile(caller))


@router.patch('/me')
async def change_me(change: ChangedMe, caller: Caller) -> Me:
    """Change one's profile. E-mail address and password are changed on the pages alone."""
    await people.change_profile(caller, **{name: getattr(change, name) for name in change.model_fields_set})
    return await read_me(caller)


@router.get('/me/tokens')
async def list_tokens(caller: Caller) -> list[Token]:
    """The caller's keys that still count. New ones are made on the profile page: a stolen one must not breed."""
    return [
        Token(
            id=view.id,
            name=view.name,
            scope=view.scope,
            created_at=view.created_at,
            used_at=view.used_at,
            expires_at=view.expires_at,
            current=view.id == caller.token_id,
        )
        for view in await tokens.list_own(caller)
    ]


@router.delete('/me/tokens/{token_id}', status_code=204)
async def revoke_token(token_id: Id, caller: Caller) -> None:
    """End one of one's own keys, also that of this call."""
    await tokens.revoke(caller, token_id)


@router.get('/notices')
async def list_notices(caller: Caller, unread: bool = False, cursor: Cursor = None, limit: Limit = 30) -> NoticePage:
    """What happened to tickets that concern the caller, newest first."""
    page = await notices.list_notices(caller, unread_only=unread, cursor=cursor, limit=limit)
    items = [_notice(view) for view in page.items]
    return NoticePage(items=items, next_cursor=page.next, unread=await notices.unread_count(caller))


@router.put('/notices/read')
async def mark_notices_read(which: ReadNotices, caller: Caller) -> Counted:
    """Mark some of one's own notices as read, or all of them."""
    return Counted(count=await notices.mark_read(caller, which.ids))


def _me(profile: Profile) -> Me:
    return Me(
        id=profile.id,
        name=profile.name,
        role=profile.role,
        company=profile.company_name,
        email=profile.email,
        language=profile.language,
        time_zone=profile.time_zone,
        theme=profile.theme,
        mail_off=sorted(profile.mail_off),
    )


def _notice(view: notices.NoticeView) -> Notice:
    return Notice(
        id=view.id,
        kind=view.kind,
        at=view.at,
        read_at=view.read_at,
        ticket=view.ticket,
        subject=view.subject,
        actor=schemas.person(view.actor) if view.actor else None,
        internal=view.internal,
        from_status=view.from_status,
        to_status=view.to_status,
        comment_id=view.comment_id,
    )
