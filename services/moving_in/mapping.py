"""What in another system's file means what here: columns, statuses, kinds of request, people. Read from TOML."""

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import Status

_JIRA = Path(__file__).with_name('jira.toml')
_TABLES = frozenset({'columns', 'fields', 'statuses', 'types', 'options', 'people', 'defaults'})
COLUMNS = frozenset({
    'key', 'type', 'subject', 'status', 'author', 'author_name', 'author_email', 'assignee', 'assignee_name', 'company',
    'participants', 'created', 'updated', 'done', 'rating', 'rating_comment', 'files',
})  # fmt: skip
DEFAULTS = frozenset({'type', 'status', 'company', 'comments'})


class MappingBroken(Exception):
    """The mapping file cannot be used; the message says what in it."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` and `fields`: names of columns, the first that says something counts. `statuses`, `types`, `options`:
    our code by their word in small letters. `people`: an e-mail address by id or name. `defaults`: what an empty or
    unknown value means."""

    columns: dict[str, list[str]]
    fields: dict[str, list[str]]
    statuses: dict[str, str]
    types: dict[str, str]
    options: dict[str, str]
    people: dict[str, str]
    defaults: dict[str, str]


def for_jira(path: Path | None) -> Mapping:
    """The built-in mapping for Jira, with what a file says before it. Raises MappingBroken."""
    built_in = tomllib.loads(_JIRA.read_text(encoding='utf-8'))
    return _mapping(_tables(path) if path else {}, built_in)


def from_file(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingBroken."""
    mapping = _mapping(_tables(path))
    if missing := [name for name in ('subject', 'author') if name not in mapping.columns]:
        raise MappingBroken(f'{path}: [columns] does not say which column holds the {missing[0]}')
    return mapping


def _tables(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text(encoding='utf-8'))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingBroken(f'{path} is not a mapping: {error}') from error
    if unknown := sorted(set(tables) - _TABLES):
        raise MappingBroken(f'{path}: there is no table [{unknown[0]}]; there are {", ".join(sorted(_TABLES))}')
    for table, known in (('columns', COLUMNS), ('defaults', DEFAULTS), ('statuses', frozenset(Status))):
        if unknown := sorted(set(tables.get(table, {})) - known):
            raise MappingBroken(f'{path}: [{table}] has no {unknown[0]}; it has {", ".join(sorted(known))}')
    return tables


def _mapping(*sources: Table[str, Any]) -> Mapping:
    def lists(table: str) -> dict[str, list[str]]:
        merged: dict[str, list[str]] = {}
        for source in sources:
            for name, columns in source.get(table, {}).items():
                merged.setdefault(name, []).extend(_list(columns))
        return merged

    def codes(table: str) -> dict[str, str]:
        pairs = [
            (word.casefold(), code)
            for source in reversed(sources)
            for code, words in source.get(table, {}).items()
            for word in _list(words)
        ]
        return dict(pairs)

    def plain(table: str) -> dict[str, str]:
        return {name: str(value) for source in reversed(sources) for name, value in source.get(table, {}).items()}

    people = {name.casefold(): email for name, email in plain('people').items()}
    return Mapping(
        lists('columns'),
        lists('fields'),
        codes('statuses'),
        codes('types'),
        codes('options'),
        people,
        plain('defaults'),
    )


def _list(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
