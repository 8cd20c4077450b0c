"""The working time to come, as our scripts count it: what is left until a target runs while support works."""

from datetime import UTC, datetime
from typing import Any

from components.reader import reader
from services.desk import calendar, settings_store


async def working_time() -> dict[str, Any]:
    """What `ticket_parts/working.js` takes; the same for all targets. Raises NotFound but for staff."""
    plan = await settings_store.read_plan(reader().actor)
    start, minutes = calendar.to_come(plan.calendar, datetime.now(UTC).date())
    return {'from': start.isoformat(), 'minutes': minutes}
