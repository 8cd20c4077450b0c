"""Markdown: what people write reads well, and nothing of it runs, loads or leads anywhere but to plain addresses."""

import asyncio
import re
import time

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from services import markdown, tickets
from services.markdown import mentioned_numbers, render
from tests.services.ticket_world import NOW, World

REL = 'rel="noopener noreferrer nofollow"'
HOSTILE = (
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](JaVa\tscript:alert(1))',
    '[x](java&#x09;script:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](//evil.example)',
    '[x](\\\\evil.example)',
    '[x](/logout)',
    '[x](/tickets/SPSUP-7/../../logout)',
    '<javascript:alert(1)>',
    '![x](https://tracker.example/pixel.png)',
    '![x](javascript:alert(1))',
    '<style>@import url(https://evil.example)</style>',
    '<div style="position:fixed">x</div>',
    '<base href="https://evil.example">',
    '[x]: javascript:alert(1)\n\n[x]',
    '[x](https://ok.example "\\"><script>alert(1)</script>")',
    '```<script>\n<script>alert(1)</script>\n```',
    '`<script>alert(1)</script>`',
    '{{7*7}} ${7*7} {%x%} v-on:click="x"',
    '<!-- --><p onclick=alert(1)>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<a\nhref="https://x" onmouseover=alert(1)>x</a>',
)
ALLOWED = set('p br hr strong em s a code pre blockquote ul ol li table thead tbody tr th td'.split())  # noqa: SIM905


def dangers(html: str) -> list[str]:
    """Every tag, attribute or address that has no place in a comment."""
    found = []
    for tag, attributes in re.findall(r'<\s*/?\s*([a-zA-Z!][^\s/>]*)([^>]*)>', html):
        if tag.lower() not in ALLOWED:
            found.append(tag)
        for name, value in re.findall(r'([^\s=]+)\s*=\s*"([^"]*)"', attributes):
            fine = {
                'href': re.fullmatch(r'(https?://|mailto:)[^<>]*|/tickets/SPSUP-[0-9]+', value, re.IGNORECASE),
                'rel': value == 'noopener noreferrer nofollow',
                'target': value == '_blank',
                'class': value == 'ticket-link',
                'tabindex': value == '0',
                'start': value.isdecimal(),
            }
            if not fine.get(name):
                found.append(f'{name}={value}')
    return found


@pytest.mark.parametrize('text', HOSTILE)
def test_hostile_text_does_nothing(text):
    assert dangers(render(text, frozenset({7}))) == []


@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, *'<>"\'&[]()!`*_~|#-:/\\ \n', 'javascript:', 'https://a.b', 'SPSUP-7', 'href=', 'on']
        )
    )
)
@trying(max_examples=200, deadline=None)
def test_no_mixture_of_hostile_pieces_does_anything(pieces):
    assert dangers(render(''.join(pieces), frozenset({7}))) == []


@pytest.mark.parametrize(
    'text, html',
    [
        ('**а** *б* ~~в~~ `г`', '<p><strong>а</strong> <em>б</em> <s>в</s> <code>г</code></p>'),
        ('раз\nдва', '<p>раз<br>\nдва</p>'),
        ('# Большой\n', '<p><strong>Большой</strong></p>'),
        ('3. три\n4. четыре', '<ol start="3">\n<li>три</li>\n<li>четыре</li>\n</ol>'),
        ('```py\nx < y\n```', '<pre tabindex="0"><code>x &lt; y\n</code></pre>'),
        ('> цитата', '<blockquote>\n<p>цитата</p>\n</blockquote>'),
        ('1 < 2 & 3', '<p>1 &lt; 2 &amp; 3</p>'),
        ('', ''),
    ],
)
def test_plain_markdown_reads_well(text, html):
    assert render(text).strip() == html


def test_addresses_become_links_without_the_sentences_punctuation():
    html = render('См. https://a.example/x_y_z(1), (http://b.example/?q=1&r=2).')
    assert f'<a href="https://a.example/x_y_z(1)" target="_blank" {REL}>https://a.example/x_y_z(1)</a>, (' in html
    assert '>http://b.example/?q=1&amp;r=2</a>).' in html
    assert '<a' not in render('https:// `https://a.example`')
    assert render('[https://a.example](https://b.example)').count('<a') == 1


def test_ids_become_links_only_where_the_reader_may_follow():
    html = render('SPSUP-7, SPSUP-8, `SPSUP-7`, XSPSUP-7, https://a.example/SPSUP-7', frozenset({7}))
    assert html.count('href="/tickets/SPSUP-7"') == 1
    assert f'<a href="/tickets/SPSUP-7" class="ticket-link" {REL}>SPSUP-7</a>, SPSUP-8' in html


def test_mentions_are_found():
    assert mentioned_numbers('SPSUP-7 (SPSUP-12) SPSUP-0 SPSUP-012 XSPSUP-3') == {7, 12}


@pytest.mark.parametrize(
    'piece',
    ['[', '`', '>', '![', '(', '&', '*a ', ' a@b.c ', 'http://a ', '<', '_a', '**', '](', '[a](', '- a\n', '_*', '[[]',
     '|a|b\n|-|-\n', 'a\n', '***a', '`` ` ', '> ', 'SPSUP-7 ', 'https://', ')', 'https://a' + ')' * 99],
)  # fmt: skip
def test_a_hundred_thousand_characters_of_anything_take_seconds_at_most(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    began = time.thread_time()  # not the clock on the wall: the machine may be busy
    html = render(text, frozenset({7}))
    assert time.thread_time() - began < 15  # some tenths of a second, tracing and slow machines aside
    assert dangers(html[:20_000].rpartition('<')[0]) == []


def test_what_is_too_long_is_cut():
    assert len(render('а' * 200_000)) < 100_100


async def test_each_reader_gets_links_to_what_they_see(database):
    world = await World().build()
    hers, foreign = await world.file(), await world.file(world.charlie)
    text = f'{hers.id} {foreign.id} SPSUP-99999999999'
    for who, seen in (
        ('alice', {hers.id}),
        ('charlie', {foreign.id}),
        ('grace', {hers.id, foreign.id}),
        ('bob', set()),
    ):
        (html,) = await markdown.rendered(world.users[who], [text])
        assert set(re.findall(r'href="/tickets/([^"]+)"', html)) == seen
    await tickets.share(world.alice, hers.id, [world.users['bob'].id], now=NOW)
    first, second = await markdown.rendered(world.users['bob'], [text, 'ничего'])
    assert f'/tickets/{hers.id}' in first
    assert second == '<p>ничего</p>\n'


async def test_a_hostile_text_does_not_stop_the_others(database):
    world = await World().build()
    turns = 0
    rendering = asyncio.ensure_future(markdown.rendered(world.users['alice'], ['- a\n' * 3_900, 'b\n' * 40_000]))
    while not rendering.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert len(await rendering) == 2
    assert turns > 20  # in the event loop itself it would be one
