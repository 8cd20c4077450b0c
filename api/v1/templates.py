"""Answer templates over the REST API; for staff."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id
from services.desk import templates
from services.desk.templates import TemplateView

router = resource('desk')


class NewTemplate(schemas.Incoming):
    """An answer in at least one language. Placeholders: `{person}`, `{id}`, `{subject}`, `{agent}`, `{field:CODE}`."""

    name: str = Field(max_length=200, examples=['Ask for a log'])
    body_ru: str = Field('', description='Markdown.', examples=[''])
    body_en: str = Field('', description='Markdown.', examples=['Hello {person}, please send us the log.'])


class Template(BaseModel):
    id: int = Field(examples=[4])
    name: str = Field(examples=['Ask for a log'])
    body_ru: str
    body_en: str
    retired: bool = Field(description='Not offered any more.')
    changed_by: schemas.Person | None
    changed_at: datetime


class Standing(schemas.Incoming):
    retired: bool


class Filled(BaseModel):
    text: str = Field(description='Markdown, with what the ticket says in place of the placeholders.')


@router.get('/templates')
async def list_templates(
    caller: Caller, retired: Annotated[bool, Query(description='Also those that are not offered any more.')] = False
) -> list[Template]:
    """The templates by name."""
    return [_template(view) for view in await templates.list_templates(caller, retired=retired)]


@router.post('/templates', status_code=201)
async def create_template(new: NewTemplate, caller: Caller) -> Template:
    """Add a template."""
    return _template(await templates.create(caller, new.name, body_ru=new.body_ru, body_en=new.body_en))


@router.put('/templates/{template_id}')
async def change_template(template_id: Id, new: NewTemplate, caller: Caller) -> Template:
    """Reword a template."""
    view = await templates.change(caller, template_id, new.name, body_ru=new.body_ru, body_en=new.body_en)
    return _template(view)


@router.patch('/templates/{template_id}')
async def retire_template(template_id: Id, standing: Standing, caller: Caller) -> Template:
    """Offer a template no longer, or again."""
    return _template(await templates.retire(caller, template_id, standing.retired))


@router.get('/templates/{template_id}/filled')
async def fill_template(
    template_id: Id, caller: Caller, ticket: Annotated[str, Query(max_length=32, examples=['SPSUP-1503'])]
) -> Filled:
    """The template's text for one ticket, in its requester's language."""
    return Filled(text=await templates.filled(caller, template_id, ticket))


def _template(view: TemplateView) -> Template:
    return Template(
        id=view.id,
        name=view.name,
        body_ru=view.body_ru,
        body_en=view.body_en,
        retired=view.retired,
        changed_by=schemas.person(view.changed_by) if view.changed_by else None,
        changed_at=view.changed_at,
    )
