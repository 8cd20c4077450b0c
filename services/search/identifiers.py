"""Which tickets a text names by their IDs, however those are written."""

import re
from collections.abc import Iterator

from services.search.sounds import switched
from services.search.words import TO_LATIN, fold
from services.settings import settings
from services.ticket_id import is_id, loose_number

_DASHES = r'[\s\-_.:‐‑‒–—―−#№]*'
_NUMBER = r'0*([1-9][0-9]{0,9})(?![0-9])'
_BARE = re.compile(r'(?<![\w.,:])([1-9][0-9]{1,9})(?![\w]|[.,:][0-9])')
_BY_EAR = str.maketrans('спу', 'spu')
MOST = 10


def named(text: str) -> list[int]:
    """The numbers behind the portal's key or a number sign, each once, in their order."""
    found = [number for each in _ways_to_read(text) for number in _behind(each)]
    return list(dict.fromkeys(found))[:MOST]


def bare(text: str) -> list[int]:
    """Numbers that stand alone and may be those of tickets; one of a single digit only when nothing else is said."""
    folded = fold(text)
    whole = loose_number(folded)
    if whole is not None:
        return [whole]
    found = (int(match[1]) for match in _BARE.finditer(folded))
    return [number for number in dict.fromkeys(found) if is_id(number)][:MOST]


def _ways_to_read(text: str) -> Iterator[str]:
    """As typed, with letters for those that only look alike, by ear, and on the other keyboard."""
    folded = fold(text)
    yield folded
    yield folded.translate(TO_LATIN)
    yield folded.translate(_BY_EAR)
    yield switched(text)
    yield _to_latin_keys(folded)


def _to_latin_keys(folded: str) -> str:
    """Only the Russian letters as they stand on the Latin keyboard."""
    return ''.join(switched(letter) if 'а' <= letter <= 'я' else letter for letter in folded)


def _behind(text: str) -> Iterator[int]:
    key = re.escape(settings().key.lower())
    pattern = rf'(?:(?<![^\W_]){key}{_DASHES}|[#№]\s*){_NUMBER}'
    for match in re.finditer(pattern, text):
        if is_id(int(match[1])):
            yield int(match[1])
