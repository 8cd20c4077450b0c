"""Words, numbers and times as the reader of the open page reads them, and the elements that show plain text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui.elements.mixins.text_element import TextElement

from components.reader import reader
from services import i18n


def t(key: str, **values: object) -> str:
    """The text under a key in the reader's language."""
    return i18n.translate(reader().language, key, **values)


def plural(key: str, count: int, **values: object) -> str:
    """The form of the text that goes with the number."""
    return i18n.plural(reader().language, key, count, **values)


def words(prefix: str) -> dict[str, str]:
    """All texts below a key, for a script of ours that speaks by itself."""
    return i18n.section(reader().language, prefix)


def number(value: float) -> str:
    return i18n.number(reader().language, value)


def file_size(size: int) -> str:
    return i18n.file_size(reader().language, size)


def duration(length: timedelta) -> str:
    return i18n.duration(reader().language, length)


def whole_duration(length: timedelta) -> str:
    return i18n.whole_duration(reader().language, length)


def moment(at: datetime, *, now: datetime | None = None) -> str:
    """'сегодня, 20:59' or '6 декабря, 20:59', in the reader's time zone."""
    who = reader()
    return i18n.moment(who.language, who.time_zone, at, now=now or datetime.now(UTC))


def day(at: datetime, *, now: datetime | None = None) -> str:
    """'6 декабря', in the reader's time zone; the year only when it is another one."""
    who = reader()
    return i18n.day(who.language, who.time_zone, at, now=now or datetime.now(UTC))


class Text(TextElement):
    """A piece of plain text in a tag of one's choice: `Text('…', 'h2')`, `Text('…', 'p', 'soft small')`.

    Classes that say what it is: `soft` and `faint` (quieter), `small` and `tiny`, `strong`, `mono`, `numbers`, `clip`
    (one line with an ellipsis), `measure` (a comfortable line length), `eyebrow` (a small heading above a group).
    """

    def __init__(self, text: str, tag: str = 'p', classes: str = '') -> None:
        super().__init__(text=text, tag=tag)
        self.classes(classes)


class Moment(TextElement, component='static/time.js'):
    """A `<time>` that reads as 'пять минут назад' and stays current, or as 'сегодня, 20:59'; the rest on hover."""

    def __init__(self, at: datetime, *, relative: bool = True, now: datetime | None = None) -> None:
        """:param relative: within a week 'пять минут назад', later the day; otherwise always day and time"""
        now = now or datetime.now(UTC)
        text = i18n.ago(reader().language, at, now=now) if relative else moment(at, now=now)
        super().__init__(text=text)
        self._props['text'] = text
        self._props['datetime'] = at.astimezone(UTC).isoformat()
        self._props['full'] = i18n.moment(reader().language, reader().time_zone, at)
        self._props['far'] = day(at, now=now)
        self._props['relative'] = relative
        self._props['language'] = reader().language
        self._props['just-now'] = t('time.just_now')

    def _displayed_contents(self, *, only_visible: bool) -> list[Any]:  # noqa: ARG002 - NiceGUI's signature
        return [self._props['text'], self._props['full']]
