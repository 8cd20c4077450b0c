"""Who the caller is, and which forms the portal offers."""

from fastapi import APIRouter

from api.v1 import schemas
from api.v1.identity import Caller
from services import access
from services.forms import store
from services.forms.definition import Form

router = APIRouter(tags=['portal'])


@router.get('/me')
async def me(caller: Caller) -> schemas.Me:
    """The person behind the token."""
    user = await access.person(caller)
    return schemas.Me(
        id=user.id,
        name=user.name,
        role=user.role,
        company=user.company.name if user.company is not None else None,
        email=user.email,
        language=user.language,
        time_zone=user.time_zone,
    )


@router.get('/forms')
async def forms(caller: Caller) -> list[schemas.FormDescription]:
    """The kinds of request with their fields: what `POST /tickets` takes."""
    await access.person(caller)
    return [_described(form) for form in await store.offered()]


def _described(form: Form) -> schemas.FormDescription:
    fields = [
        schemas.FormField(
            code=field.code,
            kind=field.kind.value,
            label=dict(field.label),
            required=field.required,
            options=[schemas.FormOption(code=o.code, label=dict(o.label)) for o in field.options if not o.retired],
            shown_when={field.shown_when[0]: sorted(field.shown_when[1])} if field.shown_when else None,
        )
        for field in form.fields
    ]
    return schemas.FormDescription(type=form.type, version=form.version, title=dict(form.title), fields=fields)
