"""Inviting many people at once: looked at line by line before anything is sent, then sent to whom nothing hinders."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models import Company, Role, User
from services import access, people
from services.accounts import pasted
from services.accounts.directory import PeopleFilter, State, matching
from services.accounts.pasted import Entry
from services.actor import Actor
from services.companies import domain_of
from services.emails import canonical_email
from services.errors import Invalid, Problem, TooMany
from services.names import tidy_name

MOST = 500
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Invitee:
    """A line of the list, read. With a `problem` nothing is sent to it; a `warning` hinders nothing.

    `again` is the id of somebody who was invited before and has not come yet: they get a fresh invitation.
    """

    line: int
    written: str
    email: str = ''
    name: str = ''
    company_id: int | None = None
    company_name: str | None = None
    again: int | None = None
    problem: Problem | None = None
    warning: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a list: how many were invited, how many anew, and the lines that were left out."""

    fresh: int
    again: int
    left_out: tuple[Invitee, ...]


async def look(
    actor: Actor, text: str, role: Role, company_id: int | None = None, *, now: datetime | None = None
) -> list[Invitee]:
    """What sending the list would do, line by line; nothing is written. For admins.

    Customers whose company is not named get the one to which the domain of their address belongs.
    """
    await access.admin(actor, now=now)
    found = pasted.entries(text)
    companies = await Company.filter(active=True)
    known = await _known(found)
    firms = {company.id: company for company in companies}
    domains = {domain: company for company in companies for domain in company.domains}
    seen: dict[str, int] = {}
    looked = []
    for entry in found:
        invitee = _read(entry)
        if invitee.problem is None:
            invitee = _placed(invitee, role, firms.get(company_id or 0), domains)
        if invitee.problem is None:
            invitee = _compared(invitee, known, seen)
        if invitee.problem is None:
            seen[invitee.email] = invitee.line
        looked.append(invitee)
    return _not_too_many(looked)


async def send(
    actor: Actor, text: str, role: Role, company_id: int | None = None, *, now: datetime | None = None
) -> Sent:
    """Invite everybody on the list whom nothing hinders, each apart: one who fails stops nobody. For admins."""
    fresh, again, left_out = 0, 0, []
    for looked in await look(actor, text, role, company_id, now=now):
        invitee = await _invite(actor, looked, role, now) if looked.problem is None else looked
        if invitee.problem is not None:
            left_out.append(invitee)
        elif invitee.again is not None:
            again += 1
        else:
            fresh += 1
        await asyncio.sleep(0)
    return Sent(fresh, again, tuple(left_out))


async def send_again(actor: Actor, wanted: PeopleFilter, *, now: datetime | None = None) -> int:
    """A fresh invitation to all of the filter who were invited and have not come yet; how many got one. For admins."""
    await access.admin(actor, now=now)
    rows = matching(replace(wanted, state=State.INVITED)).order_by('id').limit(_AT_ONCE)
    sent = 0
    for id in await rows.values_list('id', flat=True):
        try:
            await people.invite_again(actor, int(id), now=now)  # type: ignore[call-overload]
            sent += 1
        except TooMany:
            continue  # they got several within this hour
    return sent


async def _invite(actor: Actor, invitee: Invitee, role: Role, now: datetime | None) -> Invitee:
    try:
        if invitee.again is not None:
            await people.invite_again(actor, invitee.again, now=now)
        else:
            await people.invite(actor, invitee.email, invitee.name, role, invitee.company_id, now=now)
    except Invalid as refusal:
        return replace(invitee, problem=next(iter(refusal.problems.values())))
    except TooMany:
        return replace(invitee, problem=Problem('person.invited_often'))
    return invitee


def _read(entry: Entry) -> Invitee:
    invitee = Invitee(entry.line, entry.written, entry.email, entry.name)
    if not entry.email:
        return replace(invitee, problem=Problem('person.no_address'))
    try:
        email = canonical_email(entry.email)
        return replace(invitee, email=email, name=tidy_name(entry.name or email.partition('@')[0]))
    except Invalid as refusal:
        return replace(invitee, problem=next(iter(refusal.problems.values())))


def _placed(invitee: Invitee, role: Role, company: Company | None, domains: Mapping[str, Company]) -> Invitee:
    """With the company of a customer, and a warning for an address that is not of the company's domains."""
    if role is not Role.CUSTOMER:
        return invitee
    of_domain = domains.get(domain_of(invitee.email))
    place = company or of_domain
    if place is None:
        return replace(invitee, problem=Problem('person.company_unknown', domain=domain_of(invitee.email)))
    invitee = replace(invitee, company_id=place.id, company_name=place.name)
    if of_domain is not None and of_domain.id != place.id:
        return replace(invitee, warning=Problem('person.domain_of_another', company=of_domain.name))
    if place.domains and of_domain is None:
        return replace(invitee, warning=Problem('person.domain_foreign', domains=', '.join(place.domains)))
    return invitee


def _compared(invitee: Invitee, known: Mapping[str, User], seen: Mapping[str, int]) -> Invitee:
    if invitee.email in seen:
        return replace(invitee, problem=Problem('person.twice_in_list', line=seen[invitee.email]))
    user = known.get(invitee.email)
    if user is None:
        return invitee
    if user.password_hash is not None or not user.active:
        return replace(invitee, problem=Problem('person.email_taken'))
    return replace(invitee, again=user.id, warning=Problem('person.invited_before'))


async def _known(found: Sequence[Entry]) -> dict[str, User]:
    emails = []
    for entry in found:
        try:
            emails.append(canonical_email(entry.email))
        except Invalid:
            continue
    return {user.email: user for user in await User.filter(email__in=emails)} if emails else {}


def _not_too_many(looked: list[Invitee]) -> list[Invitee]:
    """Those after the MOST-th who would get a mail are left for a second list."""
    sendable = [each for each in looked if each.problem is None]
    over = {id(each) for each in sendable[MOST:]}
    late = Problem('person.list_too_long', most=MOST)
    return [replace(each, problem=late) if id(each) in over else each for each in looked]
