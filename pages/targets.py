"""Time targets: by impact the hours to a first answer and to a solution, and when support works."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from components.box import Box
from components.button import Button
from components.feedback import toast
from components.field import Field, TextArea, TextField
from components.reader import reader
from components.refusals import explains_refusals, point_out
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

    def draw(self) -> None:
        ui.page_title(t('targets.title'))
        with Box('page narrow stack gap-4'):
            Text(t('targets.title'), 'h1')
            Text(t('targets.lead'), 'p', 'soft')
            with Box('card section stack gap-3', 'section'):
                self._draw_hours()
            with Box('card section stack gap-3', 'section'):
                self._draw_calendar(settings_store.calendar_data(self.plan.calendar))

    def _draw_hours(self) -> None:
        Text(t('targets.hours'), 'h2')
        for impact in Impact:
            target = self.plan.targets[impact]
            with Box('targets-row', 'fieldset'):
                Text(t(f'impact.{impact.value}'), 'legend', 'strong')
                for name, value in (('respond', target.respond), ('solve', target.solve)):
                    field = TextField(t(f'targets.{name}'), f'{value:g}', inputmode='decimal')
                    self.hours[f'{impact.value}.{name}'] = field
        Button(t('common.save'), self.save_hours, look='primary')

    def _draw_calendar(self, calendar: Mapping[str, Any]) -> None:
        Text(t('targets.calendar'), 'h2')
        Text(t('targets.calendar_lead'), 'p', 'soft small')
        for name, shifts in zip(_DAYS, calendar['week'], strict=True):
            written = ', '.join('-'.join(shift) for shift in shifts)
            self.calendar[name] = TextField(t(f'targets.{name}'), written, optional=True)
        known = sorted(zones())
        self.calendar['zone'] = TextField(t('targets.zone'), calendar['zone'], suggestions=known)
        holidays = '\n'.join(calendar['holidays'])
        hint = t('targets.holidays_hint')
        self.calendar['holidays'] = TextArea(t('targets.holidays'), holidays, rows=8, optional=True, hint=hint)
        Button(t('common.save'), self.save_calendar, look='primary')

    @explains_refusals
    async def save_hours(self) -> None:
        wanted: dict[str, dict[str, float | None]] = {}
        for place, field in self.hours.items():
            impact, _, name = place.partition('.')
            wanted.setdefault(impact, {})[name] = _number(field.value)
        try:
            self.plan = await settings_store.change_targets(self.actor, wanted)
        except Invalid as refusal:
            point_out(refusal, self.hours)
            return
        point_out(None, self.hours)
        toast(t('targets.saved'))

    @explains_refusals
    async def save_calendar(self) -> None:
        week = [_shifts(self.calendar[name].value) for name in _DAYS]
        wanted = {
            'zone': self.calendar['zone'].value.strip(),
            'week': week,
            'holidays': self.calendar['holidays'].value.split(),
        }
        try:
            self.plan = await settings_store.change_calendar(self.actor, wanted)
        except Invalid as refusal:
            point_out(refusal, self.calendar | {'week': self.calendar['monday']})
            return
        point_out(None, self.calendar)
        toast(t('targets.saved'))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(',', '.'))
    except ValueError:
        return None


def _shifts(text: str) -> list[list[str]]:
    """'09:00-13:00, 14:00-18:00' as pairs; what is no pair is left for the service to refuse."""
    return [[end.strip() for end in shift.replace('–', '-').split('-')] for shift in text.split(',') if shift.strip()]
