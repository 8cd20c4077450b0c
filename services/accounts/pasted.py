"""A pasted list of people, in whatever form it comes: names and addresses line by line, CSV, a mail program's row."""

import csv
import re
from dataclasses import dataclass

LONGEST = 100_000
_MOST_ENTRIES = 1_000
_BRACKETED = re.compile(r'\s*"?([^"<>;]*?)"?[\s,:]*<\s*([^<>\s]*)\s*>\s*[;,]?')
_ADDRESS = re.compile(r'[^\s,;<>()\[\]"\']+@[^\s,;<>()\[\]"\']*')
_HEADINGS = ('mail', 'email', 'e-mail', 'почт', 'name', 'имя', 'фио', 'фамили')
_SEPARATORS = '\t;,'


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the list: the line that they stand in, counted from one, and what is written there."""

    line: int
    written: str
    email: str
    name: str


def entries(text: str) -> list[Entry]:
    """Everybody in the list. A line without an address gives an entry without one; headings and empty lines nothing."""
    found: list[Entry] = []
    for number, whole in enumerate(text[:LONGEST].replace('\0', '').splitlines(), start=1):
        line = whole.strip().strip('\ufeff')
        if not line or (number == 1 and _is_heading(line)):
            continue
        found += [Entry(number, line[:200], email, name) for email, name in _of_line(line)]
    return found[:_MOST_ENTRIES]


def _of_line(line: str) -> list[tuple[str, str]]:
    if '<' in line and (bracketed := _BRACKETED.findall(line)):
        return [(email, name.strip()) for name, email in bracketed]
    addresses = _ADDRESS.findall(line)
    if len(addresses) > 1 and not _ADDRESS.sub('', line).strip(' \t,;'):  # addresses alone, beside each other
        return [(address, '') for address in addresses]
    return [_of_cells(_cells(line))]


def _cells(line: str) -> list[str]:
    separator = next((sign for sign in _SEPARATORS if sign in line), None)
    cells = next(csv.reader([line], delimiter=separator)) if separator else [line]
    return [cell.strip() for cell in cells if cell.strip()]


def _of_cells(cells: list[str]) -> tuple[str, str]:
    """The first address in the cells, and all that stands beside it and is no further address as the name."""
    address = next((match[0] for cell in cells if (match := _ADDRESS.search(cell))), '')
    words = (_ADDRESS.sub(' ', cell).strip(' ()[]"\'-–—:') for cell in cells)
    return address.strip('.'), ' '.join(' '.join(word for word in words if word).split())


def _is_heading(line: str) -> bool:
    return '@' not in line and any(word in line.casefold() for word in _HEADINGS)
