"""How one setting of the portal is entered, by its kind: a line, a choice, a number with its unit."""

from datetime import timedelta
from typing import Any

from components.box import Box
from components.field import ChoiceField, Field, TextField
from components.text import duration, file_size, number, t
from services import i18n
from services.adjustable import Adjustable, Kind, in_units, written
from services.zones import zones

_MB = 1024 * 1024
_HINTED = i18n.section(i18n.LANGUAGES[0], 'settings.hint').keys()


class SettingField:
    """The field (or two) of one setting. `entered` is what stands in it, as the environment writes it."""

    def __init__(self, what: Adjustable, value: Any) -> None:
        self.what = what
        self.shown = value
        label = t(f'settings.name.{what.name}')
        hint = t(f'settings.hint.{what.name}') if what.name in _HINTED else ''
        self.unit: ChoiceField | None = None
        match what.kind:
            case Kind.DURATION:
                with Box('setting-duration'):
                    self.field: Field = TextField(label, '', inputmode='decimal', hint=hint)
                    units = {unit: t(f'settings.unit.{unit}') for unit in ('s', 'm', 'h', 'd')}
                    self.unit = ChoiceField(t('settings.unit_of', name=label), units, 'd', label_hidden=True)
            case Kind.LANGUAGE:
                options = {code: t(f'language.{code}') for code in i18n.LANGUAGES}
                self.field = ChoiceField(label, options, value, hint=hint)
            case Kind.ZONE:
                self.field = TextField(label, value, suggestions=sorted(zones()), hint=hint)
            case Kind.NUMBER | Kind.SIZE:
                self.field = TextField(label, '', inputmode='numeric', hint=hint)
            case _:
                self.field = TextField(label, value, hint=hint)
        self.show(value)

    @property
    def entered(self) -> str:
        text = str(self.field.value).strip()
        match self.what.kind:
            case Kind.DURATION:
                assert self.unit is not None
                return f'{text.replace(",", ".")}{self.unit.value}'
            case Kind.SIZE:
                return _in_bytes(text)
        return text

    @property
    def is_touched(self) -> bool:
        """Whether something else stands in it than what is in effect."""
        return self.entered != self._as_entered(self.shown)

    def follow(self, value: Any) -> None:
        """Show what somebody else set, unless something is being typed here."""
        if value != self.shown and not self.is_touched:
            self.show(value)
        self.shown = value

    def show(self, value: Any) -> None:
        """Replace what stands in the field."""
        self.shown = value
        if isinstance(value, timedelta) and self.unit is not None:
            amount, unit = in_units(value)
            self.field.set_value(f'{amount:g}')
            self.unit.set_value(unit)
        elif self.what.kind is Kind.SIZE:
            self.field.set_value(f'{value / _MB:g}')
        else:
            self.field.set_value(str(value))
        self.field.set_error(None)

    def _as_entered(self, value: Any) -> str:
        return written(value)


def said(what: Adjustable, value: Any) -> str:
    """A value as people read it."""
    match what.kind:
        case Kind.DURATION:
            return duration(value)
        case Kind.SIZE:
            return file_size(value)
        case Kind.NUMBER:
            return number(value)
        case Kind.LANGUAGE:
            return t(f'language.{value}')
    return str(value)


def said_by_problem(value: Any, what: Adjustable) -> Any:
    """A blank of a refusal: lengths and sizes as people read them."""
    if isinstance(value, timedelta):
        return duration(value)
    return file_size(value) if what.kind is Kind.SIZE and isinstance(value, int) else value


def _in_bytes(text: str) -> str:
    try:
        return str(round(float(text.replace(',', '.')) * _MB))
    except (ValueError, OverflowError):
        return text
