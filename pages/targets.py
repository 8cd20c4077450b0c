"""Time targets: by impact the hours to a first answer and to a solution, and when support works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nicegui import ui

from components.box import Box
from components.button import Button
from components.feedback import toast
from components.field import Field, TextArea, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.setting_note import setting_note
from components.text import Text, t
from models import Impact
from services.desk import settings_store
from services.desk.settings_store import Plan
from services.errors import Invalid
from services.zones import zones

_DAYS = ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')


async def targets_page() -> None:
    page = TargetsPage()
    await page.load()
    page.draw()


class TargetsPage:
    """What one open page of targets knows. What is being typed is left alone; who saves last is in force."""

    plan: Plan

    def __init__(self) -> None:
        self.actor = reader().actor
        self.hours: dict[str, Field] = {}
        self.calendar: dict[str, Field] = {}

    async def load(self) -> None:
        self.plan = await settings_store.read_plan(self.actor)
        self.changes = await settings_store.changes(self.actor)

    def draw(self) -> None:
        ui.page_title(t('targets.title'))
        Live(settings_store.TOPIC, reload=self.reload)
        with Box('page narrow stack gap-4'):
            Text(t('targets.title'), 'h1')
            Text(t('targets.lead'), 'p', 'soft')
            with Box('card section stack gap-3', 'section'):
                self._draw_hours()
            with Box('card section stack gap-3', 'section'):
                self._draw_calendar(settings_store.calendar_data(self.plan.calendar))
        self.show()

    async def reload(self) -> None:
        await self.load()
        self.show()

    def show(self) -> None:
        """Say who changed what when."""
        self.hours_note.show(self.changes.get(settings_store.TARGETS))
        self.calendar_note.show(self.changes.get(settings_store.CALENDAR))

    def _draw_hours(self) -> None:
        Text(t('targets.hours'), 'h2')
        for impact in Impact:
            target = self.plan.targets[impact]
            with Box('targets-row', 'fieldset'):
                Text(t(f'impact.{impact.value}'), 'legend', 'strong')
                for name, value in (('respond', target.respond), ('solve', target.solve)):
                    hint = t('settings.default', value=f'{getattr(settings_store.DEFAULT_TARGETS[impact], name):g}')
                    field = TextField(t(f'targets.{name}'), f'{value:g}', inputmode='decimal', hint=hint)
                    self.hours[f'{impact.value}.{name}'] = field
        self.hours_note = Part(self._draw_hours_note)
        with Box('row'):
            Button(t('common.save'), self.save_hours, look='primary')

    def _draw_hours_note(self, changed: tuple[str, datetime] | None) -> None:
        by, at = changed or ('', None)
        setting_note(t('targets.hours'), '', by, at, self.reset_hours)

    def _draw_calendar_note(self, changed: tuple[str, datetime] | None) -> None:
        by, at = changed or ('', None)
        setting_note(t('targets.calendar'), t('targets.calendar_default'), by, at, self.reset_calendar)

    def _draw_calendar(self, calendar: Mapping[str, Any]) -> None:
        Text(t('targets.calendar'), 'h2')
        Text(t('targets.calendar_lead'), 'p', 'soft small')
        written = _written(calendar)
        with Box('targets-days'):
            for name in _DAYS:
                self.calendar[name] = TextField(t(f'targets.{name}'), written[name], required=False)
            self.calendar['zone'] = TextField(t('targets.zone'), written['zone'], suggestions=sorted(zones()))
        hint = t('targets.holidays_hint')
        self.calendar['holidays'] = TextArea(
            t('targets.holidays'), written['holidays'], rows=8, optional=True, hint=hint
        )
        self.calendar_note = Part(self._draw_calendar_note)
        with Box('row'):
            Button(t('common.save'), self.save_calendar, look='primary')

    @explains_refusals
    async def save_hours(self) -> None:
        wanted: dict[str, dict[str, float | None]] = {}
        for place, field in self.hours.items():
            impact, _, name = place.partition('.')
            wanted.setdefault(impact, {})[name] = _number(field.value)
        try:
            await settings_store.change_targets(self.actor, wanted)
        except Invalid as refusal:
            point_out(refusal, self.hours)
            return
        await self._saved(self.hours)

    @explains_refusals
    async def reset_hours(self) -> None:
        plan = await settings_store.reset_targets(self.actor)
        for place, field in self.hours.items():
            impact, _, name = place.partition('.')
            field.set_value(f'{getattr(plan.targets[Impact(impact)], name):g}')
        await self._saved(self.hours)

    @explains_refusals
    async def save_calendar(self) -> None:
        week = [_shifts(self.calendar[name].value) for name in _DAYS]
        wanted = {
            'zone': self.calendar['zone'].value.strip(),
            'week': week,
            'holidays': self.calendar['holidays'].value.split(),
        }
        try:
            await settings_store.change_calendar(self.actor, wanted)
        except Invalid as refusal:
            point_out(refusal, self.calendar | {'week': self.calendar['monday']})
            return
        await self._saved(self.calendar)

    @explains_refusals
    async def reset_calendar(self) -> None:
        plan = await settings_store.reset_calendar(self.actor)
        for name, text in _written(settings_store.calendar_data(plan.calendar)).items():
            self.calendar[name].set_value(text)
        await self._saved(self.calendar)

    async def _saved(self, fields: Mapping[str, Field]) -> None:
        point_out(None, fields)
        await self.load()
        self.show()
        toast(t('targets.saved'))


def _written(calendar: Mapping[str, Any]) -> dict[str, str]:
    """The calendar as it stands in the fields."""
    week = {
        name: ', '.join('-'.join(shift) for shift in shifts)
        for name, shifts in zip(_DAYS, calendar['week'], strict=True)
    }
    return week | {'zone': calendar['zone'], 'holidays': '\n'.join(calendar['holidays'])}


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(',', '.'))
    except ValueError:
        return None


def _shifts(text: str) -> list[list[str]]:
    """'09:00-13:00, 14:00-18:00' as pairs; what is no pair is left for the service to refuse."""
    return [[end.strip() for end in shift.replace('–', '-').split('-')] for shift in text.split(',') if shift.strip()]
