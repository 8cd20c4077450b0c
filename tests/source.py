"""The portal's own source as the tests look at it: files, syntax trees, and the calls in them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ('models', 'services', 'components', 'pages', 'api')


def python_files(*folders: str) -> list[Path]:
    """The portal's Python files in these folders (all of its own when none is named), without what tools wrote."""
    wanted = folders or CODE
    files = [path for folder in wanted for path in sorted((ROOT / folder).rglob('*.py'))]
    if not folders:
        files += sorted(ROOT.glob('*.py'))
    return [path for path in files if 'migrations' not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding='utf-8'), filename=str(path))


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def name_of(function: ast.expr) -> str:
    """What is called, as written: `ui.label`, `t`; the last part alone when it hangs on an expression: `.classes`."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    return '.'.join([function.id if isinstance(function, ast.Name) else '', *parts])


def strings(node: ast.AST) -> Iterator[ast.Constant]:
    """Every string below a node that is not a docstring or another bare statement."""
    bare = {id(statement.value) for statement in ast.walk(node) if isinstance(statement, ast.Expr)}
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and id(child) not in bare:
            yield child


def place(path: Path, node: ast.AST) -> str:
    """For messages: `pages/ticket.py:42`."""
    return f'{path.relative_to(ROOT)}:{getattr(node, "lineno", 0)}'
