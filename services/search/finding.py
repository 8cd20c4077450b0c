"""Which tickets a question is about, the likeliest first: found by the index, weighed here, alike on both engines.

Each word of the question brings the newest tickets that have it, all words together bring theirs, and what they bring
is weighed: so the work has a bound however many tickets there are, and a rare word brings every ticket that has it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import log
from typing import Any

from models import Status, User
from services.database import connection
from services.desk.asking import Asking, known
from services.search.documents import audiences_of, company_token
from services.search.engines import Group, Wanted, index
from services.search.operators import Condition
from services.search.questions import Reading, Term, readings
from services.search.synonyms import synonyms
from services.search.vocabulary import vocabulary
from services.search.words import stems

MOST_OF_A_WORD = 100
_MOST_WEIGHED = 250
_IN_SUBJECT, _IN_WORDS, _IN_NOTES = 1.0, 0.7, 0.65
_MOST_COMPANIES, _COMPANY = 2_000, 0.9
_UNKNOWN = 0.55  # what a word that no ticket has is worth, of what a rare one is
_OPEN, _NEW, _OWN = 0.05, 0.03, 0.01  # what a ticket is ahead by at equal match
_NEW_FOR = 180.0  # days in which a ticket becomes old
_NOTHING = frozenset({'~'})  # no ticket has it
_READ_AS_TYPED = 0.5  # the share of its words that have to be found for a question to be no slip of the layout


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket that goes with a question. `match` is the share of the question that it answers, from 0 to 1."""

    ticket_id: int
    number: int
    match: float
    score: float
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A reading of the question, with the tickets that each of its words brought; `share` of the words are known."""

    reading: Reading
    by_term: Sequence[Sequence[int]]
    together: Sequence[int]
    share: float


async def find(
    user: User, text: str, *, narrowed: Wanted = (), typing: bool = False, now: datetime | None = None
) -> list[Hit]:
    """The tickets that this person sees and the text is about, the likeliest first.

    :param narrowed: tokens that every ticket has to have
    :param typing: the last word may be the beginning of one
    """
    given = await _read(user, text, typing=typing)
    scope = [*_scope(user), *narrowed]
    found: _Found | None = None
    for reading in given:
        looked = await _look(user, reading, scope)
        if found is None or looked.share > found.share:
            found = looked
        if found.share >= _READ_AS_TYPED:
            break
    if found is None:
        return []
    return await _weighed(user, found, now or datetime.now(UTC))


async def find_among(
    user: User, text: str, conditions: Sequence[Condition], *, typing: bool = False, now: datetime | None = None
) -> list[Hit]:
    """The same among the tickets that fulfil the conditions and have all words; without words the newest."""
    asking = Asking()
    asked, _ = await wanted(user, text, 1) if text else (None, ())
    found = [condition(asking) for condition in conditions]
    found += [visible(user, asking), index().condition(asked) if asked else '1 = 1']
    query = f'SELECT id FROM ticket WHERE {" AND ".join(found)} ORDER BY updated_at DESC, id DESC LIMIT {_MOST_WEIGHED}'  # noqa: S608
    ids = [row['id'] for row in await asking.rows(query)]
    given = await _read(user, text, typing=typing) if text else []
    reading = given[0] if given else Reading(text, ())
    return await _weighed(user, _Found(reading, [ids] * len(reading.terms), ids, 1.0), now or datetime.now(UTC))


async def wanted(user: User, text: str, most: int) -> tuple[Wanted | None, Sequence[int]]:
    """The question as a condition: every word of it, as far as any ticket of this person has it; None for no word.

    With it the newest tickets that fulfil it, so many at most. A word that nothing is found by is looked for as what it
    may have been meant to be, and finds nothing otherwise.
    """
    given = await _read(user, text, typing=True)
    scope = _scope(user)
    for reading in given:
        asked = [*scope, *(_group(user, term.exact) for term in reading.terms)]
        (ids,) = await index().newest([asked], most)
        if ids:  # then each word is had by some
            return asked, ids
        groups = await _groups(user, reading.terms, scope)
        if all(groups) or reading is given[-1]:
            asked = [*scope, *(group or _NOTHING for group in groups)]
            (ids,) = await index().newest([asked], most)
            return asked, ids
    return None, ()


async def _read(user: User, text: str, *, typing: bool) -> list[Reading]:
    """The question as it may be read; to staff the name of a company stands for all that came from it."""
    given = readings(text, await vocabulary(), await synonyms(), typing=typing)
    if user.is_staff and given:
        companies = await connection().execute_query_dict(f'SELECT id, name FROM company LIMIT {_MOST_COMPANIES}')  # noqa: S608
        named = [(company_token(row['id']), _stems(row['name'])) for row in companies]
        for term in (term for reading in given for term in reading.terms):
            term.exact |= {token: _COMPANY for token, words in named if term.word.stem in words}
    return given


@lru_cache(maxsize=_MOST_COMPANIES * 2)
def _stems(name: str) -> frozenset[str]:
    return frozenset(stems(name))


async def _groups(user: User, terms: Sequence[Term], scope: Wanted) -> list[Group]:
    """For each word the tokens that it is found by; none where there are none."""
    exact = [_group(user, term.exact) for term in terms]
    there = await index().newest([[*scope, group] for group in exact], 1)
    missing = [place for place, ids in enumerate(there) if not ids]
    close = await index().newest([[*scope, _group(user, terms[place].close) or _NOTHING] for place in missing], 1)
    for place, ids in zip(missing, close, strict=True):
        exact[place], there[place] = _group(user, terms[place].all), ids
    return [group if ids else frozenset() for group, ids in zip(exact, there, strict=True)]


def _scope(user: User) -> Wanted:
    """What every answer has to have: for a customer one of the audiences that they belong to."""
    return () if user.is_staff else (frozenset(audiences_of(user)),)


def _group(user: User, words: Iterable[str]) -> Group:
    """The tokens of words: in what everybody reads, for staff in notes too."""
    return frozenset(words) | ({f'_{word}' for word in words} if user.is_staff else frozenset())


async def _look(user: User, reading: Reading, scope: Wanted) -> _Found:
    terms = reading.terms
    groups = [_group(user, term.exact) for term in terms]
    asked: list[Wanted] = [[*scope, group] for group in groups]
    *by_term, together = await index().newest([*asked, [*scope, *groups]], MOST_OF_A_WORD)
    lengths = [len(term.word.plain) for term in terms]
    share = sum(length for length, ids in zip(lengths, by_term, strict=True) if ids and length > 2) / sum(lengths)
    vague = [place for place, ids in enumerate(by_term) if len(ids) < MOST_OF_A_WORD]
    if vague:  # also where nothing is close: that others have such words must not show by what is done
        asked = [[*scope, _group(user, terms[place].close) or _NOTHING] for place in vague]
        for place, ids in zip(vague, await index().newest(asked, MOST_OF_A_WORD), strict=True):
            by_term[place] = list(dict.fromkeys([*by_term[place], *ids]))
    together += await _most_of(user, terms, scope, by_term, together)
    return _Found(reading, by_term, together, share)


async def _most_of(
    user: User, terms: Sequence[Term], scope: Wanted, by_term: Sequence[Sequence[int]], together: Sequence[int]
) -> list[int]:
    """Tickets that have several of the words, where each of them alone brought too many."""
    common = [_group(user, term.all) for term, ids in zip(terms, by_term, strict=True) if len(ids) >= MOST_OF_A_WORD]
    if len(together) >= MOST_OF_A_WORD or len(common) < 2:
        return []
    pairs = [[*scope, one, other] for place, one in enumerate(common) for other in common[place + 1 :]][:10]
    found = await index().newest(pairs, MOST_OF_A_WORD)
    return [id for ids in found for id in ids]


async def _weighed(user: User, found: _Found, now: datetime) -> list[Hit]:
    votes: Counter[int] = Counter()
    for ids in (*found.by_term, found.together):
        votes.update(dict.fromkeys(ids, 1 / (len(ids) + 1)))
    chosen = sorted(votes, key=lambda id: (votes[id], id), reverse=True)[:_MOST_WEIGHED]
    if not chosen:
        return []
    rows = await _rows(user, chosen)
    rarity = _rarity(found, max(10, len(votes)))
    hits = [_hit(user, row, found.reading.terms, rarity, now) for row in rows]
    return sorted((hit for hit in hits if hit.match > 0), key=lambda hit: (hit.score, hit.number), reverse=True)


def _rarity(found: _Found, total: int) -> list[float]:
    """What each word of the question is worth: the more, the fewer tickets have it."""
    return [
        term.weight * log(1 + total / (len(ids) + 0.5)) if ids else term.weight * log(1 + total) * _UNKNOWN
        for term, ids in zip(found.reading.terms, found.by_term, strict=True)
    ]


def _hit(user: User, row: Mapping[str, Any], terms: Sequence[Term], rarity: Sequence[float], now: datetime) -> Hit:
    places = [(set(row['subject'].split()), _IN_SUBJECT), (set(row['words'].split()), _IN_WORDS)]
    if user.is_staff:
        places.append(({*row['notes'].split(), company_token(row['company_id'] or 0)}, _IN_NOTES))
    total, words = 0.0, set()
    for term, worth in zip(terms, rarity, strict=True):
        best, word = max(((value * _where(places, word), word) for word, value in term.all.items()), default=(0.0, ''))
        if best:
            words.add(word)
        total += best * worth
    match = total / sum(rarity) if rarity else 1.0
    age = min(1.0, (now - known(row['updated_at'])).total_seconds() / 86_400 / _NEW_FOR)
    ahead = _OPEN * (row['status'] != Status.DONE) + _NEW * (1 - age) + _OWN * (row['requester_id'] == user.id)
    return Hit(row['id'], row['number'], match, match + ahead, frozenset(words))


def _where(places: Sequence[tuple[set[str], float]], word: str) -> float:
    return next((value for there, value in places if word in there), 0.0)


async def _rows(user: User, ids: Sequence[int]) -> Sequence[Mapping[str, Any]]:
    asking = Asking()
    query = (
        'SELECT ticket.id, ticket.number, ticket.status, ticket.updated_at, ticket.requester_id, ticket.company_id, '  # noqa: S608
        'search_document.subject, search_document.words, search_document.notes FROM ticket '
        'JOIN search_document ON search_document.ticket_id = ticket.id '
        f'WHERE {asking.among("ticket.id", ids)} AND ticket.merged_into_id IS NULL AND {visible(user, asking)}'
    )
    return await asking.rows(query)


def visible(user: User, asking: Asking) -> str:
    """`access.visible_to` as a condition of a query by hand: what the index says is asked of the tickets once more."""
    if user.is_staff:
        return '1 = 1'
    own = f'ticket.requester_id = {asking.value(user.id)}'
    if user.company_id is None:
        return own
    shares = f'SELECT share.ticket_id FROM share WHERE share.user_id = {asking.value(user.id)}'  # noqa: S608
    company = f'ticket.company_id = {asking.value(user.company_id)}'
    return f'({own} OR ({company} AND (ticket.shared_with_company OR ticket.id IN ({shares}))))'
