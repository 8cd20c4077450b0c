"""Tables of figures as ECharts options: colours by token, patterns and labels beside colour, links by series and place.

What people typed (names of companies and agents) stands in lists as values, never as a key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models import Status
from services.figures.tables import Table
from services.lifecycle import UNFINISHED

Options = dict[str, Any]

_TOP = 12  # bars to a chart; the table has them all
_BAR = 34  # pixels to a horizontal bar
_TEXT = {'color': '--color-text-soft', 'fontFamily': 'Onest, system-ui, sans-serif', 'fontSize': 12}
_LINES = {'lineStyle': {'color': '--color-border'}}
_HATCHED = {'symbol': 'rect', 'dashArrayX': [1, 0], 'dashArrayY': [2, 5], 'rotation': -0.7853981633974483}
_DOTTED = {'symbol': 'circle', 'dashArrayX': [[6, 6], [0, 6, 6, 0]], 'dashArrayY': [6, 0], 'symbolSize': 0.55}
_CROSSED = {'symbol': 'rect', 'dashArrayX': [[1, 7]], 'dashArrayY': [4, 4], 'rotation': 0.7853981633974483}
_PATTERNS: dict[Status, Options] = {
    Status.IN_PROGRESS: _HATCHED,
    Status.AWAITING_DEVELOPMENT: _DOTTED,
    Status.PENDING: _CROSSED,
    Status.AWAITING_FEEDBACK: {**_HATCHED, 'rotation': 0.7853981633974483, 'dashArrayY': [1, 3]},
    Status.REOPENED: {**_HATCHED, 'rotation': 0, 'dashArrayY': [3, 3]},
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart: its options, what each bar or point leads to, its height in pixels."""

    options: Options
    links: list[list[str]]
    height: int = 260


Draw = Callable[[Table], Drawn]


def trend(table: Table) -> Drawn:
    """Answers as bars, the share of good ones as a line above them."""
    answers, good = _values(table, 1), _values(table, 2)
    percent = [None if share is None else round(share * 100, 1) for share in good]
    options = _upright(_names(table)) | {
        'legend': _legend(),
        'yAxis': [
            _scale(max=100, axisLabel=_TEXT | {'formatter': '{value} %'}) | {'position': 'left'},
            _scale(minInterval=1) | {'position': 'right', 'splitLine': {'show': False}},
        ],
        'series': [
            _bars(table.head[1], answers, '--color-accent-soft', edge='--color-accent') | {'yAxisIndex': 1},
            {
                'type': 'line',
                'name': table.head[2],
                'data': percent,
                'connectNulls': True,
                'symbol': 'circle',
                'symbolSize': 8,
                'lineStyle': {'width': 2.5, 'color': '--color-accent'},
                'itemStyle': {'color': '--color-accent', 'borderColor': '--color-surface', 'borderWidth': 2},
            },
        ],
    }
    return Drawn(options, [_links(table, 1), _links(table, 2)], 280)


def good_shares(table: Table) -> Drawn:
    """For each row the share of good answers with its interval; few answers are hatched."""
    rows = [row for row in table.rows if row[1].value][:_TOP]
    data = [
        {
            'value': round((row[2].value or 0) * 100, 1),
            'itemStyle': {'decal': _HATCHED} if '·' in row[1].text else {},
        }
        for row in rows
    ]
    whiskers = [[place, *(share * 100 for share in row[3].interval or ())] for place, row in enumerate(rows)]
    labels = [f'{row[2].text}   {row[1].text}' for row in rows]
    options = _lying([row[0].text for row in rows], labels, most=100) | {
        'series': [
            _bars(table.head[2], data, '--color-accent-soft', edge='--color-accent') | {'barMaxWidth': 16},
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
    return Drawn(options, [[row[2].href or row[1].href for row in rows]], _tall(len(rows)))


def counts(table: Table) -> Drawn:
    """For each row how many, and which share of all."""
    rows = table.rows[:_TOP]
    labels = [f'{row[1].text}   {row[2].text}' if len(row) > 2 else row[1].text for row in rows]
    options = _lying([row[0].text for row in rows], labels) | {
        'series': [_bars(table.head[1], [row[1].value for row in rows], '--color-accent') | {'barMaxWidth': 16}]
    }
    return Drawn(options, [[row[1].href for row in rows]], _tall(len(rows)))


def took(table: Table) -> Drawn:
    """Time to the first answer and to the solution, beside each other, for each number of stars."""
    names = [row[0].text for row in table.rows]
    options = _lying(names, []) | {
        'grid': [
            {'left': 76, 'right': '66%', 'top': 28, 'bottom': 8},
            {'left': '58%', 'right': 84, 'top': 28, 'bottom': 8},
        ],
        'title': [
            {'text': table.head[column], 'left': left, 'top': 0, 'textStyle': _TEXT}
            for column, left in ((1, 76), (2, '58%'))
        ],
        'xAxis': [{'type': 'value', 'show': False, 'gridIndex': place} for place in (0, 1)],
        'yAxis': [
            _named(names) | {'gridIndex': 0},
            _named(names) | {'gridIndex': 1, 'axisLabel': {'show': False}},
        ],
        'series': [
            _bars(table.head[column], _labelled(table, column), color)
            | {'xAxisIndex': column - 1, 'yAxisIndex': column - 1, 'barMaxWidth': 16}
            for column, color in ((1, '--color-accent'), (2, '--status-awaiting_development'))
        ],
    }
    return Drawn(options, [_links(table, 1), _links(table, 2)], _tall(len(names)) + 20)


def days(table: Table) -> Drawn:
    """What was filed beside what was solved."""
    options = _upright(_names(table)) | {
        'legend': _legend(),
        'yAxis': [_scale(minInterval=1)],
        'series': [
            _bars(table.head[1], _values(table, 1), '--color-accent'),
            _bars(table.head[2], _values(table, 2), '--color-success', decal=_HATCHED),
        ],
    }
    return Drawn(options, [_links(table, 1), _links(table, 2)], 280)


def standing(table: Table) -> Drawn:
    """What was open at each step's end, status upon status."""
    options = _upright(_names(table)) | {
        'legend': _legend(),
        'yAxis': [_scale(minInterval=1)],
        'series': _stacked(table, 1, gap='12%'),
    }
    links = [_links(table, column) for column in range(1, len(UNFINISHED) + 1)]
    return Drawn(options, links, 320)


def loads(table: Table) -> Drawn:
    """How much each person has, status upon status."""
    rows = table.rows[:_TOP]
    short = Table(table.code, table.head, rows)
    options = _lying(_names(short), [row[1].text for row in rows]) | {
        'legend': _legend(),
        'series': _stacked(short, 2),
    }
    options['grid'] = options['grid'] | {'top': 56}
    links = [_links(short, column) for column in range(2, len(UNFINISHED) + 2)]
    return Drawn(options, links, _tall(len(rows)) + 56)


def columns(table: Table) -> Drawn:
    """One bar to a row, standing, with its number above."""
    options = _upright(_names(table)) | {
        'yAxis': [_scale(minInterval=1)],
        'series': [
            _bars(table.head[1], _values(table, 1), '--color-accent')
            | {'label': {'show': True, 'position': 'top', **_TEXT}, 'barMaxWidth': 48}
        ],
    }
    return Drawn(options, [_links(table, 1)], 240)


def _stacked(table: Table, first: int, *, gap: str = '30%') -> list[Options]:
    return [
        _bars(
            table.head[column],
            _values(table, column),
            f'--status-{status.value}',
            edge=f'--status-{status.value}-on',
            decal=_PATTERNS.get(status),
        )
        | {'stack': 'all', 'barCategoryGap': gap, 'barMaxWidth': 40}
        for column, status in enumerate(UNFINISHED, start=first)
    ]


def _bars(name: str, data: Sequence[Any], color: str, *, edge: str = '', decal: Any = None) -> Options:
    style: Options = {'color': color, 'borderRadius': 3}
    if edge:
        style |= {'borderColor': edge, 'borderWidth': 1}
    if decal:
        style['decal'] = decal
    return {
        'type': 'bar',
        'name': name,
        'data': list(data),
        'itemStyle': style,
        'emphasis': {'itemStyle': {'color': color, 'opacity': 0.8}},
        'barMaxWidth': 28,
    }


def _upright(names: Sequence[str]) -> Options:
    """Names along the bottom."""
    return _common() | {
        'grid': {'left': 8, 'right': 8, 'top': 44, 'bottom': 4, 'containLabel': True},
        'xAxis': {
            'type': 'category',
            'data': list(names),
            'axisLine': _LINES,
            'axisTick': {'show': False},
            'axisLabel': _TEXT | {'hideOverlap': True},
        },
        'tooltip': _tooltip() | {'trigger': 'axis', 'axisPointer': {'type': 'shadow'}},
    }


def _lying(names: Sequence[str], labels: Sequence[str], *, most: int | None = None) -> Options:
    """Names down the side, the words of each row at its end."""
    return _common() | {
        'grid': {'left': 8, 'right': 8, 'top': 4, 'bottom': 4, 'containLabel': True},
        'xAxis': {'type': 'value', 'show': False, **({'max': most} if most else {})},
        'yAxis': [
            _named(names),
            _named(labels) | {'position': 'right', 'axisLabel': _TEXT | {'color': '--color-text'}},
        ],
        'tooltip': _tooltip() | {'trigger': 'item'},
    }


def _named(names: Sequence[str]) -> Options:
    return {
        'type': 'category',
        'data': list(names),
        'inverse': True,
        'axisLine': {'show': False},
        'axisTick': {'show': False},
        'axisLabel': _TEXT | {'width': 132, 'overflow': 'truncate'},
    }


def _labelled(table: Table, column: int) -> list[Options]:
    return [
        {
            'value': row[column].value or 0,
            'label': {'show': True, 'position': 'right', 'formatter': row[column].text, **_TEXT},
        }
        for row in table.rows
    ]


def _common() -> Options:
    return {'textStyle': {'fontFamily': _TEXT['fontFamily']}, 'animationDuration': 300, 'animationDurationUpdate': 200}


def _legend() -> Options:
    return {'top': 0, 'left': 0, 'type': 'scroll', 'icon': 'roundRect', 'itemGap': 14, 'textStyle': _TEXT}


def _tooltip() -> Options:
    return {
        'confine': True,
        'backgroundColor': '--color-raised',
        'borderColor': '--color-border-strong',
        'textStyle': {'color': '--color-text', 'fontSize': 13},
    }


def _scale(*, max: int | None = None, **more: Any) -> Options:
    return {
        'type': 'value',
        'min': 0,
        'axisLabel': _TEXT,
        'splitLine': _LINES,
        **({'max': max} if max else {}),
        **more,
    }


def _tall(rows: int) -> int:
    return rows * _BAR + 16


def _names(table: Table) -> list[str]:
    return [row[0].text for row in table.rows]


def _values(table: Table, column: int) -> list[float | None]:
    return [row[column].value for row in table.rows]


def _links(table: Table, column: int) -> list[str]:
    return [row[column].href for row in table.rows]
