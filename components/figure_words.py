"""Says in words which tickets are behind a figure: a filter that came from a dashboard."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from components.reader import reader
from components.text import day, moment, plural, t
from services.desk.filters import SPANS, DeskFilter
from services.figures.period import Span

_INSTANT = timedelta(microseconds=1)


def figure_words(wanted: DeskFilter) -> str:
    """'Оценены с 1 ноября по 30 ноября; 4 звезды, 5 звёзд'; nothing for a filter of the desk's own."""
    said = [
        t(f'figures.behind.{name}', span=_span(span)) for name in SPANS if (span := getattr(wanted, name)) is not None
    ]
    if wanted.stood:
        status = t(f'status.{wanted.stood.status.value}')
        said.append(t('figures.behind.stood', status=status, at=_end(wanted.stood.at)))
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
    """Whole days are named with the last of them: 'from 1 September to 30 September'."""
    since = t('figures.behind.since', at=_begin(span.since)) if span.since else ''
    until = t(f'figures.behind.{_up_to(span.until)}', at=_end(span.until)) if span.until else ''
    return f'{since} {until}'.strip()


def _begin(at: datetime) -> str:
    return day(at) if _is_midnight(at) else moment(at)


def _end(at: datetime) -> str:
    return day(at - _INSTANT) if _is_midnight(at) else moment(at)


def _up_to(at: datetime) -> str:
    return 'with' if _is_midnight(at) else 'until'


def _is_midnight(at: datetime) -> bool:
    return at.astimezone(ZoneInfo(reader().time_zone)).time() == time()
