"""Figures as tables in a person's words: what is drawn, read out and exported, and what each cell leads to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from models import ClosedBy, Company, Status, User
from services import i18n
from services.figures.flow import Flow
from services.figures.period import Grain, Period
from services.figures.ratings import RatingFigures
from services.figures.tally import Tally
from services.figures.wanted import Wanted
from services.forms import store
from services.forms.definition import worded
from services.lifecycle import UNFINISHED

MOST_ROWS = 200
LEAGUE_FROM = 20
"""An agent with fewer answers stands in no list beside others."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read, the number behind it if it is one, and the address of the tickets behind that."""

    text: str
    value: float | None = None
    href: str = ''
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its code (`figures.table.<code>` is its title); the first cell of a row names it."""

    code: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """How things are called for this reader."""

    language: str
    zone: str
    people: Mapping[int, str]
    companies: Mapping[int, str]
    types: Mapping[str, str]

    def t(self, key: str, **values: object) -> str:
        return i18n.translate(self.language, key, **values)

    def members(self, code: str) -> tuple[str, Mapping[Any, str]]:
        """By which parameter of a filter the members of a group are asked for, and how they are called."""
        if code == 'types':
            return 'type', self.types
        return ('company', self.companies) if code == 'companies' else ('assignee', self.people)

    def percent(self, share: float | None) -> str:
        pattern = '#,##0\xa0%' if self.language == 'ru' else '#,##0%'
        return format_percent(share, pattern, locale=self.language) if share is not None else '–'

    def decimal(self, value: float | None) -> str:
        return format_decimal(value, '0.00', locale=self.language) if value is not None else '–'

    def days(self, period: Period) -> str:
        """'26 октября – 24 ноября 2026 г.'"""
        first, last = (format_date(day, 'd MMMM y', locale=self.language) for day in (period.first, period.last))
        return f'{first} – {last}' if first != last else first

    def step(self, period: Period, grain: Grain) -> str:
        """'6 нояб.' for a day, '2–8 нояб.' for a week, 'ноябрь 2026' for a month."""
        if grain is Grain.MONTH:
            return format_date(period.first, 'LLL y', locale=self.language)
        first = format_skeleton('MMMd', period.first, locale=self.language)
        if period.first == period.last:
            return first
        last = format_skeleton('MMMd', period.last, locale=self.language)
        if period.first.month == period.last.month and self.language == 'ru':
            first = str(period.first.day)
        return f'{first}–{last}'


async def names_for(user: User) -> Names:
    """The words of a reader: every member of staff, company and kind of request."""
    return Names(
        user.language,
        user.time_zone,
        {id: name for id, name in await User.filter(company_id=None).values_list('id', 'name')},
        {id: name for id, name in await Company.all().values_list('id', 'name')},
        {form.type: worded(form.title, user.language) for form in await store.offered()},
    )


def rating_tables(figures: RatingFigures, names: Names) -> dict[str, Table]:
    """The tables of the dashboard, by code."""
    found = [
        _trend(figures, names),
        _stars(figures, names),
        _group(figures, names, 'companies', figures.companies),
        _group(figures, names, 'types', figures.types),
        _took(figures, names),
        _replies(figures, names),
        _closings(figures, names),
    ]
    if not figures.own:
        league = {who: tally for who, tally in figures.agents.items() if tally.answers >= LEAGUE_FROM}
        found.append(_group(figures, names, 'agents', league))
    return {table.code: table for table in found}


def flow_tables(flow: Flow, names: Names) -> dict[str, Table]:
    """The tables of the flow, by code."""
    found = (_days(flow, names), _standing(flow, names), _ages(flow, names), _loads(flow, names), _ahead(flow, names))
    return {table.code: table for table in found}


def _trend(figures: RatingFigures, names: Names) -> Table:
    wanted = figures.wanted
    rows = [
        (
            Cell(names.step(step, wanted.grain)),
            *_tallied(tally, names, lambda step=step, **more: wanted.behind(rated=step.span, **more)),
        )
        for step, tally in figures.trend
    ]
    return Table('trend', _tally_head(names, names.t(f'figures.grain.{wanted.grain.value}')), tuple(rows))


def _stars(figures: RatingFigures, names: Names) -> Table:
    total, span = figures.total, figures.wanted.period.span
    rows = [
        (
            Cell(i18n.plural(names.language, 'admin.stars', stars)),
            *_counted(
                total.stars[stars - 1],
                total.answers,
                names,
                figures.wanted.behind(rated=span, stars=(stars,)),
            ),
        )
        for stars in (5, 4, 3, 2, 1)
    ]
    return Table(
        'stars',
        (names.t('figures.column.stars'), names.t('figures.column.answers'), names.t('figures.column.share')),
        tuple(rows),
    )


def _group(figures: RatingFigures, names: Names, code: str, tallies: Mapping[Any, Tally]) -> Table:
    """One row for each member of a group, most answers first."""
    parameter, called = names.members(code)
    wanted, span = figures.wanted, figures.wanted.period.span
    ranked = sorted(tallies.items(), key=lambda item: (-item[1].answers, str(item[0])))[:MOST_ROWS]

    def behind(key: Any) -> Callable[..., str]:
        if key is None and parameter != 'assignee':
            return lambda **_: ''
        return lambda **more: wanted.behind(**{'rated': span, parameter: 'none' if key is None else key, **more})

    rows = [
        (
            Cell(called.get(key) or (str(key) if key else names.t(f'figures.none.{parameter}')), href=behind(key)()),
            *_tallied(tally, names, behind(key)),
        )
        for key, tally in ranked
    ]
    return Table(code, _tally_head(names, names.t(f'figures.column.{code}')), tuple(rows))


def _took(figures: RatingFigures, names: Names) -> Table:
    def behind(stars: int) -> str:
        return figures.wanted.behind(rated=figures.wanted.period.span, stars=(stars,))

    rows = [
        (
            Cell(i18n.plural(names.language, 'admin.stars', stars)),
            _length(figures.took[stars].answer, names, behind(stars)),
            _length(figures.took[stars].solution, names, behind(stars)),
            _count(figures.total.stars[stars - 1], names, behind(stars)),
        )
        for stars in (5, 4, 3, 2, 1)
    ]
    head = ('stars', 'answer_took', 'solution_took', 'answers')
    return Table('took', tuple(names.t(f'figures.column.{name}') for name in head), tuple(rows))


def _replies(figures: RatingFigures, names: Names) -> Table:
    wanted, replies = figures.wanted, figures.replies
    rows = [
        (
            Cell(names.t(f'figures.reply.{name}')),
            *_counted(
                count,
                replies.asked,
                names,
                wanted.behind(asked=wanted.period.span, reply=None if name == 'asked' else name),
            ),
        )
        for name, count in (('asked', replies.asked), ('opened', replies.opened), ('rated', replies.rated))
    ]
    return Table('replies', _of_head(names, 'reply', 'tickets', 'share'), tuple(rows))


def _closings(figures: RatingFigures, names: Names) -> Table:
    wanted, closings = figures.wanted, figures.closings
    span = wanted.period.span
    rows = [
        (
            Cell(names.t(f'figures.closed_by.{closer.value}')),
            *_counted(closings.by[closer], closings.done, names, wanted.behind(done=span, closed_by=closer)),
        )
        for closer in (ClosedBy.CUSTOMER, ClosedBy.SILENCE, ClosedBy.STAFF)
    ]
    reopened = (
        Cell(names.t('figures.closed_by.reopened')),
        *_counted(closings.reopened, closings.done, names, wanted.behind(done=span, reopened=True)),
    )
    return Table('closings', _of_head(names, 'closed_by', 'tickets', 'share'), (*rows, reopened))


def _days(flow: Flow, names: Names) -> Table:
    wanted = flow.wanted
    rows = [
        (
            Cell(names.step(step.period, wanted.grain)),
            _count(step.created, names, wanted.behind(created=step.period.span)),
            _count(step.solved, names, wanted.behind(done=step.period.span)),
            _count(step.silent, names, wanted.behind(done=step.period.span, closed_by=ClosedBy.SILENCE)),
        )
        for step in flow.steps
    ]
    return Table('days', _of_head(names, f'{wanted.grain.value}', 'created', 'solved', 'silent'), tuple(rows))


def _standing(flow: Flow, names: Names) -> Table:
    """Each row leads to the board of its last day: which tickets these were is seen there."""
    rows = [
        (
            Cell(names.step(step.period, flow.wanted.grain)),
            *(
                Cell(i18n.number(names.language, step.standing[status]), step.standing[status], _board(step.period))
                for status in UNFINISHED
            ),
        )
        for step in flow.steps
    ]
    statuses = tuple(i18n.translate(names.language, f'status.{status.value}') for status in UNFINISHED)
    return Table('standing', (*_of_head(names, f'{flow.wanted.grain.value}'), *statuses), tuple(rows))


def _ages(flow: Flow, names: Names) -> Table:
    rows = [
        (Cell(names.t(f'figures.age.{place}')), _count(count, names, _open(flow.wanted, created=span)))
        for place, (span, count) in enumerate(flow.ages)
    ]
    return Table('ages', _of_head(names, 'age', 'tickets'), tuple(rows))


def _loads(flow: Flow, names: Names) -> Table:
    def name(who: int | None) -> str:
        return names.people.get(who, str(who)) if who is not None else names.t('figures.none.assignee')

    ranked = sorted(flow.loads.items(), key=lambda item: (item[0] is None, -sum(item[1].values()), name(item[0])))
    rows = [
        (
            Cell(name(who)),
            _count(sum(load.values()), names, _open(flow.wanted, assignee='none' if who is None else who)),
            *(
                _count(
                    load.get(status, 0),
                    names,
                    _open(flow.wanted, assignee='none' if who is None else who, statuses=(status,)),
                )
                for status in UNFINISHED
            ),
        )
        for who, load in ranked
    ]
    statuses = tuple(i18n.translate(names.language, f'status.{status.value}') for status in UNFINISHED)
    return Table('loads', (*_of_head(names, 'agents', 'tickets'), *statuses), tuple(rows))


def _ahead(flow: Flow, names: Names) -> Table:
    statuses = (Status.AWAITING_FEEDBACK,)
    rows = [
        (
            Cell(names.step(day, Grain.DAY)),
            _count(count, names, _open(flow.wanted, closes=day.span, statuses=statuses)),
        )
        for day, count in flow.closing
    ]
    return Table('ahead', _of_head(names, 'day', 'tickets'), tuple(rows))


def _tally_head(names: Names, first: str) -> tuple[str, ...]:
    return (first, *_of_head(names, 'answers', 'good', 'good_between', 'mean', 'mean_between', 'bad'))


def _of_head(names: Names, *codes: str) -> tuple[str, ...]:
    return tuple(names.t(f'figures.column.{code}') for code in codes)


def _tallied(tally: Tally, names: Names, behind: Callable[..., str]) -> Iterable[Cell]:
    """What is told of any number of ratings; few of them are called few."""
    few = f' · {names.t("figures.few")}' if tally.answers and tally.small else ''
    yield Cell(i18n.number(names.language, tally.answers) + few, tally.answers, behind() if tally.answers else '')
    yield Cell(names.percent(tally.good), tally.good, behind(stars=(4, 5)) if tally.answers else '')
    yield Cell(between(tally.good_between, names.percent), interval=tally.good_between)
    yield Cell(names.decimal(tally.mean), tally.mean, behind() if tally.answers else '')
    yield Cell(between(tally.mean_between, names.decimal), interval=tally.mean_between)
    yield _count(sum(tally.stars[:2]), names, behind(stars=(1, 2)))


def between(interval: tuple[float, float] | None, worded: Callable[[float | None], str]) -> str:
    """'84 %–96 %', '4,12–4,61'."""
    return '–'.join(map(worded, interval)) if interval else '–'


def _count(count: int, names: Names, href: str) -> Cell:
    return Cell(i18n.number(names.language, count), count, href if count else '')


def _counted(count: int, of: int, names: Names, href: str) -> tuple[Cell, Cell]:
    """How many, and which share of all."""
    share = count / of if of else None
    return _count(count, names, href), Cell(names.percent(share), share, href if count else '')


def _length(length: timedelta | None, names: Names, href: str) -> Cell:
    if length is None:
        return Cell('–')
    return Cell(i18n.duration(names.language, length), round(length.total_seconds() / 3600, 2), href)


def _open(wanted: Wanted, *, statuses: Sequence[Status] = UNFINISHED, **which: Any) -> str:
    return wanted.behind(statuses=statuses, **which)


def _board(period: Period) -> str:
    return f'/admin/flow?day={period.last.isoformat()}#then'
