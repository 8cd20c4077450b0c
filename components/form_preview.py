"""A form as a customer sees it, to be tried out: nothing of it is kept or sent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from components.box import Box
from components.feedback import toast
from components.reader import reader
from components.request_form import Change, RequestForm
from components.text import Text, t
from services import i18n
from services.errors import Invalid
from services.forms.definition import Form, worded
from services.forms.validation import check


class FormPreview:
    """The form with its head, in the given language; `phone` as wide as a phone. `show` draws another definition."""

    def __init__(
        self,
        form: Form,
        language: str,
        *,
        phone: bool,
        nameable: Sequence[tuple[int, str]],
        heading: str = 'h2',
    ) -> None:
        self.form, self.nameable, self.language = form, nameable, language
        self.content: dict[str, Any] = {}
        with Box('form-preview phone' if phone else 'form-preview').props(f'lang={language}'):
            with Box('request-head'):
                self.title = Text(worded(form.title, language), heading)
                self.purpose = Text(worded(form.purpose, language), 'p', 'soft measure')
            self.view = RequestForm(
                form,
                None,
                place='',
                suggestions={},
                people=(),
                nameable=nameable,
                company=i18n.translate(language, 'forms.preview.company'),
                on_change=self._keep,
                on_send=self._send,
                on_restart=self._restart,
                language=language,
            )

    def show(self, form: Form) -> None:
        """Show this form; what was typed into the preview stays."""
        self.form = form
        self.title.set_text(worded(form.title, self.language))
        self.purpose.set_text(worded(form.purpose, self.language))
        self.view.show(form, self.nameable)

    async def _keep(self, change: Change) -> None:
        self.content[change.code] = change.value

    async def _send(self) -> None:
        today = datetime.now(UTC).astimezone(ZoneInfo(reader().time_zone)).date()
        answers = {code: value for code, value in self.content.items() if self.form.field(code) is not None}
        try:
            check(self.form, answers, today=today, has_files=True)
        except Invalid as invalid:
            self.view.refuse(invalid.problems)
        else:
            self.view.refuse({})
            toast(t('forms.preview.fine'), kind='success')

    async def _restart(self) -> None:
        self.content.clear()
