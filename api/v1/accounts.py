"""Accounts and companies over the REST API: staff look them up, admins manage them."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Cursor, Id, Limit
from models import Role
from services import companies, directory, people
from services.actor import Actor
from services.companies import CompanyView
from services.errors import NotFound
from services.people import PersonRow
from services.transaction import transaction

router = resource('accounts')


class Account(BaseModel):
    """A person with an account."""

    id: int = Field(examples=[12])
    email: str = Field(examples=['anna@romashka.test'])
    name: str = Field(examples=['Anna Petrova'])
    role: Role
    company_id: int | None = Field(description='null for staff.', examples=[3])
    company: str | None = Field(examples=['Daisy Ltd'])
    active: bool
    invited: bool = Field(description='They have not set a password yet.')
    last_seen_at: datetime | None


class AccountPage(BaseModel):
    items: list[Account]
    next_cursor: str | None = Field(description='For the following page; null at the end.', examples=[None])


class NewAccount(schemas.Incoming):
    """Whom to invite. A customer belongs to a company, staff to none."""

    email: str = Field(max_length=254, examples=['anna@romashka.test'])
    name: str = Field('', max_length=200, examples=['Anna Petrova'])
    role: Role = Role.CUSTOMER
    company_id: schemas.Number | None = Field(None, examples=[3])
    language: str | None = Field(None, max_length=8, examples=['ru'])


class ChangedAccount(schemas.Incoming):
    """What is left out stays as it is."""

    role: Role | None = None
    company_id: schemas.Number | None = Field(None, description='Of a customer.', examples=[3])
    active: bool | None = Field(None, description='false closes the account: sessions and tokens end at once.')


class Company(BaseModel):
    id: int = Field(examples=[3])
    name: str = Field(examples=['Daisy Ltd'])
    active: bool
    people: int = Field(description='How many accounts it has.', examples=[14])


class NewCompany(schemas.Incoming):
    name: str = Field(max_length=400, examples=['Daisy Ltd'])


class ChangedCompany(schemas.Incoming):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=400, examples=['Daisy Ltd'])
    active: bool | None = Field(None, description='false signs all of its people out, and keeps them out.')


@router.get('/people')
async def list_people(  # noqa: PLR0917 - the framework passes query parameters by name
    caller: Caller,
    q: Annotated[str, Query(max_length=200, description='A part of a name or an address.')] = '',
    company: Annotated[schemas.Number | None, Query(description='The id of a company.')] = None,
    role: Role | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AccountPage:
    """Accounts, the oldest first; for staff."""
    after = int(cursor) if cursor and cursor.isascii() and cursor.isdecimal() and len(cursor) <= 10 else 0
    page = await directory.people(caller, text=q, company_id=company, role=role, after=after, limit=limit)
    return AccountPage(items=[_account(row) for row in page.items], next_cursor=page.next)


@router.get('/people/{person_id}')
async def read_person(person_id: Id, caller: Caller) -> Account:
    """One account; for staff."""
    return _account(await directory.person(caller, person_id))


@router.post('/people', status_code=201)
async def invite_person(new: NewAccount, caller: Caller, response: Response) -> Account:
    """Make an account and send the mail by which its owner sets a password; for admins."""
    user = await people.invite(caller, new.email, new.name, new.role, new.company_id, language=new.language)
    response.headers['Location'] = f'/api/v1/people/{user.id}'
    return _account(await directory.person(caller, user.id))


@router.patch('/people/{person_id}')
async def change_person(person_id: Id, change: ChangedAccount, caller: Caller) -> Account:
    """Make a person something else, move a customer to another company, close or open an account; for admins."""
    before = await directory.person(caller, person_id)
    async with transaction():
        if change.role is not None or change.company_id is not None:
            role = change.role or before.role
            company_id = change.company_id if 'company_id' in change.model_fields_set else before.company_id
            company_id = company_id if role is Role.CUSTOMER else change.company_id
            await people.change_role(caller, person_id, role, company_id)
        if change.active is not None:
            await (people.activate if change.active else people.deactivate)(caller, person_id)
    return _account(await directory.person(caller, person_id))


@router.post('/people/{person_id}/invitation', status_code=204)
async def invite_person_again(person_id: Id, caller: Caller) -> None:
    """Send a fresh invitation to somebody who has not set a password yet; for admins."""
    await people.invite_again(caller, person_id)


@router.get('/companies')
async def list_companies(caller: Caller) -> list[Company]:
    """All companies by name; for staff."""
    return [_company(view) for view in await companies.list_companies(caller)]


@router.post('/companies', status_code=201)
async def create_company(new: NewCompany, caller: Caller) -> Company:
    """Add a company; for admins."""
    return _company(await companies.create_company(caller, new.name))


@router.patch('/companies/{company_id}')
async def change_company(company_id: Id, change: ChangedCompany, caller: Caller) -> Company:
    """Rename a company, close or open it; for admins."""
    async with transaction():
        if change.name is not None:
            await companies.rename_company(caller, company_id, change.name)
        if change.active is not None:
            await companies.set_company_active(caller, company_id, change.active)
    return await _company_of(caller, company_id)


async def _company_of(caller: Actor, company_id: int) -> Company:
    for view in await companies.list_companies(caller):
        if view.id == company_id:
            return _company(view)
    raise NotFound


def _account(row: PersonRow) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        company_id=row.company_id,
        company=row.company_name,
        active=row.active,
        invited=row.invited,
        last_seen_at=row.last_seen_at,
    )


def _company(view: CompanyView) -> Company:
    return Company(id=view.id, name=view.name, active=view.active, people=view.people)
