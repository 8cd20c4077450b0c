"""A form as a whole page, as a customer would open it: the draft, or a version of the past."""

from functools import partial
from typing import Any

from nicegui import PageArguments, ui

from components.box import Box
from components.button import Button, Link
from components.feedback import Notice
from components.form_preview import FormPreview
from components.live import Part
from components.reader import reader
from components.text import t
from services.forms import editing, named
from services.forms.definition import Form, worded
from services.i18n import LANGUAGES


async def form_preview_page(code: str, arguments: PageArguments) -> None:
    version = arguments.query_parameters.get('version', '')
    page = FormPreviewPage(code, int(version) if version.isdecimal() and len(version) < 9 else None)
    await page.load()
    page.draw()


class FormPreviewPage:
    """What one open preview knows."""

    form: Form

    def __init__(self, code: str, version: int | None) -> None:
        self.code, self.version = code, version
        self.actor = reader().actor
        self.language, self.phone = reader().language, False

    async def load(self) -> None:
        if self.version is None:
            self.form = (await editing.open_draft(self.actor, self.code)).form
        else:
            self.form = await editing.version_form(self.actor, self.code, self.version)
        self.nameable = await named.nameable(self.actor)

    def draw(self) -> None:
        ui.page_title(worded(self.form.title, reader().language) or self.code)
        with Box('page narrow request'):
            Link(t('forms.preview.back'), f'/admin/forms/{self.code}', icon='arrow-left', look='quiet').classes('small')
            Notice(t('forms.preview.version', version=self.version) if self.version else t('forms.preview.note'))
            with Box('row').props(f'role=group aria-label="{t("forms.preview.language")}"'):
                self.switches: list[tuple[Button, tuple[str, Any]]] = [
                    (Button(t(f'language.{code}'), partial(self.look, language=code)), ('language', code))
                    for code in LANGUAGES
                ]
                for word, icon, phone in (('computer', 'monitor', False), ('phone', 'smartphone', True)):
                    button = Button(t(f'forms.preview.{word}'), partial(self.look, phone=phone), icon=icon)
                    self.switches.append((button, ('phone', phone)))
            self.sight = Part(self._draw_preview)
        self.show()

    def _draw_preview(self, language: str, phone: bool) -> None:
        FormPreview(self.form, language, phone=phone, nameable=self.nameable, heading='h1')

    def look(self, **wanted: Any) -> None:
        """Show it in another language or width."""
        self.language = wanted.get('language', self.language)
        self.phone = wanted.get('phone', self.phone)
        self.show()

    def show(self) -> None:
        for button, (what, value) in self.switches:
            button.classes('dense').set_pressed(getattr(self, what) == value)
        self.sight.show(self.language, self.phone)
