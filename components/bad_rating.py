"""A bad rating as an item to be answered: what was said, what took the time, whose it is, and what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Link
from components.dialog import Dialog
from components.field import ChoiceField, TextArea
from components.text import Moment, Text, plural, t, whole_duration
from models import Outcome
from services.figures.bad_ratings import LONGEST_NOTE, Item
from services.figures.spent import Cause, Spent

_PATTERN = {
    Cause.AGENT: 'one',
    Cause.WORK: 'two',
    Cause.DEVELOPERS: 'three',
    Cause.PLATFORM: 'four',
    Cause.CUSTOMER: 'five',
}


@dataclass(frozen=True, slots=True)
class ItemActions:
    """What a person does with an item."""

    give: Callable[[int, str], Awaitable[None]]
    settle: Callable[[int, str, str], Awaitable[None]]
    reopen: Callable[[int], Awaitable[None]]


class BadRatingCard(ui.element):
    """One item; `follow` keeps its owner current."""

    def __init__(self, item: Item, people: Mapping[str, str], actions: ItemActions) -> None:
        super().__init__('li')
        self.item, self.people, self.actions = item, people, actions
        self.classes('card bad-rating stack gap-2')
        with self:
            self._head()
            if item.comment:
                Text(item.comment, 'blockquote', 'bad-rating-words measure')
            what_took_the_time(item.spent)
            if item.outcome is None:
                self._answering()
            else:
                self._answered(item.outcome)

    def follow(self, item: Item) -> None:
        """Somebody was made the owner: say so without drawing anew what may just be pressed."""
        if item.outcome is None and self.owner.value != (owner := str(item.owner_id or '')):
            self.owner.set_value(owner)

    def _head(self) -> None:
        item = self.item
        with Box('row between top gap-2'):
            with Box('stack gap-half bad-rating-head'):
                with Box('row gap-1'):
                    Badge(plural('admin.stars', item.stars), icon='star', tone='danger')
                    Link(item.ticket, f'/tickets/{item.ticket}')
                Text(item.subject, 'h2', 'bad-rating-subject')
                Text(' · '.join(filter(None, (item.requester, item.company))), 'p', 'soft small')
            Moment(item.rated_at).classes('soft small')

    def _answering(self) -> None:
        with Box('row between bad-rating-answer gap-2'):
            self.owner = ChoiceField(
                t('figures.bad.owner'), self.people, str(self.item.owner_id or ''), prompt=t('figures.bad.nobody'),
                required=False, on_change=self._give,
            ).classes('dense')  # fmt: skip
            Button(t('figures.bad.settle'), self._ask, look='primary', icon='check')

    def _answered(self, outcome: Outcome) -> None:
        item = self.item
        with Box('row between gap-2 bad-rating-answer'):
            with Box('row gap-1'):
                Badge(t(f'figures.outcome.{outcome.value}'), tone='success', icon='check')
                Text(item.owner or '', 'span', 'soft small')
                if item.settled_at:
                    Moment(item.settled_at).classes('soft small')
            Button(t('figures.bad.reopen'), self._reopen, look='quiet', icon='rotate-ccw').classes('dense')
        if item.note:
            Text(item.note, 'p', 'measure small')

    async def _ask(self) -> None:
        outcomes = {each.value: t(f'figures.outcome.{each.value}') for each in Outcome}
        with Dialog(t('figures.bad.what_came')) as dialog:
            outcome = ChoiceField(t('figures.bad.outcome'), outcomes, look='radio')
            note = TextArea(t('figures.bad.note'), rows=3, limit=LONGEST_NOTE, optional=True)

            def settle() -> None:
                outcome.set_error(None if outcome.value else t('figures.bad.choose'))
                if outcome.value:
                    dialog.close((outcome.value, note.value))

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), settle, look='primary')
        if answer := await dialog:
            await self.actions.settle(self.item.pk, *answer)

    async def _give(self) -> None:
        await self.actions.give(self.item.pk, self.owner.value)

    async def _reopen(self) -> None:
        await self.actions.reopen(self.item.pk)


def without_owner(item: Item) -> Item:
    """All of an item for which it has to be drawn anew."""
    return replace(item, owner_id=None, owner=None)


def what_took_the_time(spent: Spent) -> None:
    """One bar of five parts, and the same in words; the parts make up the whole."""
    whole, parts = spent.legible()
    with Box('stack gap-1 spent'):
        Text(t('figures.spent.title', whole=whole_duration(whole)), 'p', 'small strong')
        with Box('spent-bar').props('aria-hidden=true'):
            for cause in Cause:
                if spent.by[cause]:
                    share = spent.by[cause] / spent.elapsed
                    Box(f'spent-part {_PATTERN[cause]}').style(f'flex-grow: {share:.6f}')
        with Box('spent-list', 'ul'):
            for cause in Cause:
                with Box('row nowrap gap-1 small', 'li'):
                    Box(f'spent-key {_PATTERN[cause]}', 'span').props('aria-hidden=true')
                    Text(t(f'figures.spent.{cause.value}'), 'span', 'soft')
                    Text(whole_duration(parts[cause]) if spent.by[cause] else '–', 'span', 'numbers')
        counts = {'reopened': spent.reopenings, 'handovers': spent.handovers}
        if said := [plural(f'figures.spent.{what}', count) for what, count in counts.items() if count]:
            Text(' · '.join(said), 'p', 'soft small')
