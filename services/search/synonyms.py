"""Words that mean the same: those that the portal brings and those that admins have added."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from models import SynonymGroup
from services.search.words import stems

Phrase = tuple[str, ...]
Synonyms = Mapping[Phrase, frozenset[str]]
"""By the stems of a word, or of several together, the stems that mean the same."""

LONGEST_PHRASE = 3


async def synonyms() -> Synonyms:
    """All that hold now."""
    own = [tuple(row.words) for row in await SynonymGroup.all().order_by('id')]
    return _known(tuple(own))


@cache
def built_in() -> tuple[tuple[str, ...], ...]:
    """The groups that the portal brings, as they are written."""
    text = Path(__file__).with_name('synonyms.toml').read_text(encoding='utf-8')
    return tuple(tuple(group) for group in tomllib.loads(text)['groups'])


_last: dict[tuple[tuple[str, ...], ...], Synonyms] = {}


def _known(own: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Made once for each state of the admins' table."""
    if own not in _last:
        _last.clear()
        _last[own] = _meanings([*built_in(), *own])
    return _last[own]


def _meanings(groups: Iterable[Sequence[str]]) -> Synonyms:
    found: dict[Phrase, set[str]] = defaultdict(set)
    for group in groups:
        phrases = [tuple(stems(text))[-LONGEST_PHRASE:] for text in group]
        for phrase in filter(None, phrases):
            found[phrase] |= {other[-1] for other in phrases if other and other != phrase}
    return {phrase: frozenset(others) for phrase, others in found.items()}
