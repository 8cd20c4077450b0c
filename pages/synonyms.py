"""The words that mean the same to the search: those of the portal, and those that admins add."""

from functools import partial

from nicegui import ui

from components.box import Box
from components.button import Button
from components.dialog import Dialog
from components.feedback import EmptyState, toast
from components.field import TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Text, t
from services.errors import Invalid
from services.search import synonym_groups
from services.search.synonym_groups import GroupView
from services.search.synonyms import built_in


async def synonyms_page() -> None:
    page = SynonymsPage()
    await page.load()
    page.draw()


class SynonymsPage:
    """What one open page of synonyms knows."""

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        self.groups = await synonym_groups.list_groups(self.actor)

    async def reload(self) -> None:
        await self.load()
        self.rows.show(tuple(self.groups))

    def draw(self) -> None:
        ui.page_title(t('synonyms.title'))
        Live('staff', reload=self.reload)
        with Box('page synonyms') as self.place:
            with Box('row between'):
                Text(t('synonyms.title'), 'h1')
                Button(t('synonyms.add'), partial(self.edit, None), look='primary', icon='plus')
            Text(t('synonyms.lead'), 'p', 'soft measure')
            Text(t('synonyms.own'), 'h2')
            self.rows = Part(self._draw_own)
            Text(t('synonyms.built_in'), 'h2')
            with Box('list', 'ul'):
                for words in built_in():
                    Text(', '.join(words), 'li', 'soft small')
        self.rows.show(tuple(self.groups))

    def _draw_own(self, groups: tuple[GroupView, ...]) -> None:
        if not groups:
            EmptyState(t('synonyms.empty'), t('synonyms.empty_text'), icon='languages')
            return
        with Box('list', 'ul'):
            for group in groups:
                with Box('row between nowrap', 'li'):
                    Text(', '.join(group.words), 'span', 'grow')
                    Button(t('common.edit'), partial(self.edit, group), look='quiet', icon='pencil')
                    Button(t('synonyms.remove'), partial(self.remove, group), look='quiet', icon='trash-2')

    async def edit(self, group: GroupView | None) -> None:
        with self.place, Dialog(t('common.edit') if group else t('synonyms.add')) as dialog:
            written = ', '.join(group.words) if group else ''
            words = TextField(t('synonyms.words'), written, hint=t('synonyms.hint'), limit=1_000)

            async def save() -> None:
                try:
                    await synonym_groups.save(self.actor, group.id if group else None, words.value)
                except Invalid as refusal:
                    point_out(refusal, {'words': words})
                else:
                    dialog.close(True)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('synonyms.save'), explains_refusals(save), look='primary')
        if await dialog:
            with self.place:
                toast(t('synonyms.saved'))

    @explains_refusals
    async def remove(self, group: GroupView) -> None:
        await synonym_groups.remove(self.actor, group.id)
        with self.place:
            toast(t('synonyms.removed'))
