"""What charts are made of: ECharts options with colours by token, patterns and labels beside colour.

What people typed (names of companies and agents) stands in lists as values, never as a key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.figures.tables import Table

Options = dict[str, Any]

TOP = 12  # bars to a chart; the table has them all
_BAR = 34  # pixels to a horizontal bar
TEXT = {'color': '--color-text-soft', 'fontFamily': 'Onest, system-ui, sans-serif', 'fontSize': 12}
_BROKEN = {'interval': 0, 'width': 56, 'overflow': 'break', 'lineHeight': 15}  # names in two lines
_LINES = {'lineStyle': {'color': '--color-border'}}
HATCHED = {'symbol': 'rect', 'dashArrayX': [1, 0], 'dashArrayY': [2, 5], 'rotation': -0.7853981633974483}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart: its options, what each bar or point leads to, its height in pixels, a sentence on how to read it."""

    options: Options
    links: list[list[str]]
    height: int = 260
    note: str = ''


Draw = Callable[[Table], Drawn]


def bars(name: str, data: Sequence[Any], color: str, *, edge: str = '', decal: Any = None) -> Options:
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


def upright(names: Sequence[str], *, all_named: bool = False) -> Options:
    """Names along the bottom, as many as have room, or in two lines rather than none left out."""
    return _common() | {
        'grid': {'left': 8, 'right': 8, 'top': 44, 'bottom': 4, 'containLabel': True},
        'xAxis': {
            'type': 'category',
            'data': list(names),
            'axisLine': _LINES,
            'axisTick': {'show': False},
            'axisLabel': TEXT | (_BROKEN if all_named else {'hideOverlap': True}),
        },
        'tooltip': _tooltip() | {'trigger': 'axis', 'axisPointer': {'type': 'shadow'}},
    }


def lying(names: Sequence[str], labels: Sequence[str], *, most: int | None = None) -> Options:
    """Names down the side, the words of each row at its end."""
    return _common() | {
        'grid': {'left': 8, 'right': 8, 'top': 4, 'bottom': 4, 'containLabel': True},
        'xAxis': {'type': 'value', 'show': False, **({'max': most} if most else {})},
        'yAxis': [
            named(names),
            named(labels) | {'position': 'right', 'axisLabel': TEXT | {'color': '--color-text'}},
        ],
        'tooltip': _tooltip() | {'trigger': 'item'},
    }


def named(names: Sequence[str]) -> Options:
    return {
        'type': 'category',
        'data': list(names),
        'inverse': True,
        'axisLine': {'show': False},
        'axisTick': {'show': False},
        'axisLabel': TEXT | {'width': 132, 'overflow': 'truncate'},
    }


def labelled(table: Table, column: int) -> list[Options]:
    return [
        {
            'value': row[column].value or 0,
            'label': {'show': True, 'position': 'right', 'formatter': row[column].text, **TEXT},
        }
        for row in table.rows
    ]


def _common() -> Options:
    return {'textStyle': {'fontFamily': TEXT['fontFamily']}, 'animationDuration': 300, 'animationDurationUpdate': 200}


def legend() -> Options:
    return {'top': 0, 'left': 0, 'type': 'scroll', 'icon': 'roundRect', 'itemGap': 14, 'textStyle': TEXT}


def _tooltip() -> Options:
    return {
        'confine': True,
        'backgroundColor': '--color-raised',
        'borderColor': '--color-border-strong',
        'textStyle': {'color': '--color-text', 'fontSize': 13},
    }


def scale(*, max: int | None = None, **more: Any) -> Options:
    return {
        'type': 'value',
        'min': 0,
        'axisLabel': TEXT,
        'splitLine': _LINES,
        **({'max': max} if max else {}),
        **more,
    }


def tall(rows: int) -> int:
    return rows * _BAR + 16


def names_of(table: Table) -> list[str]:
    return [row[0].text for row in table.rows]


def values_of(table: Table, column: int) -> list[float | None]:
    return [row[column].value for row in table.rows]


def links_of(table: Table, column: int) -> list[str]:
    return [row[column].href for row in table.rows]
