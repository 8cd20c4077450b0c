"""The audit log over the REST API, in codes: who did what to accounts, rights, settings and data; for admins."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import before
from services import audit_log
from services.audit_log import AuditFilter, CodedRow

router = resource('operation')

Group = Literal['sign_ins', 'accounts', 'tokens', 'settings', 'exports', 'deletions', 'other']


class AuditRecord(BaseModel):
    """Something that was done."""

    id: int = Field(examples=[940])
    at: datetime
    actor_id: int | None = Field(description='null for the portal itself, or for a person that is gone.', examples=[4])
    actor: str | None = Field(examples=['Mona Lead'])
    action: str = Field(examples=['person.role_changed'])
    subject: str = Field(description='What it was done to, such as `user:12` or a ticket’s ID.', examples=['user:12'])
    details: dict[str, Any] = Field(examples=[{'was': 'customer', 'value': 'agent'}])
    address: str = Field(description='The network address that it came from.', examples=['192.0.2.7'])


class AuditRecordPage(BaseModel):
    items: list[AuditRecord]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


class AskedEntries(BaseModel):
    """Which entries."""

    person: str = Field('', max_length=100, description='Part of the name or address of who did it.')
    group: Group | None = Field(None, description='A group of actions.')
    subject: str = Field('', max_length=100, description='A name, or what a subject begins with.')
    since: date | None = Field(None, description='The first day, where the caller is.')
    until: date | None = Field(None, description='The last day.')
    cursor: str | None = Field(None, max_length=500, description='`next_cursor` of the page before.')
    limit: int = Field(30, ge=1, le=100, description='How many at most.')


@router.get('/audit-log')
async def list_audit_entries(caller: Caller, asked: Annotated[AskedEntries, Query()]) -> AuditRecordPage:
    """What was done, newest first."""
    days = (day.isoformat() if day else '' for day in (asked.since, asked.until))
    wanted = AuditFilter(asked.person, asked.group or '', asked.subject, *days)
    page = await audit_log.coded(caller, wanted, before=before(asked.cursor), limit=asked.limit)
    return AuditRecordPage(items=[_entry(row) for row in page.rows], next_cursor=str(page.next) if page.next else None)


def _entry(row: CodedRow) -> AuditRecord:
    return AuditRecord(
        id=row.id,
        at=row.at,
        actor_id=row.by.id if row.by is not None else None,
        actor=row.by.name if row.by is not None else None,
        action=row.action,
        subject=row.subject,
        details=dict(row.details),
        address=row.address,
    )
