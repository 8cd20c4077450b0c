"""Every word that stands in some ticket, in memory: to find what a word that is written differently stands for.

It only widens a question. Whether one of the words it gives stands in a ticket that the asking person sees is asked of
the index, so nothing of other people's tickets shows.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from tortoise.context import TortoiseContext, require_context

from services.database import connection
from services.search.sounds import is_word, sound, sounds
from services.search.words import IDLE, is_latin

_OVERLAP = 500  # ids that are read again: on PostgreSQL a lower one may be written later
_AT_ONCE = 2_000
_MOST = 24  # words that one word may be widened to
_LONG_ENOUGH, _LONG = 4, 7  # letters of a sound in which one may be wrong, and two
_KIN = 4  # letters by which a word may be longer or shorter than one of its kin


class Vocabulary:
    """The words by their sounds; grows with the database's own list."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._last = 0
        self._plain: list[str] = []
        self._sounds: list[str] = []
        self._heard: set[str] = set()
        self._by_sound: dict[str, list[str]] = {}
        self._lacking: dict[str, list[str]] = {}
        self._reading = asyncio.Lock()

    async def refresh(self) -> None:
        """Read what was added since the last time."""
        async with self._reading:
            after = max(0, self._last - _OVERLAP)
            while True:
                rows = await connection().execute_query_dict(
                    f'SELECT id, word FROM search_word WHERE id > {after} ORDER BY id LIMIT {_AT_ONCE}'  # noqa: S608
                )
                self.add(row['word'] for row in rows)
                if not rows or rows[-1]['id'] <= self._last:
                    return
                after = self._last = int(rows[-1]['id'])
                await asyncio.sleep(0)

    def add(self, words: Iterable[str]) -> None:
        fresh = set(words) - self.words
        self.words |= fresh
        self._plain = sorted([*self._plain, *fresh]) if fresh else self._plain
        heard: dict[str, None] = {}
        for word in sorted(fresh):
            if is_word(word) and word not in IDLE:
                heard[sound(word)] = None
                self._by_sound.setdefault(sound(word), []).append(word)
        self._add_sounds(heard)

    def same(self, plain: str, stem: str) -> list[str]:
        """Words that sound the same, those in other letters first."""
        found = [word for heard in sounds(plain, stem) for word in self._by_sound.get(heard, ()) if word != stem]
        return sorted(dict.fromkeys(found), key=lambda word: is_latin(word) == is_latin(plain))[:_MOST]

    def in_other_letters(self, plain: str, stem: str) -> list[str]:
        """The same word in Latin letters, or in Russian ones."""
        return [word for word in self.same(plain, stem) if is_latin(word) != is_latin(plain)]

    def beginning(self, start: str) -> list[str]:
        """Words that begin so, the shortest first: what somebody is about to type."""
        at = bisect_left(self._plain, start)
        found = list(_while_beginning(self._plain, at, start, 400))
        return sorted(found, key=len)[:_MOST]

    def kin(self, stem: str) -> list[str]:
        """Words of the same root: 'перезапуск' for 'перезапускается'."""
        heard = sound(stem) if is_word(stem) else ''
        if len(heard) < _LONG_ENOUGH:
            return []
        root = heard[: max(_LONG_ENOUGH, len(heard) - _KIN)]
        at = bisect_left(self._sounds, root)
        near = [
            other
            for other in _while_beginning(self._sounds, at, root, 400)
            if (other.startswith(heard) or heard.startswith(other)) and abs(len(other) - len(heard)) <= _KIN
        ]
        near.sort(key=lambda other: abs(len(other) - len(heard)))
        return [word for other in near for word in self._by_sound[other] if word != stem][:_MOST]

    def near(self, plain: str, stem: str) -> list[str]:
        """Words that differ in one sound: what a mistyped word may have been meant to be."""
        found: dict[str, None] = {}
        for heard in sounds(plain, stem):
            if len(heard) >= _LONG_ENOUGH:
                near = (other for lacking in _lacking_one(heard) for other in self._lacking.get(lacking, ()))
                found |= dict.fromkeys(other for other in near if _is_near(heard, other))
        alike = sorted(found, key=lambda other: abs(len(other) - len(plain)))
        return [word for other in alike for word in self._by_sound[other] if word != stem][:_MOST]

    def _add_sounds(self, heard: Iterable[str]) -> None:
        fresh = [each for each in heard if each not in self._heard]
        self._heard.update(fresh)
        self._sounds = sorted([*self._sounds, *fresh]) if fresh else self._sounds
        for each in fresh:
            if len(each) >= _LONG_ENOUGH - 1:
                for lacking in _lacking_one(each):
                    self._lacking.setdefault(lacking, []).append(each)


def _is_near(one: str, other: str) -> bool:
    """Whether one letter is too many, missing, wrong or changed with its neighbour; in long ones two of that."""
    if min(len(one), len(other)) >= _LONG:
        return True  # both lack one letter at most to be the same
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    if start == 0 and len(one) < _LONG_ENOUGH + 1:
        return False  # of a short word at least the beginning is right
    left, right = one[start:], other[start:]
    turned = left[1::-1] + left[2:] if len(left) > 1 else left
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or turned == right


def _lacking_one(heard: str) -> Iterator[str]:
    """The sound, and the sound without one of its letters: two that share one of these differ by little."""
    yield heard
    for place in range(len(heard)):
        yield heard[:place] + heard[place + 1 :]


def _while_beginning(ordered: list[str], at: int, start: str, most: int) -> Iterator[str]:
    for word in ordered[at : at + most]:
        if not word.startswith(start):
            return
        yield word


_known: tuple[TortoiseContext, Vocabulary] | None = None


async def vocabulary() -> Vocabulary:
    """The vocabulary of the open database, as it is now."""
    global _known  # noqa: PLW0603 (one process, one database; tests open many)
    context = require_context()
    if _known is None or _known[0] is not context:
        _known = context, Vocabulary()
    await _known[1].refresh()
    return _known[1]


def forget() -> None:
    """Read everything anew the next time: the list was emptied."""
    global _known  # noqa: PLW0603
    _known = None


def known_words() -> set[str]:
    """What is known to stand in the list already, without asking."""
    return _known[1].words if _known is not None and _known[0] is require_context() else set()
