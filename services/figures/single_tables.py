"""Ratings one by one as tables to be taken along: the words of a period, and bad ratings with what came of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.figures.bad_ratings import Item
from services.figures.names import Names
from services.figures.ratings import Opinion
from services.figures.spent import Cause
from services.figures.tables import Cell, Table, of_head

_RATED = ('rated_at', 'stars', 'ticket', 'subject', 'requester', 'companies', 'comment')
_ANSWERED = ('owner', 'outcome', 'note', 'settled_at')


def opinions_table(found: Sequence[Opinion], names: Names) -> Table:
    """What customers wrote with their ratings."""
    return Table('opinions', of_head(names, *_RATED), tuple(tuple(_rated(one, names)) for one in found))


def bad_ratings_table(found: Sequence[Item], names: Names) -> Table:
    """Each bad rating with what took its ticket's time, in hours, whose it is and what came of it."""
    causes = tuple(names.t(f'figures.spent.{cause.value}') for cause in Cause)
    head = (
        *of_head(names, *_RATED, 'elapsed'),
        *causes,
        *of_head(names, 'reopenings', 'handovers', *_ANSWERED),
    )
    hours = tuple(range(len(_RATED), len(_RATED) + 1 + len(causes)))
    return Table('bad_ratings', head, tuple(_answered(item, names) for item in found), hours)


def _rated(one: Opinion | Item, names: Names) -> list[Cell]:
    return [
        _moment(one.rated_at, names),
        Cell(str(one.stars), one.stars),
        *map(Cell, (one.ticket, one.subject, one.requester, one.company or '', one.comment)),
    ]


def _answered(item: Item, names: Names) -> tuple[Cell, ...]:
    spent, outcome = item.spent, item.outcome
    return (
        *_rated(item, names),
        *map(_hours, (spent.elapsed, *(spent.by[cause] for cause in Cause))),
        *(Cell(str(count), count) for count in (spent.reopenings, spent.handovers)),
        Cell(item.owner or ''),
        Cell(names.t(f'figures.outcome.{outcome.value}') if outcome else ''),
        Cell(item.note),
        _moment(item.settled_at, names),
    )


def _hours(length: timedelta) -> Cell:
    hours = round(length.total_seconds() / 3600, 4)
    return Cell(f'{hours:g}', hours)


def _moment(at: datetime | None, names: Names) -> Cell:
    return Cell(f'{at.astimezone(ZoneInfo(names.zone)):%Y-%m-%d %H:%M}' if at else '')
