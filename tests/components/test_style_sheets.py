"""The style sheets of single areas are all on every page: what one says of a class, another must not say too."""

import re
from collections import defaultdict

from components.theme import _FIRST, FOLDER, style_sheets

_COMMENT = re.compile(r'/\*.*?\*/', re.DOTALL)
_SELECTORS = re.compile(r'([^{}]+)\{')
_INSIDE = re.compile(r'\([^()]*\)')  # of `:is()` and the like, and of values
_BARE_CLASS = re.compile(r'\.([\w-]+)')


def test_no_two_areas_give_one_class_its_looks():
    """The card of a found ticket once put its frame around every answer of a form, for both were called `answer`."""
    sheets = defaultdict(set)
    for name in style_sheets():
        css = _INSIDE.sub('', _COMMENT.sub('', (FOLDER / 'css' / name).read_text('utf-8')))
        for selectors in _SELECTORS.findall(css):
            for selector in selectors.split(','):
                if bare := _BARE_CLASS.fullmatch(selector.strip()):
                    sheets[bare[1]].add(name)
    shared = {name: sorted(where) for name, where in sheets.items() if len(where) > 1 and not where <= {*_FIRST}}
    assert shared == {}
