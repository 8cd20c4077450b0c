"""Ticket IDs: `SPSUP-1503` is the portal's key, a hyphen and the ticket's number."""

import re

from services.settings import settings

_LARGEST = 2**31 - 1


def ticket_id(number: int) -> str:
    return f'{settings().key}-{number}'


def parse_ticket_id(text: str) -> int | None:
    """The number in an ID as it stands in addresses; None for anything that is no ID of this portal."""
    match = re.fullmatch(rf'{re.escape(settings().key)}-([1-9][0-9]{{0,9}})', text, re.ASCII | re.IGNORECASE)
    number = int(match[1]) if match else None
    return number if number is not None and is_id(number) else None


def id_pattern() -> re.Pattern[str]:
    """Finds this portal's IDs inside a text; group 1 is the number."""
    return re.compile(rf'(?<![\w-]){re.escape(settings().key)}-([1-9][0-9]{{0,9}})(?![\w])', re.ASCII)


def loose_number(text: str) -> int | None:
    """The number of a ticket however its ID is written by hand: 'SPSUP-7', 'spsup 7', '№7', '#7', '7'."""
    pattern = rf'(?:{re.escape(settings().key)}|[#№])?[\s\-–—#№]*([1-9][0-9]{{0,9}})'
    match = re.fullmatch(pattern, text.strip(), re.ASCII | re.IGNORECASE)
    number = int(match[1]) if match else None
    return number if number is not None and is_id(number) else None


def is_id(number: int) -> bool:
    """Whether a row can have this id at all: databases raise for numbers that no column holds."""
    return 0 < number <= _LARGEST
