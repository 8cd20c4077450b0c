"""The head of the form editor: what the form is called, how it stands with its draft, and what can be done with it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, LinkButton
from components.live import Part
from components.text import Text, plural, t
from services.forms.editing import Editing


class FormHead:
    """Title and buttons stay the same elements: a press that comes with the last change must not be lost."""

    def __init__(
        self, code: str, *, on_discard: Callable[[], Awaitable[None]], on_publish: Callable[[], Awaitable[None]]
    ) -> None:
        with Box('row between form-head'):
            with Box('stack gap-half grow'):
                self.title = Text('', 'h1')
                self.facts = Part(_draw_facts)
            with Box('row'):
                LinkButton(t('forms.editor.as_customer'), f'/admin/forms/{code}/preview', icon='eye')
                self.history = LinkButton(t('forms.editor.history'), f'/admin/forms/{code}/history', icon='history')
                self.discarding = Button('', on_discard)
                self.publishing = Button(t('forms.editor.publish'), on_publish, look='primary', icon='rocket')

    def show(self, title: str, now: Editing) -> None:
        """Say how it stands."""
        if self.title.text != title:
            ui.page_title(title)
            self.title.set_text(title)
        self.facts.show(now.published, bool(now.changes), len(now.problems))
        self.history.set_visibility(now.published is not None)
        self.discarding.set_label(t('forms.editor.discard' if now.published else 'forms.editor.delete'))
        self.discarding.set_visibility(bool(now.changes))
        self.publishing.set_enabled(bool(now.changes))


def _draw_facts(version: int | None, changed: bool, wrong: int) -> None:
    with Box('row'):
        said = t('forms.version', version=version) if version else t('forms.never_published')
        Text(said, 'span', 'soft small')
        if changed:
            Badge(t('forms.editor.unpublished'), tone='accent', icon='pencil')
        if wrong:
            Badge(plural('forms.editor.problems', wrong), tone='danger', icon='circle-alert')
        Text(t('forms.editor.saved' if changed else 'forms.editor.unchanged'), 'span', 'faint small')
