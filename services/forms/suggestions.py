"""What a person's company answered before, for the fields that offer it while one types."""

from collections.abc import Iterable, Mapping
from typing import Any

from models import Ticket
from services import access
from services.actor import Actor
from services.forms.definition import Form

_LOOKED_AT = 300  # newest tickets
_OFFERED = 20


async def suggestions(actor: Actor, form: Form) -> Mapping[str, list[str]]:
    """Earlier answers by field, the newest first. Staff belongs to no company and is offered nothing."""
    user = await access.person(actor)
    codes = {field.code: field.suggest for field in form.fields if field.suggest}
    if user.company_id is None or not codes:
        return {}
    newest = Ticket.filter(company_id=user.company_id).order_by('-id').limit(_LOOKED_AT)
    answers = await newest.values_list('answers', flat=True)
    return {code: _distinct(answers, name) for code, name in codes.items()}


def _distinct(answers: Iterable[Any], name: str) -> list[str]:
    found: dict[str, str] = {}
    for given in answers:
        answer = given.get(name) if isinstance(given, dict) else None
        if isinstance(answer, str) and answer:
            found.setdefault(answer.casefold(), answer)
    return list(found.values())[:_OFFERED]
