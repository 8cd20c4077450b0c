"""Pages are made quickly, and exactly as NiceGUI would have made them."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nicegui import client, helpers, observables
from nicegui.client import HTML_ESCAPE_TABLE, Client

from components.quick_elements import Escapable, remembering


@given(st.text(st.sampled_from('&<>`$;amp"\'\\ ж€😀') | st.characters()))
def test_it_is_the_same_text(text):
    assert Escapable(text).translate(HTML_ESCAPE_TABLE) == text.translate(HTML_ESCAPE_TABLE)


def test_nicegui_escapes_what_its_json_gives():
    source = inspect.getsource(Client.build_response)
    assert 'elements = json.dumps(' in source
    assert 'elements.translate(HTML_ESCAPE_TABLE)' in source
    assert set(re.findall(r'\bjson\.(\w+)', inspect.getsource(client))) <= {'dumps', 'loads'}


class Part:
    def quiet(self, **more):
        pass

    def told(self, what, *, how=1):
        pass


class Asked:
    """The signatures that were looked at."""

    def __init__(self):
        self.of = []

    def __call__(self, function):
        self.of.append(function)
        return helpers.expects_arguments(function)


@pytest.mark.parametrize('name', ['quiet', 'told'])
def test_whether_a_method_expects_arguments_is_found_out_once(name):
    asked, parts = Asked(), [Part(), Part()]
    ask = remembering(asked)
    assert [ask(getattr(part, name)) for part in parts] == [name == 'told'] * 2
    assert len(asked.of) == 1


def test_functions_are_asked_each_time():
    asked = Asked()
    ask = remembering(asked)
    assert [ask(function) for function in [lambda: None, lambda what: what] * 2] == [False, True] * 2
    assert len(asked.of) == 4


def test_nicegui_asks_there():
    assert 'helpers.expects_arguments(on_change)' in inspect.getsource(observables.ObservableCollection.__init__)
    assert observables.helpers is helpers
