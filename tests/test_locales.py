"""Both languages say everything, and nothing is asked for that they do not say."""

import ast
import re
from enum import StrEnum
from string import Formatter

import pytest

from models import DeliveryState, EventKind, Impact, LinkKind, MailKind, MailState, Role, Status, Theme, TokenScope
from pages import ROUTES
from services import errors, i18n
from tests.source import calls, name_of, place, python_files, tree

SHOWN: dict[str, type[StrEnum]] = {
    'impact': Impact,
    'mail.kind': MailKind,
    'outbox.state': MailState,
    'role': Role,
    'status': Status,
    'status_meaning': Status,
    'theme': Theme,
    'ticket.event': EventKind,
    'token.scope': TokenScope,
    'webhook.state': DeliveryState,
    'token.scope_hint': TokenScope,
}
"""Codes that people see, by the prefix of their texts."""

_OPENING = {'plural', 'words', 'section'}  # these are given the beginning of keys
_ASKING = {'t', 'translate', 'say'} | _OPENING
_REFUSING = {name for name, thing in vars(errors).items() if isinstance(thing, type)}
OURS = python_files()
TAUGHT = {
    'open': ('Открыт', 'Open'),
    'in_progress': ('Выполняется', 'In progress'),
    'awaiting_development': ('Ожидание разработки', 'Awaiting development'),
    'pending': ('В ожидании', 'Pending'),
    'awaiting_feedback': ('Ожидается обратная связь', 'Awaiting feedback'),
    'reopened': ('Вновь открыт', 'Reopened'),
    'done': ('Сделанный', 'Done'),
}
"""Customers are taught these words: they stand on the screen letter for letter."""


def forms(language: str) -> dict[str, list[str]]:
    """All texts; those that are forms of one plural together under its key."""
    grouped: dict[str, list[str]] = {}
    keys = i18n.keys(language)
    for key in sorted(keys):
        parent, _, form = key.rpartition('.')
        siblings = {other.removeprefix(f'{parent}.') for other in keys if other.startswith(f'{parent}.')}
        plural = form in i18n.PLURAL_FORMS[language] and siblings == i18n.PLURAL_FORMS[language]
        grouped.setdefault(f'{parent} (plural)' if plural else key, []).append(i18n._texts(language)[key])
    return grouped


def test_both_languages_have_the_same_keys():
    russian, english = forms('ru').keys(), forms('en').keys()
    assert {'only ru': russian - english, 'only en': english - russian} == {'only ru': set(), 'only en': set()}


def test_both_languages_have_the_same_blanks():
    russian, english = forms('ru'), forms('en')
    different = {
        key: (blanks(russian[key]), blanks(english[key]))
        for key in russian.keys() & english.keys()
        if blanks(russian[key]) != blanks(english[key])
    }
    assert different == {}


def blanks(texts: list[str]) -> set[str]:
    """The names of all blanks, of all forms of a plural together."""
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize('language', i18n.LANGUAGES)
def test_no_text_is_empty_or_has_a_blank_without_a_name(language):
    wrong = [
        key for key, texts in forms(language).items() if '' in blanks(texts) or not all(text.strip() for text in texts)
    ]
    assert wrong == []


def test_english_texts_are_english():
    allowed = {'language.ru'}
    russian = [key for key in i18n.keys('en') - allowed if re.search('[\u0400-\u04ff]', i18n._texts('en')[key])]
    assert russian == []


def test_russian_texts_use_russian_quotes_and_no_double_spaces():
    wrong = [key for key in i18n.keys('ru') if re.search(r'[А-Яа-яё]"|"[А-Яа-яё]|  ', i18n._texts('ru')[key])]
    assert wrong == []


@pytest.mark.parametrize('path', OURS, ids=lambda path: '/'.join(path.parts[-2:]))
def test_every_text_that_is_asked_for_exists(path):
    """What stands in the source; keys made of data are covered by the tests of that data."""
    asked = [(call, key) for call in calls(path) for key in _asked(call)]
    asked += [(node, key) for node, key in _refusals_of_this_file(path)]
    assert [f'{place(path, node)}: {key}' for node, key in asked if not _said(key)] == []


def test_the_search_for_texts_finds_what_it_is_looking_for():
    """Keys at every place where the portal names one; a part in braces may be anything."""
    source = """
t('a.b'); t('a.b' if x else 'a.c'); i18n.translate(language, f'a.{d}.e'); plural('a.f', 3)
raise NotFound('a.g'); Problem('a.h', limit=3); other('a.i'); t(key)
"""
    found = [key for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call) for key in _asked(call)]
    assert sorted(found) == ['a.*.e', 'a.b', 'a.b', 'a.c', 'a.f.*', 'a.g', 'a.h']
    assert _said('common.*')
    assert _said('language.*')
    assert not _said('common.absent')
    assert not _said('absent.*')


def _asked(call: ast.Call) -> list[str]:
    """The keys that a call names, with * for what only the running portal knows."""
    name = name_of(call.func).split('.')[-1]
    if name not in _ASKING | _REFUSING:
        return []
    keys = [
        key
        for argument in call.args[:2]
        for key in _keys(argument)
        if re.fullmatch(r'[a-z][\w*]*(\.[\w*]+)*\.[\w*]+', key)
    ]
    return [f'{key}.*' for key in keys] if name in _OPENING else keys


def _keys(argument: ast.expr) -> list[str]:
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=yes, orelse=no):
            return _keys(yes) + _keys(no)
        case ast.JoinedStr(values=parts):
            return [''.join(part.value if isinstance(part, ast.Constant) else '*' for part in parts)]
    return []


def _refusals_of_this_file(path) -> list[tuple[ast.AST, str]]:
    """`key = '...'` in the classes of refusals."""
    return [
        (statement, statement.value.value)
        for refusal in ast.walk(tree(path))
        if isinstance(refusal, ast.ClassDef)
        and any(name_of(base).split('.')[-1] in _REFUSING | {'Exception'} for base in refusal.bases)
        for statement in refusal.body
        if isinstance(statement, ast.Assign)
        and name_of(statement.targets[0]) == 'key'
        and isinstance(statement.value, ast.Constant)
    ]


def _said(key: str) -> bool:
    pattern = re.compile(re.escape(key).replace(r'\*', '.+'))
    return any(pattern.fullmatch(known) for known in i18n.keys('ru'))


@pytest.mark.parametrize('language', i18n.LANGUAGES)
@pytest.mark.parametrize('prefix', SHOWN)
def test_every_code_that_people_see_has_its_text(prefix, language):
    missing = [code for code in SHOWN[prefix] if not i18n.known(language, f'{prefix}.{code}')]
    assert missing == []


def test_every_page_of_the_navigations_has_its_words():
    asked = {f'nav.{route.name}' for route in ROUTES if route.listed}
    asked |= {f'admin_area.{route.area}' for route in ROUTES if route.area}
    asked |= {f'admin_group.{route.group}' for route in ROUTES if route.area}
    assert sorted(key for key in asked if not _said(key)) == []


@pytest.mark.parametrize('code, labels', TAUGHT.items())
def test_statuses_are_called_what_customers_are_taught(code, labels):
    assert tuple(i18n.translate(language, f'status.{code}') for language in i18n.LANGUAGES) == labels


@pytest.mark.parametrize('path', OURS, ids=lambda path: '/'.join(path.parts[-2:]))
def test_every_action_of_the_audit_log_has_its_words(path):
    """Where `audit.record` is called, its action stands as a text, as one of two, or begins with one (`f'link.…'`)."""
    recorded = [call for call in calls(path) if name_of(call.func) == 'audit.record']
    said = {place(path, call): _actions(call.args[0]) for call in recorded}
    silent = [where for where, texts in said.items() if not texts or not all(map(_known_action, texts))]
    assert silent == []


@pytest.mark.parametrize('kind', LinkKind)
def test_every_kind_of_link_has_its_words_in_the_audit_log(kind):
    assert _known_action(f'link.{kind.value}')


def _actions(argument: ast.expr) -> list[str]:
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return _actions(argument.body) + _actions(argument.orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return [f'{text}*']
    return []


def _known_action(text: str) -> bool:
    beginning = f'audit.action.{text}'.removesuffix('*')
    known = [{key for key in i18n.keys(language) if key.startswith(beginning)} for language in i18n.LANGUAGES]
    return all(keys if text.endswith('*') else beginning in keys for keys in known)
