"""What the index knows of a ticket: the words of everything that stands in it, and who may find it by them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Attachment, Comment, FormVersion, Share, Ticket, User
from services.search.words import stems

Choices = Mapping[tuple[str, str], tuple[str, ...]]

VERSION = 1
"""By which rules documents are made; a higher one makes them all anew at the next start."""
_LONGEST = 100_000  # characters of one text that are looked at


@dataclass(frozen=True, slots=True)
class Document:
    """A ticket in the index: its words, each once, by where they stand; `notes` are staff's alone."""

    ticket_id: int
    audiences: tuple[str, ...]
    subject: tuple[str, ...]
    words: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def tokens(self) -> list[str]:
        """What the ticket is found by; words that only staff may find it by begin with a low line."""
        return sorted({*self.audiences, *self.subject, *self.words, *(f'_{word}' for word in self.notes)})

    @property
    def all_words(self) -> set[str]:
        return {*self.subject, *self.words, *self.notes}


def audiences_of(user: User) -> tuple[str, ...]:
    """By which audiences a customer finds tickets: their own, what their company shows them, what was shared."""
    if user.company_id is None:
        return (f'~u{user.id}',)
    return f'~u{user.id}', f'~c{user.company_id}', f'~s{user.id}.{user.company_id}'


def company_token(company_id: int) -> str:
    """The token of everything that came from a company; staff alone ask for it."""
    return f'~k{company_id}'


async def make(ids: Sequence[int]) -> list[Document]:
    """The documents of these tickets as they are now; of those that are gone, none."""
    rows = await Ticket.filter(id__in=ids).order_by('id')
    choices = await _choices({row.form_id for row in rows})
    shares: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, list[str]] = defaultdict(list)
    notes: dict[int, list[str]] = defaultdict(list)
    for ticket_id, user_id in await Share.filter(ticket_id__in=ids).order_by('id').values_list('ticket_id', 'user_id'):
        shares[ticket_id].append(user_id)
    for ticket_id, internal, body in (
        await Comment.filter(ticket_id__in=ids).order_by('id').values_list('ticket_id', 'internal', 'body')
    ):
        (notes if internal else texts)[ticket_id].append(body)
    files = Attachment.filter(ticket_id__in=ids, removed_at=None).order_by('id')
    for ticket_id, internal, name in await files.values_list('ticket_id', 'internal', 'name'):
        (notes if internal else texts)[ticket_id].append(name)
    return [_document(row, choices[row.form_id], shares[row.id], texts[row.id], notes[row.id]) for row in rows]


def _document(
    row: Ticket, choices: Choices, shares: Iterable[int], texts: Sequence[str], notes: Sequence[str]
) -> Document:
    subject = stems(row.subject)
    words = _stems([*_answers(choices, row.answers), *texts], without=subject)
    hidden = _stems(notes, without=[*subject, *words])
    return Document(row.id, tuple(_audiences(row, shares)), tuple(subject), tuple(words), tuple(hidden))


def _audiences(row: Ticket, shares: Iterable[int]) -> Iterable[str]:
    yield f'~u{row.requester_id}'
    if row.company_id is not None:
        yield company_token(row.company_id)
        yield from (f'~s{user}.{row.company_id}' for user in shares)
        if row.shared_with_company:
            yield f'~c{row.company_id}'


def _stems(texts: Iterable[str], *, without: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(stems(text[:_LONGEST]))
    for known in without:
        found.pop(known, None)
    return list(found)


def _answers(choices: Choices, answers: Mapping[str, Any]) -> Iterable[str]:
    """What was answered, choices in the words of every language."""
    for code, answer in answers.items():
        for one in answer if isinstance(answer, list) else [answer]:
            if isinstance(one, str):
                yield from choices.get((code, one), (one,))


async def _choices(form_ids: Iterable[int]) -> dict[int, Choices]:
    """By form, the words of each answer that can be chosen."""
    return {
        row.id: {
            (field['code'], option['code']): tuple(option['label'].values())
            for field in row.definition.get('fields', ())
            for option in field.get('options', ())
        }
        for row in await FormVersion.filter(id__in=list(form_ids))
    }
