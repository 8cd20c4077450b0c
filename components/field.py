"""What people fill in: native inputs with a label, a hint and an error, whose text nobody but the person typing moves.

The browser keeps what is being typed and tells the server a moment later, and at once when the field is left or
the form sent. The server's copy is `field.value`; `set_value` is the only way to replace what stands in the field.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments

from components.icon import icon_href
from components.text import t


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers: what is stored, what is read, and a sentence on when to choose it."""

    value: str
    label: str
    hint: str = ''


class Field(ui.element, component='static/field.js'):
    """The base of all fields; use one of the classes below.

    :param label: stands above the field and is its name, letter for letter; `label_hidden` keeps it for screen readers
    :param optional: says 'необязательно' beside the label; otherwise it is announced as required
    :param on_change: called (sync or async, without arguments) when the server has learnt of a new value
    """

    kind = 'text'

    def __init__(
        self,
        label: str,
        value: Any = None,
        *,
        hint: str = '',
        optional: bool = False,
        required: bool | None = None,
        label_hidden: bool = False,
        disabled: bool = False,
        name: str = '',
        on_change: Callable[[], Any] | None = None,
        **props: Any,
    ) -> None:
        super().__init__()
        self.value = self._checked(value)
        self._on_change = on_change
        required = not optional if required is None else required
        self._props.update(
            {'kind': self.kind, 'label': label, 'value': self.value, 'revision': 0, 'hint': hint, 'required': required}
        )
        self._props.update({'label-hidden': label_hidden, 'disabled': disabled, 'name': name, 'error': ''})
        self._props.update({'optional-word': t('common.optional') if optional else ''})
        self._props.update({'error-icon': icon_href('circle-alert')})
        self._props.update(props)
        self.on('change', self._changed, [None])

    def set_value(self, value: Any) -> None:
        """Replace what stands in the field, whatever was being typed there."""
        self.value = self._checked(value)
        self._props['value'] = self.value
        self._props['revision'] += 1

    def set_error(self, text: str | None) -> None:
        """Say below the field what is wrong with it, or take that back with None."""
        self._props['error'] = text or ''

    @property
    def error(self) -> str:
        return str(self._props['error'])

    def set_enabled(self, enabled: bool) -> None:
        self._props['disabled'] = not enabled

    def set_hint(self, text: str) -> None:
        self._props['hint'] = text

    def focus(self) -> None:
        """Put the cursor into the field and scroll it into view."""
        self.run_method('focus')

    def on_submit(self, handler: Callable[[], Any]) -> None:
        """Enter in a line, Ctrl/Cmd+Enter in a text; the value has arrived before."""
        self.on('submit', handler, args=[])

    def _checked(self, value: Any) -> Any:
        """What came from the browser as a value of this kind; anything else becomes empty."""
        return value if isinstance(value, str) else ''

    def _changed(self, event: GenericEventArguments) -> None:
        value = self._checked(event.args)
        if value == self.value:
            return
        self.value = value
        with self._props.suspend_updates():  # the browser has it already; a field drawn anew starts with it
            self._props['value'] = value
        if self._on_change and (result := self._on_change()) is not None:
            background_tasks.create(result, name=f'change of field {self.id}', context=self)

    def _displayed_contents(self, *, only_visible: bool) -> list[Any]:  # noqa: ARG002 - NiceGUI's signature
        shown = [option['label'] for option in self._props.get('options', ())]
        return [self._props['label'], self._props['hint'], self._props['error'], self.value, *shown]


class TextField(Field):
    """One line. `suggestions` are offered while typing; `type` as in HTML (email, url, search, date, number, tel).

    `limit` shows how much is left when it gets close; it never cuts what is typed.
    """

    def __init__(
        self,
        label: str,
        value: str = '',
        *,
        type: str = 'text',
        limit: int | None = None,
        suggestions: Sequence[str] = (),
        placeholder: str = '',
        autocomplete: str = 'off',
        **options: Any,
    ) -> None:
        options |= {'type': type, 'limit': limit, 'suggestions': list(suggestions)}
        super().__init__(label, value, placeholder=placeholder, autocomplete=autocomplete, **options)

    def set_suggestions(self, suggestions: Sequence[str]) -> None:
        self._props['suggestions'] = list(suggestions)


class TextArea(Field):
    """Several lines; grows with the text up to about half the window."""

    kind = 'textarea'

    def __init__(
        self,
        label: str,
        value: str = '',
        *,
        rows: int = 4,
        limit: int | None = None,
        placeholder: str = '',
        **options: Any,
    ) -> None:
        super().__init__(label, value, rows=rows, limit=limit, placeholder=placeholder, **options)


class ChoiceField(Field):
    """One of several: a native list, or with `look='radio'` all in sight (`across`: beside each other as boxes).

    `prompt` is the first line of the list, for 'nothing chosen yet'; the value is '' then.
    """

    def __init__(
        self,
        label: str,
        options: Sequence[Option] | Mapping[str, str],
        value: str = '',
        *,
        look: Literal['list', 'radio'] = 'list',
        across: bool = False,
        prompt: str | None = None,
        **more: Any,
    ) -> None:
        self.kind = 'select' if look == 'list' else 'radio'
        self._options = _options(options)
        self._values = {option.value for option in self._options} | {''}
        prompt = t('kit.choose') if prompt is None else prompt
        super().__init__(label, value, options=_shown(self._options), across=across, prompt=prompt, **more)

    def set_options(self, options: Sequence[Option] | Mapping[str, str]) -> None:
        """Offer other answers; a value that is not among them any more is emptied."""
        self._options = _options(options)
        self._values = {option.value for option in self._options} | {''}
        self._props['options'] = _shown(self._options)
        if self.value not in self._values:
            self.set_value('')

    def _checked(self, value: Any) -> str:
        return value if isinstance(value, str) and value in self._values else ''


class ChecksField(Field):
    """Any number of several: checkboxes below each other. The value is the list of the chosen ones, in their order."""

    kind = 'checks'

    def __init__(
        self, label: str, options: Sequence[Option] | Mapping[str, str], value: Sequence[str] = (), **more: Any
    ) -> None:
        self._options = _options(options)
        super().__init__(label, list(value), options=_shown(self._options), **more)

    def set_options(self, options: Sequence[Option] | Mapping[str, str]) -> None:
        self._options = _options(options)
        self._props['options'] = _shown(self._options)
        self.set_value(self.value)

    def _checked(self, value: Any) -> list[str]:
        chosen = set(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else set()
        return [option.value for option in self._options if option.value in chosen]


class CheckField(Field):
    """One checkbox; the value is True or False."""

    kind = 'check'

    def __init__(self, label: str, value: bool = False, **options: Any) -> None:
        super().__init__(label, value, **{'required': False} | options)

    def _checked(self, value: Any) -> bool:
        return value is True


def _shown(options: Sequence[Option]) -> tuple[dict[str, str], ...]:
    """As the script gets them; a tuple, for NiceGUI would watch every option of a list for changes."""
    return tuple({'value': option.value, 'label': option.label, 'hint': option.hint} for option in options)


def _options(options: Sequence[Option] | Mapping[str, str]) -> tuple[Option, ...]:
    if isinstance(options, Mapping):
        return tuple(Option(value, label) for value, label in options.items())
    return tuple(options)
