"""Pages are escaped quickly, and exactly as NiceGUI would have escaped them."""

import inspect
import re

from hypothesis import given
from hypothesis import strategies as st
from nicegui import client
from nicegui.client import HTML_ESCAPE_TABLE, Client

from components.quick_escape import Escapable


@given(st.text(st.sampled_from('&<>`$;amp"\'\\ ж€😀') | st.characters()))
def test_it_is_the_same_text(text):
    assert Escapable(text).translate(HTML_ESCAPE_TABLE) == text.translate(HTML_ESCAPE_TABLE)


def test_nicegui_escapes_what_its_json_gives():
    source = inspect.getsource(Client.build_response)
    assert 'elements = json.dumps(' in source
    assert 'elements.translate(HTML_ESCAPE_TABLE)' in source
    assert set(re.findall(r'\bjson\.(\w+)', inspect.getsource(client))) <= {'dumps', 'loads'}
