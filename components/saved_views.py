"""Filters with a name, in a menu: one's own and those that colleagues share; kept, renamed and thrown away here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from components.box import Box
from components.button import Button, Link, Menu
from components.dialog import Dialog
from components.feedback import toast
from components.field import CheckField, TextField
from components.live import Part
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, t
from services.desk import views as desk
from services.desk.views import NAME_LIMIT, View, ViewPage
from services.errors import Invalid


class SavedViews(Part):
    """The menu. `current()` gives the address parameters that are shown now; call `load` at first and after changes."""

    def __init__(self, page: ViewPage, current: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(self._draw_menu)
        self.classes('saved-views')
        self._page = page
        self._current = current
        self._views: tuple[View, ...] = ()

    async def load(self) -> None:
        self._views = tuple(await desk.views(reader().actor, self._page))
        self.follow()

    def follow(self) -> None:
        """The filter or the views have changed: show what the menu is now."""
        now = dict(self._current())
        chosen = next((view for view in self._views if dict(view.query) == now), None)
        self.show(self._views, chosen.id if chosen else None, bool(now))

    def _draw_menu(self, views: Sequence[View], chosen: int | None, narrowed: bool) -> None:
        name = next((view.name for view in views if view.id == chosen), t('board.view.menu'))
        with Menu(name, icon='layers', look='dense').props('data-focus=views'):
            self._draw_link(t(f'board.view.whole_{self._page}'), {}, here=not narrowed)
            for title, own in (('own', True), ('shared', False)):
                listed = [view for view in views if view.mine is own]
                if listed:
                    Text(t(f'board.view.{title}'), 'p', 'menu-label')
                for view in listed:
                    word = view.name if own else t('board.view.by', name=view.name, owner=view.owner)
                    self._draw_link(word, view.query, here=view.id == chosen)
            ui.element('hr')
            if narrowed and chosen is None:
                Button(t('board.view.save'), self.save, look='quiet', icon='save')
            if any(view.mine for view in views):
                Button(t('board.view.manage'), self.manage, look='quiet', icon='pencil')
            elif not narrowed:
                Text(t('board.view.none_own'), 'p', 'menu-label')

    def _draw_link(self, word: str, query: Mapping[str, str], *, here: bool) -> None:
        href = f'/{self._page}?{urlencode(query)}' if query else f'/{self._page}'
        link = Link(word, href, look='quiet')
        if here:
            link.props('aria-current=true')

    @explains_refusals
    async def save(self) -> None:
        """Keep what is shown now under a name."""
        query = dict(self._current())

        @explains_refusals
        async def keep() -> None:
            try:
                view = await desk.save_view(reader().actor, name.value, query, page=self._page, shared=share.value)
            except Invalid as invalid:
                name.set_error(_problem(invalid))
                return
            dialog.close()
            toast(t('board.view.saved', name=view.name))
            await self.load()

        with Dialog(t('board.view.save_title')) as dialog:
            name = TextField(t('board.view.name'), limit=NAME_LIMIT)
            share = CheckField(t('board.view.share'))
            name.on_submit(keep)
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), keep, look='primary')

    @explains_refusals
    async def manage(self) -> None:
        """Rename, share and delete one's own views."""

        @explains_refusals
        async def keep() -> None:
            done = [await row.keep() for row in rows]
            await self.load()
            if all(done):
                dialog.close()

        with Dialog(t('board.view.manage_title'), wide=True) as dialog:
            rows = [_Row(view, self) for view in self._views if view.mine]
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), keep, look='primary')


@dataclass
class _Row:
    """One view in the dialog."""

    view: View
    menu: SavedViews
    gone: bool = False

    def __post_init__(self) -> None:
        with Box('view-row') as self.box:
            self.name = TextField(t('board.view.name'), self.view.name, limit=NAME_LIMIT)
            self.share = CheckField(t('board.view.share'), self.view.shared)
            label = f'{t("board.view.delete")}: {self.view.name}'
            Button(label, partial(_delete, self), look='quiet', icon='trash-2', icon_only=True)

    async def keep(self) -> bool:
        """Write what was changed; False when it is refused, with the reason at the field."""
        changes: dict[str, Any] = {'name': self.name.value, 'shared': self.share.value}
        if self.gone or changes == {'name': self.view.name, 'shared': self.view.shared}:
            return True
        try:
            self.view = await desk.change_view(reader().actor, self.view.id, **changes)
        except Invalid as invalid:
            self.name.set_error(_problem(invalid))
            return False
        return True


@explains_refusals
async def _delete(row: _Row) -> None:
    view = row.view
    await desk.delete_view(reader().actor, view.id)
    row.gone = True
    row.box.delete()
    await row.menu.load()

    @explains_refusals
    async def back() -> None:
        await desk.save_view(reader().actor, view.name, view.query, page=view.page, shared=view.shared)
        await row.menu.load()

    toast(t('board.view.deleted', name=view.name), undo=back)


def _problem(invalid: Invalid) -> str:
    problem = next(iter(invalid.problems.values()))
    return t(problem.key, **problem.values)
