"""The kinds of request: their order, which are offered, where each one's form stands, and a new one."""

from functools import partial

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Link, Menu
from components.dialog import Dialog
from components.feedback import toast
from components.field import TextField
from components.icon import Icon
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Moment, Text, t
from services.errors import Invalid
from services.forms import kinds, store
from services.forms.definition import worded
from services.forms.kinds import KindView


async def forms_page() -> None:
    page = FormsPage()
    await page.load()
    page.draw()


class FormsPage:
    """What one open list of kinds knows."""

    kinds: tuple[KindView, ...]

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        self.kinds = await kinds.list_kinds(self.actor)

    def draw(self) -> None:
        ui.page_title(t('forms.title'))
        Live(store.TOPIC, reload=self.reload)
        with Box('page forms') as self.place:
            with Box('row between'):
                Text(t('forms.title'), 'h1')
                Button(t('forms.new_kind'), self.create, look='primary', icon='plus')
            Text(t('forms.lead'), 'p', 'soft measure')
            self.rows = Part(self._draw_rows)
        self.rows.show(self.kinds)

    async def reload(self) -> None:
        await self.load()
        self.rows.show(self.kinds)

    def _draw_rows(self, rows: tuple[KindView, ...]) -> None:
        with Box('list forms-kinds', 'ol').props(f'aria-label="{t("forms.order")}"'):
            for index, row in enumerate(rows):
                self._draw_row(row, index)

    def _draw_row(self, row: KindView, index: int) -> None:
        name = _name(row)
        with Box('row nowrap forms-kind' + (' hidden-kind' if row.hidden else ''), 'li'):
            with Box('forms-kind-icon').props('aria-hidden=true'):
                Icon(row.icon)
            with Box('stack gap-half grow'):
                Link(name, f'/admin/forms/{row.code}', look='quiet').classes('strong')
                with Box('row forms-kind-facts'):
                    Text(row.code, 'span', 'mono faint small')
                    _draw_version(row)
            with Box('row end forms-kind-marks'):
                if row.draft_at is not None and row.version is not None:
                    said = t('forms.draft_by', name=row.draft_by) if row.draft_by else t('forms.draft')
                    Badge(said, tone='accent', icon='pencil')
                if row.hidden:
                    Badge(t('forms.hidden'), tone='warning', icon='eye-off')
            with Box('row nowrap gap-half forms-kind-moves'):
                for word, icon, by in (('up', 'chevron-up', -1), ('down', 'chevron-down', 1)):
                    label = f'{name}: {t(f"forms.list.{word}")}'
                    button = Button(label, partial(self.move, row.code, by), look='quiet', icon=icon, icon_only=True)
                    button.classes('dense').props(f'data-focus={row.code}-{word}')
                    button.set_enabled(0 <= index + by < len(self.kinds))
            with Menu(t('forms.actions', name=name), icon='ellipsis', icon_only=True):
                Link(t('forms.open'), f'/admin/forms/{row.code}', icon='pencil')
                Link(t('forms.editor.history'), f'/admin/forms/{row.code}/history', icon='history')
                if row.hidden:
                    Button(t('forms.offer'), self.place.here(partial(self.hide, row, False)), icon='eye')
                else:
                    Button(t('forms.hide'), self.place.here(partial(self.hide, row, True)), icon='eye-off')

    @explains_refusals
    async def move(self, code: str, by: int) -> None:
        codes = [row.code for row in self.kinds]
        place = codes.index(code)
        codes.insert(place + by, codes.pop(place))
        await kinds.arrange(self.actor, codes)

    @explains_refusals
    async def hide(self, row: KindView, hidden: bool) -> None:
        await kinds.set_hidden(self.actor, row.code, hidden)
        said = t('forms.hidden_done' if hidden else 'forms.offered_done', name=_name(row))
        toast(said, undo=partial(self.show_again, row, not hidden))

    @explains_refusals
    async def show_again(self, row: KindView, hidden: bool) -> None:
        await kinds.set_hidden(self.actor, row.code, hidden)

    @explains_refusals
    async def create(self) -> None:
        with Dialog(t('forms.create.title')) as dialog:
            fields = {
                'ru': TextField(t('forms.create.ru')),
                'en': TextField(t('forms.create.en')),
                'code': TextField(t('forms.create.code'), hint=t('forms.create.code_hint')),
            }

            async def make() -> None:
                title = {language: fields[language].value for language in ('ru', 'en')}
                try:
                    code = await kinds.create(self.actor, fields['code'].value, title)
                except Invalid as refusal:
                    point_out(refusal, fields)
                else:
                    dialog.close(code)

            fields['code'].on_submit(make)
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('forms.create.yes'), make, look='primary')
        if code := await dialog:
            toast(t('forms.created'))
            ui.navigate.to(f'/admin/forms/{code}')


def _name(row: KindView) -> str:
    return worded(row.title, reader().language) or row.code


def _draw_version(row: KindView) -> None:
    if row.version is None or row.published_at is None:
        Badge(t('forms.never_published'), tone='note')
        return
    Text(t('forms.version', version=row.version), 'span', 'soft small')
    Text(row.published_by or t('forms.from_catalogue'), 'span', 'faint small')
    Moment(row.published_at).classes('faint small')
