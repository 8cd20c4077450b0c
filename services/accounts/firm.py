"""One company as admins see it: its people, how it rates the help, and who else has an address of its domains."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.functions import Count

from models import Role, Ticket, User
from services import access, companies, people
from services.accounts import directory
from services.accounts.directory import PeopleFilter
from services.actor import Actor
from services.companies import CompanyView
from services.figures.tally import Tally
from services.lifecycle import UNFINISHED
from services.people import PersonRow

SHOWN = 20
MOST_STRAYS = 20


@dataclass(frozen=True, slots=True)
class Firm:
    """Everything that the page of a company shows. `good` (a share from 0 to 1) and `mean` are None without answers.

    `strays` are customers of other companies whose address is of one of this one's domains.
    """

    company: CompanyView
    people: tuple[PersonRow, ...]
    tickets: int
    unfinished: int
    answers: int
    mean: float | None
    good: float | None
    strays: tuple[PersonRow, ...]


async def read(actor: Actor, company_id: int, *, now: datetime | None = None) -> Firm:
    """The company. For admins. Raises NotFound."""
    await access.admin(actor, now=now)
    company = await companies.read_company(actor, company_id, now=now)
    listed = await directory.find(actor, PeopleFilter(company_id=company_id), limit=SHOWN, now=now)
    tickets = Ticket.filter(company_id=company_id)
    rated = tickets.filter(stars__not_isnull=True)
    given: Any = await rated.annotate(answers=Count('id')).group_by('stars').values_list('stars', 'answers')
    one, two, three, four, five = (dict(given).get(stars, 0) for stars in range(1, 6))
    tally = Tally((one, two, three, four, five))
    return Firm(
        company=company,
        people=listed.items,
        tickets=await tickets.count(),
        unfinished=await tickets.filter(status__in=UNFINISHED).count(),
        answers=tally.answers,
        mean=tally.mean,
        good=tally.good,
        strays=tuple(await _strays(company)),
    )


async def _strays(company: CompanyView) -> list[PersonRow]:
    if not company.domains:
        return []
    of_domain = Q(*(Q(email__endswith=f'@{domain}') for domain in company.domains), join_type=Q.OR)
    rows = User.filter(of_domain, role=Role.CUSTOMER, erased_at=None).exclude(company_id=company.id)
    return [people.row_of(user) for user in await rows.order_by('folded').limit(MOST_STRAYS).select_related('company')]
