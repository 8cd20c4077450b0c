"""What was asked, as the form worded it when it was filed; codes that the form does not know are shown raw."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby
from typing import Any

from components.live import Told
from components.reader import reader
from components.text import words
from components.ticket_data import file_data, sprite
from services.forms.definition import Field, Kind, worded
from services.forms.wording import answer_text
from services.tickets.views import TicketView

SHOWN_ELSEWHERE = frozenset({Kind.FILES, Kind.SHARE})
HEADING = 'subject'


class TicketRequest(Told, component='ticket_request.js', esm={'ticket-parts': 'ticket_parts'}):
    """All entered fields, then the files. `html` has the long answers, already safe, by the field's code."""

    def __init__(
        self, view: TicketView, html: Mapping[str, str], *, on_remove_file: Callable[[str], Awaitable[None]]
    ) -> None:
        super().__init__()
        self.tell(words=words('ticket.words'), sprite=sprite(), icon=view.form.icon)
        self.hear('remove_file', on_remove_file, key=str)
        self.show(view, html)

    def show(self, view: TicketView, html: Mapping[str, str]) -> None:
        if not self.is_news(view.form, view.answers, view.named, view.files, html):
            return
        title = worded(view.form.title, reader().language)
        self.tell(title=title, groups=tuple(answer_groups(view, html)), files=tuple(file_data(view.files)))


def long_answers(view: TicketView) -> dict[str, str]:
    """The answers that are whole texts, by code: they are written in Markdown."""
    fields = [field for field in view.form.fields if field.kind is Kind.TEXT]
    return {field.code: text for field in fields if isinstance(text := view.answers.get(field.code), str) and text}


def answer_groups(view: TicketView, html: Mapping[str, str]) -> list[dict[str, Any]]:
    """The answers in the order of the form, in runs under one heading; short ones may stand beside each other."""
    groups: list[dict[str, Any]] = []
    runs = groupby(_answered(view), key=lambda field: (_title(field), field.kind is not Kind.TEXT))
    for index, ((title, short), fields) in enumerate(runs):
        shown = bool(title) and title != (groups[-1]['said'] if groups else '')
        answers = [_answer(field, view, html) for field in fields]
        groups.append(
            {'key': index, 'title': title if shown else '', 'said': title, 'short': short, 'answers': answers}
        )
    strays = [code for code in view.answers if view.form.field(code) is None and code != HEADING]
    if strays:
        answers = [{'code': code, 'label': code, 'text': _raw(view.answers[code])} for code in strays]
        groups.append({'key': 'strays', 'title': '', 'said': '', 'short': True, 'answers': answers})
    return groups


def _answered(view: TicketView) -> list[Field]:
    return [
        field
        for field in view.form.fields
        if field.kind not in SHOWN_ELSEWHERE
        and field.code != HEADING
        and view.answers.get(field.code) not in (None, '')
    ]


def _title(field: Field) -> str:
    return worded(field.group, reader().language) if field.group else ''


def _answer(field: Field, view: TicketView, html: Mapping[str, str]) -> dict[str, Any]:
    answer = {'code': field.code, 'label': worded(field.label, reader().language)}
    if field.code in html:
        return answer | {'html': html[field.code]}
    names = {id: person.name for id, person in view.named.items()}
    return answer | {'text': answer_text(field, view.answers[field.code], reader().language, names)}


def _raw(value: Any) -> str:
    """An answer to a question that the form does not have: its codes as they are."""
    return ', '.join(map(str, value)) if isinstance(value, list) else str(value)
