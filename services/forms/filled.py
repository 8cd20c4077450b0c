"""With which version of its form a request is filed: the one that was filled in, while that still does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import FormVersion, User
from services.errors import Invalid, NotFound, Problem
from services.forms import named, store
from services.forms.definition import Form
from services.forms.validation import check

GRACE = timedelta(days=1)
"""How long a version that was replaced is still taken from those who had it open."""


async def settle(
    user: User, type: str, answers: Mapping[str, Any], *, seen: int | None, has_files: bool, now: datetime
) -> tuple[FormVersion, dict[str, Any]]:
    """The version, and the answers as they are stored.

    `seen` is the version that was filled in; None stands for the newest. An older one is taken for a day, unless the
    newest asks for something that it did not: then Invalid says which fields are new. Raises Invalid with problems by
    the fields' codes, for 'type' when that kind is not offered.
    """
    newest = await _newest(type)
    form, today = store.form_of(newest), now.astimezone(ZoneInfo(user.time_zone)).date()
    seen_row = await _still_taken(newest, seen, now)
    if seen_row is None:
        asked = answers if seen in (None, newest.version) else _asked(form, answers)
        clean = check(form, asked, today=today, has_files=has_files)
        await named.demand(user, form, clean)
        return newest, clean
    filled = store.form_of(seen_row)
    clean = check(filled, answers, today=today, has_files=has_files)
    await named.demand(user, filled, clean)
    try:
        check(form, _asked(form, answers), today=today, has_files=has_files)
    except Invalid as invalid:
        _demand_nothing_new(filled, clean, invalid)
    return seen_row, clean


async def _newest(type: str) -> FormVersion:
    try:
        return await store.current_row(type)
    except NotFound:
        raise Invalid({'type': Problem('entry.kind_of_request')}) from None


async def _still_taken(newest: FormVersion, seen: int | None, now: datetime) -> FormVersion | None:
    """The older version that was filled in, if it was replaced less than a day ago."""
    if seen is None or not 0 < seen < newest.version:
        return None
    successor = await FormVersion.get_or_none(type=newest.type, version=seen + 1)
    if successor is None or successor.published_at + GRACE < now:
        return None
    return await FormVersion.get_or_none(type=newest.type, version=seen)


def _asked(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what this form asks; what it does not ask any more is not held against anybody."""
    return {code: answer for code, answer in answers.items() if form.field(code) is not None}


def _demand_nothing_new(filled: Form, clean: Mapping[str, Any], newest: Invalid) -> None:
    """An answer that was good when it was given stays good; what is missing in the newest form is told."""
    missing = [code for code in newest.problems if code not in clean]
    if missing:
        keys = {code: 'entry.now_required' if filled.field(code) else 'entry.new_field' for code in missing}
        raise Invalid({code: Problem(key) for code, key in keys.items()})
