"""The charts of the ratings, each made of its table."""

from statistics import median

from components.chart_parts import (
    HATCHED,
    TEXT,
    TOP,
    Drawn,
    bars,
    labelled,
    legend,
    links_of,
    lying,
    named,
    names_of,
    scale,
    tall,
    upright,
    values_of,
)
from components.text import number, t
from services.figures.tables import Cell, Table
from services.figures.tally import SMALL

_ENOUGH = 5  # answers to a day, week or month: of fewer each is a jump of 20 % and more
_IN_TWO_LINES = {'width': 104, 'overflow': 'break', 'lineHeight': 15}


def trend(table: Table) -> Drawn:
    """Answers as bars, the share of good ones as a line above them, or as points where a line would only jump."""
    answers, good = [many or None for many in values_of(table, 1)], values_of(table, 2)
    percent = [None if share is None else round(share * 100, 1) for share in good]
    jumps = median([many for many in answers if many] or [0]) < _ENOUGH
    options = upright(names_of(table)) | {
        'legend': legend(),
        'yAxis': [
            scale(max=100, axisLabel=TEXT | {'formatter': '{value} %'}) | {'position': 'left'},
            scale(minInterval=1) | {'position': 'right', 'splitLine': {'show': False}},
        ],
        'series': [
            bars(table.head[1], answers, '--color-accent-soft', edge='--color-accent') | {'yAxisIndex': 1},
            {
                'type': 'line',
                'name': table.head[2],
                'data': percent,
                'connectNulls': True,
                'symbol': 'circle',
                'symbolSize': 8,
                'showAllSymbol': jumps or 'auto',
                'lineStyle': {'width': 0 if jumps else 2.5, 'color': '--color-accent'},
                'itemStyle': {'color': '--color-accent', 'borderColor': '--color-surface', 'borderWidth': 2},
            },
        ],
    }
    note = t('figures.points') if jumps and len(table.rows) > 1 else ''
    return Drawn(options, [links_of(table, 1), [_behind_share(row) for row in table.rows]], 280, note)


def good_shares(table: Table) -> Drawn:
    """For each row the share of good answers with its interval; few answers are hatched."""
    rows = [row for row in table.rows if row[1].value][:TOP]
    data = [
        {
            'value': round((row[2].value or 0) * 100, 1),
            'itemStyle': {'decal': HATCHED | {'color': '--color-accent/0.6'}} if (row[1].value or 0) < SMALL else {},
        }
        for row in rows
    ]
    whiskers = [[place, *(share * 100 for share in row[3].interval or ())] for place, row in enumerate(rows)]
    labels = [f'{row[2].text}   {number(int(row[1].value or 0))}' for row in rows]
    options = lying([row[0].text for row in rows], labels, most=100) | {
        'series': [
            bars(table.head[2], data, '--color-accent-soft', edge='--color-accent') | {'barMaxWidth': 16},
            {
                'type': 'custom',
                'name': table.head[3],
                'renderItem': 'whisker',
                'data': whiskers,
                'silent': True,
                'itemStyle': {'color': '--color-text'},
                'tooltip': {'show': False},
                'z': 5,
            },
        ],
    }
    return Drawn(options, [[_behind_share(row) for row in rows]], tall(len(rows)))


def _behind_share(row: tuple[Cell, ...]) -> str:
    """The good ones; all where none of them is good."""
    return row[2].href or row[1].href


def counts(table: Table) -> Drawn:
    """For each row how many, and which share of all."""
    rows = table.rows[:TOP]
    labels = [f'{row[1].text}   {row[2].text}' if len(row) > 2 else row[1].text for row in rows]
    options = lying([row[0].text for row in rows], labels) | {
        'series': [bars(table.head[1], [row[1].value for row in rows], '--color-accent') | {'barMaxWidth': 16}]
    }
    return Drawn(options, [[row[1].href for row in rows]], tall(len(rows)))


def took(table: Table) -> Drawn:
    """Time to the first answer and to the solution, beside each other, for each number of stars."""
    names = [row[0].text for row in table.rows]
    options = lying(names, []) | {
        'grid': [
            {'left': 76, 'right': '66%', 'top': 40, 'bottom': 8},
            {'left': '58%', 'right': 84, 'top': 40, 'bottom': 8},
        ],
        'title': [
            {'text': table.head[column], 'left': left, 'top': 0, 'textStyle': TEXT | _IN_TWO_LINES}
            for column, left in ((1, 76), (2, '58%'))
        ],
        'xAxis': [{'type': 'value', 'show': False, 'gridIndex': place} for place in (0, 1)],
        'yAxis': [
            named(names) | {'gridIndex': 0},
            named(names) | {'gridIndex': 1, 'axisLabel': {'show': False}},
        ],
        'series': [
            bars(table.head[column], labelled(table, column), color, decal=decal)
            | {'xAxisIndex': column - 1, 'yAxisIndex': column - 1, 'barMaxWidth': 16}
            for column, color, decal in ((1, '--color-accent', None), (2, '--color-success', HATCHED))
        ],
    }
    return Drawn(options, [links_of(table, 1), links_of(table, 2)], tall(len(names)) + 32)
