"""The portal's health: what is measured of it, whether that is well, and what to do where it is not."""

from datetime import datetime
from typing import Any, Final

from nicegui import Client, ui

from components.badge import Badge
from components.box import Box
from components.button import Link
from components.feedback import Notice
from components.live import Part
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Moment, Text, file_size, moment, number, t
from services import vitals
from services.vitals import JobView, State, Vital, Vitals

EVERY: Final = 5.0  # seconds; only what runs in this window's view is measured so often
_TONES: Final = {State.GOOD: 'success', State.WATCH: 'warning', State.BAD: 'danger'}
_ICONS: Final = {State.GOOD: 'circle-check', State.WATCH: 'triangle-alert', State.BAD: 'circle-x'}
_LINKS: Final = {'mail': '/admin/outbox?state=waiting', 'failed': '/admin/outbox?state=failed'}


async def health_page() -> None:
    page = HealthPage()
    await page.load()
    page.draw()


class HealthPage:
    """What one open page of the portal's health knows."""

    vitals: Vitals

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        pages = sum(client.has_socket_connection for client in Client.instances.values())
        self.vitals = await vitals.read(self.actor, open_pages=pages)

    def draw(self) -> None:
        ui.page_title(t('health.title'))
        with Box('page stack gap-3'):
            with Box('stack gap-1'):
                Text(t('health.title'), 'h1')
                Text(t('health.lead'), 'p', 'soft')
            self.summary = Part(_draw_summary)
            with Box('health-things'):
                self.things = {one.name: Part(_draw_thing) for one in self.vitals.things}
            with Box('card section stack gap-2', 'section'):
                Text(t('health.jobs'), 'h2')
                self.jobs = Part(_draw_jobs)
        self.show()
        ui.timer(EVERY, self.reload, immediate=False)

    def show(self) -> None:
        """Draw what `load` brought, where it is something else than before."""
        self.summary.show(self.vitals.state)
        for one in self.vitals.things:
            self.things[one.name].show(one)
        self.jobs.show(self.vitals.jobs)

    @explains_refusals
    async def reload(self) -> None:
        await self.load()
        self.show()


def _draw_summary(state: State) -> None:
    kinds: Any = {State.GOOD: 'success', State.WATCH: 'warning', State.BAD: 'danger'}
    Notice(t(f'health.summary.{state.value}'), kind=kinds[state])


def _draw_thing(one: Vital) -> None:
    with Box(f'card health-thing {one.state.value}', 'section'):
        with Box('row between nowrap'):
            Text(t(f'health.name.{one.name}'), 'h2', 'eyebrow')
            _draw_state(one.state)
        Text(t(f'health.said.{one.name}.{one.how}', **_worded(one.values)), 'p', 'strong')
        if one.state is not State.GOOD:
            Text(t(f'health.todo.{one.name}.{one.how}'), 'p', 'small soft')
            if one.name in _LINKS:
                Link(t('health.open'), _LINKS[one.name])


def _draw_jobs(jobs: tuple[JobView, ...]) -> None:
    with Box('health-jobs', 'ul'):
        for job in jobs:
            with Box('row between health-job', 'li'):
                Text(t(f'health.job.{job.name}'), 'span')
                with Box('row gap-2'):
                    if job.ended_at is None:
                        Text(t('health.never'), 'span', 'faint small')
                    else:
                        Moment(job.ended_at).classes('faint small')
                    if job.failed:
                        Text(t('health.job_failed', count=number(job.failed)), 'span', 'small')
                    _draw_state(job.state)
    if any(job.state is not State.GOOD for job in jobs):
        Text(t('health.jobs_todo'), 'p', 'small soft')


def _draw_state(state: State) -> None:
    Badge(t(f'health.state.{state.value}'), tone=_TONES[state], icon=_ICONS[state])


def _worded(values: Any) -> dict[str, str]:
    """Sizes, moments and numbers as people read them; what is text stays."""
    words: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            words[name] = moment(value)
        elif name in ('size', 'free'):
            words[name] = file_size(value)
        else:
            words[name] = number(value) if isinstance(value, int | float) else str(value)
    return words
