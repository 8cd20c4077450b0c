"""Refusals: what the portal will not do, and why, as keys that are worded where they are shown."""

from typing import Any


class Refusal(Exception):
    """Something that a person asked for and that cannot be. `key` names its sentence, `values` fill its blanks.

    `code` is what the REST API calls it; `status` the HTTP status that goes with it.
    """

    key = 'refusal.general'
    code = 'refused'
    status = 409

    def __init__(self, key: str | None = None, /, **values: Any) -> None:
        if key is not None:
            self.key = key
        self.values = values
        super().__init__(self.key, values)


class NotFound(Refusal):
    """It does not exist, or the person may not know that it does: the same answer for both."""

    key = 'refusal.not_found'
    code = 'not_found'
    status = 404


class NotAllowed(Refusal):
    """The person sees the thing but may not do this with it."""

    key = 'refusal.not_allowed'
    code = 'not_allowed'
    status = 403


class SignedOut(Refusal):
    """The session or the token behind the call does not count any more."""

    key = 'refusal.signed_out'
    code = 'signed_out'
    status = 401


class Conflict(Refusal):
    """Somebody was faster, or the thing is not in a state in which this can be done."""

    key = 'refusal.conflict'
    code = 'conflict'
    status = 409


class Changed(Conflict):
    """The thing is not any more what the caller had seen when they decided to change it."""

    key = 'refusal.changed'
    code = 'precondition_failed'
    status = 412


class KeyReused(Refusal):
    """The key under which a call is to be made once belongs to another call."""

    key = 'refusal.key_reused'
    code = 'idempotency_key_reused'
    status = 422


class KeyBusy(Conflict):
    """The same call is still being answered."""

    key = 'refusal.key_busy'
    code = 'idempotency_key_busy'


class Crossed(Conflict):
    """A customer wrote while one was answering. `values`: their `comment_ids`, and `event_id`, the newest of it."""

    key = 'refusal.crossed'


class TransitionRefused(Conflict):
    """The lifecycle has no such move from here."""

    code = 'transition_refused'


class TooMany(Refusal):
    """A limit on how often is reached. `values['retry_after']` is whole seconds."""

    key = 'refusal.too_many'
    code = 'too_many_requests'
    status = 429

    @property
    def retry_after(self) -> int:
        return int(self.values['retry_after'])


class TooLarge(Refusal):
    key = 'refusal.too_large'
    code = 'too_large'
    status = 413


class Unavailable(Refusal):
    """The portal cannot write just now (database locked or away, disk full); the same call may work later."""

    key = 'refusal.unavailable'
    code = 'unavailable'
    status = 503


class Invalid(Refusal):
    """What was entered does not do. `problems` maps a field's code to a Problem."""

    key = 'refusal.invalid'
    code = 'invalid'
    status = 422

    def __init__(self, problems: 'dict[str, Problem]') -> None:
        self.problems = problems
        super().__init__(fields=', '.join(problems))


class Problem:
    """What is wrong with one field: a locale key and its blanks."""

    __slots__ = ('key', 'values')

    def __init__(self, key: str, /, **values: Any) -> None:
        self.key = key
        self.values = values

    def __repr__(self) -> str:
        return f'Problem({self.key!r}, {self.values!r})'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and (self.key, self.values) == (other.key, other.values)

    __hash__ = None  # type: ignore[assignment]
