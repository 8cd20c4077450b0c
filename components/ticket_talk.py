"""Answering at the open ticket: what came after an answer was begun is shown before it is sent."""

from collections.abc import Awaitable, Callable, Sequence

from components.crossed import heard_despite
from components.reader import reader
from services import tickets
from services.errors import Crossed
from services.tickets import TicketView


class TicketTalk:
    """`view()` is the ticket as it is shown now, `reload()` shows it as it has become."""

    def __init__(self, ref: str, view: Callable[[], TicketView], reload: Callable[[], Awaitable[None]]) -> None:
        self._ref, self._view, self._reload = ref, view, reload
        self._actor = reader().actor
        self._begun_at: int | None = None  # the newest event when the answer was begun

    def typing(self, internal: bool, still: bool) -> None:
        """Somebody writes there, or has stopped; a note crosses nothing."""
        if not internal:
            self._begun_at = (self._begun_at or self._view().last_event_id) if still else None

    async def say(self, body: str, file_keys: Sequence[str], internal: bool, submission_key: str) -> None:
        """Refusals are shown by the composer, which keeps what was typed."""
        seen = self._view().last_event_id if self._begun_at is None else self._begun_at
        while True:
            try:
                await tickets.comment(
                    self._actor,
                    self._ref,
                    body,
                    internal=internal,
                    file_keys=file_keys,
                    submission_key=submission_key,
                    seen_event_id=seen,
                )
            except Crossed as crossed:
                seen = self._begun_at = await self._show_crossed(crossed)
            else:
                return

    async def _show_crossed(self, crossed: Crossed) -> int:
        """The customer's new messages, up to the event given back; raises Refusal when the answer is not to be sent."""
        await self._reload()
        self._begun_at = int(crossed.values['event_id'])
        await heard_despite(self._ref, crossed)
        return self._begun_at
