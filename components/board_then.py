"""The board as it stood, to be read and not to be moved: one element that is given its columns as data."""

from datetime import UTC
from typing import Any

from components.icon import icon_href
from components.live import Told
from components.reader import reader
from components.text import moment, number, plural, t
from components.theme import STATUS_ICONS
from services import i18n
from services.figures.board_then import CardThen, ColumnThen


class BoardThen(Told, component='board_then.js'):
    """Call `show` with the columns."""

    def __init__(self) -> None:
        super().__init__()
        self._props['nothing'] = t('figures.then.empty')

    def show(self, columns: tuple[ColumnThen, ...]) -> None:
        if self.is_news(columns):
            self.tell(columns=tuple(map(_column, columns)))


def _column(column: ColumnThen) -> dict[str, Any]:
    unseen = column.count - len(column.cards)
    return {
        'status': column.status.value,
        'label': t(f'status.{column.status.value}'),
        'meaning': t(f'status_meaning.{column.status.value}'),
        'icon': icon_href(STATUS_ICONS[column.status]),
        'count': number(column.count),
        'href': column.href if column.count else '',
        'cards': tuple(map(_card, column.cards)),
        'more': plural('figures.then.more', unseen) if unseen else '',
    }


def _card(card: CardThen) -> dict[str, str]:
    return {
        'id': card.id,
        'href': f'/tickets/{card.id}',
        'subject': card.subject,
        'about': ' · '.join(filter(None, (card.company, card.assignee))),
        'iso': card.since.astimezone(UTC).isoformat(),
        'full': i18n.moment(reader().language, reader().time_zone, card.since),
        'since': moment(card.since),
    }
