"""The table of shortcuts holds together, and a window offers what its page offers."""

import re

import pytest

from components.commands import Command, CommandBook
from components.shortcuts import SHORTCUTS, signs

TOGETHER = ({'list', 'board', 'search', 'help', 'go'}, {'ticket', 'search', 'help', 'go'})
"""Parts of the portal whose keys hold on one page."""


@pytest.mark.parametrize('parts', TOGETHER, ids=lambda parts: '-'.join(sorted(parts)))
def test_no_two_commands_of_one_page_have_the_same_keys(parts):
    keys = [keys for name, all_keys in SHORTCUTS.items() if name.split('.')[0] in parts for keys in all_keys]
    assert len(keys) == len(set(keys))
    beginnings = {first for first, _, rest in (key.partition(' ') for key in keys) if rest}
    assert beginnings.isdisjoint(keys)


def test_keys_are_named_by_their_place_on_the_keyboard():
    wanted = re.compile(r'(Mod\+)?(Shift\+)?(Key[A-Z]|Slash|Enter|Space|Arrow\w+|Digit\d|Bracket\w+)')
    assert [
        keys for all_keys in SHORTCUTS.values() for keys in all_keys if not all(map(wanted.fullmatch, keys.split()))
    ] == []


@pytest.mark.parametrize(
    ('keys', 'shown'),
    [('Mod+KeyK', ['Ctrl', 'K']), ('Slash', ['/']), ('Shift+Slash', ['?']), ('KeyG KeyB', ['G', 'B']), ('KeyC', ['C'])],
)
def test_keys_are_shown_as_they_stand_on_them(keys, shown):
    assert signs(keys) == shown


def test_a_page_s_commands_come_first_and_go_with_it():
    book, heard = CommandBook(), []
    book.on_change(lambda: heard.append([command.label for command in book.commands]))
    book.offer('window', [Command('help', 'Help'), Command('search', 'Search')])
    book.offer('page', [Command('ticket.move', 'Move'), Command('help', 'Help here')])
    book.offer('page', [Command('ticket.move', 'Move'), Command('help', 'Help here')])
    book.offer('page', [])
    assert heard == [['Help', 'Search'], ['Move', 'Help here', 'Search'], ['Help', 'Search']]
    assert book.find('ticket.move') is None
    assert book.find(['no name']) is None
