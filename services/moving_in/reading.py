"""From a row of another system's file to a request of ours: what each value means, and what cannot be taken along."""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Table
from datetime import UTC, datetime
from typing import Any

from models import Status
from services.forms import store
from services.forms.definition import Field, Form, Kind
from services.forms.validation import LINE_LIMIT, TEXT_LIMIT
from services.moving_in.dates import moment
from services.moving_in.mapping import Mapping
from services.moving_in.record import Person, Record, Remark, Row, Said, Untakable
from services.ticket_id import parse_ticket_id

_NAMED = re.compile(r'(?P<name>[^<>]*)<(?P<email>[^<>\s]+@[^<>\s]+)>')
_STARS = re.compile(r'[1-5]')


class Reader:
    """Reads rows by a mapping. `left_out` counts, by reason, what of them is not taken along; `highest` is the highest
    number among keys like ours."""

    def __init__(self, mapping: Mapping, forms: Table[str, Form]) -> None:
        self.mapping = mapping
        self.forms = forms
        self.names: dict[str, str] = {}
        self.highest = 0
        self.left_out: Counter[str] = Counter()
        self._used = {name for names in (*mapping.columns.values(), *mapping.fields.values()) for name in names}

    @classmethod
    async def of(cls, mapping: Mapping) -> 'Reader':
        return cls(mapping, {form.type: form for form in await store.offered()})

    def look_through(self, rows: Iterable[Row]) -> int:
        """Learn who is meant by an id, for exports do not name people in full everywhere; how many rows there are."""
        count = 0
        for row in rows:
            count += 1
            self.highest = max(self.highest, parse_ticket_id(self.key(row)) or 0)
            for whose in ('author', 'assignee'):
                id, name = self._first(row, whose), self._first(row, f'{whose}_name')
                if id and name:
                    self.names.setdefault(id.casefold(), name)
        return count

    def key(self, row: Row) -> str:
        """What the other system calls the request; empty when it has no name for it."""
        return self._first(row, 'key')

    def record(self, row: Row) -> Record:
        """The request in a row. Raises Untakable."""
        subject = ' '.join(self._first(row, 'subject').split())[:LINE_LIMIT]
        if not subject:
            raise Untakable('it has no subject')
        author = self._first(row, 'author') or self._first(row, 'author_name')
        if not author:
            raise Untakable('it does not say who asked')
        requester = self._person(author, self._first(row, 'author_email'))
        form = self._form(row)
        status = self._status(row)
        created = self._moment(row, 'created') or datetime.now(UTC)
        updated = max(self._moment(row, 'updated') or created, created)
        assignee = self._first(row, 'assignee')
        participants = tuple(self._person(one) for one in self._all(row, 'participants'))
        customers = {requester.id.casefold(), *(person.id.casefold() for person in participants)}
        key = self.key(row)
        self._note_rest(row, form)
        return Record(
            key=key or f'{author} {created.isoformat()} {subject}',
            number=parse_ticket_id(key),
            type=form.type,
            subject=subject,
            answers=self._answers(row, form),
            status=status,
            requester=requester,
            assignee=self._person(assignee) if assignee else None,
            company=self._first(row, 'company') or self.mapping.defaults.get('company', ''),
            participants=participants,
            remarks=tuple(remark for said in row.said if (remark := self._remark(said, customers, created))),
            created_at=created,
            updated_at=updated,
            done_at=(self._moment(row, 'done') or updated) if status is Status.DONE else None,
            stars=self._stars(row, status),
            rating_comment=self._first(row, 'rating_comment'),
        )

    def _form(self, row: Row) -> Form:
        words = self._all(row, 'type')
        codes = [self.mapping.types.get(word.casefold(), word) for word in words] + [
            self.mapping.defaults.get('type', '')
        ]
        for code in codes:
            if code in self.forms:
                return self.forms[code]
        raise Untakable(f'its kind "{words[0] if words else ""}" is unknown: add it to [types] of the mapping')

    def _status(self, row: Row) -> Status:
        word = self._first(row, 'status') or self.mapping.defaults.get('status', Status.OPEN)
        code = self.mapping.statuses.get(word.casefold(), word)
        if code not in tuple(Status):
            code = self.mapping.defaults.get('status', '')
        try:
            return Status(code)
        except ValueError:
            raise Untakable(f'its status "{word}" is unknown: add it to [statuses] of the mapping') from None

    def _moment(self, row: Row, name: str) -> datetime | None:
        text = self._first(row, name)
        try:
            return moment(text) if text else None
        except ValueError as error:
            raise Untakable(str(error)) from error

    def _stars(self, row: Row, status: Status) -> int | None:
        text = self._first(row, 'rating')
        if not text:
            return None
        match = _STARS.match(text)
        if match is None or status is not Status.DONE:
            self.left_out['rating that is no number from 1 to 5, or of a request that is not done'] += 1
            return None
        return int(match[0])

    def _remark(self, said: Said, customers: set[str], created: datetime) -> Remark | None:
        body = said.body.strip()[:TEXT_LIMIT]
        if not body:
            return None
        author = self._person(said.author or 'unknown')
        try:
            at = moment(said.at)
        except ValueError:
            self.left_out['date of a comment that cannot be read: the date of its request stands in'] += 1
            at = created
        return Remark(author, at, body, self._is_internal(said, author, customers))

    def _is_internal(self, said: Said, author: Person, customers: set[str]) -> bool:
        """A note must not become public because an export is silent about it: then only customers' own words are."""
        if said.internal is not None:
            return said.internal
        if author.id.casefold() in customers or self.mapping.defaults.get('comments') == 'public':
            return False
        self.left_out['comment of a specialist whose visibility the file does not tell: taken as an internal note'] += 1
        return True

    def _person(self, text: str, email: str = '') -> Person:
        match = _NAMED.fullmatch(text.strip())
        if match:
            text, email = match['name'].strip() or match['email'], email or match['email']
        name = self.names.get(text.casefold(), text)
        known = self.mapping.people.get(text.casefold()) or self.mapping.people.get(name.casefold())
        address = known or email or next((one for one in (text, name) if '@' in one and ' ' not in one), '')
        return Person(text, name.partition('@')[0] if name == address else name, address)

    def _answers(self, row: Row, form: Form) -> dict[str, Any]:
        answers = {}
        for field in form.fields:
            value = self._answer(row, field)
            if value is not None:
                answers[field.code] = value
        return answers

    def _answer(self, row: Row, field: Field) -> Any:
        if field.code == 'subject' or field.kind in (Kind.FILES, Kind.SHARE):
            return None
        text = next((row.values[name][0] for name in self._columns_of(field) if row.values.get(name)), '')
        if not text:
            return None
        if field.kind is Kind.CHOICE:
            return self._option(field, text)
        if field.kind is Kind.TEXT:
            return text[: field.limit or TEXT_LIMIT]
        if field.kind is Kind.LINE:
            return ' '.join(text.split())[: field.limit or LINE_LIMIT]
        self.left_out[f'answer to "{field.code}", which is neither a text nor a choice'] += 1
        return None

    def _option(self, field: Field, text: str) -> str | None:
        word = text.casefold()
        for option in field.options:
            if word in {option.code.casefold(), *(label.casefold() for label in option.label.values())}:
                return option.code
        code = self.mapping.options.get(word)
        if code and field.option(code):
            return code
        self.left_out[f'answer "{text[:60]}" to "{field.code}", which the form does not offer'] += 1
        return None

    def _columns_of(self, field: Field) -> list[str]:
        labels = [name for label in field.label.values() for name in (f'Custom field ({label})', label)]
        return [*self.mapping.fields.get(field.code, []), *labels]

    def _note_rest(self, row: Row, form: Form) -> None:
        ours = {name for field in form.fields for name in self._columns_of(field)}
        for name in row.values.keys() - self._used - ours:
            self.left_out[f'column "{name}", which means nothing here'] += 1
        if files := self._all(row, 'files'):
            self.left_out['file that the export names but does not hold'] += len(files)

    def _first(self, row: Row, name: str) -> str:
        return next(iter(self._all(row, name)), '')

    def _all(self, row: Row, name: str) -> list[str]:
        return [value for column in self.mapping.columns.get(name, []) for value in row.values.get(column, [])]
