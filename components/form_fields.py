"""The fields of a form in their order, one of them chosen, and what can be added to them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from components.button import Button, Menu
from components.field_list import FieldList, FieldRow, Mark
from components.form_properties import CHOOSABLE
from components.live import Part
from components.reader import reader
from components.text import Text, t
from services.forms import shape
from services.forms.definition import Kind, worded
from services.forms.editing import Editing
from services.forms.shape import Definition

ABOUT = ''
"""What is chosen when no field is: the kind of request as a whole."""
KIND_ICONS: Mapping[Kind, str] = {
    Kind.LINE: 'pencil',
    Kind.TEXT: 'text',
    Kind.CHOICE: 'circle-dot',
    Kind.CHECKS: 'list-todo',
    Kind.NUMBER: 'hash',
    Kind.DATE: 'calendar',
    Kind.PERSON: 'user',
    Kind.FILES: 'paperclip',
    Kind.SHARE: 'share-2',
}

OnCode = Callable[[str], Awaitable[None]]


class FormFields:
    """`on_add(kind)` asks for a new field, `on_add_ready_made(code)` for one that the portal knows of."""

    def __init__(
        self,
        *,
        on_choose: OnCode,
        on_arrange: Callable[[list[str]], Awaitable[None]],
        on_add: Callable[[Kind], Awaitable[None]],
        on_add_ready_made: OnCode,
    ) -> None:
        self._on_add, self._on_add_ready_made = on_add, on_add_ready_made
        self.about = Button(t('forms.editor.about'), partial(on_choose, ABOUT), icon='file-text')
        self.about.classes('form-about quiet wide')
        Text(t('forms.editor.fields'), 'h2', 'eyebrow')
        self.list = FieldList(t('forms.editor.fields'), on_choose=on_choose, on_arrange=on_arrange)
        self.adding = Part(self._draw_adding).classes('form-fields-add')

    def show(self, definition: Definition, now: Editing, chosen: str, fresh: str | None) -> None:
        """Show these fields; the one added just now, `fresh`, is not marked for what nobody could have written yet."""
        self.about.set_pressed(chosen == ABOUT)
        self.list.show([_row(field, now, field['code'] == fresh) for field in definition['fields']], chosen)
        codes = {field['code'] for field in definition['fields']}
        self.adding.show(tuple(code for code in shape.READY_MADE if code not in codes))

    def _draw_adding(self, ready: tuple[str, ...]) -> None:
        with Menu(t('forms.editor.add'), icon='plus'):
            for kind in CHOOSABLE:
                Button(t(f'forms.kind.{kind.value}'), partial(self._on_add, kind), icon=KIND_ICONS[kind])
            for code in ready:
                label = worded(shape.ready_made(code)['label'], reader().language)
                Button(label, partial(self._on_add_ready_made, code), icon='star')


def _row(field: Definition, now: Editing, fresh: bool) -> FieldRow:
    code, kind = field['code'], Kind(field['kind'])
    wrong = not fresh and any(path.startswith(f'{code}.') for path in now.problems)
    marks = [
        Mark('circle-alert', t('forms.list.wrong'), 'danger') if wrong else None,
        Mark('corner-down-right', t('forms.list.conditional')) if field.get('shown_when') else None,
        Mark('lock', t('forms.list.locked')) if now.past.keeps(code) else None,
    ]
    label = worded(field['label'], reader().language) or t('forms.editor.no_label')
    note = t(f'forms.kind.{kind.value}')
    shown = tuple(mark for mark in marks if mark)
    return FieldRow(code, label, note, KIND_ICONS[kind], bool(field.get('required')), shown)
