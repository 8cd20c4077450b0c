"""What our scripts are told of people, times and files: plain data, worded for the reader of the open page."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from components.badge import initials, tone
from components.reader import reader
from components.text import day, file_size, t
from services import i18n
from services.assets import asset
from services.tickets.views import FileView, PersonView


def sprite() -> str:
    """The address of the icons; a script appends '#' and a name."""
    return asset('icons.svg')


def person_data(person: PersonView) -> dict[str, Any]:
    """A person as our scripts draw them; `title` says who they are to the reader."""
    title = t('ticket.people.staff') if person.is_staff else person.company_name or ''
    name = f'{person.name} ({t("common.you")})' if person.id == reader().user_id else person.name
    return {
        'id': person.id,
        'name': name,
        'initials': initials(person.name),
        'tone': tone(person.name),
        'title': title,
        'staff': person.is_staff,
    }


def time_data(at: datetime) -> dict[str, str]:
    """A time for the script's `Ago`: the moment, the whole wording, and the short one for when it is long ago."""
    who = reader()
    return {
        'iso': at.astimezone(UTC).isoformat(),
        'exact': i18n.moment(who.language, who.time_zone, at),
        'short': day(at),
    }


def file_data(files: Iterable[FileView]) -> list[dict[str, Any]]:
    return [
        {
            'key': file.key,
            'name': file.name,
            'size': file_size(file.size),
            'href': f'/files/{file.key}/{quote(file.name, safe="")}',
            'preview': f'/files/{file.key}/preview' if file.previewable else None,
            'removable': file.removable,
        }
        for file in files
    ]
