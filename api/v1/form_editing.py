"""The drafts and versions of forms over the REST API; for admins, as the editor of the pages."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from services.forms import editing
from services.forms.editing import Editing

router = resource('forms')

Type = Annotated[str, Path(max_length=32, examples=['bug'])]
_DEFINITION = {'icon': 'bug', 'title': {'ru': '…', 'en': 'Report a bug'}, 'purpose': {'ru': '', 'en': ''}, 'fields': []}
Version = Annotated[
    int, Field(ge=0, le=2**31 - 1, description='`version` of the draft that one has seen.', examples=[3])
]


class FormDraft(BaseModel):
    """A form as it is being edited: what is in force while nobody has changed it."""

    type: str = Field(examples=['bug'])
    version: int = Field(description='To be named by the next step; 0 while nobody has touched it.', examples=[3])
    published: int | None = Field(description='The version in force.', examples=[1])
    hidden: bool = Field(description='Whether it is not offered.')
    changed: bool = Field(description='Whether it differs from what is in force.')
    definition: dict[str, Any] = Field(examples=[_DEFINITION])
    problems: dict[str, str] = Field(
        description='What keeps it from being published: codes by the path to what is wrong.', examples=[{}]
    )
    changed_by: str | None
    changed_at: datetime | None


class ChangedDraft(schemas.Incoming):
    """The whole definition, finished or not."""

    version: Version
    definition: dict[str, Any] = Field(examples=[_DEFINITION])


class NewVersion(schemas.Incoming):
    """Which draft to publish."""

    version: Version


class FormVersion(BaseModel):
    """A published version of a form."""

    version: int = Field(examples=[2])
    published_at: datetime
    published_by: str | None = Field(description='null: it came with the portal.')


@router.get('/forms/{type}/draft')
async def read_draft(type: Type, caller: Caller) -> FormDraft:
    """The draft of a form."""
    return _draft(await editing.open_draft(caller, type))


@router.put('/forms/{type}/draft')
async def change_draft(type: Type, change: ChangedDraft, caller: Caller) -> FormDraft:
    """Keep a draft; refused when somebody else has changed it since that version."""
    return _draft(await editing.save(caller, type, change.definition, version=change.version))


@router.delete('/forms/{type}/draft', status_code=204)
async def discard_draft(type: Type, version: Annotated[int, Query(ge=0, le=2**31 - 1)], caller: Caller) -> None:
    """Go back to what is in force; a form that was never published is forgotten."""
    await editing.discard(caller, type, version=version)


@router.get('/forms/{type}/versions')
async def list_versions(type: Type, caller: Caller) -> list[FormVersion]:
    """The published versions, the newest first."""
    return [
        FormVersion(version=view.version, published_at=view.published_at, published_by=view.published_by)
        for view in await editing.history(caller, type)
    ]


@router.post('/forms/{type}/versions', status_code=201)
async def publish_draft(type: Type, new: NewVersion, caller: Caller) -> FormVersion:
    """Put the draft into force; `errors` name what is still wrong with it."""
    await editing.publish(caller, type, version=new.version)
    return (await list_versions(type, caller))[0]


@router.post('/forms/{type}/versions/{version}/restored', status_code=201)
async def restore_version(
    type: Type, version: Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])], caller: Caller
) -> FormVersion:
    """Publish an old version once more."""
    await editing.roll_back(caller, type, version)
    return (await list_versions(type, caller))[0]


def _draft(found: Editing) -> FormDraft:
    return FormDraft(
        type=found.code,
        version=found.version,
        published=found.published,
        hidden=found.hidden,
        changed=bool(found.changes),
        definition=found.definition,
        problems={path: problem.key for path, problem in found.problems.items()},
        changed_by=found.changed_by,
        changed_at=found.changed_at,
    )
