"""The tables of the flow: what came and went, what lies open, who has how much of it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from models import ClosedBy, Status
from services import i18n
from services.figures.board_then import stood_address
from services.figures.flow import Flow
from services.figures.names import Names
from services.figures.period import Grain, Period
from services.figures.tables import Cell, Table, count_cell, led, of_head
from services.figures.wanted import Wanted, bounds
from services.lifecycle import UNFINISHED


def flow_tables(flow: Flow, names: Names) -> dict[str, Table]:
    """The tables of the flow, by code."""
    found = (_days(flow, names), _standing(flow, names), _ages(flow, names), _loads(flow, names), _ahead(flow, names))
    return {table.code: table for table in found}


def _days(flow: Flow, names: Names) -> Table:
    wanted = flow.wanted
    rows = [
        (
            Cell(names.step(step.period, wanted.grain)),
            count_cell(step.created, names, wanted.behind(created=step.period.span)),
            count_cell(step.solved, names, wanted.behind(done=step.period.span)),
            count_cell(step.silent, names, wanted.behind(done=step.period.span, closed_by=ClosedBy.SILENCE)),
        )
        for step in flow.steps
    ]
    return Table('days', of_head(names, f'{wanted.grain.value}', 'created', 'solved', 'silent'), tuple(rows))


def _standing(flow: Flow, names: Names) -> Table:
    """The name of a row leads to the board of its last day, each count to the tickets that were in the status then."""
    rows = [
        (
            Cell(names.step(step.period, flow.wanted.grain), href=_board(flow.wanted, step.period)),
            *(
                count_cell(step.standing[status], names, _stood(flow.wanted, status, step.period))
                for status in UNFINISHED
            ),
        )
        for step in flow.steps
    ]
    statuses = tuple(i18n.translate(names.language, f'status.{status.value}') for status in UNFINISHED)
    return Table('standing', (*of_head(names, f'{flow.wanted.grain.value}'), *statuses), tuple(rows))


def _ages(flow: Flow, names: Names) -> Table:
    rows = [
        led(Cell(names.t(f'figures.age.{place}')), count_cell(count, names, _open(flow.wanted, created=span)))
        for place, (span, count) in enumerate(flow.ages)
    ]
    return Table('ages', of_head(names, 'age', 'tickets'), tuple(rows))


def _loads(flow: Flow, names: Names) -> Table:
    def name(who: int | None) -> str:
        return names.people.get(who, str(who)) if who is not None else names.t('figures.none.assignee')

    ranked = sorted(flow.loads.items(), key=lambda item: (item[0] is None, -sum(item[1].values()), name(item[0])))
    rows = [
        led(
            Cell(name(who)),
            count_cell(sum(load.values()), names, _open(flow.wanted, assignee='none' if who is None else who)),
            *(
                count_cell(
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
    return Table('loads', (*of_head(names, 'agents', 'tickets'), *statuses), tuple(rows))


def _ahead(flow: Flow, names: Names) -> Table:
    statuses = (Status.AWAITING_FEEDBACK,)
    rows = [
        led(
            Cell(names.step(day, Grain.DAY)),
            count_cell(count, names, _open(flow.wanted, closes=day.span, statuses=statuses)),
        )
        for day, count in flow.closing
    ]
    return Table('ahead', of_head(names, 'day', 'tickets'), tuple(rows))


def _open(wanted: Wanted, *, statuses: Sequence[Status] = UNFINISHED, **which: Any) -> str:
    return wanted.behind(statuses=statuses, **which)


def _stood(wanted: Wanted, status: Status, period: Period) -> str:
    return stood_address(wanted.tickets, status, bounds(period.span)[1])


def _board(wanted: Wanted, period: Period) -> str:
    return f'/admin/flow?{urlencode({**wanted.to_parameters(), "day": period.last.isoformat()})}#then'
