"""What an admin can set of a form: of the kind of request as a whole, or of one of its fields."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from components.box import Box
from components.button import Button
from components.feedback import Notice
from components.field import CheckField, ChecksField, ChoiceField, Field, Option, TextArea, TextField
from components.icon_picker import IconPicker
from components.option_list import OptionList
from components.reader import reader
from components.text import Text, t
from services.errors import Problem
from services.forms import shape
from services.forms.definition import Kind, worded
from services.forms.rules import ICONS, NEEDED, Past
from services.forms.shape import WITH_OPTIONS, Definition
from services.i18n import LANGUAGES

OnChange = Callable[[Mapping[str, Any]], Awaitable[None]]

CHOOSABLE = (Kind.LINE, Kind.TEXT, Kind.CHOICE, Kind.CHECKS, Kind.NUMBER, Kind.DATE, Kind.PERSON)
_KIND_OWN = ('options', 'limit', 'least', 'most', 'suggest')


class Properties:
    """The fields in which something is set, by the paths of `services.forms.rules`, and what is wrong with each."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self.options: OptionList | None = None
        self._written: set[str] = set()

    def show(self, definition: Definition, problems: Mapping[str, Problem], *, fresh: bool) -> None:  # noqa: ARG002
        """Say beside each what is wrong with it, and take back what is right now.

        :param fresh: it was made just now: only what has been written in since is spoken of
        """
        for path, field in self.fields.items():
            problem = problems.get(path) if not fresh or path in self._written else None
            field.set_error(_sentence(problem))

    def focus(self, path: str) -> None:
        """Go to where that problem is mended, if it is here."""
        if path in self.fields:
            self.fields[path].focus()

    def _words(
        self, path: str, what: str, texts: Mapping[str, str], on_change: Callable[[dict[str, str]], Awaitable[None]],
        **options: Any,
    ) -> None:  # fmt: skip
        """The same text in every language."""
        kind: type[Field] = TextArea if options.pop('long', False) else TextField
        if kind is TextArea:
            options['rows'] = 2

        def change(written: str) -> Awaitable[None]:
            self._written.add(written)
            return on_change({language: str(self.fields[f'{path}.{language}'].value) for language in LANGUAGES})

        for language in LANGUAGES:
            label, place = t(f'forms.field.in_{language}', what=what), f'{path}.{language}'
            self.fields[place] = kind(label, texts.get(language, ''), on_change=partial(change, place), **options)


class AboutProperties(Properties):
    """Title, purpose and icon of a kind of request."""

    def __init__(self, definition: Definition, *, on_change: OnChange) -> None:
        super().__init__()
        Text(t('forms.editor.about'), 'h2')
        for name in ('title', 'purpose'):

            async def change(words: dict[str, str], name: str = name) -> None:
                await on_change({name: words})

            self._words(name, t(f'forms.field.{name}'), definition[name], change, long=name == 'purpose')

        async def choose(icon: str) -> None:
            await on_change({'icon': icon})

        IconPicker(t('forms.field.icon'), ICONS, definition['icon'], on_choose=choose)


class FieldProperties(Properties):
    """What there is to set of one field; `on_change(values)` gets what is to be changed of it.

    :param taught: the name that customers are taught, where the portal's description fixes it
    """

    def __init__(
        self,
        definition: Definition,
        code: str,
        past: Past,
        *,
        taught: Mapping[str, str] | None,
        on_change: OnChange,
        on_remove: Callable[[], Awaitable[None]],
        on_remove_option: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self.field = next(field for field in definition['fields'] if field['code'] == code)
        self.code, self.kind, self.past = code, Kind(self.field['kind']), past
        self._on_change, self._on_remove_option = on_change, on_remove_option
        self.title = Text(_named(self.field)[0], 'h2')
        self._draw_needed()
        self._draw_words(taught)
        self._draw_answers()
        self._draw_condition(definition)
        self._draw_more()
        if not past.keeps(code):
            with Box('stack gap-half'):
                Button(t('forms.field.remove'), on_remove, look='quiet', icon='trash-2').classes('remove-field')
                if code in past.kinds:
                    Text(t('forms.field.remove_why'), 'p', 'faint small')

    def show(self, definition: Definition, problems: Mapping[str, Problem], *, fresh: bool) -> None:
        super().show(definition, problems, fresh=fresh)
        field = shape.field_of(definition, self.code)
        if field is None:
            return
        self.title.set_text(_named(field)[0])
        if self.options is not None:
            path = f'{self.code}.options'
            errors = {
                name.removeprefix(f'{path}.'): _sentence(problem) or ''
                for name, problem in problems.items()
                if name.startswith(f'{path}.') and not fresh
            }
            self.options.show(field['options'], errors, '' if fresh else _sentence(problems.get(path)) or '')

    def _draw_needed(self) -> None:
        if self.past.keeps(self.code):
            Notice(t(f'forms.needed.{self.code}'), icon='lock')

    def _draw_words(self, taught: Mapping[str, str] | None) -> None:
        async def label(words: dict[str, str]) -> None:
            await self._on_change({'label': words})

        async def hint(words: dict[str, str]) -> None:
            await self._on_change({'hint': words})

        self._words(f'{self.code}.label', t('forms.field.label'), self.field['label'], label)
        if taught:
            Text(t('forms.field.taught', label=worded(taught, reader().language)), 'p', 'faint small')
        self._words(
            f'{self.code}.hint', t('forms.field.hint'), self.field.get('hint', {}), hint, optional=True, long=True
        )

    def _draw_answers(self) -> None:
        """Which answers it takes: the kind of field and what belongs to it."""
        self._draw_kind()
        if self.kind is not Kind.SHARE:
            self._check('required', t('forms.field.required'), disabled=self.code == 'subject')
        if self.kind in WITH_OPTIONS:
            self.options = OptionList(
                self.field['options'],
                frozenset(
                    option['code']
                    for option in self.field['options']
                    if self.past.has_option(self.code, option['code'])
                ),
                fixed=self.code == 'impact',
                on_change=lambda options: self._on_change({'options': options}),
                on_remove=self._on_remove_option,
            )
        elif self.kind is Kind.NUMBER:
            self._number('least', t('forms.field.least'))
            self._number('most', t('forms.field.most'))
        elif self.kind is Kind.DATE:
            self._check('least', t('forms.field.not_past'), on=0)
            self._number('most', t('forms.field.most_days'))

    def _draw_kind(self) -> None:
        fixed = self.code in NEEDED or self.code in self.past.kinds
        kinds = (self.kind,) if fixed else CHOOSABLE
        hint = t('forms.field.kind_fixed') if fixed and self.code not in NEEDED else ''
        if self.kind is Kind.PERSON:
            hint = t('forms.field.person_hint')
        chosen: ChoiceField = ChoiceField(
            t('forms.field.kind'),
            [Option(kind.value, t(f'forms.kind.{kind.value}')) for kind in kinds],
            self.kind.value,
            hint=hint,
            disabled=fixed,
            on_change=lambda: self._change_kind(chosen.value),
        )
        self.fields[f'{self.code}.kind'] = chosen

    async def _change_kind(self, kind: str) -> None:
        if kind in CHOOSABLE and kind != self.kind:
            values: dict[str, Any] = dict.fromkeys(_KIND_OWN) | {'kind': kind}
            if Kind(kind) in WITH_OPTIONS:
                fresh = shape.new_option(())
                values['options'] = self.field.get('options') or [fresh, shape.new_option([fresh['code']])]
            await self._on_change(values)

    def _draw_condition(self, definition: Definition) -> None:
        if NEEDED.get(self.code) and NEEDED[self.code].always:
            return
        condition = self.field.get('shown_when')
        asked = _askable(definition, self.code, condition)
        if not asked:
            return
        named: ChoiceField = ChoiceField(
            t('forms.field.shown_when'),
            [Option(code, t('forms.field.if_answered', name=name)) for code, (name, _) in asked.items()],
            condition['field'] if condition else '',
            prompt=t('forms.field.always'),
            required=False,
            on_change=lambda: self._condition(named.value, []),
        )
        self.fields[f'{self.code}.shown_when'] = named
        if condition:
            answers: ChecksField = ChecksField(
                t('forms.field.answers'),
                [Option(code, label) for code, label in asked[condition['field']][1].items()],
                condition['is'],
                on_change=lambda: self._condition(named.value, answers.value),
            )

    async def _condition(self, named: str, answers: Sequence[str]) -> None:
        await self._on_change({'shown_when': {'field': named, 'is': list(answers)} if named else None})

    def _draw_more(self) -> None:
        with Box('more-settings', 'details'):
            Text(t('forms.field.more'), 'summary')
            with Box('stack gap-3'):
                if self.kind in (Kind.LINE, Kind.TEXT) and self.code != 'subject':
                    self._number('limit', t('forms.field.limit'))
                if self.kind is Kind.LINE and self.code != 'subject':
                    self._check('suggest', t('forms.field.suggest'), on=self.code)

                async def group(words: dict[str, str]) -> None:
                    await self._on_change({'group': words})

                title, hint = t('forms.field.group'), t('forms.field.group_hint')
                self._words(f'{self.code}.group', title, self.field.get('group', {}), group, optional=True, hint=hint)
                later = self.code not in self.past.kinds and self.code not in NEEDED
                Text(
                    t('forms.field.code_later') if later else t('forms.field.code', code=self.code), 'p', 'faint small'
                )

    def _check(self, name: str, label: str, *, on: Any = True, disabled: bool = False) -> None:
        """A checkbox for a value that is either `on` or not there."""
        check: CheckField = CheckField(
            label,
            self.field.get(name) is not None and self.field.get(name) is not False,
            disabled=disabled,
            on_change=lambda: self._on_change({name: on if check.value else None}),
        )
        self.fields[f'{self.code}.{name}'] = check

    def _number(self, name: str, label: str) -> None:
        async def change() -> None:
            text = field.value.strip().replace(' ', '')
            if text and not text.lstrip('-').isdecimal():
                field.set_error(t('forms.problem.number'))
                return
            await self._on_change({name: int(text) if text else None})

        value = self.field.get(name)
        field = TextField(
            label, '' if value is None else str(value), optional=True, inputmode='numeric', on_change=change
        )
        self.fields[f'{self.code}.{name}'] = field


def _askable(
    definition: Definition, code: str, condition: Mapping[str, Any] | None
) -> dict[str, tuple[str, dict[str, str]]]:
    """The fields on which this one may depend, and the one on which it does: name and answers by code."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for field in definition['fields']:
        if field['code'] == code:
            break
        if Kind(field['kind']) in WITH_OPTIONS:
            found[field['code']] = _named(field)
    if condition and condition['field'] not in found:
        field = shape.field_of(definition, condition['field'])
        found[condition['field']] = _named(field) if field else (condition['field'], {})
    return found


def _named(field: Definition) -> tuple[str, dict[str, str]]:
    language = reader().language
    name = worded(field['label'], language) or t('forms.editor.no_label')
    options = field.get('options', ())
    return name, {option['code']: worded(option['label'], language) or option['code'] for option in options}


def _sentence(problem: Problem | None) -> str | None:
    return t(problem.key, **problem.values) if problem is not None else None
