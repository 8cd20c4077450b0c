"""How what figures are about is called for a reader: people, companies, kinds, days, shares."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from models import Company, User
from services import i18n
from services.figures.period import Grain, Period
from services.forms import store
from services.forms.definition import worded


@dataclass(frozen=True, slots=True)
class Names:
    """How things are called for this reader."""

    language: str
    zone: str
    people: Mapping[int, str]
    companies: Mapping[int, str]
    types: Mapping[str, str]

    def t(self, key: str, **values: object) -> str:
        return i18n.translate(self.language, key, **values)

    def members(self, code: str) -> tuple[str, Mapping[Any, str]]:
        """By which parameter of a filter the members of a group are asked for, and how they are called."""
        if code == 'types':
            return 'type', self.types
        return ('company', self.companies) if code == 'companies' else ('assignee', self.people)

    def percent(self, share: float | None) -> str:
        return _percent(self.language, share) if share is not None else '–'

    def decimal(self, value: float | None) -> str:
        return _decimal(self.language, value) if value is not None else '–'

    def days(self, period: Period) -> str:
        """'26 октября – 24 ноября 2026 г.'"""
        first, last = (format_date(day, 'd MMMM y', locale=self.language) for day in (period.first, period.last))
        return f'{first} – {last}' if first != last else first

    def step(self, period: Period, grain: Grain) -> str:
        """'6 нояб.' for a day, '2–8 нояб.' for a week, 'ноябрь 2026' for a month."""
        return _step(self.language, period.first, period.last, grain)


async def names_for(user: User) -> Names:
    """The words of a reader: every member of staff, company and kind of request."""
    people, companies, forms = await asyncio.gather(
        User.filter(company_id=None).values_list('id', 'name'), Company.all().values_list('id', 'name'), store.offered()
    )
    types = {form.type: worded(form.title, user.language) for form in forms}
    return Names(user.language, user.time_zone, dict(people), dict(companies), types)


@lru_cache(maxsize=5_000)
def _step(language: str, first: date, last: date, grain: Grain) -> str:
    """Kept, as below: a dashboard has hundreds of them, mostly those that it had when it was opened before."""
    if grain is Grain.MONTH:
        return format_date(first, 'LLL y', locale=language)
    since, until = (format_skeleton('MMMd', day, locale=language) for day in (first, last))
    if first == last:
        return since
    if first.month == last.month and language == 'ru':
        since = str(first.day)
    return f'{since}–{until}'


@lru_cache(maxsize=5_000)
def _percent(language: str, share: float) -> str:
    return format_percent(share, '#,##0\xa0%' if language == 'ru' else '#,##0%', locale=language)


@lru_cache(maxsize=5_000)
def _decimal(language: str, value: float) -> str:
    return format_decimal(value, '0.00', locale=language)
