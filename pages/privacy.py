"""How long the portal keeps each kind of data: a period or for good, and what the next run would take away."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from components.box import Box
from components.button import Button
from components.feedback import Notice, toast
from components.field import ChoiceField, Field, Option
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.setting_note import setting_note
from components.text import Moment, Text, plural, t
from services.errors import Invalid
from services.privacy import retention
from services.privacy.retention import Retention, RuleView

PERIODS = (1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1_095, 1_825, 3_650)
"""What one may choose, in days; a rule offers those that are long enough for it."""
GOOD = 'keep'
_YEAR = 365


async def privacy_page() -> None:
    page = PrivacyPage()
    await page.load()
    page.content()


class PrivacyPage:
    """What one open page of periods knows. What is being chosen is left alone; who saves last is in force."""

    def __init__(self) -> None:
        self.actor = reader().actor
        self.fields: dict[str, ChoiceField] = {}
        self.effects: dict[str, Part] = {}
        self.notes: dict[str, Part] = {}

    async def load(self) -> None:
        self.kept: Retention = await retention.read(self.actor)

    def content(self) -> None:
        ui.page_title(t('privacy.title'))
        Live(retention.TOPIC, f'user:{reader().user_id}', reload=self.reload)
        with Box('page narrow privacy'):
            with Box('stack gap-1'):
                Text(t('privacy.title'), 'h1')
                Text(t('privacy.lead'), 'p', 'soft')
            self.runs = Part(_draw_runs)
            with Box('list privacy-rules', 'ul'):
                for rule in self.kept.rules:
                    self._draw_rule(rule)
            with Box('row between'):
                Text(t('privacy.from_now_on'), 'p', 'soft small')
                Button(t('common.save'), self.save, look='primary').mark('save_periods')
            Notice(t('privacy.people_hint'), icon='user')
        self.show()

    def show(self) -> None:
        """Draw what `load` brought."""
        self.runs.show(self.kept.ran_at)
        for rule in self.kept.rules:
            self.notes[rule.kind].show(rule)
            if self.fields[rule.kind].value == _value(rule.days):
                self.effects[rule.kind].show(rule, rule.days, rule.due)

    async def reload(self) -> None:
        await self.load()
        self.show()

    def _draw_rule(self, rule: RuleView) -> None:
        with Box('privacy-rule', 'li'):
            with Box('stack gap-half'):
                Text(t(f'privacy.kind.{rule.kind}'), 'h2', 'privacy-kind')
                Text(t(f'privacy.about.{rule.kind}'), 'p', 'soft small')
                self.effects[rule.kind] = Part(_draw_effect)
                self.effects[rule.kind].props('aria-live=polite')
            with Box('stack gap-half'):
                self.fields[rule.kind] = ChoiceField(
                    t('privacy.period_of', kind=t(f'privacy.kind.{rule.kind}')),
                    _options(rule),
                    _value(rule.days),
                    label_hidden=True,
                    on_change=self._look(rule),
                )
                self.notes[rule.kind] = Part(self._draw_note)

    def _draw_note(self, rule: RuleView) -> None:
        kind, default = t(f'privacy.kind.{rule.kind}'), _period(rule.default)
        setting_note(kind, default, rule.changed_by, rule.changed_at, partial(self.reset, rule))

    def _look(self, rule: RuleView) -> Callable[[], Awaitable[None]]:
        """Say what the next run would take away if what is chosen now were saved."""

        @explains_refusals
        async def look() -> None:
            days = _days(self.fields[rule.kind])
            due = await retention.due(self.actor, rule.kind, days)
            self.effects[rule.kind].show(rule, days, due)

        return look

    @explains_refusals
    async def save(self) -> None:
        fields: dict[str, Field] = dict(self.fields)
        try:
            await retention.change(self.actor, {kind: _days(field) for kind, field in self.fields.items()})
        except Invalid as refusal:
            point_out(refusal, fields)
            return
        point_out(None, fields)
        toast(t('privacy.saved'))
        await self.reload()

    @explains_refusals
    async def reset(self, rule: RuleView) -> None:
        """Back to the default of one kind."""
        await retention.change(self.actor, {rule.kind: rule.default})
        self.fields[rule.kind].set_value(_value(rule.default))
        await self.reload()
        toast(t('privacy.saved'))


def _draw_runs(ran_at: object) -> None:
    with Text('', 'p', 'soft small privacy-run'):
        Text(t('privacy.ran_at') if ran_at else t('privacy.never_ran'), 'span')
        if ran_at:
            Text(' ', 'span')
            Moment(ran_at, relative=False)  # type: ignore[arg-type]


def _draw_effect(rule: RuleView, days: int | None, due: int) -> None:
    if days is None:
        Text(t('privacy.nothing_goes'), 'p', 'small soft')
    elif due:
        Text(plural('privacy.due', due), 'p', 'small privacy-due')
    else:
        Text(t('privacy.nothing_due'), 'p', 'small soft')
    if rule.removed:
        Text(plural('privacy.removed', rule.removed), 'p', 'tiny faint')


def _options(rule: RuleView) -> list[Option]:
    periods = {days for days in PERIODS if days >= rule.least} | ({rule.days} if rule.days else set())
    return [*(Option(str(days), _period(days)) for days in sorted(periods)), Option(GOOD, _period(None))]


def _period(days: int | None) -> str:
    if days is None:
        return t('privacy.for_good')
    years, rest = divmod(days, _YEAR)
    return plural('privacy.years', years) if years and not rest else plural('privacy.days', days)


def _value(days: int | None) -> str:
    return str(days) if days else GOOD


def _days(field: ChoiceField) -> int | None:
    return None if field.value in (GOOD, '') else int(field.value)
