"""The tables of the ratings: each row a step of time, a number of stars, or a member of a group."""

from collections.abc import Callable, Mapping
from typing import Any

from models import ClosedBy
from services import i18n
from services.desk.filters import NOBODY
from services.figures.names import Names
from services.figures.ratings import RatingFigures
from services.figures.tables import Cell, Table, count_cell, counted, led, length_cell, of_head, tallied, tally_head
from services.figures.tally import Tally

MOST_ROWS = 100
"""Of a group, on a page: nobody reads further, and each row costs 1 KB. An exported file has all."""
LEAGUE_FROM = 20
"""An agent with fewer answers stands in no list beside others."""


def rating_tables(figures: RatingFigures, names: Names, *, most: int | None = MOST_ROWS) -> dict[str, Table]:
    """The tables of the dashboard, by code.

    :param most: rows of a group, those with most answers; None for all of them
    """
    found = [
        _trend(figures, names),
        _stars(figures, names),
        _group(figures, names, 'companies', figures.companies, most),
        _group(figures, names, 'types', figures.types, most),
        _took(figures, names),
        _replies(figures, names),
        _closings(figures, names),
    ]
    if not figures.own:
        league = {who: tally for who, tally in figures.agents.items() if tally.answers >= LEAGUE_FROM}
        found.append(_group(figures, names, 'agents', league, most))
    return {table.code: table for table in found}


def _trend(figures: RatingFigures, names: Names) -> Table:
    wanted = figures.wanted
    rows = [
        led(
            Cell(names.step(step, wanted.grain)),
            *tallied(tally, names, lambda step=step, **more: wanted.behind(rated=step.span, **more)),
        )
        for step, tally in figures.trend
    ]
    return Table('trend', tally_head(names, names.t(f'figures.grain.{wanted.grain.value}')), tuple(rows))


def _stars(figures: RatingFigures, names: Names) -> Table:
    total, span = figures.total, figures.wanted.period.span
    rows = [
        led(
            Cell(i18n.plural(names.language, 'admin.stars', stars)),
            *counted(
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


def _group(figures: RatingFigures, names: Names, code: str, tallies: Mapping[Any, Tally], most: int | None) -> Table:
    """One row for each member of a group, most answers first."""
    parameter, called = names.members(code)
    wanted, span = figures.wanted, figures.wanted.period.span
    ranked = sorted(tallies.items(), key=lambda item: (-item[1].answers, str(item[0])))[:most]

    def behind(key: Any) -> Callable[..., str]:
        return lambda **more: wanted.behind(**{'rated': span, parameter: NOBODY if key is None else key, **more})

    rows = [
        led(
            Cell(called.get(key) or (str(key) if key else names.t(f'figures.none.{parameter}'))),
            *tallied(tally, names, behind(key)),
        )
        for key, tally in ranked
    ]
    head = tally_head(names, names.t(f'figures.column.{code}'))
    return Table(code, head, tuple(rows), left_out=len(tallies) - len(ranked))


def _took(figures: RatingFigures, names: Names) -> Table:
    def row(stars: int) -> tuple[Cell, ...]:
        behind, took = figures.wanted.behind(rated=figures.wanted.period.span, stars=(stars,)), figures.took[stars]
        rated = count_cell(figures.total.stars[stars - 1], names, behind)
        return (
            Cell(i18n.plural(names.language, 'admin.stars', stars), href=rated.href),
            length_cell(took.answer, names, behind),
            length_cell(took.solution, names, behind),
            rated,
        )

    head = ('stars', 'answer_took', 'solution_took', 'answers')
    return Table('took', of_head(names, *head), tuple(map(row, (5, 4, 3, 2, 1))), hours=(1, 2))


def _replies(figures: RatingFigures, names: Names) -> Table:
    wanted, replies = figures.wanted, figures.replies
    rows = [
        led(
            Cell(names.t(f'figures.reply.{name}')),
            *counted(
                count,
                replies.asked,
                names,
                wanted.behind(asked=wanted.period.span, reply=None if name == 'asked' else name),
            ),
        )
        for name, count in (('asked', replies.asked), ('opened', replies.opened), ('rated', replies.rated))
    ]
    return Table('replies', of_head(names, 'reply', 'tickets', 'share'), tuple(rows))


def _closings(figures: RatingFigures, names: Names) -> Table:
    wanted, closings = figures.wanted, figures.closings
    span = wanted.period.span
    rows = [
        led(
            Cell(names.t(f'figures.closed_by.{closer.value}')),
            *counted(closings.by[closer], closings.done, names, wanted.behind(done=span, closed_by=closer)),
        )
        for closer in (ClosedBy.CUSTOMER, ClosedBy.SILENCE, ClosedBy.STAFF)
    ]
    reopened = led(
        Cell(names.t('figures.closed_by.reopened')),
        *counted(closings.reopened, closings.done, names, wanted.behind(done=span, reopened=True)),
    )
    return Table('closings', of_head(names, 'closed_by', 'tickets', 'share'), (*rows, reopened))
