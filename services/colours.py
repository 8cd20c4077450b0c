"""The colours that follow from the portal's accent: readable in both themes whatever accent an admin chose.

Each is the accent's own hue, made darker or lighter until what stands on it, or what it stands on, can be told apart
as WCAG 2.2 AA asks: 4.5 for words, 3 for shapes. The grounds are those of components/static/css/tokens.css.
"""

import re
from collections.abc import Callable, Iterable
from colorsys import hls_to_rgb, rgb_to_hls
from functools import cache
from types import MappingProxyType

Pair = tuple[str, str]
"""A colour in the light and in the dark theme, as '#rrggbb'."""

WORDS, SHAPES = 4.5, 3.0
SURFACES: MappingProxyType[str, Pair] = MappingProxyType(
    {
        'canvas': ('#faf9f7', '#131311'),
        'surface': ('#ffffff', '#1a1917'),
        'raised': ('#ffffff', '#23211f'),
        'sunken': ('#f4f2ef', '#0f0e0c'),
        'hover': ('#eeede9', '#292725'),
        'inverse': ('#262420', '#f1efeb'),
    }
)
_GROUNDS = ('canvas', 'surface', 'raised', 'sunken', 'hover')
_ON_ACCENT = ('#ffffff', '#12152b')
_HEX = re.compile(r'#?([0-9a-f]{6})', re.IGNORECASE | re.ASCII)
_STEPS = 200


def parse(text: str) -> str | None:
    """'#404dd8' for '404DD8' and the like; None for what is no colour."""
    match = _HEX.fullmatch(text.strip())
    return f'#{match[1].lower()}' if match else None


@cache
def palette(accent: str) -> MappingProxyType[str, Pair]:
    """The accent's colours by the names of their tokens (without `--color-`); `accent` is '#rrggbb'."""
    light = _until(accent, darker=True, fits=_readable((_ON_ACCENT[0], WORDS), *_on(0, SHAPES)))
    dark = _until(accent, darker=False, fits=_readable((_ON_ACCENT[1], WORDS), *_on(1, SHAPES)))
    soft = (mixed(accent, SURFACES['surface'][0], 0.08), mixed(accent, SURFACES['surface'][1], 0.16))
    text = (
        _until(light, darker=True, fits=_readable((soft[0], WORDS), *_on(0, WORDS))),
        _until(dark, darker=False, fits=_readable((soft[1], WORDS), *_on(1, WORDS))),
    )
    inverse = (
        _until(dark, darker=False, fits=_readable((SURFACES['inverse'][0], WORDS))),
        _until(light, darker=True, fits=_readable((SURFACES['inverse'][1], WORDS))),
    )
    hover = (mixed('#000000', light, 0.18), mixed('#ffffff', dark, 0.28))
    return MappingProxyType(
        {
            'accent': (light, dark),
            'accent-hover': hover,
            'on-accent': _ON_ACCENT,
            'accent-text': text,
            'accent-soft': soft,
            'focus': text,
            'inverse-accent': inverse,
        }
    )


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(_channels(one)), luminance(_channels(other))))
    return (high + 0.05) / (low + 0.05)


def luminance(channels: Iterable[float]) -> float:
    """WCAG's relative luminance of red, green and blue from 0 to 1."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, ground: str, share: float) -> str:
    """So much of the colour, the rest the ground."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _written(share * one + (1 - share) * other for one, other in pairs)


def _on(theme: int, least: float) -> list[tuple[str, float]]:
    return [(SURFACES[name][theme], least) for name in _GROUNDS]


def _readable(*demands: tuple[str, float]) -> Callable[[str], bool]:
    return lambda colour: all(contrast(colour, ground) >= least for ground, least in demands)


def _until(colour: str, *, darker: bool, fits: Callable[[str], bool]) -> str:
    """The colour itself if it fits, else the nearest shade of its hue that does; black or white fit at the latest."""
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    end = 0.0 if darker else 1.0
    for step in range(_STEPS + 1):
        shade = _written(hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation)) if step else colour
        if fits(shade):
            return shade
    return '#000000' if darker else '#ffffff'


def _channels(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _written(channels: Iterable[float]) -> str:
    return '#' + ''.join(f'{round(255 * min(1.0, max(0.0, channel))):02x}' for channel in channels)
