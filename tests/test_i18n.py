"""What people read is worded as one writes it in their language."""

from datetime import UTC, datetime, timedelta

import pytest

from services import i18n

NOW = datetime(2026, 11, 22, 17, 59, tzinfo=UTC)
MOSCOW = 'Europe/Moscow'


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """Write locale files for one test: texts(ru={'area': '...toml...'})."""
    monkeypatch.setattr(i18n, '_FOLDER', tmp_path)

    def write(**languages: dict[str, str]) -> None:
        for language, files in languages.items():
            (tmp_path / language).mkdir()
            for area, toml in files.items():
                (tmp_path / language / f'{area}.toml').write_text(toml, encoding='utf-8')
        i18n._texts.cache_clear()

    yield write
    i18n._texts.cache_clear()


def test_nested_tables_of_all_files_become_dotted_keys(texts):
    texts(ru={'one': '[a.b]\nc = "в"', 'two': '[a]\nd = "г {name}"'})
    assert i18n.translate('ru', 'a.b.c') == 'в'
    assert i18n.translate('ru', 'a.d', name='{x}') == 'г {x}'
    assert i18n.section('ru', 'a') == {'b.c': 'в', 'd': 'г {name}'}
    assert i18n.known('ru', 'a.d')
    assert not i18n.known('ru', 'a.b')


@pytest.mark.parametrize('language, key', [('ru', 'a.absent'), ('de', 'a.d')])
def test_a_missing_text_raises(texts, language, key):
    texts(ru={'one': '[a]\nd = "г"'})
    with pytest.raises(i18n.MissingText):
        i18n.translate(language, key)
    with pytest.raises(i18n.MissingText):
        i18n.section(language, key)


def test_a_missing_value_raises(texts):
    texts(ru={'one': 'd = "г {name}"'})
    with pytest.raises(KeyError, match='name'):
        i18n.translate('ru', 'd', other='x')


def test_two_files_may_not_own_one_key(texts):
    texts(ru={'one': '[a]\nd = "г"', 'two': '[a]\nd = "ж"'})
    with pytest.raises(ValueError, match=r'two.toml .* a\.d'):
        i18n.translate('ru', 'a.d')


def test_a_broken_file_is_named(texts):
    texts(ru={'one': '[a\nd = "г"'})
    with pytest.raises(ValueError, match=r'one\.toml'):
        i18n.translate('ru', 'a.d')


@pytest.mark.parametrize(
    'count, expected', [(1, '1 день'), (2, '2 дня'), (5, '5 дней'), (11, '11 дней'), (21, '21 день'), (0, '0 дней')]
)
def test_russian_has_three_plural_forms(texts, count, expected):
    texts(ru={'one': '[age]\none = "{count} день"\nfew = "{count} дня"\nmany = "{count} дней"'})
    assert i18n.plural('ru', 'age', count) == expected


def test_english_has_two_plural_forms_and_takes_more_values(texts):
    texts(en={'one': '[age]\none = "{count} day of {name}"\nother = "{count} days of {name}"'})
    assert i18n.plural('en', 'age', 1, name='x') == '1 day of x'
    assert i18n.plural('en', 'age', 1200, name='x') == '1,200 days of x'


def test_days_and_moments_are_shown_in_the_persons_zone():
    evening = datetime(2026, 12, 5, 21, 30, tzinfo=UTC)
    assert i18n.day('ru', MOSCOW, evening) == '6 декабря 2026'
    assert i18n.day('en', 'UTC', evening) == '5 December 2026'
    assert i18n.moment('ru', MOSCOW, evening) == '6 декабря 2026, 00:30'
    assert i18n.moment('en', 'America/New_York', evening) == '5 December 2026, 16:30'
    assert i18n.clock('ru', 'Asia/Vladivostok', evening) == '07:30'


@pytest.mark.parametrize(
    'moved, expected',
    [
        (timedelta(), 'сегодня, 20:59'),
        (timedelta(days=-1), 'вчера, 20:59'),
        (timedelta(hours=4), 'завтра, 00:59'),
        (timedelta(days=-2), '20 ноября, 20:59'),
        (timedelta(days=-400), '18 октября 2025, 20:59'),
    ],
)
def test_near_moments_are_named_as_people_say_them(moved, expected):
    assert i18n.moment('ru', MOSCOW, NOW + moved, now=NOW) == expected


def test_the_current_year_is_left_out_of_a_day():
    assert i18n.day('ru', MOSCOW, NOW, now=NOW) == '22 ноября'
    new_year = datetime(2026, 12, 31, 21, tzinfo=UTC)  # already 2027 in Moscow
    assert i18n.day('ru', MOSCOW, new_year, now=NOW) == '1 января 2027'


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match='time zone'):
        i18n.day('ru', MOSCOW, datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    'moved, russian, english',
    [
        (timedelta(seconds=-44), 'только что', 'just now'),
        (timedelta(minutes=-5), '5 минут назад', '5 minutes ago'),
        (timedelta(hours=-23), '23 часа назад', '23 hours ago'),
        (timedelta(days=3), 'через 3 дня', 'in 3 days'),
    ],
)
def test_distances_are_told_from_now(moved, russian, english):
    assert i18n.ago('ru', NOW + moved, now=NOW) == russian
    assert i18n.ago('en', NOW + moved, now=NOW) == english


@pytest.mark.parametrize(
    'length, russian, english',
    [
        (timedelta(days=14), '14 дней', '14 days'),
        (timedelta(days=13, hours=23, minutes=59), '14 дней', '14 days'),
        (timedelta(days=1, hours=5), '1 день 5 часов', '1 day 5 hours'),
        (timedelta(hours=2, minutes=30), '2 часа 30 минут', '2 hours 30 minutes'),
        (timedelta(minutes=1), '1 минута', '1 minute'),
        (timedelta(seconds=20), '20 секунд', '20 seconds'),
        (timedelta(seconds=1), '1 секунда', '1 second'),
        (timedelta(seconds=-5), '0 секунд', '0 seconds'),
    ],
)
def test_durations_are_told_in_the_units_that_matter(length, russian, english):
    assert i18n.duration('ru', length) == russian
    assert i18n.duration('en', length) == english


def test_a_length_that_makes_up_another_one_is_told_whole():
    length = timedelta(days=12, hours=1, seconds=5)
    assert i18n.whole_duration('ru', length) == '12 дней 1 час 5 секунд'
    assert i18n.whole_duration('en', timedelta(minutes=75)) == '1 hour 15 minutes'
    assert i18n.whole_duration('ru', timedelta(0)) == '0 секунд'


@pytest.mark.parametrize(
    'size, russian, english',
    [
        (0, '0 байт', '0 bytes'),
        (1, '1 байт', '1 byte'),
        (1023, '1 023 байта', '1,023 bytes'),
        (25 * 1024 * 1024, '25 МБ', '25 MB'),
        (1536, '1,5 кБ', '1.5 kB'),
        (5 * 1024**4, '5 120 ГБ', '5,120 GB'),
    ],
)
def test_file_sizes_are_short(size, russian, english):
    assert i18n.file_size('ru', size).replace('\N{NO-BREAK SPACE}', ' ') == russian
    assert i18n.file_size('en', size).replace('\N{NO-BREAK SPACE}', ' ') == english
