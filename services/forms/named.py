"""Whom one may name in a form: a customer the people of their own company, staff anybody; and whom tickets name."""

from collections.abc import Mapping
from typing import Any

from tortoise.queryset import QuerySet

from models import FormVersion, Role, Ticket, User
from services import access
from services.actor import Actor
from services.desk.asking import Asking
from services.errors import Invalid, Problem
from services.forms import store
from services.forms.definition import Form, Kind

MOST = 1000  # people among whom one chooses


async def nameable(actor: Actor) -> list[tuple[int, str]]:
    """The ids and names of those whom the person may name, by name."""
    user = await access.person(actor)
    return [
        (id, name) for id, name in await _nameable(user).order_by('name', 'id').limit(MOST).values_list('id', 'name')
    ]


async def demand(user: User, form: Form, clean: Mapping[str, Any]) -> None:
    """Raise Invalid for each answer that names somebody whom this person may not name; the same whoever that is."""
    codes = [code for code in _codes(form) if code in clean]
    if not codes:
        return
    fine = set(await _nameable(user).filter(id__in=[clean[code] for code in codes]).values_list('id', flat=True))
    problems = {code: Problem('entry.person') for code in codes if clean[code] not in fine}
    if problems:
        raise Invalid(problems)


def ids_in(form: Form, answers: Mapping[str, Any]) -> list[int]:
    """The ids of the people whom these answers name."""
    return [id for code in _codes(form) if isinstance(id := answers.get(code), int)]


async def naming(user_id: int) -> list[Ticket]:
    """The tickets in whose answers that person is named, with their ids, forms and answers alone."""
    forms = {row.id: _codes(store.form_of(row)) for row in await FormVersion.all()}
    asking = Asking()
    with_people = asking.among('form_id', [id for id, codes in forms.items() if codes])
    like = asking.value(f'%{user_id}%')  # no index has them: both engines look through these tickets
    rows = await asking.rows(f'SELECT id FROM ticket WHERE {with_people} AND CAST(answers AS TEXT) LIKE {like}')
    tickets = await Ticket.filter(id__in=[row['id'] for row in rows]).order_by('id').only('id', 'form_id', 'answers')
    return [one for one in tickets if any(one.answers.get(code) == user_id for code in forms[one.form_id])]


async def name_instead(source: int, target: int) -> list[int]:
    """Let every ticket that names the one person name the other, inside a transaction; which tickets those are."""
    found = await naming(source)
    forms = {id: await store.version(id) for id in {ticket.form_id for ticket in found}}
    for ticket in found:
        named = {code: target for code in _codes(forms[ticket.form_id]) if ticket.answers.get(code) == source}
        await Ticket.filter(id=ticket.id).update(answers=ticket.answers | named)
    return [ticket.id for ticket in found]


def _codes(form: Form) -> list[str]:
    """The fields in which somebody is named."""
    return [field.code for field in form.fields if field.kind is Kind.PERSON]


def _nameable(user: User) -> QuerySet[User]:
    active = User.filter(active=True).exclude(role=Role.SYSTEM)
    if user.is_staff:
        return active
    if user.company_id is None:
        return active.filter(id=user.id)
    return active.filter(company_id=user.company_id, role=Role.CUSTOMER)
