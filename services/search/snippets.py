"""Passages of a ticket with the words of a question marked in them, as pieces of plain text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.search.words import Word, words

_LONGEST = 200
_BEFORE = 60  # characters that stand before the first of the words
_MOST_READ = 20_000
_MARKS = re.compile(r'[*_`>#|~]+|\[([^\]]*)\]\([^)]*\)')


@dataclass(frozen=True, slots=True)
class Snippet:
    """Pieces of a text in their order, each with whether it is one of the words looked for; `words` are their stems."""

    pieces: tuple[tuple[str, bool], ...]
    words: frozenset[str] = frozenset()


def plain(text: str) -> str:
    """Markdown without its marks, in one line."""
    return ' '.join(_MARKS.sub(lambda mark: mark[1] or '', text).split())


def snippet(texts: Iterable[str], wanted: frozenset[str], *, whole: bool = False) -> Snippet | None:
    """The passage with most of the wanted stems; None when none of the texts has any. `whole`: not shortened."""
    best: tuple[int, str, list[Word]] | None = None
    for text in texts:
        line = text if whole else plain(text[:_MOST_READ])
        there = [word for word in words(line) if word.stem in wanted]
        distinct = len({word.stem for word in there})
        if there and (best is None or distinct > best[0]):
            best = distinct, line, there
    if best is None:
        return None
    _, line, there = best
    start = 0 if whole else _start(line, there[0].start)
    end = len(line) if whole else min(len(line), start + _LONGEST)
    inside = [word for word in there if start <= word.start and word.end <= end]
    pieces = [*_pieces(line, inside, start, end)]
    pieces = [('…', False)] * (start > 0) + pieces + [('…', False)] * (end < len(line))
    return Snippet(tuple(pieces), frozenset(word.stem for word in inside))


def _start(line: str, first: int) -> int:
    """Where the passage begins: a little before the first word, at the beginning of a word."""
    start = max(0, first - _BEFORE)
    return line.find(' ', start) + 1 if 0 < start < first and line.find(' ', start) < first else start


def _pieces(line: str, there: Sequence[Word], start: int, end: int) -> Iterable[tuple[str, bool]]:
    for word in there:
        stop = _whole_word(line, word.end, end)
        if start < word.start:
            yield line[start : word.start], False
        yield line[word.start : stop], True
        start = stop
    if start < end:
        yield line[start:end], False


def _whole_word(line: str, at: int, end: int) -> int:
    """The end of the written word, its dropped ending included."""
    while at < end and line[at].isalnum():
        at += 1
    return at
