"""No name that a stranger gives a file is dangerous to anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.file_names import LONGEST, safe_name


@pytest.mark.parametrize(
    'name, safe',
    [
        ('Снимок экрана 12.png', 'Снимок экрана 12.png'),
        ('../../etc/passwd', 'passwd'),
        ('..\\..\\x.txt', 'x.txt'),
        ('C:x.txt', 'x.txt'),
        ('C:\\fakepath\\x.txt', 'x.txt'),
        ('\\\\?\\x.txt', 'x.txt'),
        ('a\x00b.png', 'ab.png'),
        ('a\r\nSet-Cookie: x";.txt', 'aSet-Cookie_ x__.txt'),
        ('\u200b.htaccess', 'htaccess'),
        ('report.pdf. . ', 'report.pdf'),
        ('CON', '_CON'),
        ('nul.txt', '_nul.txt'),
        ('com1.tar.gz', '_com1.tar.gz'),
        ('console.log', 'console.log'),
        ('photo\u202egnp.exe', 'photognp.exe'),
        ('12:30 экран.png', '12_30 экран.png'),
        ('\ud800.png', 'png'),
        ('', 'file'),
        ('..', 'file'),
        ('/', 'file'),
    ],
)
def test_known_tricks(name, safe):
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending():
    name = safe_name('я' * 300 + '.png')
    assert name.endswith('я.png')
    assert len(name.encode()) <= LONGEST
    assert len(safe_name('x' * 300 + '.' + 'y' * 300)) == LONGEST


@given(st.text() | st.text(alphabet='./\\:; \x00\u202eCON"\n'))
def test_whatever_the_name_it_is_short_visible_and_no_path(name):
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= LONGEST
    assert safe.isprintable()
    assert not set(safe) & set('/\\:"<>|?*;%')
    assert not safe.startswith('.')
    assert not safe.endswith(('.', ' '))
    assert safe_name(safe) == safe
