"""The colours can be read: WCAG 2.2 AA contrast of the pairs in use, computed from tokens.css for both themes."""

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from components.badge import initials, tone
from components.theme import STATUS_ICONS
from models import Status

THEMES = ('light', 'dark')
SURFACES = ('canvas', 'surface', 'raised', 'sunken', 'hover')
WORDS = [
    *((word, ground) for word in ('text', 'text-soft', 'text-faint', 'accent-text') for ground in SURFACES),
    *(('danger', ground) for ground in ('canvas', 'surface', 'raised', 'danger-soft')),
    ('on-accent', 'accent'),
    ('on-accent', 'accent-hover'),
    ('on-danger', 'danger'),
    ('on-danger', 'danger-hover'),
    ('accent-text', 'accent-soft'),
    ('success', 'success-soft'),
    ('warning', 'warning-soft'),
    ('warning', 'note'),
    *((word, 'inverse') for word in ('on-inverse', 'inverse-accent', 'inverse-success', 'inverse-danger')),
    *(('text', ground) for ground in ('success-soft', 'warning-soft', 'danger-soft', 'accent-soft', 'note')),
    *(('text-soft', ground) for ground in ('accent-soft', 'note', 'warning-soft')),
]
SHAPES = [
    *(('control', ground) for ground in ('canvas', 'surface', 'sunken')),
    *(('focus', ground) for ground in SURFACES),
    ('accent', 'surface'),
    ('star-line', 'surface'),
    ('star-line', 'canvas'),
]
LEAST_STEP = 0.03
"""Of perceived lightness (0 to 1) between two statuses: what still tells them apart without hue."""


@pytest.mark.parametrize('theme', THEMES)
@pytest.mark.parametrize(('word', 'ground'), WORDS)
def test_words_can_be_read(theme, word, ground):
    assert contrast(colour(f'color-{word}', theme), colour(f'color-{ground}', theme)) >= 4.5


@pytest.mark.parametrize('theme', THEMES)
@pytest.mark.parametrize(('shape', 'ground'), SHAPES)
def test_controls_and_focus_can_be_seen(theme, shape, ground):
    assert contrast(colour(f'color-{shape}', theme), colour(f'color-{ground}', theme)) >= 3


@pytest.mark.parametrize('theme', THEMES)
@pytest.mark.parametrize('status', Status)
def test_statuses_can_be_read(theme, status):
    assert contrast(colour(f'status-{status}-on', theme), colour(f'status-{status}', theme)) >= 4.5


@pytest.mark.parametrize('theme', THEMES)
def test_statuses_differ_in_lightness_and_icon(theme):
    for one, other in combinations(Status, 2):
        step = abs(lightness(colour(f'status-{one}', theme)) - lightness(colour(f'status-{other}', theme)))
        assert step >= LEAST_STEP, f'{one} and {other} look alike without colour'
    assert len(set(STATUS_ICONS.values())) == len(Status)


@pytest.mark.parametrize('theme', THEMES)
@pytest.mark.parametrize('number', range(1, 7))
def test_initials_can_be_read(theme, number):
    assert contrast(colour('color-text', theme), colour(f'tone-{number}', theme)) >= 4.5


def test_no_sheet_but_the_tokens_has_colours_of_its_own():
    sheets = [path for path in _SHEETS.glob('*.css') if path.name != 'tokens.css']
    assert sheets
    loose = {
        path.name: found
        for path in sheets
        if (found := re.findall(r'(?<!["&])#[0-9a-f]{3,8}\b(?!")', _without_known(path.read_text('utf-8'))))
    }
    assert not loose


@pytest.mark.parametrize(
    ('name', 'letters'), [('Анна Петрова', 'АП'), ('Анна', 'А'), ('Анна Мария де Петрова', 'АП'), ('', '?')]
)
def test_initials(name, letters):
    assert initials(name) == letters
    assert 1 <= tone(name) <= 6


_SHEETS = Path(__file__).parents[2] / 'components' / 'static' / 'css'


def colour(name: str, theme: str) -> str:
    """The value of a custom property in a theme, as '#rrggbb'."""
    return tokens()[name][THEMES.index(theme)]


@cache
def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r'--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);', (_SHEETS / 'tokens.css').read_text('utf-8'))
    return {name: (light, dark) for name, light, dark in found}


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(value: str) -> float:
    red, green, blue = (_linear(int(value[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(value: str) -> float:
    """As the eye sees it: L* of CIELAB, 0 to 1."""
    seen = luminance(value)
    return (116 * seen ** (1 / 3) - 16) / 100 if seen > 0.008856 else 9.033 * seen


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _without_known(css: str) -> str:
    """Without comments, ids, masks (where only opacity counts) and what is for paper."""
    css = re.sub(r'/\*.*?\*/|@media print \{.*', '', css, flags=re.DOTALL)
    return re.sub(r'mask: [^;]*;', '', css)
