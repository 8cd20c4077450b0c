"""People as others see them: a name, a part, a company."""

from collections.abc import Iterable

from models import User
from services.tickets.views import PersonView

_COLUMNS = ('id', 'name', 'role', 'company__name')


async def persons(ids: Iterable[int | None]) -> dict[int, PersonView]:
    """The people of these ids, in one query."""
    wanted = {id for id in ids if id is not None}
    if not wanted:
        return {}
    rows = await User.filter(id__in=wanted).values_list(*_COLUMNS)
    return {row[0]: PersonView(*row) for row in rows}
