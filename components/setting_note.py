"""What stands below a setting: its default, and, when it is another, who set that, when, and the way back."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from components.box import Box
from components.button import Button
from components.text import Text, moment, t


def setting_note(
    name: str, default: str, by: str, at: datetime | None, on_reset: Callable[[], Awaitable[None]]
) -> None:
    """Draw it. `at` is None while the setting of that name has its default."""
    with Box('row gap-1 setting-note'):
        if default:
            Text(t('settings.default', value=default), 'span', 'faint small')
        if at is not None:
            who_changed(by, at)
            back = Button(t('settings.to_default'), on_reset, look='quiet', icon='rotate-ccw')
            back.classes('dense').props['aria-label'] = t('settings.to_default_named', name=name)


def who_changed(by: str, at: datetime) -> None:
    """'Changed: Maria, 24 November, 12:40'; nobody is named who is not there any more."""
    when = moment(at)
    text = t('settings.changed', name=by, when=when) if by else t('settings.changed_by_nobody', when=when)
    Text(text, 'span', 'faint small')
