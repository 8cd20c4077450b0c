"""How a question is read: each of its words with everything else that would do for it, and how well."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.search.sounds import cyrillic, switched
from services.search.synonyms import LONGEST_PHRASE, Synonyms
from services.search.vocabulary import Vocabulary
from services.search.words import IDLE, Word, is_latin, stems, words

LONGEST = 1_000  # characters of a question that are read
MOST_TERMS = 10
_OTHER_LETTERS, _SYNONYM, _BEGUN, _KIN, _SAME_SOUND, _NEAR = 0.95, 0.8, 0.85, 0.75, 0.85, 0.6
_GENERAL = 0.4  # the weight of a word that is in every second question
_GENERALLY = frozenset(stems(Path(__file__).with_name('general_words.txt').read_text(encoding='utf-8')))


@dataclass(slots=True)
class Term:
    """One word of a question. `exact`: what it means as it is; `close`: what it may have been meant to be."""

    word: Word
    weight: float
    exact: dict[str, float]
    close: dict[str, float] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[str, float]:
        return self.close | self.exact


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it may have been meant."""

    text: str
    terms: tuple[Term, ...]


def readings(text: str, known: Vocabulary, synonyms: Synonyms, *, typing: bool = False) -> list[Reading]:
    """The question as it was typed and, if it makes words, as it would be on the other keyboard.

    :param typing: the last word may be the beginning of one
    """
    text = text[:LONGEST]
    found = [_reading(each, known, synonyms, typing) for each in (text, switched(text))]
    return [reading for reading in found if reading.terms][:2]


def _reading(text: str, known: Vocabulary, synonyms: Synonyms, typing: bool) -> Reading:
    said = list(words(text))
    telling = [word for word in said if not _is_idle(word)] or said
    distinct = list({word.stem: word for word in telling}.values())[:MOST_TERMS]
    meanings = _meant(said, synonyms)
    terms = [_term(word, known, synonyms, meanings.get(word.stem, ())) for word in distinct]
    if typing and terms and said[-1] is distinct[-1] and text[-1:].isalnum() and len(said[-1].plain) > 1:
        begun = known.beginning(said[-1].plain)
        terms[-1].exact |= {word: _BEGUN for word in begun if word not in terms[-1].exact}
    return Reading(text, tuple(terms))


def _term(word: Word, known: Vocabulary, synonyms: Synonyms, meanings: Iterable[str]) -> Term:
    other = dict.fromkeys(known.in_other_letters(word.plain, word.stem), _OTHER_LETTERS)
    meant = {*meanings, *(meaning for stem in other for meaning in synonyms.get((stem,), ()))}
    there = (meaning for meaning in meant if meaning in known.words or meaning.isdigit())
    exact = dict.fromkeys(there, _SYNONYM) | other | {word.stem: 1.0}
    close = dict.fromkeys(known.near(word.plain, word.stem), _NEAR) | dict.fromkeys(known.kin(word.stem), _KIN)
    if '.' in word.stem:  # 4.11 is meant in 4.11.2 too
        close |= dict.fromkeys(known.beginning(f'{word.stem}.'), _KIN)
    close |= dict.fromkeys(known.same(word.plain, word.stem), _SAME_SOUND)
    return Term(word, _GENERAL if word.stem in _GENERALLY else 1.0, exact, close)


def _meant(said: Sequence[Word], synonyms: Synonyms) -> dict[str, set[str]]:
    """By the last word of each phrase that has synonyms, those."""
    found: dict[str, set[str]] = {}
    for end in range(1, len(said) + 1):
        for start in range(max(0, end - LONGEST_PHRASE), end):
            phrase = tuple(word.stem for word in said[start:end])
            if phrase in synonyms:
                found.setdefault(phrase[-1], set()).update(synonyms[phrase])
    return found


def _is_idle(word: Word) -> bool:
    if word.plain in IDLE or (len(word.plain) == 1 and not word.plain.isdigit()):
        return True
    return is_latin(word.plain) and cyrillic(word.plain) in IDLE and len(word.plain) < 6
