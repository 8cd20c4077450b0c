"""The editor of one form: its fields in their order, what each asks, and beside them what a customer will see.

Every change is kept as the draft at once. Customers see none of it until it is published.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Link, LinkButton, Menu
from components.dialog import Dialog, confirm
from components.feedback import Notice, toast
from components.field_list import FieldList, FieldRow, Mark
from components.form_changes import change_list
from components.form_preview import FormPreview
from components.form_properties import CHOOSABLE, AboutProperties, FieldProperties, Properties
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, plural, t
from services.forms import editing, named, shape, store
from services.forms.definition import Form, Kind, worded
from services.forms.editing import Editing, Stale
from services.forms.shape import Definition
from services.i18n import LANGUAGES

ABOUT = ''
_INTO_SIGHT = """
    const panel = getHtmlElement(%d)?.parentElement;
    const top = panel?.getBoundingClientRect().top;
    const shown = document.querySelector(".form-sight [data-field='%s']");
    if (top < 0 || top > innerHeight * 0.6) panel.scrollIntoView({ block: "start" });
    else if (shown && getComputedStyle(shown.closest(".form-sight")).position === "sticky")
        shown.scrollIntoView({ block: "nearest" });
"""
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


async def form_page(code: str) -> None:
    page = FormPage(code)
    await page.load()
    page.draw()


class FormPage:
    """What one open editor knows: the draft as it is kept, and as it stands here when somebody else was faster."""

    editing: Editing
    properties: Properties

    def __init__(self, code: str) -> None:
        self.code = code
        self.actor = reader().actor
        self.chosen = ABOUT
        self.language, self.phone = reader().language, False
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
            self._draw_head()
            self.warning = Part(self._draw_warning)
            with Box('form-editor') as self.place:
                with Box('form-fields', 'section').props(f'aria-label="{t("forms.editor.fields")}"'):
                    self._draw_fields()
                with Box('form-properties card', 'section') as panel:
                    panel.props(f'aria-label="{t("forms.field.more")}"')
                    self.panel = Part(self._draw_panel)
                with Box('form-sight', 'section').props(f'aria-label="{t("forms.editor.preview")}"'):
                    self._draw_sight()
        self.show()

    def _draw_head(self) -> None:
        """Title and buttons stay the same elements: a press that comes with the last change must not be lost."""
        with Box('row between form-head'):
            with Box('stack gap-half grow'):
                self.title = Text('', 'h1')
                self.facts = Part(self._draw_facts)
            with Box('row'):
                LinkButton(t('forms.editor.as_customer'), f'/admin/forms/{self.code}/preview', icon='eye')
                self.history = LinkButton(
                    t('forms.editor.history'), f'/admin/forms/{self.code}/history', icon='history'
                )
                self.discarding = Button('', self.discard)
                self.publishing = Button(t('forms.editor.publish'), self.publish, look='primary', icon='rocket')

    def _show_head(self) -> None:
        now = self.editing
        title = worded(self.mine['title'], reader().language) or self.code
        if self.title.text != title:
            ui.page_title(title)
            self.title.set_text(title)
        self.facts.show(now.published, bool(now.changes), len(now.problems))
        self.history.set_visibility(now.published is not None)
        self.discarding.set_label(t('forms.editor.discard' if now.published else 'forms.editor.delete'))
        self.discarding.set_visibility(bool(now.changes))
        self.publishing.set_enabled(bool(now.changes))

    def _draw_facts(self, version: int | None, changed: bool, wrong: int) -> None:
        with Box('row'):
            said = t('forms.version', version=version) if version else t('forms.never_published')
            Text(said, 'span', 'soft small')
            if changed:
                Badge(t('forms.editor.unpublished'), tone='accent', icon='pencil')
            if wrong:
                Badge(plural('forms.editor.problems', wrong), tone='danger', icon='circle-alert')
            Text(t('forms.editor.saved' if changed else 'forms.editor.unchanged'), 'span', 'faint small')

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

    def _draw_fields(self) -> None:
        self.about = Button(t('forms.editor.about'), partial(self.choose, ABOUT), icon='file-text')
        self.about.classes('form-about quiet wide')
        Text(t('forms.editor.fields'), 'h2', 'eyebrow')
        self.list = FieldList(t('forms.editor.fields'), on_choose=self.choose, on_arrange=self.arrange)
        self.adding = Part(self._draw_adding)

    def _draw_adding(self, ready: tuple[str, ...]) -> None:
        with Menu(t('forms.editor.add'), icon='plus'):
            for kind in CHOOSABLE:
                Button(t(f'forms.kind.{kind.value}'), partial(self.add, kind), icon=KIND_ICONS[kind])
            for code in ready:
                label = worded(shape.ready_made(code)['label'], reader().language)
                Button(label, partial(self.add_ready_made, code), icon='star')

    def _draw_panel(self, chosen: str, *_: Any) -> None:
        with Box('stack gap-3'):
            if chosen == ABOUT:
                self.properties = AboutProperties(self.mine, on_change=self.change_form)
                return
            self.properties = FieldProperties(
                self.mine,
                chosen,
                self.editing.past,
                taught=_taught(self.code, chosen),
                on_change=partial(self.change_field, chosen),
                on_remove=partial(self.remove, chosen),
                on_remove_option=partial(self.remove_option, chosen),
            )

    def _draw_sight(self) -> None:
        with Box('row between form-sight-bar'):
            Text(t('forms.editor.preview'), 'h2', 'eyebrow')
            with Box('row'):
                self.switches: list[tuple[Button, tuple[str, Any]]] = [
                    (Button(t(f'language.{code}'), partial(self.look, language=code)), ('language', code))
                    for code in LANGUAGES
                ]
                phone = Button(t('forms.preview.phone'), self.turn_phone, icon='smartphone')
                self.switches.append((phone, ('phone', True)))
        for button, _ in self.switches:
            button.classes('dense')
        self.sight = Part(self._draw_preview)

    def _draw_preview(self, language: str, phone: bool) -> None:
        self.preview = FormPreview(self._form(), language, phone=phone, nameable=self.nameable)

    # what is on the screen

    def show(self) -> None:
        """Bring every part up to what is known now; what is being typed is left alone."""
        now = self.editing
        self._show_head()
        name = self.theirs.changed_by or '' if self.theirs else None
        self.warning.show(name, self.mine != now.definition)
        codes = {field['code'] for field in self.mine['fields']}
        if self.chosen not in codes:
            self.chosen = ABOUT
        self.about.set_pressed(self.chosen == ABOUT)
        self.list.show([self._row(field) for field in self.mine['fields']], self.chosen)
        self.adding.show(tuple(code for code in shape.READY_MADE if code not in codes))
        self.panel.show(self.chosen, now.published, *_structure(self.mine, self.chosen))
        self.properties.show(self.mine, now.problems)
        self.sight.show(self.language, self.phone)
        self.preview.show(self._form())
        for button, (what, value) in self.switches:
            button.set_pressed(getattr(self, what) == value)

    def _form(self) -> Form:
        return editing.as_form(self.code, self.mine)

    def _row(self, field: Definition) -> FieldRow:
        code, kind = field['code'], Kind(field['kind'])
        wrong = any(path.startswith(f'{code}.') for path in self.editing.problems)
        marks = [
            Mark('circle-alert', t('forms.list.wrong'), 'danger') if wrong else None,
            Mark('corner-down-right', t('forms.list.conditional')) if field.get('shown_when') else None,
            Mark('lock', t('forms.list.locked')) if self.editing.past.keeps(code) else None,
        ]
        label = worded(field['label'], reader().language) or t('forms.editor.no_label')
        note = t(f'forms.kind.{kind.value}')
        shown = tuple(mark for mark in marks if mark)
        return FieldRow(code, label, note, KIND_ICONS[kind], bool(field.get('required')), shown)

    async def choose(self, code: str) -> None:
        self.chosen = code if shape.field_of(self.mine, code) else ABOUT
        self.show()
        ui.run_javascript(_INTO_SIGHT % (self.panel.id, self.chosen))  # a code has no quotes in it

    async def look(self, *, language: str) -> None:
        self.language = language
        self.show()

    async def turn_phone(self) -> None:
        self.phone = not self.phone
        self.show()

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
        await self.choose(field['code'])
        self.properties.focus(f'{field["code"]}.label.{reader().language}')

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
        self.properties.focus(path)

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


def _structure(definition: Definition, code: str) -> tuple[Any, ...]:
    """What the properties of a field are drawn from, apart from the texts that are being typed in them."""
    fields = definition['fields']
    field = shape.field_of(definition, code)
    if field is None:
        return ()
    above = fields[: fields.index(field)]
    condition = field.get('shown_when') or {}
    asked = tuple(
        (other['code'], str(other['label']), str([(o['code'], o['label']) for o in other.get('options', ())]))
        for other in above
        if Kind(other['kind']) in shape.WITH_OPTIONS
    )
    return (field['kind'], condition.get('field'), asked)


def _taught(kind: str, code: str) -> Mapping[str, str] | None:
    """The name of a field that customers are taught: those of the bug report."""
    if kind != 'bug':
        return None
    bug = next(definition for definition in store.catalogue() if definition['type'] == 'bug')
    field = shape.field_of(bug, code)
    words: Mapping[str, str] | None = field['label'] if field else None
    return words
