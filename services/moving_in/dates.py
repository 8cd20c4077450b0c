"""Reads the many ways in which exports write a moment."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from services.moving_in.words import MONTHS
from services.settings import settings

_MONTH = re.compile(r'[^\W\d_]{3,}')
_FORMS = (
    '%d/%b/%y %I:%M %p', '%d/%b/%Y %I:%M %p', '%d/%b/%y %H:%M', '%d/%b/%Y %H:%M', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S',
    '%d.%m.%Y', '%Y/%m/%d %H:%M', '%d %b %Y %H:%M', '%d-%b-%Y %H:%M', '%d/%b/%y', '%d/%b/%Y',
)  # fmt: skip


def moment(text: str) -> datetime:
    """The moment in UTC; one without a zone is in the portal's own. Raises ValueError for what is none."""
    found = _read(text.strip())
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(settings().time_zone))
    return found.astimezone(UTC)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    english = _MONTH.sub(lambda word: MONTHS.get(word[0][:3].lower(), word[0]), text)
    for form in _FORMS:
        try:
            return datetime.strptime(english, form)  # noqa: DTZ007 - moment() adds the zone
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        raise ValueError(f'{text} is no date that can be read') from None
