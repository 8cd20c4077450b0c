"""The specialists' answer templates: written in both languages, with a look at how a customer reads them."""

import re
from functools import partial
from textwrap import shorten

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Menu
from components.dialog import Dialog
from components.feedback import EmptyState, toast
from components.field import Field, TextArea, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.setting_note import who_changed
from components.text import Text, t
from services import markdown
from services.desk import templates
from services.desk.templates import TemplateView
from services.errors import Invalid

_BLANKS = {'person': '{person}', 'id': '{id}', 'subject': '{subject}', 'agent': '{agent}', 'field_os': '{field:os}'}
_FIELD = re.compile(r'\{field:[a-z0-9_]+\}')
_START = 160


async def templates_page() -> None:
    page = TemplatesPage()
    await page.load()
    page.draw()


class TemplatesPage:
    """What one open page of templates knows."""

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        self.templates = await templates.list_templates(self.actor, retired=True)

    def draw(self) -> None:
        ui.page_title(t('templates.title'))
        Live('staff', reload=self.reload)
        with Box('page templates') as self.place:
            with Box('row between'):
                Text(t('templates.title'), 'h1')
                Button(t('templates.new'), partial(self.edit, None), look='primary', icon='plus')
            Text(t('templates.lead'), 'p', 'soft')
            self.rows = Part(self._draw_rows)
        self.rows.show(self.templates)

    async def reload(self) -> None:
        await self.load()
        self.rows.show(self.templates)

    def _draw_rows(self, rows: tuple[TemplateView, ...]) -> None:
        if not rows:
            first = (t('templates.first'), self.place.here(partial(self.edit, None)))
            EmptyState(t('templates.empty'), t('templates.empty_text'), icon='message-square-reply', action=first)
            return
        with Box('list', 'ul'):
            for row in sorted(rows, key=lambda row: row.retired):
                self._draw_row(row)

    def _draw_row(self, row: TemplateView) -> None:
        with Box('row between nowrap template-row' + (' retired' if row.retired else ''), 'li'):
            with Box('stack gap-half grow'):
                with Box('row'):
                    Text(row.name, 'h2', 'strong')
                    if not row.body_en:
                        Badge(t('templates.only_ru'))
                    if not row.body_ru:
                        Badge(t('templates.only_en'))
                    if row.retired:
                        Badge(t('templates.retired'), tone='warning')
                Text(shorten(row.body_ru or row.body_en, _START, placeholder='…'), 'p', 'soft small')
                who_changed(row.changed_by.name if row.changed_by else '', row.changed_at)
            with Menu(t('templates.actions', name=row.name), icon='ellipsis', icon_only=True):
                Button(t('common.edit'), self.place.here(partial(self.edit, row)), icon='pencil')
                if row.has_former:
                    Button(t('templates.take_back'), self.place.here(partial(self.take_back, row)), icon='undo-2')
                key, icon = ('restore', 'rotate-ccw') if row.retired else ('retire', 'eye-off')
                Button(t(f'templates.{key}'), self.place.here(partial(self.retire, row)), icon=icon)

    async def edit(self, row: TemplateView | None) -> None:
        title = t('templates.edit', name=row.name) if row else t('templates.new')
        with Dialog(title, wide=True) as dialog:
            name = TextField(t('templates.name'), row.name if row else '', limit=templates.LONGEST_NAME)
            ru = TextArea(t('templates.body_ru'), row.body_ru if row else '', rows=6, optional=True)
            en = TextArea(t('templates.body_en'), row.body_en if row else '', rows=6, optional=True)
            Text(t('templates.blanks', **_BLANKS), 'p', 'faint small')
            Text(t('templates.preview'), 'h3', 'eyebrow')
            preview = Part(self._draw_preview)
            fields: dict[str, Field] = {'name': name, 'body_ru': ru, 'body_en': en}

            async def look() -> None:
                preview.show(await self._rendered(ru.value or en.value))

            ru._on_change = en._on_change = look

            async def save() -> None:
                texts = {'body_ru': ru.value, 'body_en': en.value}
                try:
                    if row:
                        await templates.change(self.actor, row.id, name.value, **texts)
                    else:
                        await templates.create(self.actor, name.value, **texts)
                except Invalid as refusal:
                    point_out(refusal, fields)
                else:
                    dialog.close(name.value.strip())

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), explains_refusals(save), look='primary')
        await look()
        if saved := await dialog:
            toast(t('templates.saved', name=saved))
            await self.reload()

    def _draw_preview(self, html: str) -> None:
        with Box('template-preview'):
            if html:
                ui.html(html, sanitize=False).classes('prose')  # made safe by services.markdown
            else:
                Text(t('templates.preview_empty'), 'p', 'faint small')

    async def _rendered(self, text: str) -> str:
        if not text.strip():
            return ''
        example = {
            '{person}': t('templates.example.person'),
            '{id}': 'SPSUP-1503',
            '{subject}': t('templates.example.subject'),
            '{agent}': reader().name,
        }
        for blank, value in example.items():
            text = text.replace(blank, value)
        (html,) = await markdown.rendered_for(self.actor, [_FIELD.sub(t('templates.example.answer'), text)])
        return html

    @explains_refusals
    async def take_back(self, row: TemplateView) -> None:
        try:
            view = await templates.take_back(self.actor, row.id)
        except Invalid as refusal:
            problem = refusal.problems['name']
            toast(t(problem.key, **problem.values), kind='danger')
            return
        toast(t('templates.taken_back', name=view.name))
        await self.reload()

    @explains_refusals
    async def retire(self, row: TemplateView) -> None:
        await templates.retire(self.actor, row.id, not row.retired)
        toast(t('templates.restored' if row.retired else 'templates.retired_done', name=row.name))
        await self.reload()
