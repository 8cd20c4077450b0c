"""What the index knows of a ticket: the words of everything that stands in it, and who may find it by them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from json import loads
from typing import Any

from models import Ticket, User
from services.desk.asking import Asking
from services.search.words import stems

Choices = Mapping[tuple[str, str], tuple[str, ...]]
Read = Callable[[str], tuple[str, ...]]

VERSION = 2
"""By which rules documents are made; a higher one makes them all anew at the next start."""
_LONGEST = 100_000  # characters of one text that are looked at
_READ = ('id', 'form_id', 'subject', 'answers', 'requester_id', 'company_id', 'shared_with_company')
_BELONGINGS = """
SELECT 'share' AS part, ticket_id AS owner, CAST(user_id AS text) AS text, id AS place FROM share WHERE {tickets}
UNION ALL SELECT CASE WHEN internal THEN 'note' ELSE 'text' END, ticket_id, body, id FROM comment WHERE {tickets}
UNION ALL SELECT CASE WHEN internal THEN 'hidden file' ELSE 'file' END, ticket_id, name, id FROM attachment
    WHERE {tickets} AND removed_at IS NULL
UNION ALL SELECT 'form', id, CAST(definition AS text), 0 FROM form_version WHERE {forms}
ORDER BY place
"""


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
    return await documents(await Ticket.filter(id__in=ids).order_by('id').only(*_READ))


async def documents(tickets: Sequence[Ticket]) -> list[Document]:
    """The documents of tickets that were just read; all that belongs to them comes in one query."""
    asking = Asking()
    ids, forms = [ticket.id for ticket in tickets], {ticket.form_id for ticket in tickets}
    query = _BELONGINGS.format(tickets=asking.among('ticket_id', ids), forms=asking.among('id', forms))
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in await asking.rows(query):
        found[row['part'], row['owner']].append(row['text'])
    choices = {form: _choices(found['form', form]) for form in forms}
    read = cache(_read)  # tickets that come together say much the same
    return [_document(ticket, choices[ticket.form_id], found, read) for ticket in tickets]


def _document(ticket: Ticket, choices: Choices, found: Mapping[tuple[str, int], list[str]], read: Read) -> Document:
    def of(part: str) -> Sequence[str]:
        return found.get((part, ticket.id), ())

    subject = read(ticket.subject)
    words = _stems([*_answers(choices, ticket.answers), *of('text'), *of('file')], read, without=subject)
    hidden = _stems([*of('note'), *of('hidden file')], read, without=[*subject, *words])
    return Document(ticket.id, tuple(_audiences(ticket, of('share'))), subject, words, hidden)


def _audiences(row: Ticket, shares: Iterable[str]) -> Iterable[str]:
    yield f'~u{row.requester_id}'
    if row.company_id is not None:
        yield company_token(row.company_id)
        yield from (f'~s{user}.{row.company_id}' for user in shares)
        if row.shared_with_company:
            yield f'~c{row.company_id}'


def _read(text: str) -> tuple[str, ...]:
    return tuple(stems(text[:_LONGEST]))


def _stems(texts: Iterable[str], read: Read, *, without: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(chain.from_iterable(map(read, texts)))
    for known in without:
        found.pop(known, None)
    return tuple(found)


def _answers(choices: Choices, answers: Mapping[str, Any]) -> Iterable[str]:
    """What was answered, choices in the words of every language."""
    for code, answer in sorted(answers.items()):  # PostgreSQL keeps them in another order than they came in
        for one in answer if isinstance(answer, list) else [answer]:
            if isinstance(one, str):
                yield from choices.get((code, one), (one,))


def _choices(definitions: Iterable[str]) -> Choices:
    """The words of each answer that can be chosen."""
    return {
        (field['code'], option['code']): tuple(option['label'].values())
        for definition in definitions
        for field in loads(definition).get('fields', ())
        for option in field.get('options', ())
    }
