"""Moments as they are stored and compared: aware and in UTC."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one: nobody knows what it means."""
    if moment.tzinfo is None:
        raise ValueError(f'{moment!r} says no time zone')
    return moment.astimezone(UTC)
