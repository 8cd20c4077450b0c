"""What people write becomes safe HTML: a small Markdown, no pictures, no foreign markup, ticket IDs as links.

Two locks: markdown-it-py escapes every tag that was typed, and nh3 lets only known tags and addresses through.
Rendering runs in two threads of its own, for hostile texts take seconds; texts that are mostly marks stay as they are.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from models import User
from services import jointly
from services.access import person, visible_to
from services.actor import Actor
from services.settings import settings
from services.ticket_id import id_pattern, ticket_id

LIMIT = 100_000
_MOST_MARKS = 4_000
_MOST_MENTIONS = 200
_CACHED_UP_TO = 10_000  # characters of a text; longer ones are rare and would fill the memory

_TAGS = {
    *('p', 'br', 'hr', 'strong', 'em', 's', 'a', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li'),
    *('table', 'thead', 'tbody', 'tr', 'th', 'td'),
}
_ATTRIBUTES = {'a': {'href', 'target', 'class'}, 'ol': {'start'}, 'pre': {'tabindex'}}
_REL = 'noopener noreferrer nofollow'
_TICKET_CLASS = 'ticket-link'

_MARK = re.compile(r'[\[\]`*_~<>|#\\&!+\-=]')
_ADDRESS = re.compile(r'https?://[^\s<>"«»]+', re.IGNORECASE)
_TRAILING = ".,;:!?'’»…*_~"
_OUTSIDE = re.compile(r'(?:https?://|mailto:)', re.IGNORECASE)

_threads = ThreadPoolExecutor(2, thread_name_prefix='markdown')


def render(text: str, link_ids: frozenset[int] = frozenset()) -> str:
    """Safe HTML of a text; the IDs of tickets with these numbers become links."""
    if len(text) <= _CACHED_UP_TO:
        return _cached(text, link_ids, settings().key)
    return _render(text[:LIMIT], link_ids)


def mentioned_numbers(text: str) -> set[int]:
    """The numbers of the tickets whose IDs stand in the text."""
    return {int(match[1]) for match in id_pattern().finditer(text[:LIMIT])}


async def rendered_for(actor: Actor, texts: Sequence[str]) -> list[str]:
    """Safe HTML of each text as this person gets it: only IDs of tickets that they see become links.

    Raises SignedOut where a ticket is named and the person is not signed in any more.
    """
    numbers = _numbers(texts)
    return await _rendered(texts, await _seen(await person(actor), numbers) if numbers else frozenset())


async def rendered(reader: User, texts: Sequence[str]) -> list[str]:
    """The same for a person as the database knows them now."""
    return await _rendered(texts, await _seen(reader, _numbers(texts)))


async def _rendered(texts: Sequence[str], link_ids: frozenset[int]) -> list[str]:
    """All pages of a ticket want the same new text: it is rendered once."""

    async def render() -> list[str]:
        return await asyncio.get_running_loop().run_in_executor(_threads, _render_all, list(texts), link_ids)

    return await jointly.read(('html', tuple(texts), link_ids, settings().key), render)


def _render_all(texts: Iterable[str], link_ids: frozenset[int]) -> list[str]:
    return [render(text, link_ids & mentioned_numbers(text)) for text in texts]


def _numbers(texts: Iterable[str]) -> list[int]:
    """The numbers of the tickets that the texts name; not more than one can look for."""
    found = {number for text in texts for number in mentioned_numbers(text) if number < 2**31}
    return sorted(found)[:_MOST_MENTIONS]


async def _seen(reader: User, numbers: Sequence[int]) -> frozenset[int]:
    """Those of the numbers whose tickets the person sees."""
    if not numbers:
        return frozenset()
    found: list[Any] = await visible_to(reader).filter(number__in=numbers).values_list('number', flat=True)
    return frozenset(found)


@lru_cache(maxsize=1024)
def _cached(text: str, link_ids: frozenset[int], key: str) -> str:  # noqa: ARG001 - IDs are found by the key
    return _render(text, link_ids)


def _render(text: str, link_ids: frozenset[int]) -> str:
    if len(_MARK.findall(text)) > _MOST_MARKS:
        html = '<p>' + escape(text).replace('\n', '<br>\n') + '</p>'
    else:
        html = _parser.render(text, {'link_ids': link_ids})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={'http', 'https', 'mailto'},
        link_rel=_REL,
        strip_comments=True,
    )


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if tag == 'a' and attribute == 'href':
        return value if _OUTSIDE.match(value) or _is_ticket(value) else None
    if tag == 'a' and attribute != 'rel':
        fine = {'target': '_blank', 'class': _TICKET_CLASS}
        return value if fine.get(attribute) == value else None
    return value


def _is_ticket(address: str) -> bool:
    return re.fullmatch(rf'/tickets/{re.escape(settings().key)}-[0-9]+', address, re.ASCII) is not None


class _Renderer(RendererHTML):
    """Headings become strong lines, for the page has its own order of headings; code can be scrolled by keyboard."""

    def heading_open(self, *_: Any) -> str:
        return '<p><strong>'

    def heading_close(self, *_: Any) -> str:
        return '</strong></p>\n'

    def fence(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f'<pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return self.fence(tokens, idx)

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        if _OUTSIDE.match(str(token.attrGet('href') or '')):
            token.attrSet('target', '_blank')
        return self.renderToken(tokens, index, options, env)


def _link_plain_text(state: StateCore) -> None:
    """Make addresses and ticket IDs links where they stand in running text, not in code and not inside a link."""
    link_ids: frozenset[int] = state.env.get('link_ids', frozenset())
    for block in state.tokens:
        if block.type != 'inline' or not block.children:
            continue
        children: list[Token] = []
        depth = 0
        for token in block.children:
            depth += {'link_open': 1, 'link_close': -1}.get(token.type, 0)
            if token.type == 'text' and depth == 0:
                children += _pieces(token.content, link_ids)
            else:
                children.append(token)
        block.children = children


def _pieces(text: str, link_ids: frozenset[int]) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    for start, end, href in _links(text, link_ids):
        if start > place:
            tokens.append(_text(text[place:start]))
        tokens += _link(text[start:end], href)
        place = end
    return [*tokens, _text(text[place:])] if place < len(text) else tokens


def _links(text: str, link_ids: frozenset[int]) -> list[tuple[int, int, str]]:
    """Where something begins and ends that is to be a link, and to what."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = _without_tail(match[0])
        if len(address) > len('https://'):
            found.append((match.start(), match.start() + len(address), address))
    taken = [(start, end) for start, end, _ in found]
    for match in id_pattern().finditer(text) if link_ids else ():
        inside = any(start <= match.start() < end for start, end in taken)
        if int(match[1]) in link_ids and not inside:
            found.append((match.start(), match.end(), f'/tickets/{ticket_id(int(match[1]))}'))
    return sorted(found)


def _without_tail(address: str) -> str:
    """An address without the punctuation of the sentence around it; a bracket stays if it was opened inside."""
    while address:
        if address[-1] in _TRAILING or (address[-1] == ')' and address.count('(') < address.count(')')):
            address = address[:-1]
        else:
            break
    return address


def _text(content: str) -> Token:
    return Token('text', '', 0, content=content)


def _link(content: str, href: str) -> list[Token]:
    attributes: dict[str, str | int | float] = {'href': href}
    if not _OUTSIDE.match(href):
        attributes['class'] = _TICKET_CLASS
    return [Token('link_open', 'a', 1, attrs=attributes), _text(content), Token('link_close', 'a', -1)]


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt('commonmark', {'html': False, 'breaks': True}, renderer_cls=_Renderer)
    parser.enable(['table', 'strikethrough']).disable(['image', 'html_block', 'html_inline'])
    parser.core.ruler.after('inline', 'links_in_plain_text', _link_plain_text)
    return parser


_parser = _make_parser()
