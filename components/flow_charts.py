"""The charts of the flow, each made of its table."""

from components.chart_parts import (
    HATCHED,
    TEXT,
    TOP,
    Drawn,
    Options,
    bars,
    legend,
    links_of,
    lying,
    names_of,
    scale,
    tall,
    upright,
    values_of,
)
from models import Status
from services.figures.tables import Table
from services.lifecycle import UNFINISHED

_DOTTED = {'symbol': 'circle', 'dashArrayX': [[6, 6], [0, 6, 6, 0]], 'dashArrayY': [6, 0], 'symbolSize': 0.55}
_CROSSED = {'symbol': 'rect', 'dashArrayX': [[1, 7]], 'dashArrayY': [4, 4], 'rotation': 0.7853981633974483}
_ALL_NAMED = 6  # bars, below each of which there is room for its name
_PATTERNS: dict[Status, Options] = {
    Status.IN_PROGRESS: HATCHED,
    Status.AWAITING_DEVELOPMENT: _DOTTED,
    Status.PENDING: _CROSSED,
    Status.AWAITING_FEEDBACK: {**HATCHED, 'rotation': 0.7853981633974483, 'dashArrayY': [1, 3]},
    Status.REOPENED: {**HATCHED, 'rotation': 0, 'dashArrayY': [3, 3]},
}


def days(table: Table) -> Drawn:
    """What was filed beside what was solved."""
    options = upright(names_of(table)) | {
        'legend': legend(),
        'yAxis': [scale(minInterval=1)],
        'series': [
            bars(table.head[1], values_of(table, 1), '--color-accent'),
            bars(table.head[2], values_of(table, 2), '--color-success', decal=HATCHED),
        ],
    }
    return Drawn(options, [links_of(table, 1), links_of(table, 2)], 280)


def standing(table: Table) -> Drawn:
    """What was open at each step's end, status upon status."""
    options = upright(names_of(table)) | {
        'legend': legend(),
        'yAxis': [scale(minInterval=1)],
        'series': _stacked(table, 1, gap='12%'),
    }
    links = [links_of(table, column) for column in range(1, len(UNFINISHED) + 1)]
    return Drawn(options, links, 320)


def loads(table: Table) -> Drawn:
    """How much each person has, status upon status."""
    rows = table.rows[:TOP]
    short = Table(table.code, table.head, rows)
    options = lying(names_of(short), [row[1].text for row in rows]) | {
        'legend': legend(),
        'series': _stacked(short, 2),
    }
    options['grid'] = options['grid'] | {'top': 56}
    links = [links_of(short, column) for column in range(2, len(UNFINISHED) + 2)]
    return Drawn(options, links, tall(len(rows)) + 56)


def columns(table: Table) -> Drawn:
    """One bar to a row, standing, with its number above where there is one."""
    options = upright(names_of(table), all_named=len(table.rows) <= _ALL_NAMED) | {
        'yAxis': [scale(minInterval=1)],
        'series': [
            bars(table.head[1], [value or None for value in values_of(table, 1)], '--color-accent')
            | {'label': {'show': True, 'position': 'top', **TEXT}, 'barMaxWidth': 48}
        ],
    }
    return Drawn(options, [links_of(table, 1)], 240)


def _pattern(status: Status) -> Options | None:
    """Beside the colour, in that of the status's own words: seen on dark and on light ones."""
    pattern = _PATTERNS.get(status)
    return pattern and pattern | {'color': f'--status-{status.value}-on/0.4'}


def _stacked(table: Table, first: int, *, gap: str = '30%') -> list[Options]:
    return [
        bars(
            table.head[column],
            values_of(table, column),
            f'--status-{status.value}',
            edge=f'--status-{status.value}-on',
            decal=_pattern(status),
        )
        | {'stack': 'all', 'barCategoryGap': gap, 'barMaxWidth': 40}
        for column, status in enumerate(UNFINISHED, start=first)
    ]
