"""Turns Jira's two ways of writing, wiki marks and HTML, into the Markdown that the portal shows."""

import re
from html.parser import HTMLParser

_WIKI = (
    (re.compile(r'\{code(?::[^}]*)?\}(.*?)\{code\}', re.DOTALL), r'```\n\1\n```'),
    (re.compile(r'\{noformat\}(.*?)\{noformat\}', re.DOTALL), r'```\n\1\n```'),
    (re.compile(r'^h([1-6])\.\s+', re.MULTILINE), lambda match: '#' * int(match[1]) + ' '),
    (re.compile(r'\[([^|\]\n]+)\|(https?://[^\]\s|]+)[^\]]*\]'), r'[\1](\2)'),
    (re.compile(r'\[(https?://[^\]\s|]+)\]'), r'\1'),
    (re.compile(r'\[~(?:accountid:)?([^\]]+)\]'), r'@\1'),
    (re.compile(r'!([\w .()-]+\.\w{2,5})(?:\|[^!\n]*)?!'), r'(\1)'),
    (re.compile(r'\{color(?::[^}]*)?\}|\{quote\}|\{panel(?::[^}]*)?\}'), ''),
)
_BLOCKS = frozenset({'p', 'div', 'ul', 'ol', 'table', 'tr', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'})
_MARKS = {'b': '**', 'strong': '**', 'i': '_', 'em': '_', 'code': '`', 'tt': '`'}
_GAP = re.compile(r'\n{3,}')


def from_wiki(text: str) -> str:
    """What people see rather than marks; a text without any stays as it is."""
    text = text.replace('\x00', '')  # no database keeps it
    for pattern, better in _WIKI:
        text = pattern.sub(better, text)
    return text


def from_html(text: str) -> str:
    """The text with its links, lists and emphasis; what is no HTML stays as it is."""
    if '<' not in text and '&' not in text:
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _GAP.sub('\n\n', ''.join(reader.pieces)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append('\n\n' if tag != 'tr' else '\n')
        elif tag == 'li':
            self.pieces.append('\n- ')
        elif tag == 'br':
            self.pieces.append('\n')
        elif tag == 'a':
            self.links.append(dict(attrs).get('href') or '')
            self.pieces.append('[')
        else:
            self.pieces.append(_MARKS.get(tag, ''))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append('\n\n' if tag != 'tr' else '\n')
        elif tag == 'a' and self.links:
            href = self.links.pop()
            self.pieces.append(f']({href})' if href.startswith(('http://', 'https://', 'mailto:')) else ']')
        else:
            self.pieces.append(_MARKS.get(tag, ''))

    def handle_data(self, data: str) -> None:
        self.pieces.append(re.sub(r'[ \t\r\f]+', ' ', data))
