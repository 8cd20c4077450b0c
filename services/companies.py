"""The customers' firms: who may be invited into which, and whether its people may come in at all."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.functions import Count

from models import Company, User
from services import access, audit, sessions
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.transaction import announce, transaction


@dataclass(frozen=True, slots=True)
class CompanyView:
    id: int
    name: str
    active: bool
    people: int


async def list_companies(actor: Actor) -> list[CompanyView]:
    """All companies by name, with how many people each has. For staff."""
    await access.staff(actor)
    rows = await Company.all().annotate(count=Count('people')).order_by('name')
    return [CompanyView(row.id, row.name, row.active, int(row.count)) for row in rows]  # type: ignore[attr-defined]


async def create_company(actor: Actor, name: str, *, now: datetime | None = None) -> CompanyView:
    """A new company. Raises Invalid for a name that is empty, too long or taken."""
    admin = await access.admin(actor)
    now = now or datetime.now(UTC)
    async with transaction():
        row = await Company.create(name=await _free_name(name), created_at=now)
        await audit.record('company.created', by=admin, subject=f'company:{row.id}', now=now)
        announce('staff')
    return CompanyView(row.id, row.name, row.active, 0)


async def rename_company(actor: Actor, company_id: int, name: str, *, now: datetime | None = None) -> None:
    """Give a company another name. Raises Invalid and NotFound."""
    admin = await access.admin(actor)
    async with transaction():
        name = await _free_name(name, but=company_id)
        if not await Company.filter(id=company_id).update(name=name):
            raise NotFound
        await audit.record('company.renamed', by=admin, subject=f'company:{company_id}', now=now)
        announce(f'company:{company_id}', 'staff')


async def set_company_active(actor: Actor, company_id: int, active: bool, *, now: datetime | None = None) -> None:
    """Open or close a company; when it closes, its people are signed out everywhere."""
    admin = await access.admin(actor)
    now = now or datetime.now(UTC)
    async with transaction():
        if not await Company.filter(id=company_id).update(active=active):
            raise NotFound
        subject = f'company:{company_id}'
        await audit.record('company.opened' if active else 'company.closed', by=admin, subject=subject, now=now)
        for user in await User.filter(company_id=company_id):
            if not active:
                await sessions.end_all(user.id, by=admin.id, now=now)
            announce(f'user:{user.id}')
        announce(f'company:{company_id}', 'staff')


async def company_named(name: str, *, now: datetime | None = None) -> Company:
    """The company of that name, made when it is not there; for the operator's commands and the demo."""
    now = now or datetime.now(UTC)
    name = _tidy(name)
    async with transaction():
        found = await Company.get_or_none(name=name)
        return found or await Company.create(name=await _free_name(name), created_at=now)


async def _free_name(name: str, *, but: int | None = None) -> str:
    name = _tidy(name)
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise Invalid({'name': Problem('company.name_invalid')})
    same = [row for row in await Company.all().only('id', 'name') if row.name.casefold() == name.casefold()]
    if any(row.id != but for row in same):
        raise Invalid({'name': Problem('company.name_taken')})
    return name


def _tidy(name: str) -> str:
    return ' '.join(unicodedata.normalize('NFC', name).split())
