"""The first page of the administration: how customers rate the help lately."""

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Link
from components.feedback import EmptyState
from components.live import Live, Part
from components.reader import reader
from components.text import Moment, Text, number, plural, t
from services import satisfaction
from services.satisfaction import Opinion, Satisfaction


async def admin_page() -> None:
    ui.page_title(t('admin.title'))
    page = AdminPage()
    await page.load()
    page.content()


class AdminPage:
    """What one open administration page knows."""

    async def load(self) -> None:
        self.lately = await satisfaction.lately(reader().actor)

    def content(self) -> None:
        Live('staff', reload=self.reload)
        with Box('page stack gap-4'):
            Text(t('admin.title'), 'h1')
            self.figures = Part(_figures).classes('stack gap-3')
            self.figures.show(self.lately)

    async def reload(self) -> None:
        await self.load()
        self.figures.show(self.lately)


def _figures(lately: Satisfaction) -> None:
    Text(t('admin.lately'), 'h2')
    if not lately.answers:
        EmptyState(t('admin.no_answers'), t('admin.no_answers_why'), icon='star')
        return
    with Box('figures'):
        _figure(t('admin.good'), f'{round(100 * (lately.good or 0))} %')
        _figure(t('admin.mean'), number(round(lately.mean or 0, 2)))
        _figure(t('admin.answers'), t('admin.of_asked', answers=lately.answers, asked=lately.asked))
    with Box('stack gap-1', 'ol').classes('stars'):
        for stars in (5, 4, 3, 2, 1):
            _bar(stars, lately.stars[stars - 1], max(lately.stars))
    Text(t('admin.opinions'), 'h2')
    with Box('stack gap-2', 'ul').classes('opinions'):
        for opinion in lately.opinions:
            _opinion(opinion)


def _figure(label: str, value: str) -> None:
    with Box('figure card'):
        Text(value, 'p', 'figure-value numbers')
        Text(label, 'p', 'soft small')


def _bar(stars: int, count: int, most: int) -> None:
    with Box('bar row nowrap gap-2', 'li'):
        Text(plural('admin.stars', stars), 'span', 'bar-label small')
        with Box('bar-track').props('aria-hidden=true'):
            Box('bar-fill').style(f'inline-size: {100 * count / max(most, 1):.1f}%')
        Text(number(count), 'span', 'numbers small')


def _opinion(opinion: Opinion) -> None:
    with Box('opinion card', 'li'):
        with Box('row between gap-2'):
            Badge(plural('admin.stars', opinion.stars), icon='star', tone='danger' if opinion.stars < 3 else '')
            Moment(opinion.rated_at)
        if opinion.comment:
            Text(opinion.comment, 'p', 'measure')
        with Box('row gap-1 small'):
            Link(opinion.ticket, f'/tickets/{opinion.ticket}')
            Text(opinion.subject, 'span', 'clip')
            Text(' · '.join(filter(None, (opinion.requester, opinion.company))), 'span', 'soft')
