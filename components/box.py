"""Containers without a look of their own: what stands below, beside and around what."""

from collections.abc import Awaitable, Callable

from nicegui import ui

Action = Callable[[], Awaitable[None]]


class Box(ui.element):
    """A tag with classes: `with Box('stack'):`, `with Box('row between')`, `with Box('card', 'section'):`.

    `stack` puts things below each other, `row` beside each other (wrapping), `card` on a surface of their own.
    Distance: `gap-half gap-1 gap-2 gap-3 gap-4` (4, 8, 16, 24, 32 px). Rows: `between`, `end`, `top`, `nowrap`.
    Pages: `page` (1120 px), `page narrow` (720), `page wide` (1680), `split` (main and aside, one column on a phone).
    """

    def __init__(self, classes: str = '', tag: str = 'div') -> None:
        super().__init__(tag)
        self.classes(classes)

    def here(self, action: Action) -> Action:
        """The action, done in this place: it outlives the redraw of the part whose button was pressed."""

        async def act() -> None:
            with self:
                await action()

        return act


class Skeleton(ui.element):
    """What is shown while content is on its way: so many grey lines."""

    def __init__(self, lines: int = 3) -> None:
        super().__init__('div')
        self.classes('skeleton').style(f'--lines: {int(lines)}').props('aria-hidden=true')
