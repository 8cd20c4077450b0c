"""The portal's own look: an accent that can be read in both themes, a logo that can be seen on both grounds."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models import AuditEntry, Setting
from services import adjustments, brand, colours
from services.errors import Invalid, NotFound
from services.i18n import translate
from services.settings import Settings, put_in_force
from tests import people
from tests.components.test_contrast import tokens
from tests.services.ticket_world import NOW


def picture(ink: tuple[int, int, int, int], ground: tuple[int, int, int, int]) -> bytes:
    """A PNG of 80 by 40: the ground, and in its middle the ink."""
    image = Image.new('RGBA', (80, 40), ground)
    image.paste(ink, (20, 10, 60, 30))
    return saved(image)


def saved(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, 'PNG')
    return file.getvalue()


def mottled() -> bytes:
    """Half black, half white: enough of it is to be seen nowhere."""
    image = Image.new('RGBA', (80, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (10, 10, 40, 30))
    image.paste((255, 255, 255, 255), (40, 10, 70, 30))
    return saved(image)


@given(st.integers(0, 0xFFFFFF).map(lambda number: f'#{number:06x}'))
def test_whatever_the_accent_its_shades_can_be_read_in_both_themes(accent):
    shades = colours.palette(accent)
    for theme in (0, 1):
        of = {name: pair[theme] for name, pair in shades.items()}
        ground = {name: pair[theme] for name, pair in colours.SURFACES.items()}
        assert colours.contrast(of['on-accent'], of['accent']) >= 4.5
        assert colours.contrast(of['on-accent'], of['accent-hover']) >= 4.5
        assert colours.contrast(of['accent-text'], of['accent-soft']) >= 4.5
        assert colours.contrast(of['inverse-accent'], ground['inverse']) >= 4.5
        for name in ('canvas', 'surface', 'raised', 'sunken', 'hover'):
            assert colours.contrast(of['accent-text'], ground[name]) >= 4.5
            assert colours.contrast(of['accent'], ground[name]) >= 3
        for word in ('color-text', 'color-text-soft'):
            assert colours.contrast(tokens()[word][theme], of['accent-soft']) >= 4.5


def test_the_grounds_are_those_of_the_style_sheets():
    assert {name: tokens()[f'color-{name}'] for name in colours.SURFACES} == dict(colours.SURFACES)
    assert tokens()['color-accent'][0] == Settings.model_fields['accent'].default


def test_an_accent_that_can_be_read_is_taken_as_it_is_and_another_is_corrected():
    assert colours.palette('#0a7d3b')['accent'][0] == '#0a7d3b'
    assert colours.palette('#ffcc00')['accent'] == ('#907300', '#ffcc00')


def test_the_style_sheet_is_empty_while_the_accent_is_the_portals_own():
    assert (brand.stylesheet(), brand.stylesheet_address()) == ('', None)
    put_in_force({'accent': '#0a7d3b'})
    assert '--color-accent: light-dark(#0a7d3b, ' in brand.stylesheet()
    assert brand.stylesheet_address() == '/brand/style.css?v=0a7d3b'


def test_the_name_is_in_the_texts_in_both_languages():
    put_in_force({'name': 'Маяк {x}'})
    assert translate('ru', 'portal.name') == 'Поддержка Маяк {x}'
    assert translate('en', 'mail.invitation.heading') == 'Welcome to Маяк {x} Support'


@pytest.mark.parametrize(
    ('ink', 'plate'), [((0, 0, 0), 'light'), ((255, 255, 255), 'dark'), ((64, 120, 200), '')]
)  # fmt: skip
def test_a_logo_that_gets_lost_on_one_ground_stands_on_a_plate_there(ink, plate):
    assert brand.looked_at(picture((*ink, 255), (0, 0, 0, 0))).plate == plate


def test_a_logo_with_its_own_ground_needs_none():
    assert brand.looked_at(picture((255, 255, 255, 255), (250, 250, 250, 255))).plate == ''


@pytest.mark.parametrize(
    ('data', 'key'),
    [
        (b'no picture', 'logo_unreadable'),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'logo_unreadable'),
        (b'x' * (brand.LARGEST + 1), 'logo_too_large'),
        (mottled(), 'logo_unseen'),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(data, key):
    with pytest.raises(Invalid) as refused:
        brand.looked_at(data)
    assert refused.value.problems['logo'].key == f'settings.refusal.{key}'


def test_an_invisible_and_an_enormous_picture_are_refused():
    for data, key in (
        (picture((0, 0, 0, 0), (0, 0, 0, 0)), 'logo_empty'),
        (saved(Image.new('1', (2001, 2))), 'logo_too_many_pixels'),
    ):
        with pytest.raises(Invalid) as refused:
            brand.looked_at(data)
        assert refused.value.problems['logo'].key == f'settings.refusal.{key}'


async def test_the_logo_is_kept_recorded_and_taken_away_again(database):
    mona = await people.actor_of(await people.mona(), now=NOW)
    data = picture((64, 120, 200, 255), (0, 0, 0, 0))
    await brand.set_logo(mona, data, now=NOW)
    await adjustments.refresh()
    logo = brand.logo()
    assert logo is not None
    assert (logo.data, logo.content_type) == (data, 'image/png')
    assert await brand.changed_by(mona, now=NOW) == ('Марина Начальник', NOW)
    await brand.remove_logo(mona, now=NOW)
    await adjustments.refresh()
    assert brand.logo() is None
    assert not await Setting.exists()
    details = [entry.details for entry in await AuditEntry.filter(subject='setting:logo').order_by('id')]
    assert details == [{'was': '', 'value': logo.digest}, {'was': logo.digest, 'value': ''}]


async def test_only_admins_change_the_logo(sqlite):
    grace = await people.actor_of(await people.grace(), now=NOW)
    with pytest.raises(NotFound):
        await brand.set_logo(grace, picture((0, 0, 0, 255), (0, 0, 0, 0)), now=NOW)
    with pytest.raises(NotFound):
        await brand.remove_logo(grace, now=NOW)
