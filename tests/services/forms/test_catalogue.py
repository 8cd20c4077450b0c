"""The four kinds of request and the fields of the bug report, word for word as customers are taught them."""

import pytest

from models import FormVersion, Impact
from services import i18n
from services.errors import NotFound
from services.forms import store
from services.forms.definition import Form, Kind, load, worded

KINDS = [
    ('server_install', 'Заявка на установку сервера', 'Server installation request'),
    ('feature', 'Предложить новую функцию', 'Suggest a new feature'),
    ('bug', 'Сообщить о баге', 'Report a bug'),
    (
        'estimate',
        'Заявка на расчет стоимости доработки/интеграции',
        'Estimate for customisation or integration',
    ),
]
DETAILED = 'Детальное описание'
BUG = [
    ('subject', None, 'Тема', 'line', True),
    ('details', None, 'Подробности об ошибке', 'text', True),
    ('attachments', None, 'Вложение', 'files', False),
    ('share_with', None, 'Поделиться с', 'share', False),
    ('project', None, 'Название проекта', 'line', True),
    ('impact', None, 'Влияние', 'choice', True),
    ('steps', DETAILED, 'Подробности и шаги воспроизведения', 'text', True),
    ('expected', DETAILED, 'Ожидаемый результат', 'text', True),
    ('actual', DETAILED, 'Фактический результат', 'text', True),
    ('os', None, 'Операционная система', 'choice', True),
    ('server_type', None, 'Тип сервера', 'choice', True),
    ('app_version', None, 'Тестовая среда', 'line', True),
]


def forms() -> dict[str, Form]:
    return {data['type']: load(data['type'], 1, data) for data in store.catalogue()}


def test_the_four_kinds_are_named_as_the_source_names_them():
    assert [(form.type, form.title['ru'], form.title['en']) for form in forms().values()] == KINDS


def test_the_bug_report_has_exactly_its_fields_in_their_order():
    fields = [field for field in forms()['bug'].fields if field.shown_when is None]
    assert [(f.code, f.group and f.group['ru'], f.label['ru'], f.kind.value, f.required) for f in fields] == BUG


@pytest.mark.parametrize(
    'code, labels',
    [
        ('impact', ['Критическое', 'Высокое', 'Среднее', 'Низкое']),
        ('os', ['Windows', 'Linux', 'Android', 'Raspberry Pi OS', 'Samsung Tizen', 'LG webOS', 'другая']),
        ('server_type', ['Облачный', 'Локальный (on-premise)']),
    ],
)
def test_the_choices_of_the_bug_report(code, labels):
    field = forms()['bug'].field(code)
    assert field is not None
    assert [option.label['ru'] for option in field.options] == labels


def test_the_impact_is_the_one_that_tickets_are_sorted_by():
    field = forms()['bug'].field('impact')
    assert field is not None
    assert [option.code for option in field.options] == list(Impact)


def test_every_form_has_a_subject_files_and_people_to_share_with():
    for form in forms().values():
        kinds = [field.kind for field in form.fields]
        subject = form.field('subject')
        assert subject is not None
        assert (subject.required, subject.limit) == (True, 200)
        assert (kinds.count(Kind.FILES), kinds.count(Kind.SHARE)) == (1, 1)


def test_everything_is_worded_in_every_language():
    for form in forms().values():
        texts = [form.title, form.purpose]
        for field in form.fields:
            texts += [field.label, *(option.label for option in field.options)]
            texts += [text for text in (field.hint, field.group) if text is not None]
        assert all(set(text) == set(i18n.LANGUAGES) and all(text.values()) for text in texts)


def test_a_condition_names_a_choice_further_up_and_answers_that_it_has():
    for form in forms().values():
        for place, field in enumerate(form.fields):
            if field.shown_when is not None:
                code, answers = field.shown_when
                asked = next(other for other in form.fields[:place] if other.code == code)
                assert answers <= {option.code for option in asked.options}


def test_a_missing_language_falls_back_to_russian():
    assert worded({'ru': 'Тема'}, 'en') == 'Тема'


async def test_publishing_makes_versions_of_what_changed_and_of_nothing_else(database, monkeypatch):
    assert [(form.type, form.version) for form in await store.publish_catalogue()] == [(kind[0], 1) for kind in KINDS]
    assert await store.publish_catalogue() == []
    first = await store.current_row('bug')

    changed = [dict(data, icon='star') if data['type'] == 'bug' else data for data in store.catalogue()]
    monkeypatch.setattr(store, 'catalogue', lambda: tuple(changed))
    assert [(form.type, form.version) for form in await store.publish_catalogue()] == [('bug', 2)]

    assert (await store.current('bug')).icon == 'star'
    assert (await store.version(first.id)).icon == 'bug'
    assert [(form.type, form.version) for form in await store.offered()] == [
        (kind[0], 2 if kind[0] == 'bug' else 1) for kind in KINDS
    ]


async def test_what_is_not_offered_is_not_found(sqlite):
    await store.publish_catalogue()
    for type in ('', 'nothing', 'BUG', '../bug'):
        with pytest.raises(NotFound):
            await store.current(type)
    with pytest.raises(NotFound):
        await store.version(10**9)
    assert await FormVersion.all().count() == len(KINDS)
