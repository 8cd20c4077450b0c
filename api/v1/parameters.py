"""What calls take besides their bodies: where something is, where a list goes on, and what the caller has seen."""

import re
from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Header, Path, Query

Cursor = Annotated[str | None, Query(max_length=500, description='`next_cursor` of the page before.')]
Limit = Annotated[int, Query(ge=1, le=100, description='How many at most.')]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
TicketId = Annotated[str, Path(description='The ticket’s ID.', examples=['SPSUP-1503'])]

_TAG = re.compile(r'"([0-9]{1,9})"', re.ASCII)


def _seen(
    if_match: Annotated[
        str | None,
        Header(
            max_length=500,
            pattern=r'^[ -~]*$',
            description='`ETag` of the ticket that one has seen. The call is refused (412) when it has changed since.',
            examples=['"4"'],
        ),
    ] = None,
) -> frozenset[int] | None:
    """The versions that the caller is content with; None for any. What is no tag of ours fits no ticket."""
    if if_match is None or if_match.strip() == '*':
        return None
    tags = (_TAG.fullmatch(tag.strip()) for tag in if_match.split(','))
    return frozenset(int(tag[1]) for tag in tags if tag is not None)


Seen = Annotated[Collection[int] | None, Depends(_seen)]


def etag(version: int) -> str:
    """A ticket's version as the header `ETag` writes it."""
    return f'"{version}"'


def before(cursor: str | None) -> int | None:
    """Where a list by id, newest first, goes on; what is no cursor of ours begins it anew."""
    return int(cursor) if cursor and cursor.isascii() and cursor.isdecimal() and len(cursor) <= 10 else None
