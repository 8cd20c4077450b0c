"""The portal's settings: what admins change while it runs, each with its default, who changed it, and a way back."""

from datetime import datetime
from functools import partial

from nicegui import ui

from components.box import Box
from components.button import Button, Link
from components.feedback import toast
from components.live import Live, Part
from components.logo_field import LogoField
from components.reader import reader
from components.refusals import explains_refusals
from components.setting_field import SettingField, said, said_by_problem
from components.setting_note import setting_note, who_changed
from components.text import Text, t
from services import adjustments, brand, colours
from services.adjustable import BY_NAME, GROUPS
from services.adjustments import SettingView
from services.errors import Invalid
from services.settings import settings

_ELSEWHERE = (('targets', '/admin/targets'), ('privacy', '/admin/privacy'), ('mails', '/admin/mails'))


async def settings_page() -> None:
    page = SettingsPage()
    await page.load()
    page.draw()


class SettingsPage:
    """What one open page of settings knows. What is being typed is left alone when somebody else saves."""

    def __init__(self) -> None:
        self.actor = reader().actor
        self.fields: dict[str, SettingField] = {}
        self.notes: dict[str, Part] = {}

    async def load(self) -> None:
        self.views = {view.what.name: view for view in await adjustments.read(self.actor)}
        self.logo_changed = await brand.changed_by(self.actor)

    def draw(self) -> None:
        ui.page_title(t('settings.title'))
        Live(adjustments.IN_FORCE, 'staff', reload=self.reload)
        with Box('page narrow stack gap-4'):
            Text(t('settings.title'), 'h1')
            Text(t('settings.lead'), 'p', 'soft')
            for group in GROUPS:
                with Box('card section stack gap-3', 'section'):
                    self._draw_group(group)
            with Box('stack gap-half'):
                Text(t('settings.elsewhere'), 'p', 'soft')
                for word, address in _ELSEWHERE:
                    Link(t(f'admin_area.{word}'), address)
        self.show()

    def _draw_group(self, group: str) -> None:
        Text(t(f'settings.group.{group}'), 'h2')
        with Box('settings-fields'):
            for name, view in self.views.items():
                if view.what.group == group:
                    with Box('setting'):
                        self.fields[name] = SettingField(view.what, view.value)
                        self.notes[name] = Part(self._draw_note)
        if group == 'look':
            _draw_shades()
        with Box('row'):
            Button(t('common.save'), partial(self.save, group), look='primary')
        if group == 'look':
            self._draw_logo()

    def _draw_logo(self) -> None:
        Text(t('settings.name.logo'), 'h3', 'strong')
        with LogoField(self.stored_logo) as self.logo:
            self.no_logo = Button(t('settings.to_default'), self.remove_logo, look='quiet', icon='rotate-ccw')
        self.logo_note = Part(_draw_who)

    def _draw_note(self, view: SettingView) -> None:
        name = view.what.name
        default = said(view.what, view.default)
        back = partial(self.reset, name)
        setting_note(t(f'settings.name.{name}'), default, view.changed_by, view.changed_at, back)

    def show(self) -> None:
        """Draw what `load` brought; fields in which something is being typed keep it."""
        for name, view in self.views.items():
            self.fields[name].follow(view.value)
            self.notes[name].show(view)
        self.logo.show()
        self.no_logo.set_visibility(self.logo_changed is not None)
        self.logo_note.show(self.logo_changed)

    async def reload(self) -> None:
        await self.load()
        self.show()

    @explains_refusals
    async def save(self, group: str) -> None:
        ours = {name: field for name, field in self.fields.items() if field.what.group == group}
        entered = {name: field.entered for name, field in ours.items() if field.is_touched}
        try:
            changed = await adjustments.change(self.actor, entered)
        except Invalid as refusal:
            self._point_out(refusal)
            return
        await self.load()
        for name, field in ours.items():
            field.show(self.views[name].value)
        self.show()
        toast(t(_outcome(changed)))

    @explains_refusals
    async def reset(self, name: str) -> None:
        try:
            await adjustments.reset(self.actor, name)
        except Invalid as refusal:
            self._point_out(refusal)
            return
        await self.load()
        self.fields[name].show(self.views[name].value)
        self.show()
        toast(t('settings.saved'))

    async def stored_logo(self) -> None:
        await self.reload()
        toast(t('settings.saved'))

    @explains_refusals
    async def remove_logo(self) -> None:
        await brand.remove_logo(self.actor)
        await adjustments.refresh()
        await self.reload()
        toast(t('settings.logo.removed'))

    def _point_out(self, refusal: Invalid) -> None:
        """Say beside each field what is wrong with it, and go to the first."""
        for name, field in self.fields.items():
            problem = refusal.problems.get(name)
            if problem is None:
                field.field.set_error(None)
                continue
            values = {blank: said_by_problem(value, BY_NAME[name]) for blank, value in problem.values.items()}
            field.field.set_error(t(problem.key, **values))
        self.fields[next(name for name in self.fields if name in refusal.problems)].field.focus()


def _outcome(changed: list[str]) -> str:
    """The key of what is said after saving: also that the accent was taken darker or lighter, and why."""
    if not changed:
        return 'settings.nothing'
    accent = settings().accent
    light, dark = colours.palette(accent)['accent']
    if 'accent' in changed and light != accent:
        return 'settings.saved_accent'
    return 'settings.saved_accent_dark' if 'accent' in changed and dark != accent else 'settings.saved'


def _draw_who(changed: tuple[str, datetime] | None) -> None:
    if changed is not None:
        who_changed(*changed)


def _draw_shades() -> None:
    """A button and a link in both themes, whatever the reader's own."""
    with Box('row gap-2').props('role=img').props(f'aria-label="{t("settings.shades")}"'):
        for ground in ('light', 'dark'):
            with Box('shade-stage').props(f'data-theme={ground}'):
                Text(t('common.save'), 'span', 'button primary dense')
                Text(t('admin_area.targets'), 'span', 'shade-link small')
