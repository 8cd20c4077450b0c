"""What somebody typed to narrow a list, as a condition: a ticket's ID however written, words, and staff's operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import User
from services.desk.asking import Inline
from services.search import operators
from services.search.engines import index
from services.search.finding import wanted
from services.search.identifiers import named
from services.ticket_id import loose_number

LONGEST = 200
_COMMON = 0.02  # the share of the newest tickets from which on they are read as they come
_FEW = 1_000  # tickets that are looked up one by one; more are looked for as the list is walked


@dataclass(frozen=True, slots=True)
class Said:
    """Which tickets a text lets through: those of `ids`, if they are few, and otherwise those of `condition`."""

    ids: Sequence[int] | None
    condition: str
    """On the table `ticket`, without parameters."""
    names_status: bool = False
    """Whether the text says itself if what is done is meant."""


async def said(user: User, text: str, *, now: datetime) -> Said:
    """The tickets that a text means: those that it names or that have all its words, as far as this person reads them.

    Of these, for staff, the ones that its operators let through.
    """
    question = await operators.parse(user, text[:LONGEST], now=now)
    conditions = [condition(Inline()) for condition in question.conditions]
    worded = await _worded(user, question.words) if question.words else None
    if worded and not conditions:
        return worded
    if worded:
        conditions.append(worded.condition)
    return Said(None, f'({" AND ".join(conditions) or "1 = 1"})', question.names_status)


async def _worded(user: User, text: str) -> Said:
    number = loose_number(text)
    numbers = [number] if number is not None else named(text)
    by_number = f'ticket.number IN ({", ".join(map(str, numbers))})'
    if numbers and not text.strip()[0].isdigit():
        return Said(None, by_number)
    asked, ids = await wanted(user, text, _FEW + 1)
    few = len(ids) <= _FEW
    common = not few and len(ids) >= (ids[0] - ids[-1]) * _COMMON
    listed = f'ticket.id IN ({", ".join(map(str, ids)) or "NULL"})'
    by_words = listed if few or not asked else index().condition(asked, common=common)
    if numbers:
        return Said(None, f'({by_number} OR {by_words})')
    return Said(ids if few else None, by_words)
