"""The customers' firms: who may be invited into which, and whether its people may come in at all."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.functions import Count

from models import Company, User
from services import access, audit, sessions
from services.actor import Actor
from services.emails import canonical_email
from services.errors import Invalid, NotFound, Problem
from services.tickets.texts import is_id
from services.transaction import announce, transaction

MOST_DOMAINS = 50


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company. `share_by_default`: what its people file from now on is seen by all of them."""

    id: int
    name: str
    active: bool
    people: int
    domains: tuple[str, ...] = ()
    share_by_default: bool = False


async def list_companies(actor: Actor) -> list[CompanyView]:
    """All companies by name, with how many people each has. For staff."""
    await access.staff(actor)
    rows = await Company.all().annotate(count=Count('people')).order_by('name')
    return [_view(row, int(row.count)) for row in rows]  # type: ignore[attr-defined]


async def read_company(actor: Actor, company_id: int, *, now: datetime | None = None) -> CompanyView:
    """One company. For staff. Raises NotFound."""
    await access.staff(actor, now=now)
    return _view(await existing(company_id), await User.filter(company_id=company_id).count())


async def create_company(actor: Actor, name: str, *, now: datetime | None = None) -> CompanyView:
    """A new company. Raises Invalid for a name that is empty, too long or taken."""
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        row = await Company.create(name=await _free_name(name), created_at=now)
        await audit.record('company.created', by=admin, subject=f'company:{row.id}', now=now)
        announce('staff')
    return _view(row, 0)


async def rename_company(actor: Actor, company_id: int, name: str, *, now: datetime | None = None) -> None:
    """Give a company another name. Raises Invalid and NotFound."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        name = await _free_name(name, but=company_id)
        if not await Company.filter(id=company_id).update(name=name):
            raise NotFound
        await audit.record('company.renamed', by=admin, subject=f'company:{company_id}', now=now)
        announce(f'company:{company_id}', 'staff')


async def set_company_active(actor: Actor, company_id: int, active: bool, *, now: datetime | None = None) -> None:
    """Open or close a company; when it closes, its people are signed out everywhere."""
    admin = await access.admin(actor, now=now)
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


async def set_domains(
    actor: Actor, company_id: int, domains: Sequence[str], *, now: datetime | None = None
) -> tuple[str, ...]:
    """To which domains the addresses of the company's people belong. Raises NotFound, Invalid for 'domains'.

    A domain belongs to one company. Nobody is let in or kept out by it: it suggests the company, and warns.
    """
    admin = await access.admin(actor, now=now)
    wanted = tuple(dict.fromkeys(_domain(each) for each in domains if each.strip()))
    if len(wanted) > MOST_DOMAINS:
        raise Invalid({'domains': Problem('company.too_many_domains', most=MOST_DOMAINS)})
    async with transaction():
        company = await existing(company_id)
        for other in await Company.exclude(id=company.id):
            if taken := set(other.domains) & set(wanted):
                raise Invalid({'domains': Problem('company.domain_taken', domain=min(taken), company=other.name)})
        await Company.filter(id=company.id).update(domains=list(wanted))
        await audit.record(
            'company.domains', by=admin, subject=f'company:{company.id}', now=now, domains=', '.join(wanted)
        )
        announce(f'company:{company.id}', 'staff')
    return wanted


async def set_sharing(actor: Actor, company_id: int, share: bool, *, now: datetime | None = None) -> None:
    """Whether what the company's people file from now on is seen by all of them unless they say otherwise."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        company = await existing(company_id)
        await Company.filter(id=company.id).update(share_by_default=share)
        await audit.record('company.sharing', by=admin, subject=f'company:{company.id}', now=now, share=int(share))
        announce(f'company:{company.id}', 'staff')


async def existing(company_id: int) -> Company:
    """The company of that id. Raises NotFound."""
    company = await Company.get_or_none(id=company_id) if is_id(company_id) else None
    if company is None:
        raise NotFound
    return company


def domain_of(email: str) -> str:
    """What stands after the @ of an address."""
    return email.rpartition('@')[2]


async def company_named(name: str, *, now: datetime | None = None) -> Company:
    """The company of that name, made when it is not there; for the operator's commands and the demo."""
    now = now or datetime.now(UTC)
    name = _tidy(name)
    async with transaction():
        same = [row for row in await Company.all() if row.name.casefold() == name.casefold()]
        return same[0] if same else await Company.create(name=await _free_name(name), created_at=now)


async def _free_name(name: str, *, but: int | None = None) -> str:
    name = _tidy(name)
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise Invalid({'name': Problem('company.name_invalid')})
    same = [row for row in await Company.all().only('id', 'name') if row.name.casefold() == name.casefold()]
    if any(row.id != but for row in same):
        raise Invalid({'name': Problem('company.name_taken')})
    return name


def _domain(text: str) -> str:
    """A domain as it stands in stored addresses. Raises Invalid."""
    try:
        return domain_of(canonical_email(f'x@{text.strip().lstrip("@")}'))
    except Invalid:
        raise Invalid({'domains': Problem('company.domain_invalid', domain=text.strip()[:100])}) from None


def _view(row: Company, people: int) -> CompanyView:
    return CompanyView(row.id, row.name, row.active, people, tuple(row.domains), row.share_by_default)


def _tidy(name: str) -> str:
    return ' '.join(unicodedata.normalize('NFC', name).split())
