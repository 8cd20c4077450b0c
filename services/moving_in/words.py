"""Words that mean something in other systems' files, whatever language those were set to."""

import tomllib
from pathlib import Path
from typing import Any

_ALL: dict[str, Any] = tomllib.loads(Path(__file__).with_name('words.toml').read_text(encoding='utf-8'))

KEYS = frozenset(_ALL['key'])
COMMENTS = frozenset(_ALL['comment'])
INTERNAL = frozenset(_ALL['internal'])
PUBLIC = frozenset(_ALL['public'])
EVERYBODYS = frozenset(_ALL['everybodys'])
MONTHS: dict[str, str] = _ALL['months']
