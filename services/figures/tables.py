"""A table of figures in a person's words: what is drawn, read out and exported, and what each cell leads to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from services import i18n
from services.figures.names import Names
from services.figures.tally import Tally


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read, the number behind it if it is one, and the address of the tickets behind that."""

    text: str
    value: float | None = None
    href: str = ''
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its code (`figures.table.<code>` is its title); the first cell of a row names it.

    The numbers of the columns in `hours` are hours, however their cells say it. So many rows are `left_out` at its end.
    """

    code: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hours: tuple[int, ...] = ()
    left_out: int = 0


def tally_head(names: Names, first: str) -> tuple[str, ...]:
    return (first, *of_head(names, 'answers', 'good', 'good_between', 'mean', 'mean_between', 'bad'))


def of_head(names: Names, *codes: str) -> tuple[str, ...]:
    return tuple(names.t(f'figures.column.{code}') for code in codes)


def tallied(tally: Tally, names: Names, behind: Callable[..., str]) -> Iterable[Cell]:
    """What is told of any number of ratings; few of them are called few."""
    few = f' · {names.t("figures.few")}' if tally.answers and tally.small else ''
    all_of_it = behind() if tally.answers else ''
    good = behind(stars=(4, 5)) if tally.good else ''
    yield Cell(i18n.number(names.language, tally.answers) + few, tally.answers, all_of_it)
    yield Cell(names.percent(tally.good), tally.good, good)
    yield Cell(between(tally.good_between, names.percent), href=good, interval=tally.good_between)
    yield Cell(names.decimal(tally.mean), tally.mean, all_of_it)
    yield Cell(between(tally.mean_between, names.decimal), href=all_of_it, interval=tally.mean_between)
    yield count_cell(sum(tally.stars[:2]), names, behind(stars=(1, 2)))


def between(interval: tuple[float, float] | None, worded: Callable[[float | None], str]) -> str:
    """'84 %–96 %', '4,12–4,61'."""
    return '–'.join(map(worded, interval)) if interval else '–'


def count_cell(count: int, names: Names, href: str) -> Cell:
    return Cell(i18n.number(names.language, count), count, href if count else '')


def led(name: Cell, first: Cell, *more: Cell) -> tuple[Cell, ...]:
    """A row whose name leads where its first figure does: to all of the row's tickets."""
    return (replace(name, href=first.href), first, *more)


def counted(count: int, of: int, names: Names, href: str) -> tuple[Cell, Cell]:
    """How many, and which share of all."""
    share = count / of if of else None
    return count_cell(count, names, href), Cell(names.percent(share), share, href if count else '')


def length_cell(length: timedelta | None, names: Names, href: str) -> Cell:
    if length is None:
        return Cell('–')
    return Cell(i18n.duration(names.language, length), round(length.total_seconds() / 3600, 2), href)
