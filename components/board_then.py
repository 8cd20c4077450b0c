"""The board as it stood: seven columns less one, to be read and not to be moved."""

from components.badge import StatusBadge
from components.box import Box
from components.button import Link
from components.live import Part
from components.text import Moment, Text, number, plural, t
from services.figures.board_then import CardThen, ColumnThen


class BoardThen(Part):
    """Call `show` with the columns."""

    def __init__(self) -> None:
        super().__init__(_draw)
        self.classes('then-board')


def _draw(columns: tuple[ColumnThen, ...]) -> None:
    for column in columns:
        with Box('then-column stack gap-1', 'section').props(f'aria-label="{t(f"status.{column.status.value}")}"'):
            with Box('row between nowrap'):
                StatusBadge(column.status)
                if column.count:
                    Link(number(column.count), column.href, look='quiet').classes('numbers')
                else:
                    Text(number(0), 'span', 'numbers soft')
            if not column.cards:
                Text(t('figures.then.empty'), 'p', 'faint small')
            for card in column.cards:
                _card(card)
            if column.count > len(column.cards):
                Link(plural('figures.then.more', column.count - len(column.cards)), column.href).classes('small')


def _card(card: CardThen) -> None:
    with Box('then-card'):
        Link(card.id, f'/tickets/{card.id}').classes('small')
        Text(card.subject, 'p', 'small clip')
        Text(' · '.join(filter(None, (card.company, card.assignee))), 'p', 'faint tiny clip')
        Moment(card.since, relative=False).classes('faint tiny')
