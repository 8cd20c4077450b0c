"""Labelled questions over the demo's tickets, and how many of them the search answers rightly."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.actor import Actor
from services.search import answers
from services.search.answers import Certainty

_HERE = Path(__file__).parent
_DEMO = _HERE.parents[1] / 'services' / 'demo' / 'people.toml'
PEOPLE = {one['key']: one['email'] for one in tomllib.loads(_DEMO.read_text(encoding='utf-8'))['person']}
PARTS = ('tuned', 'apart')
"""By `tuned` the ranking was made; `apart` was written when it was finished and is never looked at one by one."""

OFF_TOPIC = 'off_topic'
"""Questions that no ticket is about."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, in which words, and the numbers of the tickets of which each is right."""

    kind: str
    language: str
    asker: str
    right: frozenset[int]
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of the questions: the right ticket first, among the first three, and where the search was sure at all."""

    asked: int
    first: float
    three: float
    sure: float
    sure_and_wrong: int


def questions(part: str) -> Iterator[Question]:
    """The questions of one part."""
    for group in tomllib.loads((_HERE / f'{part}.toml').read_text(encoding='utf-8'))['group']:
        for asker, right, text in group['asked']:
            yield Question(group['kind'], group['language'], asker, frozenset(right), text)


async def score(part: str, actors: Mapping[str, Actor]) -> Score:
    """Ask all the questions of one part."""
    first = three = sure = wrong = asked = 0
    for question in questions(part):
        answer = await answers.ask(actors[question.asker], question.text)
        found = [card.number for card in answer.cards]
        right = bool(found) and found[0] in question.right
        asked, first, three = asked + 1, first + right, three + bool(question.right & set(found[:3]))
        sure += answer.certainty is Certainty.SURE
        wrong += answer.certainty is Certainty.SURE and not right
    return Score(asked, first / asked, three / asked, sure / asked, wrong)


async def unanswered(actors: Mapping[str, Actor]) -> float:
    """The share of the questions about nothing that there is to which the answer says so."""
    asked = [await answers.ask(actors[question.asker], question.text) for question in questions(OFF_TOPIC)]
    return sum(answer.certainty is Certainty.NOTHING for answer in asked) / len(asked)
