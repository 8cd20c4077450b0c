"""Filters in addresses: what was asked for comes back, and what means nothing is ignored calmly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Impact, Status
from services.desk.filters import DeskFilter
from services.figures.stood import Stood

_CODE = st.from_regex(r'[a-z][a-z0-9_]{0,30}', fullmatch=True)
_LINE = st.text(st.characters(codec='utf-8', exclude_characters='\0'), min_size=1, max_size=40).map(str.strip)
_MOMENTS = st.integers(10**9, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_FILTERS = st.builds(
    DeskFilter,
    assignee=st.none() | st.sampled_from(['me', 'none']) | st.integers(1, 2**31 - 1),
    company=st.sampled_from([None, 'none']) | st.integers(1, 2**31 - 1),
    requester=st.none() | st.integers(1, 2**31 - 1),
    type=st.none() | _CODE,
    impact=st.none() | st.sampled_from(Impact),
    os=st.none() | _CODE,
    server_type=st.none() | _CODE,
    tag=_LINE.map(lambda text: text or None),
    answered=st.booleans(),
    overdue=st.booleans(),
    stood=st.none() | st.builds(Stood, st.sampled_from(Status), _MOMENTS),
    text=_LINE.map(lambda text: text or None),
    statuses=st.sets(st.sampled_from(Status)).map(lambda found: tuple(status for status in Status if status in found)),
)
_ANYTHING = st.none() | st.integers() | st.text(max_size=300) | st.lists(st.text()) | st.booleans() | st.floats()


@given(_FILTERS)
def test_a_filter_comes_back_from_its_address(wanted):
    assert DeskFilter.from_parameters(wanted.to_parameters()) == wanted


@given(st.dictionaries(st.sampled_from([*DeskFilter().__slots__, 'q', 'status', 'x']), _ANYTHING))
def test_nothing_in_an_address_breaks_a_filter(parameters):
    once = DeskFilter.from_parameters(parameters)
    assert DeskFilter.from_parameters(once.to_parameters()) == once


@pytest.mark.parametrize(
    'parameters',
    [
        {'assignee': '0'},
        {'assignee': '-1'},
        {'assignee': '99999999999'},
        {'assignee': '²'},
        {'company': 'x'},
        {'company': '1;DROP TABLE ticket'},
        {'type': "bug' OR '1'='1"},
        {'impact': 'fatal'},
        {'os': '../etc'},
        {'answered': 'yes'},
        {'overdue': 'true'},
        {'status': 'closed,,x'},
        {'tag': '\0'},
        {'q': ' \0 '},
        {'stood': 'open'},
        {'stood': 'closed-20261101T000000Z'},
        {'stood': 'open-20261301T000000Z'},
        {'unknown': 'x'},
    ],
)
def test_what_means_nothing_is_ignored(parameters):
    assert DeskFilter.from_parameters(parameters).is_empty


def test_the_shortest_address_says_it():
    wanted = DeskFilter(assignee='me', overdue=True, text='экран', statuses=(Status.DONE, Status.OPEN))
    assert wanted.to_parameters() == {'assignee': 'me', 'overdue': '1', 'q': 'экран', 'status': 'open,done'}
    assert DeskFilter().to_parameters() == {}
