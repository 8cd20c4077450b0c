"""What words a text has, as the search compares them: without capitals, endings, and letters that only look alike."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from Stemmer import Stemmer  # type: ignore[import-not-found]

LONGEST = 40  # characters of a stem; whatever is longer is no word
_RUN = re.compile(r'[0-9]+(?:\.[0-9]+)+|[^\W_]+')
_LATIN, _CYRILLIC = re.compile('[a-z]'), re.compile('[а-я]')
_PARTS = re.compile('[а-я]+|[^а-я]+')
_FLEETING = re.compile('(?<=[а-я]{2}[б-джзк-нп-тф-щ])[ое](?=[кцн]$)')
_ENDINGS = re.compile('[ауыиеяюо]|[оеаяиы]м|[оеиы]й|[ая]ми|[аяиы]х|[ое]в|ок|ин|ая|[оеыи]е|[оеаы]го|[ое]му')
_TO_CYRILLIC = str.maketrans('aceopxykmtbh', 'асеорхукмтвн')
TO_LATIN = str.maketrans('асеорхукмтвн', 'aceopxykmtbh')
_RUSSIAN, _ENGLISH = Stemmer('russian'), Stemmer('english')

IDLE = frozenset(Path(__file__).with_name('idle_words.txt').read_text(encoding='utf-8').split())
"""Words that say nothing of what a question is about."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: how it is compared, as it was written (folded), and where it stands."""

    stem: str
    plain: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text without regard to capitals and ё, letter for letter, so that places in it stay the same."""
    return ''.join(map(_fold, text))


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order; 'Samsung-ам' and 'Samsungами' are one word without its ending."""
    folded, before = fold(text), None
    for run in _RUN.finditer(folded):
        for part, start in _parts(run[0], run.start()):
            glued = before is not None and before.end >= start - 1 and _LATIN.search(before.plain) is not None
            if glued and _ENDINGS.fullmatch(part):
                continue
            before = Word(stem(part), part, start, start + len(part))
            yield before


def stems(text: str) -> list[str]:
    """The stems of a text, each once, in the order of their first occurrence."""
    return list(dict.fromkeys(word.stem for word in words(text)))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What is common to the forms of a folded word."""
    word = word[:LONGEST]
    if _CYRILLIC.search(word):
        return _FLEETING.sub('', _RUSSIAN.stemWord(word))
    return str(_ENGLISH.stemWord(word)) if word.isascii() and word.isalpha() else word


def is_latin(word: str) -> bool:
    return _LATIN.search(word) is not None


def is_cyrillic(word: str) -> bool:
    return _CYRILLIC.search(word) is not None


def _parts(run: str, start: int) -> Iterator[tuple[str, int]]:
    """A run of letters and digits in one script; look-alikes of the other script become what they look like."""
    if not (_LATIN.search(run) and _CYRILLIC.search(run)):
        yield run, start
        return
    for whole in (run.translate(TO_LATIN), run.translate(_TO_CYRILLIC)):
        if not (_LATIN.search(whole) and _CYRILLIC.search(whole)):
            yield whole, start
            return
    for part in _PARTS.finditer(run):
        yield part[0], start + part.start()


@lru_cache(maxsize=10_000)
def _fold(letter: str) -> str:
    folded = unicodedata.normalize('NFKC', letter).lower().replace('ё', 'е')
    return folded if len(folded) == 1 else letter if len(letter.lower()) != 1 else letter.lower()
