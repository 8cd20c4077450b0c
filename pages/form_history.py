"""The published versions of a form: who changed what and when, each to be looked at and brought back."""

from functools import partial

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Link, LinkButton
from components.dialog import confirm
from components.feedback import toast
from components.form_changes import change_list
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Moment, Text, t
from services.forms import editing, store
from services.forms.definition import worded
from services.forms.editing import VersionView


async def form_history_page(code: str) -> None:
    page = FormHistoryPage(code)
    await page.load()
    page.draw()


class FormHistoryPage:
    """What one open history knows."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.actor = reader().actor

    async def load(self) -> None:
        self.versions = await editing.history(self.actor, self.code)
        form = await editing.open_draft(self.actor, self.code)
        self.name = worded(form.definition['title'], reader().language) or self.code

    def draw(self) -> None:
        title = t('forms.history.title', name=self.name)
        ui.page_title(title)
        Live(store.TOPIC, reload=self.reload)
        with Box('page narrow'):
            Link(t('forms.history.back'), f'/admin/forms/{self.code}', icon='arrow-left', look='quiet').classes('small')
            Text(title, 'h1')
            Text(t('forms.history.lead'), 'p', 'soft')
            self.rows = Part(self._draw_rows)
        self.rows.show(self.versions)

    async def reload(self) -> None:
        await self.load()
        self.rows.show(self.versions)

    def _draw_rows(self, rows: tuple[VersionView, ...]) -> None:
        with Box('list form-versions', 'ol'):
            for row in rows:
                self._draw_row(row, in_force=row is rows[0])

    def _draw_row(self, row: VersionView, *, in_force: bool) -> None:
        with Box('stack gap-1', 'li'):
            with Box('row between'):
                with Box('row'):
                    Text(t('forms.version', version=row.version), 'h2', 'strong')
                    if in_force:
                        Badge(t('forms.history.in_force'), tone='success', icon='circle-check')
                with Box('row'):
                    path = f'/admin/forms/{self.code}/preview?version={row.version}'
                    LinkButton(t('forms.history.look'), path, icon='eye').classes('dense')
                    if not in_force:
                        back = partial(self.roll_back, row.version)
                        Button(t('forms.history.roll_back'), back, icon='undo-2').classes('dense')
            with Box('row'):
                Text(row.published_by or t('forms.from_catalogue'), 'span', 'soft small')
                Moment(row.published_at).classes('faint small')
            if row.version == 1:
                Text(t('forms.history.first'), 'p', 'small')
            else:
                change_list(row.changes)

    @explains_refusals
    async def roll_back(self, version: int) -> None:
        question, text = t('forms.history.question', version=version), t('forms.history.text')
        if not await confirm(question, text, yes=t('forms.history.yes')):
            return
        new = await editing.roll_back(self.actor, self.code, version)
        toast(t('forms.history.done', old=version, version=new))
