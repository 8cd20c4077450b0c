"""The portal's colours as e-mails need them: mail programs know no variables, so here they are once more, in pairs.

They are those of components/static/css/tokens.css; tests/services/test_letters.py compares them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from services import brand

COLOURS = MappingProxyType(
    {
        'canvas': ('#faf9f7', '#131311'),
        'surface': ('#ffffff', '#1a1917'),
        'sunken': ('#f4f2ef', '#0f0e0c'),
        'border': ('#e4e3df', '#2f2e2a'),
        'text': ('#1f1d19', '#edebe7'),
        'text-soft': ('#524f4a', '#bab7b2'),
        'text-faint': ('#686660', '#a19e98'),
        'accent': ('#404dd8', '#96acff'),
        'on-accent': ('#ffffff', '#12152b'),
        'accent-text': ('#3943cd', '#a7baff'),
        'accent-soft': ('#eef0ff', '#23263f'),
        'note': ('#fdf6e3', '#27221a'),
        'star-line': ('#a86500', '#f7b83d'),
        'status-open': ('#d0edfe', '#253e4d'),
        'status-open-on': ('#01435f', '#bfe4fb'),
        'status-in_progress': ('#1e59cd', '#679cff'),
        'status-in_progress-on': ('#ffffff', '#0e1624'),
        'status-awaiting_development': ('#d3befd', '#4e3f68'),
        'status-awaiting_development-on': ('#452e68', '#e9dffc'),
        'status-pending': ('#e5d7c4', '#372c1d'),
        'status-pending-on': ('#4d3300', '#f2daba'),
        'status-awaiting_feedback': ('#f5b431', '#f7b83d'),
        'status-awaiting_feedback-on': ('#3d2900', '#1d1406'),
        'status-reopened': ('#941328', '#fe898b'),
        'status-reopened-on': ('#ffffff', '#221010'),
        'status-done': ('#e6fae9', '#17261a'),
        'status-done-on': ('#0d4a22', '#c8e8cd'),
    }
)


def colours() -> Mapping[str, tuple[str, str]]:
    """Those in force: with the accent that the admins chose."""
    return COLOURS | {name: pair for name, pair in brand.palette().items() if name in COLOURS}
