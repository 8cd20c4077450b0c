"""Questions in one's own words over the REST API, answered as on the first page."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from models import Status
from services.search import answers
from services.search.answers import Card, Certainty, Turn
from services.search.snippets import Snippet

router = resource('tickets')


class Piece(BaseModel):
    """A piece of a text; `found` when it is one of the words asked for."""

    text: str = Field(examples=['Samsung'])
    found: bool


class Spoken(BaseModel):
    """What was said last that customers can read, shortened."""

    author: schemas.Person
    text: str
    at: datetime


class Candidate(BaseModel):
    """A ticket that the question may be about. `turn` acts next; `by` is when they have to have acted, if ever."""

    id: str = Field(examples=[schemas.ID_EXAMPLE])
    subject: list[Piece]
    status: Status
    status_since: datetime
    author: schemas.Person
    assignee: schemas.Person | None
    updated_at: datetime
    turn: Turn
    by: datetime | None
    last_word: Spoken | None
    passage: list[Piece] = Field(description='A place in the ticket that has the words.')
    match: float = Field(description='The share of the question that the ticket answers, 0 to 1.', examples=[0.94])


class Answered(BaseModel):
    """`sure`: the first ticket is meant. `unsure`: one of them may be. `named`: the question has their IDs."""

    certainty: Certainty
    named: bool
    tickets: list[Candidate]


@router.get('/ask')
async def ask(
    caller: Caller,
    q: Annotated[str, Query(max_length=50_000, description='Any words, in Russian or English; IDs however written.')],
) -> Answered:
    """Which ticket a question is about. Specialists may add `status:`, `assignee:`, `company:`, `is:`, `created:>`."""
    answer = await answers.ask(caller, q)
    return Answered(certainty=answer.certainty, named=answer.named, tickets=[_candidate(card) for card in answer.cards])


def _candidate(card: Card) -> Candidate:
    last = card.last_word
    return Candidate(
        id=card.id,
        subject=_pieces(card.subject),
        status=card.status,
        status_since=card.status_since,
        author=schemas.person(card.requester),
        assignee=schemas.person(card.assignee) if card.assignee else None,
        updated_at=card.updated_at,
        turn=card.turn,
        by=card.by,
        last_word=Spoken(author=schemas.person(last.author), text=last.text, at=last.at) if last else None,
        passage=_pieces(card.found) if card.found else [],
        match=card.match,
    )


def _pieces(snippet: Snippet) -> list[Piece]:
    return [Piece(text=text, found=found) for text, found in snippet.pieces]
