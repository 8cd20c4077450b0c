"""Keeps parts of a page current while they are on screen: who reloads when, and what is drawn again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments

from services import bus
from services.database import FAULTS
from services.errors import NotFound, Refusal, SignedOut

PAUSE = 0.15  # seconds between two reloads of one part: a burst costs the first and one more
AT_ONCE = 8
"""Parts that reload at the same time; of hundreds that hear of the same change the first are done while the last wait.

All at once they would take turns at everything and be done together, as late as the last.
"""

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Live(ui.element):
    """Calls `reload` after each change on the topics; ends with the part of the page it was created in.

    When the reader may not see the thing any more, or is signed out, the page is opened anew: its guard answers.
    """

    def __init__(self, *topics: str, reload: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self.props('hidden')
        self._reload = reload
        self._stops = [bus.subscribe(topic, self._wake) for topic in topics]

    def _wake(self, _: str) -> None:
        if not self.is_deleted:
            background_tasks.create_lazy(self._run(), name=f'live {self.client.id} {self.id}')

    async def _run(self) -> None:
        async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)):
            await self._reload_now()
        await asyncio.sleep(PAUSE)

    async def _reload_now(self) -> None:
        if self.is_deleted:  # left while it waited
            return
        with self:
            try:
                await self._reload()
            except (NotFound, SignedOut):
                await self._vanish()
            except (Refusal, *FAULTS):
                pass  # the database is busy or away: the next change, or a reload of the page, brings the truth

    async def _vanish(self) -> None:
        self._stop()
        client = self.client
        with client:
            await client.sub_pages_router.refresh()

    def _stop(self) -> None:
        for stop in self._stops:
            stop()
        self._stops.clear()

    def _handle_delete(self) -> None:
        self._stop()
        super()._handle_delete()


class Part(ui.element, component='part.js'):
    """A part of a page that is drawn again only when it has something else to show; the keyboard's place is kept.

    Give controls the attribute `data-focus` so that the focus finds the new one in place of the old.
    """

    def __init__(self, draw: Callable[..., None]) -> None:
        super().__init__()
        self._draw = draw
        self._shown: tuple[Any, ...] | None = None

    def forget(self) -> None:
        """What is on the screen may have been changed there and not be true: draw it again at the next `show`."""
        self._shown = None

    def show(self, *what: Any) -> None:
        """Draw `what` unless that is what is there already."""
        if what == self._shown or self.is_deleted:
            return
        self._shown = what
        self.clear()
        with self:
            self._draw(*what)


class Told(ui.element):
    """An element of ours that is told data; only what has become something else is sent to the browser."""

    _given: tuple[Any, ...] | None = None

    def is_news(self, *what: Any) -> bool:
        """Whether this was not what the element was given last: else it need not even be put into words."""
        given, self._given = self._given, what
        return given != what

    def hear(self, name: str, handler: Callable[..., Awaitable[None]], **wanted: type) -> None:
        """Call `handler` with these parts of what the script emits; what is of another kind is none of its words."""

        async def heard(event: GenericEventArguments) -> None:
            given = event.args if isinstance(event.args, dict) else {}
            if all(type(given.get(part)) is kind for part, kind in wanted.items()):
                await handler(*(given[part] for part in wanted))

        self.on(name, heard)

    def tell(self, **what: Any) -> None:
        """Set these props. Give tuples rather than lists: nobody changes them in place."""
        if self.is_deleted:  # the page was left while it was reloading
            return
        for name, value in what.items():
            if name not in self._props or self._props[name] != value:
                self._props[name] = value
