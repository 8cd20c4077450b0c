"""What is read of another system before anything is written: requests with their words, people still by their names."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import Status


class Untakable(Exception):
    """A row cannot become a ticket; the message says why, for the report."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the other system. `email` is empty where the export does not tell it."""

    id: str
    name: str
    email: str = ''


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as an export has it; `internal` is None where it does not say who may read it."""

    author: str
    at: str
    body: str
    internal: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One request as its file has it: the values of each column (an export repeats columns) and the conversation."""

    values: dict[str, list[str]]
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that will be written."""

    author: Person
    at: datetime
    body: str
    internal: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A request that will be written. `number` is kept where the other system's key is ours."""

    key: str
    number: int | None
    type: str
    subject: str
    answers: dict[str, Any]
    status: Status
    requester: Person
    assignee: Person | None
    company: str
    participants: tuple[Person, ...]
    remarks: tuple[Remark, ...]
    created_at: datetime
    updated_at: datetime
    done_at: datetime | None
    stars: int | None
    rating_comment: str
