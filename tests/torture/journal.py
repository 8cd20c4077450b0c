"""What the portal has acknowledged, on the disk before anything else happens: what a crash is compared with."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal['ticket', 'comment', 'note', 'move', 'file']


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One write that was answered with a success. `words` are in what was written, and in nothing else."""

    kind: Kind
    ticket: str
    words: str


class Journal:
    """Appends, each entry synced; two runs on one file are one journal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open('ab', buffering=0)

    def note(self, done: Acknowledged) -> None:
        self._file.write(json.dumps(asdict(done), ensure_ascii=False).encode() + b'\n')
        os.fsync(self._file.fileno())

    def entries(self) -> Iterator[Acknowledged]:
        with self._path.open(encoding='utf-8') as lines:
            for line in lines:
                yield Acknowledged(**json.loads(line))

    def close(self) -> None:
        self._file.close()
