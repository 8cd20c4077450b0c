"""The README names what there is: settings, folders, commands."""

import re
from pathlib import Path

import pytest

from services.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / 'README.md').read_text(encoding='utf-8')


@pytest.mark.parametrize('name', Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f'`PORTAL_{name.upper()}`' in README


def test_no_setting_is_documented_that_does_not_exist():
    named = set(re.findall(r'`PORTAL_([A-Z_]+)`', README))
    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize('target', re.findall(r'\]\(((?!http)[^)#]+)\)', README))
def test_every_link_leads_to_a_file(target):
    assert (ROOT / target).exists()


def test_every_make_target_named_exists():
    makefile = (ROOT / 'Makefile').read_text(encoding='utf-8')
    for target in set(re.findall(r'`make ([a-z-]+)`', README)):
        assert re.search(rf'^{target}:', makefile, re.MULTILINE), target
