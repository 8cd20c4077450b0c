"""The ticket's life: one table of moves, read by services, buttons, the board, the API and the tests.

Source: the portal's domain description, "Who may move a ticket, and what it takes". A ban is the absence of a line.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.enums import Status


class Part(StrEnum):
    """What somebody is to a ticket when they want to move it."""

    REQUESTER = 'requester'
    SHARED = 'shared'
    STAFF = 'staff'
    CLOCK = 'clock'


class Need(StrEnum):
    """What a move asks for besides the right to make it."""

    COMMENT = 'comment'
    REOPEN_WINDOW = 'reopen_window'
    SILENCE = 'silence'


@dataclass(frozen=True, slots=True)
class Move:
    """From one of `sources` to `target`, by one of `by`, if all of `needs` hold."""

    sources: frozenset[Status]
    target: Status
    by: frozenset[Part]
    needs: frozenset[Need] = frozenset()


def _move(*sources: Status, to: Status, by: Part | tuple[Part, ...], needs: tuple[Need, ...] = ()) -> Move:
    parts = (by,) if isinstance(by, Part) else by
    return Move(frozenset(sources), to, frozenset(parts), frozenset(needs))


UNFINISHED = tuple(status for status in Status if status is not Status.DONE)
CUSTOMERS = (Part.REQUESTER, Part.SHARED)

MOVES = (
    _move(*UNFINISHED, to=Status.DONE, by=Part.REQUESTER),
    _move(Status.AWAITING_FEEDBACK, to=Status.REOPENED, by=CUSTOMERS, needs=(Need.COMMENT,)),
    _move(Status.DONE, to=Status.REOPENED, by=CUSTOMERS, needs=(Need.COMMENT, Need.REOPEN_WINDOW)),
    _move(*UNFINISHED, to=Status.IN_PROGRESS, by=Part.STAFF),
    _move(*UNFINISHED, to=Status.AWAITING_DEVELOPMENT, by=Part.STAFF),
    _move(*UNFINISHED, to=Status.PENDING, by=Part.STAFF),
    _move(*UNFINISHED, to=Status.AWAITING_FEEDBACK, by=Part.STAFF, needs=(Need.COMMENT,)),
    _move(*UNFINISHED, to=Status.DONE, by=Part.STAFF),
    _move(Status.DONE, to=Status.REOPENED, by=Part.STAFF, needs=(Need.COMMENT,)),
    _move(Status.AWAITING_FEEDBACK, to=Status.DONE, by=Part.CLOCK, needs=(Need.SILENCE,)),
)


def moves_from(status: Status, parts: frozenset[Part]) -> tuple[Move, ...]:
    """What somebody who is all of `parts` may do now, one move per target, in the order of the table."""
    found: dict[Status, Move] = {}
    for move in MOVES:
        if status in move.sources and move.target is not status and parts & move.by:
            found.setdefault(move.target, move)
    return tuple(found.values())


def find_move(status: Status, target: Status, parts: frozenset[Part]) -> Move | None:
    """The move from `status` to `target` for somebody who is all of `parts`; None when there is none."""
    return next((move for move in moves_from(status, parts) if move.target is target), None)
