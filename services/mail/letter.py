"""What a letter is made of, and how it becomes text and HTML: both are drawn from the same blocks and say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from services import brand
from services.i18n import translate
from services.mail.looks import colours
from services.settings import settings

_FOLDER = Path(__file__).parent.parent / 'templates' / 'email'
_TEMPLATES = {path.name: path.read_text('utf-8') for path in _FOLDER.glob('letter.*')}
"""Read when the process starts: while it still serves, those of a newer version may lie in their place already."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain words; a soft one is drawn quieter."""

    name: ClassVar[str] = 'paragraph'
    text: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """A ticket's status and what it means for the reader."""

    name: ClassVar[str] = 'badge'
    status: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote: `html` is safe already, `text` is the source. `files` are names and sizes, worded."""

    name: ClassVar[str] = 'quote'
    author: str
    html: str
    text: str
    note: str = ''
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, one to a line."""

    name: ClassVar[str] = 'facts'
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A link to press. A quiet one is the second choice beside a first."""

    name: ClassVar[str] = 'button'
    label: str
    url: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Stars:
    """Five links, worst first: (address, words for it)."""

    name: ClassVar[str] = 'stars'
    links: tuple[tuple[str, str], ...]
    worst: str
    best: str


Block = Paragraph | Badge | Quote | Facts | Button | Stars


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, worded. `over` stands above the heading; `reason` and `choose` at the foot: why it came, what to do."""

    language: str
    subject: str
    heading: str
    blocks: tuple[Block, ...]
    reason: str
    over: str = ''
    over_url: str = ''
    preview: str = ''
    choose: str = ''

    @property
    def html(self) -> str:
        return _templates(html=True).get_template('letter.html').render(self._context())

    @property
    def text(self) -> str:
        return _templates(html=False).get_template('letter.txt').render(self._context()).strip() + '\n'

    def _context(self) -> Mapping[str, Any]:
        return {
            'letter': self,
            'colours': colours(),
            'logo': brand.logo(),
            'portal': translate(self.language, 'portal.name'),
            'url': settings().url,
            'profile': f'{settings().url}/profile',
        }


def safe(html: str) -> Markup:
    """HTML that was cleaned by services.markdown, as such."""
    return Markup(html)  # noqa: S704 - the one place; only Quote.html comes here


@cache
def _templates(*, html: bool) -> Environment:
    environment = Environment(
        loader=DictLoader(_TEMPLATES),
        autoescape=html,  # noqa: S701 - off for the text part alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters['safe_html'] = safe
    return environment
