"""Who acts: an identity and by what it was proven. Rights are never in it: access asks the database on every call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person (by a session or a token), or the system when `user_id` is None."""

    user_id: int | None
    session_id: int | None = None
    token_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.user_id is None


SYSTEM = Actor(None)
