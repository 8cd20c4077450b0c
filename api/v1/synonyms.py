"""The search's synonyms over the REST API: those that admins add to those of the portal; for admins."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id
from services.search import synonym_groups
from services.search.synonym_groups import LONGEST, MOST, GroupView
from services.search.synonyms import built_in

router = resource('settings')

Words = list[Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r'^[^,\r\n]*$')]]
_EXAMPLE = [['projector', 'beamer']]


class SynonymGroup(BaseModel):
    """Words that mean the same to the search."""

    id: int = Field(examples=[5])
    words: list[str] = Field(examples=_EXAMPLE)


class Synonyms(BaseModel):
    """All that hold."""

    own: list[SynonymGroup] = Field(description='Those that admins have added, the newest first.')
    built_in: list[list[str]] = Field(description='Those that the portal brings; they stay.', examples=[_EXAMPLE])


class WrittenSynonyms(schemas.Incoming):
    """Two words or phrases at least, without commas."""

    words: Words = Field(min_length=2, max_length=MOST, examples=_EXAMPLE)


@router.get('/synonyms')
async def list_synonyms(caller: Caller) -> Synonyms:
    """Words that mean the same."""
    own = [_group(view) for view in await synonym_groups.list_groups(caller)]
    return Synonyms(own=own, built_in=[list(words) for words in built_in()])


@router.post('/synonyms', status_code=201)
async def create_synonyms(new: WrittenSynonyms, caller: Caller, response: Response) -> SynonymGroup:
    """Add a group; questions are understood by it at once."""
    made = await synonym_groups.save(caller, None, ','.join(new.words))
    response.headers['Location'] = f'/api/v1/synonyms/{made.id}'
    return _group(made)


@router.put('/synonyms/{group_id}')
async def change_synonyms(group_id: Id, new: WrittenSynonyms, caller: Caller) -> SynonymGroup:
    """Write a group anew."""
    return _group(await synonym_groups.save(caller, group_id, ','.join(new.words)))


@router.delete('/synonyms/{group_id}', status_code=204)
async def delete_synonyms(group_id: Id, caller: Caller) -> None:
    """Forget a group."""
    await synonym_groups.remove(caller, group_id)


def _group(view: GroupView) -> SynonymGroup:
    return SynonymGroup(id=view.id, words=list(view.words))
