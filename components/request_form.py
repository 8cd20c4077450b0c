"""The form of a request as one element, drawn from its definition; what is typed arrives here field by field."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.answer_data import card_data
from components.reader import reader
from components.uploads import upload_limits, upload_words, uploaded
from services import i18n
from services.assets import asset
from services.drafts import DraftView
from services.errors import Problem
from services.forms.definition import Field, Form, Kind, worded
from services.search.answers import Card
from services.tickets.views import PersonView

ROWS = {'steps': 6, 'details': 5}
_LONGEST_SUBJECT = 200
_LARGEST_VALUE = 400_000  # characters; the script keeps larger ones to itself


@dataclass(frozen=True, slots=True)
class Change:
    """Something typed: the field, what stands in it now, and the number by which the browser knows this change."""

    code: str
    value: Any
    seq: int


_PARTS = {'portal-kit': 'static', 'writing': 'writing', 'ticket-parts': 'ticket_parts', 'ask-parts': 'ask_parts'}


class RequestForm(ui.element, component='request_form.js', esm=_PARTS):
    """`on_change(change)` gets every change, answer it with `saved`; `on_send()` comes when everything has arrived.

    `on_alike(subject)` gives tickets that look like this one, `on_follow(id)` follows one of them instead.

    :param place: where it is kept as a draft; '' for a preview, of which nothing is kept and to which no file is added
    :param suggestions: earlier answers by the field's code
    :param people: with whom the request may be shared, in `company` (None: with nobody)
    :param share_by_default: what the company has set: all of it see a request whose author says nothing else
    :param nameable: the ids and names of those whom a field may name
    :param asked: what stands in it is nothing but a question that found no ticket
    :param language: that of the labels and of all words around them, by default the reader's
    """

    def __init__(
        self,
        form: Form,
        draft: DraftView | None,
        *,
        place: str,
        suggestions: Mapping[str, Sequence[str]],
        people: Sequence[PersonView],
        nameable: Sequence[tuple[int, str]],
        company: str | None,
        on_change: Callable[[Change], Awaitable[None]],
        on_send: Callable[[], Awaitable[None]],
        on_restart: Callable[[], Awaitable[None]],
        on_alike: Callable[[str], Awaitable[Sequence[Card]]] | None = None,
        on_follow: Callable[[str], Awaitable[None]] | None = None,
        language: str | None = None,
        share_by_default: bool = False,
        asked: bool = False,
    ) -> None:
        super().__init__()
        self._on_change, self._on_alike, self._on_follow = on_change, on_alike, on_follow
        self._suggestions = suggestions
        self._language = language or reader().language
        self._props['place'] = place
        self._props['user'] = reader().user_id
        self.show(form, nameable)
        self._props['initial'] = {code: value for code, value in (draft.content if draft else {}).items()}
        self._props['files'] = uploaded(draft.files if draft else ())
        self._props['restored'] = draft is not None and not draft.is_empty
        self._props['asked'] = asked
        self._props['people'] = [{'id': person.id, 'name': person.name} for person in people]
        self._props['company'] = company
        self._props['share-by-default'] = share_by_default
        self._props['limits'] = upload_limits(self._language)
        self._props['words'] = form_words(self._language)
        self._props['file-words'] = upload_words(self._language)
        self._props['language'] = self._language
        self._props['sprite'] = asset('icons.svg')
        self.on('change', self._changed, [None])
        self.on('send', on_send, args=[])
        self._props['alike-words'] = i18n.section(self._language, 'similar')
        self.on('restart', on_restart, args=[])
        self.on('alike', self._alike, [None])
        self.on('follow', self._follow, [None])

    def show(self, form: Form, nameable: Sequence[tuple[int, str]]) -> None:
        """Ask what this form asks; what was typed stays where it still has a place."""
        self._codes = frozenset(field.code for field in form.fields if field.kind is not Kind.FILES)
        self._props['nameable'] = [{'id': id, 'name': name} for id, name in nameable]
        self._props['fields'] = [_field_data(field, self._suggestions, self._language) for field in form.fields]

    def saved(self, changes: Mapping[str, int]) -> None:
        """The server has these changes: their numbers by the fields' codes."""
        self.run_method('saved', dict(changes))

    def unsaved(self) -> None:
        """The server could not keep what was typed; the browser does, and tries again."""
        self.run_method('unsaved')

    def refuse(self, problems: Mapping[str, Problem], failure: str = '') -> None:
        """Say beside each field what is wrong with it, and lead to the first; or why nothing can be sent at all."""
        self.run_method(
            'refused', {code: problem_text(problem, self._language) for code, problem in problems.items()}, failure
        )

    def set_sharing(self, by_default: bool) -> None:
        """Say whether all of the company see the request unless its author says something else."""
        self._props['share-by-default'] = by_default

    def sent(self) -> None:
        """It is a ticket now: the browser forgets what it kept."""
        self.run_method('sent')

    def reset(self) -> None:
        """Begin with an empty form."""
        self.run_method('reset')

    async def _alike(self, event: GenericEventArguments) -> None:
        match event.args:
            case {'text': str(text), 'seq': int(seq)} if self._on_alike:
                cards = await self._on_alike(text[:_LONGEST_SUBJECT])
                if not self.is_deleted:  # it may have been sent while this was looked for
                    self.run_method('similar', {'seq': seq, 'cards': [card_data(card) for card in cards]})

    async def _follow(self, event: GenericEventArguments) -> None:
        match event.args:
            case {'id': str(id)} if self._on_follow:
                await self._on_follow(id)

    async def _changed(self, event: GenericEventArguments) -> None:
        match event.args:
            case {'code': str(code), 'seq': int(seq), **rest} if code in self._codes:
                value = rest.get('value')
                if not isinstance(value, str) or len(value) <= _LARGEST_VALUE:
                    await self._on_change(Change(code, value, seq))


def problem_text(problem: Problem, language: str) -> str:
    """What is wrong, as a sentence; numbers in it are written as that language writes them."""
    values = {
        name: i18n.number(language, value) if isinstance(value, int) else value
        for name, value in problem.values.items()
    }
    return i18n.translate(language, problem.key, **values)


def form_words(language: str) -> dict[str, str]:
    """What the script says around the fields."""
    common = {name: i18n.translate(language, f'common.{name}') for name in ('optional', 'send')}
    return i18n.section(language, 'request.form') | common


def _field_data(field: Field, suggestions: Mapping[str, Sequence[str]], language: str) -> dict[str, Any]:
    condition = field.shown_when
    return {
        'code': field.code,
        'kind': field.kind.value,
        'label': worded(field.label, language),
        'hint': worded(field.hint, language) if field.hint else '',
        'group': worded(field.group, language) if field.group else '',
        'required': field.required,
        'limit': field.limit,
        'rows': ROWS.get(field.code, 3),
        'suggestions': list(suggestions.get(field.code, ())),
        'options': [{'value': option.code, 'label': worded(option.label, language)} for option in field.offered],
        'condition': {'field': condition[0], 'is': sorted(condition[1])} if condition else None,
    }
