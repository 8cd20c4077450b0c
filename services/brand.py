"""How the portal presents itself: its name, its accent's colours, its logo; on pages, plain HTML and in mails.

The logo is kept with the settings, so that it is in every backup and reaches every process; each holds it in memory.
"""

import asyncio
import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal

from PIL import Image

from models import Setting
from models.instant import utc
from services import access, audit, colours
from services.actor import Actor
from services.assets import FOLDER
from services.colours import SURFACES
from services.errors import Invalid, Problem
from services.settings import Settings, settings
from services.transaction import announce, in_turn, transaction

Plate = Literal['', 'light', 'dark']

LARGEST: Final = 200 * 1024  # bytes
LONGEST_EDGE: Final = 2000  # pixels
ROUTE: Final = '/brand'
ICON: Final = '/favicon.ico'
TOPIC: Final = 'settings'  # told with every change of a setting
_KEY = 'look.logo'
_TYPES: Final = {'PNG': 'image/png', 'JPEG': 'image/jpeg', 'WEBP': 'image/webp'}
_SAMPLE = 96  # pixels of the longer side that are looked at
_SOLID = 128  # alpha above which a pixel is seen
_ENOUGH = 0.6  # of what is seen has to stand out from the ground
_DEFAULT_ACCENT: Final = str(Settings.model_fields['accent'].default)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, and on which ground it has to stand where the theme's own does not do (`plate`)."""

    data: bytes
    content_type: str
    width: int
    height: int
    plate: Plate = ''

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()[:16]

    @property
    def address(self) -> str:
        return f'{ROUTE}/logo?v={self.digest}'

    @property
    def is_wide(self) -> bool:
        """Wide ones hold a name of their own; beside a square one the portal's name is written."""
        return self.width > 1.6 * self.height


_logo: Logo | None = None


def logo() -> Logo | None:
    """The logo in force in this process."""
    return _logo


async def set_logo(actor: Actor, data: bytes, *, now: datetime | None = None) -> Logo:
    """Make a PNG, JPEG or WebP the portal's logo. Raises NotFound but for admins, Invalid with a problem of 'logo'.

    One that cannot be seen on one of the themes' grounds stands on a plate there; one that no ground suits is refused.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    made = await asyncio.to_thread(looked_at, data)
    value = {'data': base64.b64encode(data).decode(), 'plate': made.plate}
    async with transaction():
        await in_turn(_KEY)
        before = await Setting.get_or_none(key=_KEY)
        stored = {'value': value, 'changed_by_id': user.id, 'changed_at': utc(now)}
        await Setting.update_or_create(key=_KEY, defaults=stored)
        was = _read(before).digest if before is not None else ''
        await audit.record('setting.changed', by=user, subject='setting:logo', now=now, was=was, value=made.digest)
        announce(TOPIC, 'staff')
    return made


async def remove_logo(actor: Actor, *, now: datetime | None = None) -> None:
    """Back to the portal's own mark. Raises NotFound but for admins."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        await in_turn(_KEY)
        before = await Setting.get_or_none(key=_KEY)
        if before is not None:
            await Setting.filter(key=_KEY).delete()
            was = _read(before).digest
            await audit.record('setting.changed', by=user, subject='setting:logo', now=now, was=was, value='')
        announce(TOPIC, 'staff')


async def changed_by(actor: Actor, *, now: datetime | None = None) -> tuple[str, datetime] | None:
    """Who set the logo, and when; None while it is the portal's own. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    row = await Setting.get_or_none(key=_KEY).select_related('changed_by')
    return None if row is None else (row.changed_by.name if row.changed_by is not None else '', row.changed_at)


async def refresh() -> bool:
    """Bring the stored logo into force in this process; whether it was another one."""
    global _logo  # noqa: PLW0603 - one logo in a process
    row = await Setting.get_or_none(key=_KEY)
    fresh = _read(row) if row is not None else None
    is_news = fresh != _logo
    _logo = fresh
    return is_news


def forget() -> None:
    """Begin without a logo; for tests."""
    global _logo  # noqa: PLW0603 - one logo in a process
    _logo = None


def is_own_accent() -> bool:
    """Whether the accent is that of the style sheets themselves."""
    return settings().accent == _DEFAULT_ACCENT


def stylesheet() -> str:
    """What goes before the tokens of the style sheets; nothing while the accent is the portal's own."""
    if is_own_accent():
        return ''
    rules = [f'--color-{name}: light-dark({light}, {dark});' for name, (light, dark) in palette().items()]
    return f':root {{ {" ".join(rules)} }}\n'


def stylesheet_address() -> str | None:
    """Where that is to be had; another one for each accent, so that browsers may keep it."""
    return None if is_own_accent() else f'{ROUTE}/style.css?v={settings().accent[1:]}'


def icon() -> tuple[bytes, str]:
    """What stands in a browser's tab, and its type: a logo that is not wide, else the portal's mark in the accent."""
    if _logo is not None and not _logo.is_wide:
        return _logo.data, _logo.content_type
    drawn = (FOLDER / 'favicon.svg').read_text(encoding='utf-8')
    accent = drawn if is_own_accent() else drawn.replace(_DEFAULT_ACCENT, palette()['accent'][0])
    return accent.encode(), 'image/svg+xml'


def icon_address() -> str:
    """Where that is to be had; another one for each, so that browsers may keep it."""
    data, _ = icon()
    return f'{ICON}?v={sha256(data).hexdigest()[:10]}'


def palette() -> dict[str, colours.Pair]:
    """The accent's colours in force, by the names of their tokens; empty while the accent is the portal's own."""
    return {} if is_own_accent() else dict(colours.palette(settings().accent))


def looked_at(data: bytes) -> Logo:
    """The logo that these bytes are. Raises Invalid."""
    if len(data) > LARGEST:
        raise Invalid({'logo': Problem('settings.refusal.logo_too_large', most=LARGEST)})
    try:
        with Image.open(io.BytesIO(data), formats=list(_TYPES)) as image:
            kind, (width, height) = str(image.format), image.size
            if max(width, height) > LONGEST_EDGE:
                raise Invalid({'logo': Problem('settings.refusal.logo_too_many_pixels', most=LONGEST_EDGE)})
            image.thumbnail((_SAMPLE, _SAMPLE))
            pixels = image.convert('RGBA').tobytes()
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - Pillow raises whatever a broken file makes it stumble over
        raise Invalid({'logo': Problem('settings.refusal.logo_unreadable')}) from None
    return Logo(data, _TYPES[kind], width, height, _plate(pixels))


def _plate(pixels: bytes) -> Plate:
    """The ground that the picture needs besides the themes' own. Raises Invalid when none lets it be seen."""
    points = [pixels[at : at + 4] for at in range(0, len(pixels), 4)]
    seen = [colours.luminance(value / 255 for value in point[:3]) for point in points if point[3] >= _SOLID]
    if not seen:
        raise Invalid({'logo': Problem('settings.refusal.logo_empty')})
    if len(seen) > 0.98 * len(points):
        return ''  # it brings its own ground
    light, dark = (_is_seen(seen, ground) for ground in SURFACES['surface'])
    if not light and not dark:
        raise Invalid({'logo': Problem('settings.refusal.logo_unseen')})
    return '' if light and dark else 'light' if light else 'dark'


def _is_seen(luminances: Iterable[float], ground: str) -> bool:
    """Whether enough of the pixels stand out from the ground as shapes have to."""
    below = colours.luminance(int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5))
    ratios = [(max(one, below) + 0.05) / (min(one, below) + 0.05) for one in luminances]
    return sum(ratio >= colours.SHAPES for ratio in ratios) >= _ENOUGH * len(ratios)


def _read(row: Setting) -> Logo:
    value: dict[str, Any] = row.value
    data = base64.b64decode(value['data'])
    with Image.open(io.BytesIO(data), formats=list(_TYPES)) as image:
        return Logo(data, _TYPES[str(image.format)], image.width, image.height, value['plate'])
