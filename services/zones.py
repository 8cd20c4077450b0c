"""The time zones there are; looked for once, because the look costs some 20 ms of reading folders."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> frozenset[str]:
    """Their names, such as 'Europe/Moscow'."""
    return frozenset(available_timezones())
