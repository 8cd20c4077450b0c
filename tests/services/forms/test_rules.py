"""What may be published as a form, and the steps by which it is edited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.sprite import ICONS as SPRITE
from services import i18n
from services.errors import Invalid, Problem
from services.forms import rules, shape, store
from services.forms.changes import compare
from services.forms.codes import coded
from services.forms.definition import Kind, load
from services.forms.rules import NEEDED, Past, problems
from services.forms.validation import check
from tests.services.forms.test_validation import BUG as ANSWERS
from tests.services.forms.test_validation import TODAY

BUG = next(definition for definition in store.catalogue() if definition['type'] == 'bug')
PUBLISHED = Past(BUG, {field['code']: Kind(field['kind']) for field in BUG['fields']})


def wrong(definition: shape.Definition, past: Past = PUBLISHED) -> dict[str, str]:
    """The problems by path, each by the last part of its key."""
    return {path: problem.key.removeprefix('forms.problem.') for path, problem in problems(definition, past).items()}


def with_condition(code: str, named: str, *answers: str) -> shape.Definition:
    return shape.changed(BUG, code, shown_when={'field': named, 'is': list(answers)})


@pytest.mark.parametrize('definition', store.catalogue(), ids=lambda one: one['type'])
def test_the_catalogue_is_tidy_and_fit_to_be_published(definition):
    assert shape.tidy(definition) == definition
    assert problems(definition, Past()) == {}
    assert coded(definition, Past()) == definition
    assert compare(definition, definition) == ()


def test_every_icon_on_offer_is_in_the_sprite():
    assert set(rules.ICONS) <= SPRITE


@pytest.mark.parametrize('code', NEEDED)
def test_what_the_portal_relies_on_stays_as_it_is_and_says_why(code):
    assert wrong(shape.without_field(BUG, code))['fields'] == f'forms.needed.{code}'
    other_kind = shape.changed(BUG, code, kind='date', options=None, limit=None)
    assert wrong(other_kind)[f'{code}.kind'] == f'forms.needed.{code}'
    assert all(i18n.known(language, f'forms.needed.{code}') for language in i18n.LANGUAGES)


def test_names_and_hints_of_what_the_portal_relies_on_may_change():
    renamed = shape.changed(BUG, 'subject', label={'ru': 'Суть', 'en': 'Gist'}, hint={'ru': 'Коротко', 'en': 'Short'})
    assert wrong(renamed) == {}


@pytest.mark.parametrize(
    'definition, expected',
    [
        (with_condition('project', 'gone', 'x'), {'project.shown_when': 'condition_removed'}),
        (with_condition('project', 'project', 'x'), {'project.shown_when': 'condition_loop'}),
        (with_condition('project', 'os', 'linux'), {'project.shown_when': 'condition_later'}),
        (with_condition('steps', 'project', 'x'), {'steps.shown_when': 'condition_kind'}),
        (with_condition('steps', 'impact'), {'steps.shown_when': 'condition_empty'}),
        (with_condition('steps', 'impact', 'low', 'none'), {'steps.shown_when': 'condition_option'}),
        (with_condition('share_with', 'impact', 'low'), {'share_with.shown_when': 'always_shown'}),
        (with_condition('os', 'server_type', 'cloud'), {'os.shown_when': 'condition_later'}),
        (with_condition('steps', 'impact', 'low'), {}),
    ],
)
def test_conditions_that_could_not_be_met_are_refused_with_their_reason(definition, expected):
    assert wrong(definition) == expected


def test_fields_that_wait_for_each_other_are_a_loop():
    looped = shape.changed(with_condition('impact', 'os', 'linux'), 'os', shown_when={'field': 'impact', 'is': ['low']})
    assert wrong(looped) == {'impact.shown_when': 'condition_loop', 'os.shown_when': 'condition_loop'}


def test_options_are_retired_and_not_removed():
    options = shape.field_of(BUG, 'os')['options']
    assert wrong(shape.changed(BUG, 'os', options=options[1:])) == {'os.options': 'option_gone'}
    retired = [option | {'retired': True} for option in options]
    assert wrong(shape.changed(BUG, 'os', options=retired))['os.options'] == 'no_options'
    doubled = [*options, {'code': 'option_9', 'label': {'ru': 'WINDOWS', 'en': 'Window'}}]
    assert wrong(shape.changed(BUG, 'os', options=doubled)) == {
        'os.options.windows.ru': 'same_label',
        'os.options.option_9.ru': 'same_label',
    }
    degrees = [*shape.field_of(BUG, 'impact')['options'], {'code': 'huge', 'label': {'ru': 'Огромное', 'en': 'Huge'}}]
    assert wrong(shape.changed(BUG, 'impact', options=degrees)) == {'impact.options.huge.ru': 'impact_options'}


@pytest.mark.parametrize(
    'code, values, expected',
    [
        ('project', {'label': {'ru': '', 'en': 'Project'}}, {'project.label.ru': 'empty'}),
        ('project', {'label': {'ru': 'я' * 201, 'en': 'Project'}}, {'project.label.ru': 'too_long'}),
        ('project', {'hint': {'ru': 'Да', 'en': ''}}, {'project.hint.en': 'empty'}),
        ('project', {'limit': 501}, {'project.limit': 'limit'}),
        ('project', {'kind': 'text'}, {'project.kind': 'kind_changed'}),
        ('subject', {'required': None}, {'subject.required': 'forms.needed.subject'}),
        ('subject', {'limit': 300}, {'subject.required': 'forms.needed.subject'}),
    ],
)
def test_fields_are_refused_with_their_reason(code, values, expected):
    assert wrong(shape.changed(BUG, code, **values)) == expected


def test_a_second_field_of_files_is_refused():
    field = {'code': 'files_1', 'kind': 'files', 'label': {'ru': 'Ещё', 'en': 'More'}}
    assert wrong(shape.with_field(BUG, field)) == {'files_1.kind': 'only_one'}


TEXTS = st.text(max_size=12)
WORDS = st.fixed_dictionaries({'ru': TEXTS, 'en': TEXTS})
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(JUNK, st.sampled_from(['type', 'title', 'fields', 'icon']))
def test_what_is_no_definition_is_refused_and_never_breaks(junk, name):
    data = dict(BUG) | {name: junk}
    try:
        tidy = shape.tidy(data)
    except Invalid as invalid:
        assert invalid.problems == {'definition': Problem('forms.problem.malformed')}
    else:
        problems(tidy, PUBLISHED)
        load(tidy['type'], 1, tidy)


@st.composite
def edited(draw):
    """The bug report after some steps of editing, each of which an admin can make."""
    definition = dict(BUG)
    for _ in range(draw(st.integers(1, 6))):
        codes = [field['code'] for field in definition['fields']]
        code = draw(st.sampled_from(codes)) if codes else 'subject'
        step = draw(st.sampled_from(['add', 'remove', 'move', 'label', 'condition', 'required']))
        match step:
            case 'add':
                field = shape.new_field(definition, draw(st.sampled_from(list(Kind))), PUBLISHED.kinds)
                definition = shape.with_field(definition, field | {'label': draw(WORDS)}, after=code)
            case 'remove':
                definition = shape.without_field(definition, code)
            case 'move':
                definition = shape.ordered(definition, draw(st.permutations(codes)))
            case 'label':
                definition = shape.changed(definition, code, label=draw(WORDS))
            case 'condition':
                condition = {'field': draw(st.sampled_from(codes or ['os'])), 'is': ['linux']}
                definition = shape.changed(definition, code, shown_when=condition)
            case 'required':
                definition = shape.changed(definition, code, required=draw(st.sampled_from([True, None])))
    return definition


@given(edited())
def test_whatever_is_edited_stays_in_shape_and_what_has_no_problems_can_be_filled_in(definition):
    tidy = shape.tidy(definition)
    assert shape.tidy(tidy) == tidy
    found = problems(tidy, PUBLISHED)
    for problem in found.values():
        assert i18n.translate('ru', problem.key, **problem.values)
    compare(BUG, tidy)
    if not found:
        final = coded(tidy, PUBLISHED)
        assert problems(final, PUBLISHED) == {}
        form = load('bug', 2, final)
        assert form.field('subject')
        try:
            check(form, ANSWERS, today=TODAY)
        except Invalid as invalid:
            assert set(invalid.problems) <= {field.code for field in form.fields} | set(ANSWERS)
