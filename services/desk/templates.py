"""Answers written once and used often: kept by staff in both languages, filled in for one ticket.

A placeholder is a name in braces out of a fixed list. Nothing else in a template means anything, and what is filled in
is never looked at again: `{0.__class__}` stays the text that it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import AnswerTemplate, Ticket, User
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.forms import store
from services.forms.definition import Form
from services.forms.named import ids_in
from services.forms.validation import check_line, check_text
from services.forms.wording import answer_text
from services.ticket_id import ticket_id
from services.tickets.persons import persons
from services.tickets.texts import folded, is_id
from services.tickets.views import PersonView
from services.transaction import announce, transaction

PLACEHOLDERS = ('person', 'id', 'subject', 'agent', 'field:…')
LONGEST_NAME = 100
LONGEST_BODY = 20_000
MOST = 500

_BLANK = re.compile(r'\{(person|id|subject|agent|field:([a-z0-9_]{1,64}))\}', re.ASCII)


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template, who changed it last and when; `has_former`: there is an earlier wording to go back to."""

    id: int
    name: str
    body_ru: str
    body_en: str
    retired: bool
    has_former: bool
    changed_by: PersonView | None
    changed_at: datetime


async def list_templates(
    actor: Actor, *, retired: bool = False, now: datetime | None = None
) -> tuple[TemplateView, ...]:
    """The templates by name, on demand with those that are not offered any more. Raises NotFound for customers."""
    await access.staff(actor, now=now)
    rows = await (AnswerTemplate.all() if retired else AnswerTemplate.filter(retired=False)).order_by('name', 'id')
    return await _views(rows)


async def create(
    actor: Actor, name: str, *, body_ru: str = '', body_en: str = '', now: datetime | None = None
) -> TemplateView:
    """A new template. Raises NotFound, Invalid for 'name', 'body_ru', 'body_en'."""
    return await _save(actor, None, (name, body_ru, body_en), now or datetime.now(UTC))


async def change(
    actor: Actor, template_id: int, name: str, *, body_ru: str = '', body_en: str = '', now: datetime | None = None
) -> TemplateView:
    """Reword a template. Raises NotFound, Invalid for 'name', 'body_ru', 'body_en'."""
    return await _save(actor, template_id, (name, body_ru, body_en), now or datetime.now(UTC))


async def take_back(actor: Actor, template_id: int, *, now: datetime | None = None) -> TemplateView:
    """Back to the wording before the last change; once more is the newer one again. Raises NotFound without one.

    Raises Invalid for 'name' when another template has been given the earlier one meanwhile.
    """
    await access.staff(actor, now=now)
    former = (await _row(template_id)).former
    if former is None:
        raise NotFound
    texts = former['name'], former['body_ru'], former['body_en']
    return await _save(actor, template_id, texts, now or datetime.now(UTC))


async def retire(actor: Actor, template_id: int, retired: bool = True, *, now: datetime | None = None) -> TemplateView:
    """Offer a template no longer, or again. Raises NotFound."""
    user, now = await access.staff(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        row = await _row(template_id)
        row.update_from_dict({'retired': retired, 'changed_by_id': user.id, 'changed_at': utc(now)})
        await row.save()
        subject = f'template:{row.id}'
        await audit.record('template.retired' if retired else 'template.restored', by=user, subject=subject, now=now)
        announce('staff')
    return (await _views([row]))[0]


async def filled(actor: Actor, template_id: int, ref: str | int, *, now: datetime | None = None) -> str:
    """The template's text for that ticket, in its requester's language where there is one. Raises NotFound.

    An answer that the ticket does not have, and whatever is no placeholder, stays as it is written.
    """
    user = await access.staff(actor, now=now)
    ticket = (await access.ticket(actor, ref, now=now)).ticket
    row = await _row(template_id)
    requester = await User.get(id=ticket.requester_id)
    texts = {'ru': row.body_ru, 'en': row.body_en}
    language = requester.language if texts.get(requester.language) else ('ru' if row.body_ru else 'en')
    form = await store.version(ticket.form_id)
    named = await persons(ids_in(form, ticket.answers))
    names = {id: person.name for id, person in named.items()}
    known = {
        'person': requester.name,
        'id': ticket_id(ticket.number),
        'subject': ticket.subject,
        'agent': user.name,
    }

    def fill(match: re.Match[str]) -> str:
        value = known.get(match[1]) if match[2] is None else _answer(form, ticket, match[2], language, names)
        return match[0] if value is None else value

    return _BLANK.sub(fill, texts[language])


def _answer(form: Form, ticket: Ticket, code: str, language: str, names: Mapping[int, str]) -> str | None:
    """An answer as one reads it; None when the ticket does not have it."""
    value: Any = ticket.answers.get(code)
    field = form.field(code)
    if value is None or value == '':
        return None
    if field is not None:
        return answer_text(field, value, language, names)
    return value if isinstance(value, str) else None


async def _save(actor: Actor, template_id: int | None, texts: tuple[str, str, str], now: datetime) -> TemplateView:
    user = await access.staff(actor, now=now)
    values = _checked(*texts)
    async with transaction():
        row = await _row(template_id) if template_id is not None else AnswerTemplate()
        was = {name: getattr(row, name) for name in values}
        if was == values:
            return (await _views([row]))[0]
        others = await AnswerTemplate.all().only('id', 'name')
        if any(folded(other.name) == folded(values['name']) and other.id != row.id for other in others):
            raise Invalid({'name': Problem('desk_rules.template_name_taken')})
        if template_id is None and len(others) >= MOST:
            raise Invalid({'name': Problem('desk_rules.too_many_templates', most=MOST)})
        fresh = template_id is None
        row.update_from_dict(values | {'changed_by_id': user.id, 'changed_at': utc(now)})
        row.former = None if fresh else was
        await row.save()
        subject = f'template:{row.id}'
        await audit.record('template.created' if fresh else 'template.changed', by=user, subject=subject, now=now)
        announce('staff')
    return (await _views([row]))[0]


def _checked(name: str, body_ru: str, body_en: str) -> dict[str, str]:
    """The three texts as they are stored. Raises Invalid with a problem for each that does not do."""
    problems: dict[str, Problem] = {}
    values: dict[str, str] = {}
    try:
        values['name'] = check_line('name', name, limit=LONGEST_NAME)
    except Invalid as invalid:
        problems |= invalid.problems
    for code, text in (('body_ru', body_ru), ('body_en', body_en)):
        try:
            values[code] = check_text(text, limit=LONGEST_BODY)
        except Invalid as invalid:
            problems[code] = next(iter(invalid.problems.values()))
    if not problems and not values['body_ru'] and not values['body_en']:
        problems['body_ru'] = Problem('desk_rules.template_empty')
    if problems:
        raise Invalid(problems)
    return values


async def _row(template_id: int) -> AnswerTemplate:
    row = await AnswerTemplate.get_or_none(id=template_id) if is_id(template_id) else None
    if row is None:
        raise NotFound
    return row


async def _views(rows: list[AnswerTemplate]) -> tuple[TemplateView, ...]:
    people = await persons(row.changed_by_id for row in rows)
    return tuple(
        TemplateView(
            id=row.id,
            name=row.name,
            body_ru=row.body_ru,
            body_en=row.body_en,
            retired=row.retired,
            has_former=row.former is not None,
            changed_by=people.get(row.changed_by_id) if row.changed_by_id is not None else None,
            changed_at=row.changed_at,
        )
        for row in rows
    )
