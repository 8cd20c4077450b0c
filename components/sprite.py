"""The icons the portal uses, and how the sprite they are served from is made.

To add an icon: find its name on lucide.dev, add it to `ICONS`, then rebuild the sprite with
`npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz && python -m components.sprite package/icons`.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent / 'static' / 'icons.svg'

_NAMES = """
    arrow-down arrow-left arrow-right arrow-up arrow-up-down at-sign bell bell-off bold book-open bug building-2
    calculator calendar calendar-clock chart-column check chevron-down chevron-left chevron-right chevron-up circle
    circle-alert circle-check circle-dashed circle-dot circle-play circle-question-mark circle-x clock code code-xml
    copy corner-down-right download ellipsis ellipsis-vertical external-link eye eye-off file file-text flag gauge
    git-merge globe grip-vertical hand hash history hourglass house image inbox info italic key-round keyboard
    languages layers layout-dashboard life-buoy lightbulb link link-2 list list-filter list-ordered list-todo
    loader-circle lock log-in log-out mail maximize menu message-circle message-square-reply monitor moon package
    panel-left paperclip pencil pin plus printer quote refresh-cw reply rocket rotate-ccw save search search-x send
    server settings share-2 shield sliders-horizontal smartphone smile square-check-big square-kanban star star-off
    sun tag text trash-2 triangle-alert undo-2 unlink upload user user-check user-plus users wifi-off wrench x zap
"""
ICONS = frozenset(_NAMES.split())

_LICENCE = '<!-- Lucide icons, lucide.dev, ISC licence, parts from Feather, MIT licence: see fonts/ICONS.txt -->'


def build(folder: Path) -> str:
    """The sprite: one `<symbol>` per icon, read from a folder of single SVG files."""
    symbols = [_symbol(name, (folder / f'{name}.svg').read_text('utf-8')) for name in sorted(ICONS)]
    return '\n'.join([_LICENCE, '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, '</svg>', ''])


def _symbol(name: str, svg: str) -> str:
    found = re.search(r'<svg[^>]*>(.*)</svg>', svg, re.DOTALL)
    if not found:
        raise ValueError(f'{name} is no SVG')
    shapes = re.sub(r'\s*\n\s*', '', found[1]).replace(' />', '/>')
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == '__main__':
    SPRITE.write_text(build(Path(sys.argv[1])), 'utf-8')
