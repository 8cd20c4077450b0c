"""Says in words which tickets are behind a figure: a filter that came from a dashboard."""

from components.text import moment, plural, t
from services.desk.filters import SPANS, DeskFilter
from services.figures.period import Span


def figure_words(wanted: DeskFilter) -> str:
    """'Оценены: с 1 ноября, 00:00 до 1 декабря, 00:00; 4 звезды и 5 звёзд'; nothing for a filter of the desk's own."""
    said = [
        t(f'figures.behind.{name}', span=_span(span)) for name in SPANS if (span := getattr(wanted, name)) is not None
    ]
    if wanted.stood:
        status = t(f'status.{wanted.stood.status.value}')
        said.append(t('figures.behind.stood', status=status, at=moment(wanted.stood.at)))
    if wanted.reply:
        said.append(t(f'figures.behind.{wanted.reply}_reply'))
    if wanted.stars:
        said.append(', '.join(plural('admin.stars', stars) for stars in wanted.stars))
    if wanted.closed_by:
        said.append(t(f'figures.closed_by.{wanted.closed_by.value}'))
    if wanted.reopened:
        said.append(t('figures.behind.reopened'))
    return t('figures.behind.all', said='; '.join(said)) if said else ''


def _span(span: Span) -> str:
    since = t('figures.behind.since', at=moment(span.since)) if span.since else ''
    until = t('figures.behind.until', at=moment(span.until)) if span.until else ''
    return f'{since} {until}'.strip()
