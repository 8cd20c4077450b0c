"""What a customer will see of the form that is being edited, beside the editor: in either language, also on a phone."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from components.box import Box
from components.button import Button
from components.form_preview import FormPreview
from components.live import Part
from components.reader import reader
from components.text import Text, t
from services.forms.definition import Form
from services.i18n import LANGUAGES


class FormSight:
    """`show(form)` brings it up to what is known now; what was typed into it stays."""

    form: Form
    preview: FormPreview

    def __init__(self, nameable: Sequence[tuple[int, str]]) -> None:
        self.nameable = nameable
        self.language, self.phone = reader().language, False
        self.switches: list[tuple[Button, tuple[str, Any]]] = []
        with Box('row between form-sight-bar'):
            Text(t('forms.editor.preview'), 'h2', 'eyebrow')
            with Box('row'):
                for code in LANGUAGES:
                    self._switch(Button(t(f'language.{code}'), partial(self.look, code)), 'language', code)
                self._switch(Button(t('forms.preview.phone'), self.turn_phone, icon='smartphone'), 'phone', True)
        self.sight = Part(self._draw)

    def show(self, form: Form) -> None:
        """Show this form."""
        self.form = form
        self.sight.show(self.language, self.phone)
        self.preview.show(form)
        for button, (what, value) in self.switches:
            button.set_pressed(getattr(self, what) == value)

    async def look(self, language: str) -> None:
        """Show it in another language."""
        self.language = language
        self.show(self.form)

    async def turn_phone(self) -> None:
        """Show it as wide as a phone, or as wide as there is room."""
        self.phone = not self.phone
        self.show(self.form)

    def _switch(self, button: Button, what: str, value: Any) -> None:
        self.switches.append((button.classes('dense'), (what, value)))

    def _draw(self, language: str, phone: bool) -> None:
        self.preview = FormPreview(self.form, language, phone=phone, nameable=self.nameable)
