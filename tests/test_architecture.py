"""Rules of the architecture that neither the linter nor the import contracts can see."""

import ast
import re
import subprocess

import pytest
from tortoise.models import Model

import models
from tests.source import CODE, ROOT, calls, name_of, place, python_files, strings, tree

MODELS = {
    name
    for name in models.__all__
    if isinstance(getattr(models, name), type) and issubclass(getattr(models, name), Model)
}
TASK_HOLDERS = {
    'models/engines/to_the_end.py': 'awaits it in every case',
    'services/jointly.py': 'keeps it while anybody may want its answer',
    'services/waiting.py': 'waits for the first of several and cancels all',
}
STATUS_WRITERS = {'services/tickets/moving.py', 'services/tickets/filing.py', 'services/moving_in/writing.py'}
"""A ticket gets its first status where it is filed or comes from elsewhere, every other one along the lifecycle."""

LETTERS_NEEDED = {
    'services/database.py': 'asks PostgreSQL whether it can lower Ё',
    'services/migrations.py': 'the same',
    'services/ticket_id.py': 'reads IDs typed with look-alike letters',
    'services/tickets/texts.py': 'compares ё with е, and reads IDs written by hand',
    'services/search/words.py': 'knows endings, and letters that look alike',
    'services/search/sounds.py': 'knows how letters sound, and where keys are',
    'services/search/identifiers.py': 'reads IDs in letters that look or sound alike',
    'services/accounts/pasted.py': 'knows the headings of pasted tables',
    'services/passwords.py': 'knows which passwords are too common',
    'services/markdown.py': 'tells a word from an ID inside it',
    'api/v1/schemas.py': 'shows examples of what customers write',
    'components/sprite.py': 'writes a file, is not part of the portal',
}
_CYRILLIC = re.compile('[\u0400-\u04ff]')
_SENTENCE = re.compile(r'^[A-Z][a-z]|[a-z]\s+[a-z].*[.!?…]$|[\u0400-\u04ff]')
_MACHINE = re.compile(r'(?<![\w.:])/(?:root|work|home/[a-z]\w*|Users/\w+|opt/pypi)/')


def ids(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


UPPER = python_files('pages', 'components')
OURS = python_files()


@pytest.mark.parametrize('path', [*UPPER, *python_files('api')], ids=ids([*UPPER, *python_files('api')]))
def test_nothing_above_services_asks_the_database(path):
    """Model classes may be named as types; whatever is called on one is a query."""
    asked = [
        f'{place(path, call)}: {name_of(call.func)}'
        for call in calls(path)
        if '.' in name_of(call.func) and name_of(call.func).split('.')[-2] in MODELS
    ]
    assert asked == []


@pytest.mark.parametrize('path', OURS, ids=ids(OURS))
def test_the_status_of_a_ticket_is_written_in_one_place(path):
    if str(path.relative_to(ROOT)) in STATUS_WRITERS:
        return
    written = [place(path, call) for call in calls(path) if _writes_status(call)]
    written += [
        place(path, target)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == 'status' and name_of(target) != 'self.status'
    ]
    assert written == []


def _writes_status(call: ast.Call) -> bool:
    name = name_of(call.func)
    writes = name.split('.')[-1] in {'update', 'swap', 'update_or_create'} or name in {'Ticket', 'Ticket.create'}
    about_tickets = 'Ticket' in ast.unparse(call.func) or 'Ticket' in ''.join(map(ast.unparse, call.args))
    return writes and about_tickets and any(keyword.arg == 'status' for keyword in call.keywords)


@pytest.mark.parametrize('path', UPPER, ids=ids(UPPER))
def test_no_sentence_is_written_into_pages_and_components(path):
    """What people read stands in the locale files: neither NiceGUI's elements nor our own are given a sentence."""
    drawing = _components_used(path)
    spoken = [
        f'{place(path, text)}: {text.value!r}'
        for call in calls(path)
        if name_of(call.func).startswith('ui.') or name_of(call.func).split('.')[-1] in drawing
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for text in _given(argument)
        if _SENTENCE.search(text.value)
    ]
    assert spoken == []


def _components_used(path) -> set[str]:
    """Names that this file has from components, and the classes and functions it defines itself when it is one."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('components')
        for alias in node.names
    }
    own = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    return (names | own) - {'t', 'plural', 'words'}


def _given(argument: ast.expr) -> list[ast.Constant]:
    """The strings that an argument is or may be, not those in calls within it."""
    match argument:
        case ast.Constant(value=str()):
            return [argument]
        case ast.IfExp():
            return _given(argument.body) + _given(argument.orelse)
        case ast.JoinedStr():
            return [part for part in argument.values if isinstance(part, ast.Constant)]
        case ast.BinOp():
            return _given(argument.left) + _given(argument.right)
    return []


def test_russian_stands_in_locale_files_and_data_only():
    found = [
        f'{place(path, text)}: {text.value[:40]!r}'
        for path in OURS
        if 'demo' not in path.parts and str(path.relative_to(ROOT)) not in LETTERS_NEEDED
        for text in strings(tree(path))
        if _CYRILLIC.search(text.value)
    ]
    for path in [path for folder in CODE for path in sorted((ROOT / folder).rglob('*.js'))]:
        code = re.sub(r'/\*.*?\*/|//[^\n]*', '', path.read_text(encoding='utf-8'), flags=re.DOTALL)
        found += [
            f'{path.relative_to(ROOT)}: {line.strip()[:60]}' for line in code.splitlines() if _CYRILLIC.search(line)
        ]
    assert found == []


def test_templates_of_pages_speak_through_the_locale_files():
    """The letters of e-mails are laid out in templates too; their words are locale texts all the same."""
    found = []
    for path in [path for folder in CODE for path in sorted((ROOT / folder).rglob('*.html'))]:
        text = re.sub(
            r'\{% block card %\}[^{<]*|<(style|script)\b.*?</\1>|<!--.*?-->|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>',
            ' ',
            path.read_text('utf-8'),
            flags=re.DOTALL,
        )
        text = re.sub(r'&#?\w+;', ' ', text)
        found += [
            f'{path.relative_to(ROOT)}: {word}'
            for word in re.findall(r'[A-Za-z\u0400-\u04ff]{2,}', text)
            if word != 'SmartPlayer'
        ]
    assert found == []


def test_nobody_makes_a_task_that_nobody_holds():
    """asyncio forgets such a task, and its error with it: a TaskGroup, gather or nicegui.background_tasks keeps it."""
    loose = [
        place(path, call)
        for path in OURS
        if str(path.relative_to(ROOT)) not in TASK_HOLDERS
        for call in calls(path)
        if name_of(call.func) in {'asyncio.create_task', 'asyncio.ensure_future', 'create_task', 'ensure_future'}
        or name_of(call.func).endswith('loop.create_task')
    ]
    assert loose == []


def test_no_path_of_somebodys_machine_is_in_the_source():
    """Neither in code nor in locks, documents or deployment files."""
    endings = {
        '.py',
        '.toml',
        '.in',
        '.txt',
        '.md',
        '.yml',
        '.yaml',
        '.js',
        '.css',
        '.html',
        '.sh',
        '.service',
        '.conf',
    }
    names = {'Makefile', 'Dockerfile', 'run', 'browser'}
    folders = (*CODE, 'tests', 'docs', 'deploy', '.ci')
    paths = [path for folder in folders for path in (ROOT / folder).rglob('*')] + list(ROOT.glob('*'))
    found = [
        f'{path.relative_to(ROOT)}: {match[0]}'
        for path in paths
        if path.is_file() and (path.suffix in endings or path.name in names)
        for match in _MACHINE.finditer(path.read_text(encoding='utf-8', errors='ignore'))
    ]
    assert found == []


def test_nothing_is_kept_that_is_to_be_ignored():
    """A kept link in place of the environment would, once merged, put the environment itself out of the way."""
    if not (ROOT / '.git').exists():
        pytest.skip('only a repository keeps files')
    listing = ['git', 'ls-files', '--cached', '--ignored', '--exclude-standard']
    assert subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout == ''


def test_the_audit_log_is_written_in_one_place_and_never_changed():
    """Nobody but its writer and its readers touches the entries, and none of them edits or removes one.

    Two exceptions: who is erased is taken out of it, and what is older than its period goes.
    """
    allowed = {'models/people.py', 'models/__init__.py', 'services/audit.py', 'services/audit_log.py'}
    allowed |= {'services/accounts/account.py', 'services/privacy/own_data.py'}
    allowed |= {'services/privacy/traces.py', 'services/privacy/retention.py'}
    users = {
        str(path.relative_to(ROOT))
        for path in OURS
        if 'migrations' not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name | ast.Attribute | ast.alias) and 'AuditEntry' in ast.unparse(node)
    }
    assert users <= allowed
    writing = {'update', 'delete', 'save', 'bulk_update', 'update_or_create', 'bulk_create', 'execute_query', 'raw'}
    edits = [
        place(ROOT / name, call)
        for name in ('services/audit.py', 'services/audit_log.py', 'services/accounts/account.py')
        for call in calls(ROOT / name)
        if isinstance(call.func, ast.Attribute) and call.func.attr in writing
    ]
    assert edits == []
