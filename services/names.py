"""How a person's name is written down."""

import unicodedata

from services.errors import Invalid, Problem
from services.tickets.texts import folded

LONGEST = 100
FOLDED = 500  # what the column takes


def tidy_name(name: str) -> str:
    """The name with single spaces. Raises Invalid for none, for one too long and for signs that cannot be seen."""
    name = ' '.join(unicodedata.normalize('NFC', name).split())
    if not name:
        raise Invalid({'name': Problem('person.name_missing')})
    if len(name) > LONGEST:
        raise Invalid({'name': Problem('person.name_too_long', longest=LONGEST)})
    if not name.isprintable():
        raise Invalid({'name': Problem('person.name_unprintable')})
    return name


def folded_person(name: str, email: str) -> str:
    """What a person is searched and ordered by: name and address in small letters."""
    return ' '.join(folded(f'{name} {email}').split())[:FOLDED]
