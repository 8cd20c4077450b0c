"""Whom one may name in a form: a customer the people of their own company, staff anybody."""

from collections.abc import Mapping
from typing import Any

from tortoise.queryset import QuerySet

from models import Role, User
from services import access
from services.actor import Actor
from services.errors import Invalid, Problem
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
    codes = [field.code for field in form.fields if field.kind is Kind.PERSON and field.code in clean]
    if not codes:
        return
    fine = set(await _nameable(user).filter(id__in=[clean[code] for code in codes]).values_list('id', flat=True))
    problems = {code: Problem('entry.person') for code in codes if clean[code] not in fine}
    if problems:
        raise Invalid(problems)


def ids_in(form: Form, answers: Mapping[str, Any]) -> list[int]:
    """The ids of the people whom these answers name."""
    given = (answers.get(field.code) for field in form.fields if field.kind is Kind.PERSON)
    return [id for id in given if isinstance(id, int)]


def _nameable(user: User) -> QuerySet[User]:
    active = User.filter(active=True).exclude(role=Role.SYSTEM)
    if user.is_staff:
        return active
    if user.company_id is None:
        return active.filter(id=user.id)
    return active.filter(company_id=user.company_id, role=Role.CUSTOMER)
