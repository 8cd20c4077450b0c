"""What may be entered in a form, to the character and the day."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import i18n
from services.errors import Invalid, Problem
from services.forms import store
from services.forms.definition import Form, load
from services.forms.validation import check, check_line, check_text

TODAY = date(2026, 11, 22)
BUG = {
    'subject': 'Не запускается ролик',
    'details': 'После обновления экран чёрный',
    'project': 'Кафе',
    'impact': 'critical',
    'steps': '1. Открыть\n2. Нажать',
    'expected': 'Играет',
    'actual': 'Не играет',
    'os': 'tizen',
    'server_type': 'cloud',
    'app_version': '1.2.3',
}


def form(type: str = 'bug') -> Form:
    return next(load(type, 1, data) for data in store.catalogue() if data['type'] == type)


def problems(answers: dict[str, object], type: str = 'bug') -> dict[str, Problem]:
    with pytest.raises(Invalid) as caught:
        check(form(type), answers, today=TODAY)
    return caught.value.problems


def test_a_filled_form_is_taken_as_it_is():
    assert check(form(), BUG, today=TODAY) == BUG


def test_what_is_missing_is_told_field_by_field_in_the_order_of_the_form():
    assert list(problems({})) == [
        'subject', 'details', 'project', 'impact', 'steps', 'expected', 'actual', 'os', 'server_type', 'app_version',
    ]  # fmt: skip
    assert problems(BUG | {'impact': ''}) == {'impact': Problem('entry.choose')}
    assert problems(BUG | {'subject': ' \n'}) == {'subject': Problem('entry.required')}
    assert problems(BUG | {'subject': '\u200b\u202e'}) == {'subject': Problem('entry.required')}


def test_the_other_system_asks_which():
    assert problems(BUG | {'os': 'other'}) == {'os_other': Problem('entry.required')}
    filled = BUG | {'os': 'other', 'os_other': 'QNX 7'}
    assert check(form(), filled, today=TODAY) == filled


def test_what_is_not_asked_is_dropped_whatever_it_holds():
    assert check(form(), BUG | {'os_other': {'not': 'even text'}}, today=TODAY) == BUG


def test_a_field_behind_a_hidden_field_is_hidden_too():
    answers = {
        'subject': 'Сервер', 'company_site': 'romashka.test', 'contact': 'Алиса', 'devices': 5,
        'server_type': 'cloud', 'os': 'other', 'os_other': 'QNX',
    }  # fmt: skip
    kept = check(form('server_install'), answers, today=TODAY)
    assert 'os' not in kept
    assert 'os_other' not in kept


@pytest.mark.parametrize('code, limit', [('subject', 200), ('details', 100_000)])
def test_limits_are_exact_and_named(code, limit):
    assert check(form(), BUG | {code: 'я' * limit}, today=TODAY)[code] == 'я' * limit
    assert check(form(), BUG | {code: f'  {"я" * limit}\n'}, today=TODAY)[code] == 'я' * limit
    assert problems(BUG | {code: 'я' * (limit + 1)}) == {code: Problem('entry.too_long', limit=limit, length=limit + 1)}


@pytest.mark.parametrize('value', ['a\x00b', 'a\ud800b', '\udfff'])
def test_characters_that_no_database_keeps_are_refused(value):
    assert problems(BUG | {'details': value, 'subject': value}) == {
        'subject': Problem('entry.characters'),
        'details': Problem('entry.characters'),
    }


def test_a_line_is_one_line():
    assert check(form(), BUG | {'subject': ' Не\r\nзапускается\t \x1b ролик '}, today=TODAY)['subject'] == (
        'Не запускается ролик'
    )


def test_a_text_keeps_its_lines_and_its_letters():
    text = '1. Открыть\r\n2. 👩‍👩‍👧 عربي \u202eRTL\u202c'
    assert check(form(), BUG | {'steps': text}, today=TODAY)['steps'] == text.replace('\r\n', '\n')


@pytest.mark.parametrize('value', ['Критическое', 'CRITICAL', 'nothing', 3, True, ['critical'], {'code': 'critical'}])
def test_a_choice_is_one_of_its_codes(value):
    assert problems(BUG | {'impact': value}) == {'impact': Problem('entry.choice')}


def test_a_retired_option_is_refused():
    field = {'code': 'os', 'kind': 'choice', 'label': {}, 'options': [{'code': 'old', 'label': {}, 'retired': True}]}
    data = {'title': {}, 'purpose': {}, 'icon': 'bug', 'fields': [field]}
    with pytest.raises(Invalid):
        check(load('x', 1, data), {'os': 'old'}, today=TODAY)


@pytest.mark.parametrize('code', ['status', 'attachments', 'share_with', 'author_id', 'x\x00\n' * 100])
def test_a_field_that_the_form_does_not_have_is_refused(code):
    found = problems(BUG | {code: 'done'})
    assert [problem.key for problem in found.values()] == ['entry.unknown_field']
    assert all(name.isprintable() and len(name) <= 64 for name in found)


@pytest.mark.parametrize('value, kept', [(1, 1), ('40', 40), (' 1 000 000 ', 1_000_000)])
def test_whole_numbers_within_bounds(value, kept):
    assert check(form('server_install'), _server(devices=value), today=TODAY)['devices'] == kept


@pytest.mark.parametrize('value', [0, -1, '1000001', 2**63, '+0'])
def test_numbers_out_of_bounds(value):
    assert problems(_server(devices=value), 'server_install') == {
        'devices': Problem('entry.number_range', least=1, most=1_000_000)
    }


@pytest.mark.parametrize('value', [1.5, float('inf'), True, '1e3', '١٢', '1 OR 1', '9' * 400, [1], '4,0'])
def test_what_is_no_whole_number(value):
    assert problems(_server(devices=value), 'server_install') == {'devices': Problem('entry.number')}


@pytest.mark.parametrize('value', ['2026-11-22', '2029-11-21'])
def test_days_within_bounds(value):
    assert check(form('server_install'), _server(wished_date=value), today=TODAY)['wished_date'] == value


@pytest.mark.parametrize(
    'value, key',
    [
        ('2026-11-21', 'entry.date_past'),
        ('2029-11-22', 'entry.date_far'),
        ('0001-01-01', 'entry.date_past'),
        ('9999-12-31', 'entry.date_far'),
        ('2027-02-29', 'entry.date'),
        ('31.12.2026', 'entry.date'),
        ('2026-W50-1', 'entry.date'),
        ('0000-01-01', 'entry.date'),
        (20261231, 'entry.date'),
    ],
)
def test_days_that_do_not_do(value, key):
    assert problems(_server(wished_date=value), 'server_install') == {'wished_date': Problem(key)}


def test_optional_fields_may_be_left_out_or_empty():
    assert 'wished_date' not in check(form('server_install'), _server(wished_date=''), today=TODAY)
    assert 'details' not in check(form('server_install'), _server(details=None), today=TODAY)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*BUG, 'os_other', 'strange', '']), ANYTHING))
def test_what_is_taken_once_is_taken_again_unchanged(answers):
    try:
        clean = check(form(), BUG | answers, today=TODAY)
    except Invalid as invalid:
        told = invalid.problems
    else:
        assert check(form(), clean, today=TODAY) == clean
        return
    assert told
    for problem in told.values():
        assert all(i18n.translate(language, problem.key, **problem.values) for language in i18n.LANGUAGES)


def test_a_comment_text_and_a_subject_alone():
    assert check_text('  привет \r\n') == 'привет'
    assert check_text('   ') == ''
    assert check_text('я' * 100_000)
    with pytest.raises(Invalid) as caught:
        check_text('я' * 100_001)
    assert caught.value.problems == {'body': Problem('entry.too_long', limit=100_000, length=100_001)}
    assert check_line('subject', ' Новая\nтема ') == 'Новая тема'
    with pytest.raises(Invalid) as caught:
        check_line('subject', '')
    assert caught.value.problems == {'subject': Problem('entry.required')}


def _server(**changes: object) -> dict[str, object]:
    return {
        'subject': 'Сервер', 'company_site': 'romashka.test', 'contact': 'Алиса', 'devices': 5, 'server_type': 'cloud',
    } | changes  # fmt: skip
