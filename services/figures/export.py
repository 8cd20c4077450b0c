"""A table of the dashboards as a file: numbers as numbers, everything else as text."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from services import access, audit, i18n
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.figures.bad_ratings import items
from services.figures.flow import flow
from services.figures.flow_tables import flow_tables
from services.figures.names import Names, names_for
from services.figures.rating_tables import rating_tables
from services.figures.ratings import all_opinions, rating_figures
from services.figures.single_tables import bad_ratings_table, opinions_table
from services.figures.tables import Cell, Table
from services.figures.wanted import Wanted
from services.table_file import CONTENT_TYPES, ExportFile, Kind, Value, written

_OF_FLOW = frozenset({'days', 'standing', 'ages', 'loads', 'ahead'})
_OF_RATINGS = frozenset({'trend', 'stars', 'companies', 'types', 'took', 'replies', 'closings', 'agents'})
MOST_BAD = 5_000  # rows


async def export_table(
    actor: Actor, code: str, kind: Kind, parameters: Mapping[str, str], *, now: datetime | None = None
) -> ExportFile:
    """The table of that code as the address of its page asks for it; the audit log tells of it.

    Raises NotFound for customers, for a table that there is not and for an agent's that only admins have, Invalid for
    'kind'.
    """
    if kind not in CONTENT_TYPES:
        raise Invalid({'kind': Problem('entry.export_kind')})
    now = now or datetime.now(UTC)
    user = await access.staff(actor, now=now)
    names = await names_for(user)
    table = await _table(actor, code, parameters, names, now)
    async with written(kind, _rows(table, names)) as path:
        await audit.record('figures.exported', by=user, subject=f'{code}.{kind}', now=now, rows=len(table.rows))
    title = i18n.translate(user.language, f'figures.table.{code}')
    return ExportFile(path, f'{title} {now:%Y-%m-%d}.{kind}', CONTENT_TYPES[kind], len(table.rows))


async def _rows(table: Table, names: Names) -> AsyncIterator[Sequence[Sequence[Value]]]:
    unit = f', {names.t("figures.hours")}'
    yield [[title + unit * (column in table.hours) for column, title in enumerate(table.head)]]
    yield [[_value(cell) for cell in row] for row in table.rows]


async def _table(actor: Actor, code: str, parameters: Mapping[str, str], names: Names, now: datetime) -> Table:
    wanted = Wanted.from_parameters(parameters, names.zone, now=now)
    if code == 'bad_ratings':
        settled = parameters.get('settled') == '1'
        return bad_ratings_table(await items(actor, settled=settled, limit=MOST_BAD, now=now), names)
    if code == 'opinions':
        return opinions_table(await all_opinions(actor, wanted, now=now), names)
    if code in _OF_FLOW:
        tables = flow_tables(await flow(actor, wanted, now=now), names)
    elif code in _OF_RATINGS:
        tables = rating_tables(await rating_figures(actor, wanted, now=now), names, most=None)
    else:
        raise NotFound
    if code not in tables:  # the list of agents, for an agent
        raise NotFound
    return tables[code]


def _value(cell: Cell) -> Value:
    return cell.text if cell.value is None else cell.value
