"""The editor of one form: its fields in their order, what each asks, and beside them what a customer will see.

Every change is kept as the draft at once. Customers see none of it until it is published.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nicegui import ui

from components.box import Box
from components.button import Button, Link
from components.dialog import Dialog, confirm
from components.feedback import Notice, toast
from components.form_changes import change_list
from components.form_fields import ABOUT, FormFields
from components.form_head import FormHead
from components.form_panel import FormPanel
from components.form_sight import FormSight
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, t
from services.forms import editing, named, shape
from services.forms.definition import Kind, worded
from services.forms.editing import Editing, Stale
from services.forms.shape import Definition

_INTO_SIGHT = """
    const panel = getHtmlElement(%d)?.parentElement;
    const top = panel?.getBoundingClientRect().top;
    const shown = document.querySelector(".form-sight [data-field='%s']");
    if (top < 0 || top > innerHeight * 0.6) panel.scrollIntoView({ block: "start" });
    else if (shown && getComputedStyle(shown.closest(".form-sight")).position === "sticky")
        shown.scrollIntoView({ block: "nearest" });
"""


async def form_page(code: str) -> None:
    page = FormPage(code)
    await page.load()
    if page.editing.published is None:
        page.fresh = ABOUT
    page.draw()


class FormPage:
    """What one open editor knows: the draft as it is kept, and as it stands here when somebody else was faster."""

    editing: Editing

    def __init__(self, code: str) -> None:
        self.code = code
        self.actor = reader().actor
        self.chosen = ABOUT
        self.fresh: str | None = None  # the field that was added just now
        self._in_turn = asyncio.Lock()

    async def load(self) -> None:
        self.editing = await editing.open_draft(self.actor, self.code)
        self.mine: Definition = self.editing.definition
        self.theirs: Editing | None = None
        self.nameable = await named.nameable(self.actor)

    # drawing

    def draw(self) -> None:
        Live(editing.topic(self.code), reload=self.hear)
        with Box('page wide form-page'):
            Link(t('forms.editor.back'), '/admin/forms', icon='arrow-left', look='quiet').classes('small')
            self.head = FormHead(self.code, on_discard=self.discard, on_publish=self.publish)
            self.warning = Part(self._draw_warning)
            with Box('form-editor'):
                with Box('form-fields', 'section').props(f'aria-label="{t("forms.editor.fields")}"'):
                    self.fields = FormFields(
                        on_choose=self.choose,
                        on_arrange=self.arrange,
                        on_add=self.add,
                        on_add_ready_made=self.add_ready_made,
                    )
                with Box('form-properties card', 'section') as panel:
                    panel.props(f'aria-label="{t("forms.field.more")}"')
                    self.panel = FormPanel(
                        on_form=self.change_form,
                        on_field=self.change_field,
                        on_remove=self.remove,
                        on_remove_option=self.remove_option,
                    )
                with Box('form-sight', 'section').props(f'aria-label="{t("forms.editor.preview")}"'):
                    self.sight = FormSight(self.nameable)
        self.show()

    def _draw_warning(self, name: str | None, unsaved: bool) -> None:
        if name is None:
            return
        with Box('form-warning'):
            said = t('forms.stale.text' if unsaved else 'forms.stale.seen')
            Notice(said, kind='warning', title=t('forms.stale.title', name=name))
            with Box('row'):
                Button(t('forms.stale.theirs'), self.take_theirs, look='primary')
                if unsaved:
                    Button(t('forms.stale.mine'), self.keep_mine)

    # what is on the screen

    def show(self) -> None:
        """Bring every part up to what is known now; what is being typed is left alone."""
        now, language = self.editing, reader().language
        self.head.show(worded(self.mine['title'], language) or self.code, now)
        name = self.theirs.changed_by or '' if self.theirs else None
        self.warning.show(name, self.mine != now.definition)
        if not shape.field_of(self.mine, self.chosen):
            self.chosen = ABOUT
        self.fields.show(self.mine, now, self.chosen, self.fresh)
        self.panel.show(self.mine, now, self.chosen, fresh=self.chosen == self.fresh)
        self.sight.show(editing.as_form(self.code, self.mine))

    async def choose(self, code: str) -> None:
        self.fresh = None  # whoever leaves a new field, or comes back to it, is told what is missing
        self._choose(code)

    def _choose(self, code: str) -> None:
        self.chosen = code if shape.field_of(self.mine, code) else ABOUT
        self.show()
        ui.run_javascript(_INTO_SIGHT % (self.panel.part.id, self.chosen))  # a code has no quotes in it

    # changing

    @explains_refusals
    async def edit(self, step: Callable[[Definition], Definition]) -> None:
        """Take a step of editing and keep what comes of it. Who was slower than another admin is told."""
        async with self._in_turn:
            wanted = step(self.mine)
            if wanted == self.mine:
                return
            self.mine = wanted
            await self._keep(self.editing.version)
        self.show()

    async def _keep(self, version: int) -> None:
        if self.theirs is not None and version != self.theirs.version:
            return
        try:
            self.editing = await editing.save(self.actor, self.code, self.mine, version=version)
        except Stale:
            self.theirs = await editing.open_draft(self.actor, self.code)
        else:
            self.mine, self.theirs = self.editing.definition, None

    async def change_form(self, values: Mapping[str, Any]) -> None:
        await self.edit(lambda definition: definition | dict(values))

    async def change_field(self, code: str, values: Mapping[str, Any]) -> None:
        await self.edit(lambda definition: shape.changed(definition, code, **values))

    async def arrange(self, codes: list[str]) -> None:
        await self.edit(lambda definition: shape.ordered(definition, codes))

    async def add(self, kind: Kind) -> None:
        await self._add(lambda definition: shape.new_field(definition, kind, self.editing.past.kinds))

    async def add_ready_made(self, code: str) -> None:
        await self._add(lambda _: shape.ready_made(code))

    @explains_refusals
    async def _add(self, make: Callable[[Definition], Definition]) -> None:
        """Put a new field below the chosen one, and choose it."""
        field = make(self.mine)
        below = self.chosen or None
        await self.edit(lambda definition: shape.with_field(definition, field, after=below))
        self.fresh = field['code']
        self._choose(field['code'])
        self.panel.properties.focus(f'{field["code"]}.label.{reader().language}')

    @explains_refusals
    async def remove(self, code: str) -> None:
        field = shape.field_of(self.mine, code)
        if field is None:
            return
        codes = [other['code'] for other in self.mine['fields']]
        above = codes[codes.index(code) - 1] if codes.index(code) else None
        await self.edit(lambda definition: shape.without_field(definition, code))
        name = worded(field['label'], reader().language) or t('forms.editor.no_label')
        toast(t('forms.editor.removed', name=name), undo=partial(self._bring_back, field, above))

    async def _bring_back(self, field: Definition, above: str | None) -> None:
        def back(definition: Definition) -> Definition:
            fields = definition['fields']
            return (
                shape.with_field(definition, field, after=above) if above else definition | {'fields': [field, *fields]}
            )

        await self.edit(back)
        await self.choose(field['code'])

    @explains_refusals
    async def remove_option(self, code: str, option: str) -> None:
        before = (shape.field_of(self.mine, code) or {}).get('options', [])
        taken = next((one for one in before if one['code'] == option), None)
        if taken is None:
            return
        left = [one for one in before if one['code'] != option]
        await self.change_field(code, {'options': left})
        name = worded(taken['label'], reader().language) or t('forms.editor.no_label')
        restore = partial(self.change_field, code, {'options': before})
        toast(t('forms.editor.option_removed', name=name), undo=restore)

    # with others

    async def hear(self) -> None:
        """The draft was changed: by this page, or by somebody else."""
        async with self._in_turn:
            newest = await editing.open_draft(self.actor, self.code)
            if newest.version == self.editing.version and newest.published == self.editing.published:
                return
            self.theirs = newest
        self.show()

    @explains_refusals
    async def take_theirs(self) -> None:
        """Go on with what the other admin made of it."""
        await self.load()
        self.panel.forget()
        self.show()

    @explains_refusals
    async def keep_mine(self) -> None:
        """Put what stands here in place of what the other admin made of it."""
        async with self._in_turn:
            if self.theirs is not None:
                await self._keep(self.theirs.version)
        self.show()

    # publishing

    @explains_refusals
    async def publish(self) -> None:
        await self._kept()
        if self.editing.problems:
            self.fresh = None
            toast(t('forms.editor.publish_blocked'), kind='danger')
            await self._go_to(next(iter(self.editing.problems)))
            return
        with Dialog(t('forms.publish.title'), wide=True) as dialog:
            change_list(self.editing.changes)
            Text(t('forms.publish.text'), 'p', 'soft small')
            with dialog.actions():
                Button(t('common.cancel'), lambda: dialog.close(False))
                Button(t('forms.publish.yes'), lambda: dialog.close(True), look='primary')
        if not await dialog:
            return
        async with self._in_turn:
            version = await editing.publish(self.actor, self.code, version=self.editing.version)
            await self.load()
        toast(t('forms.editor.published', version=version))
        self.panel.forget()
        self.show()

    async def _kept(self) -> None:
        """What was typed last has been kept."""
        async with self._in_turn:
            pass

    async def _go_to(self, path: str) -> None:
        code = path.split('.', maxsplit=1)[0]
        await self.choose(code if shape.field_of(self.mine, code) else ABOUT)
        self.panel.properties.focus(path)

    @explains_refusals
    async def discard(self) -> None:
        published = self.editing.published is not None
        title = t('forms.discard.title' if published else 'forms.discard.delete_title')
        text = t('forms.discard.text' if published else 'forms.discard.delete_text')
        yes = t('forms.discard.yes' if published else 'forms.discard.delete_yes')
        if not await confirm(title, text, yes=yes, no=t('forms.discard.keep'), danger=True):
            return
        async with self._in_turn:
            there = await editing.discard(self.actor, self.code, version=self.editing.version)
            if there:
                await self.load()
        if not there:
            toast(t('forms.editor.deleted'))
            ui.navigate.to('/admin/forms')
            return
        toast(t('forms.editor.discarded'))
        self.panel.forget()
        self.show()
