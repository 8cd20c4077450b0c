"""Answers to questions in one's own words: one ticket when it is sure, up to five when it is not, or none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from models import Comment, Status, Ticket, User
from services import access
from services.actor import Actor
from services.search import identifiers, operators
from services.search.finding import Hit, find, find_among
from services.search.operators import Suggestion
from services.search.questions import LONGEST
from services.search.snippets import Snippet, plain, snippet
from services.ticket_id import ticket_id
from services.tickets.persons import persons
from services.tickets.views import PersonView

MOST = 5
_SURE, _AHEAD, _ALONE = 0.62, 0.14, 0.45
_LEAST, _LEAST_BY_ONE = 0.34, 0.37  # the match that is worth showing: by several words, by one
_ALIKE, _ALIKE_WORDS = 0.4, 2  # the match and the words that make two tickets look alike
_LONGEST_WORD = 280
_MOST_READ = 400  # comments of all the tickets of an answer


class Certainty(StrEnum):
    """How well a question could be answered."""

    SURE = 'sure'
    UNSURE = 'unsure'
    NOTHING = 'nothing'


class Turn(StrEnum):
    """Who acts next on a ticket."""

    SUPPORT = 'support'
    DEVELOPERS = 'developers'
    PLATFORM = 'platform'
    CUSTOMER = 'customer'
    NOBODY = 'nobody'


_TURNS = {
    Status.AWAITING_DEVELOPMENT: Turn.DEVELOPERS,
    Status.PENDING: Turn.PLATFORM,
    Status.AWAITING_FEEDBACK: Turn.CUSTOMER,
    Status.DONE: Turn.NOBODY,
}


@dataclass(frozen=True, slots=True)
class LastWord:
    """What was said last that customers can read, as plain text."""

    author: PersonView
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """One ticket as an answer. `by` is when whoever's `turn` it is has to have acted, if there is such a time.

    `subject` and `found` have the words of the question marked; `found` is a passage of the ticket that has them.
    """

    id: str
    number: int
    subject: Snippet
    status: Status
    status_since: datetime
    requester: PersonView
    company_name: str | None
    assignee: PersonView | None
    updated_at: datetime
    turn: Turn
    by: datetime | None
    last_word: LastWord | None
    found: Snippet | None
    is_own: bool
    match: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. When it is sure, the first card is meant; the others are for 'not that one'.

    `named`: the question names tickets by their IDs, and the cards are those.
    """

    question: str
    certainty: Certainty
    cards: tuple[Card, ...] = ()
    named: bool = False
    suggestions: tuple[Suggestion, ...] = ()


async def ask(actor: Actor, text: str, *, typing: bool = False, now: datetime | None = None) -> Answer:
    """Answer a question in any words. Raises SignedOut and nothing else, whatever is asked.

    :param typing: the question is still being written; its last word may be the beginning of one
    """
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    question = _storable(text)
    suggestions = tuple(await operators.suggest(user, question)) if typing else ()
    asked = await operators.parse(user, question, now=now)
    named = await _named(user, asked.words)
    if named and not asked.conditions:
        cards = await _cards(user, now, [Hit(*row, 1.0, 1.0, frozenset()) for row in named])
        return Answer(question, Certainty.SURE, tuple(cards), named=True, suggestions=suggestions)
    if asked.conditions:
        hits = await find_among(user, asked.words, asked.conditions, typing=typing, now=now)
        certainty = Certainty.UNSURE if hits else Certainty.NOTHING
        return Answer(question, certainty, tuple(await _cards(user, now, hits[:MOST])), suggestions=suggestions)
    hits = await find(user, asked.words, typing=typing, now=now)
    certainty, hits = _judged(hits)
    return Answer(question, certainty, tuple(await _cards(user, now, hits)), suggestions=suggestions)


async def complete(actor: Actor, text: str, *, now: datetime | None = None) -> list[Suggestion]:
    """How the last word of a specialist's question may go on, without an answer to it. Raises SignedOut."""
    return await operators.suggest(await access.person(actor, now=now), _storable(text))


async def similar(
    actor: Actor, subject: str, *, beside: int | None = None, most: int = 3, now: datetime | None = None
) -> list[Card]:
    """Tickets that the person sees and that look like one with this subject, the likeliest first.

    :param beside: the number of the ticket that they are to be like, which is not one of them
    """
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    hits = await find(user, _storable(subject), typing=beside is None, now=now)
    alike = [hit for hit in hits if hit.match >= _ALIKE and hit.number != beside and len(hit.words) >= _ALIKE_WORDS]
    return await _cards(user, now, alike[:most])


def _judged(hits: Sequence[Hit]) -> tuple[Certainty, list[Hit]]:
    """How sure the first one is, and which are worth showing."""
    worth = [hit for hit in hits if hit.match >= (_LEAST if len(hit.words) > 1 else _LEAST_BY_ONE)][:MOST]
    if not worth:
        return Certainty.NOTHING, []
    first = worth[0]
    ahead = first.match - worth[1].match if len(worth) > 1 else first.match
    sure = (first.match >= _SURE and ahead >= _AHEAD) or (first.match >= _ALONE and len(worth) == 1)
    return (Certainty.SURE if sure else Certainty.UNSURE), worth


async def _named(user: User, text: str) -> list[tuple[int, int]]:
    """The tickets that the text names and the person sees: their ids and numbers in the text's order."""
    numbers = identifiers.named(text)
    loose = [] if numbers else identifiers.bare(text)
    rows = await access.visible_to(user).filter(number__in=numbers or loose or [0]).values_list('id', 'number')
    found = {number: (id, number) for id, number in rows}
    return [found[number] for number in numbers or loose if number in found]


async def _cards(user: User, now: datetime, hits: Sequence[Hit]) -> list[Card]:
    ids = [hit.ticket_id for hit in hits]
    if not ids:
        return []
    rows = await access.visible_to(user).filter(id__in=ids).select_related('company')
    by_id = {row.id: row for row in rows}
    said = await _said(user, ids)
    last = {id: _last_public(said.get(id, ())) for id in ids}
    named = [id for row in rows for id in (row.requester_id, row.assignee_id)]
    people = await persons([*named, *(row['author_id'] for row in last.values() if row)])
    return [
        _card(user, by_id[hit.ticket_id], hit, said.get(hit.ticket_id, ()), people=people, now=now)
        for hit in hits
        if hit.ticket_id in by_id
    ]


async def _said(user: User, ids: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
    """What was written to these tickets, as far as the person may read it, the latest first."""
    known = {} if user.is_staff else {'internal': False}
    rows = Comment.filter(ticket_id__in=list(ids), **known).order_by('-id').limit(_MOST_READ)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in await rows.values('ticket_id', 'author_id', 'body', 'internal', 'created_at'):
        found.setdefault(row['ticket_id'], []).append(row)
    return found


def _last_public(said: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((row for row in said if not row['internal']), None)


def _card(
    user: User,
    row: Ticket,
    hit: Hit,
    said: Sequence[Mapping[str, Any]],
    *,
    people: Mapping[int, PersonView],
    now: datetime,
) -> Card:
    subject = snippet([row.subject], hit.words, whole=True)
    answers = [answer for answer in row.answers.values() if isinstance(answer, str)]
    left = hit.words - (subject.words if subject else frozenset())
    return Card(
        id=ticket_id(row.number),
        number=row.number,
        subject=subject or Snippet(((row.subject, False),)),
        status=row.status,
        status_since=row.status_since,
        requester=people[row.requester_id],
        company_name=row.company.name if row.company is not None else None,
        assignee=people.get(row.assignee_id) if row.assignee_id is not None else None,
        updated_at=row.updated_at,
        turn=_TURNS.get(row.status, Turn.SUPPORT),
        by=_due(user, row, now),
        last_word=_last_word(_last_public(said), people),
        found=snippet([*answers, *(each['body'] for each in said)], left) if left else None,
        is_own=row.requester_id == user.id,
        match=round(hit.match, 3),
    )


def _due(user: User, row: Ticket, now: datetime) -> datetime | None:
    """By when whoever's turn it is has to act, if that is still to come; the time to a solution is staff's alone."""
    if row.status is Status.AWAITING_FEEDBACK:
        return row.auto_close_at
    due = row.respond_due_at if row.first_response_at is None else None
    due = due or (row.solve_due_at if user.is_staff else None)
    return due if due is not None and due > now and row.status is not Status.DONE else None


def _last_word(last: Mapping[str, Any] | None, people: Mapping[int, PersonView]) -> LastWord | None:
    if last is None:
        return None
    text = plain(last['body'])
    text = text if len(text) <= _LONGEST_WORD else text[:_LONGEST_WORD].rsplit(' ', 1)[0] + '…'
    return LastWord(people[last['author_id']], text, last['created_at'])


def _storable(text: str) -> str:
    """A question as databases take it, and not endlessly long."""
    return re.sub('[\x00-\x1f\x7f\ud800-\udfff]', ' ', text[: LONGEST * 4])[:LONGEST].strip()
