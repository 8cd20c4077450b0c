"""The published forms over the REST API: in which ways help is asked for, and what each asks."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from api.v1.identity import Caller
from api.v1.once import resource
from services import access
from services.forms import store
from services.forms.definition import Form, Kind

router = resource('forms')

Words = dict[str, str]
_WORDS = [{'ru': '…', 'en': 'Operating system'}]


class FormOption(BaseModel):
    code: str = Field(examples=['tizen'])
    label: Words = Field(description='By language.', examples=[{'ru': 'Samsung Tizen', 'en': 'Samsung Tizen'}])


class FormField(BaseModel):
    """One question. Files and people to share with are members of their own of `POST /tickets`."""

    code: str = Field(examples=['os'])
    kind: Kind
    label: Words = Field(description='By language.', examples=_WORDS)
    hint: Words | None = Field(examples=[None])
    required: bool
    limit: int | None = Field(description='The most letters.', examples=[200])
    options: list[FormOption] = Field(description='Of a choice.')
    shown_when: dict[str, list[str]] | None = Field(
        description='The field is asked when another one has one of these answers.',
        examples=[{'server_type': ['cloud']}],
    )


class FormDescription(BaseModel):
    """A kind of request and what it asks for."""

    type: str = Field(examples=['bug'])
    version: int = Field(examples=[1])
    title: Words = Field(description='By language.', examples=[{'ru': '…', 'en': 'Report a bug'}])
    purpose: Words = Field(description='By language.')
    fields: list[FormField]


@router.get('/forms')
async def list_forms(caller: Caller) -> list[FormDescription]:
    """The kinds of request with their fields: what `POST /tickets` takes."""
    await access.person(caller)
    return [_described(form) for form in await store.offered()]


@router.get('/forms/{type}')
async def read_form(type: Annotated[str, Path(examples=['bug'])], caller: Caller) -> FormDescription:
    """One kind of request."""
    await access.person(caller)
    return _described(await store.current(type))


def _described(form: Form) -> FormDescription:
    fields = [
        FormField(
            code=field.code,
            kind=field.kind,
            label=dict(field.label),
            hint=dict(field.hint) if field.hint else None,
            required=field.required,
            limit=field.limit,
            options=[FormOption(code=o.code, label=dict(o.label)) for o in field.options if not o.retired],
            shown_when={field.shown_when[0]: sorted(field.shown_when[1])} if field.shown_when else None,
        )
        for field in form.fields
    ]
    return FormDescription(
        type=form.type, version=form.version, title=dict(form.title), purpose=dict(form.purpose), fields=fields
    )
