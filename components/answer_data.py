"""What our scripts are told of answers to questions: plain data, worded for the reader of the open page."""

from typing import Any

from components.icon import icon_href
from components.reader import reader
from components.text import day, t
from components.theme import STATUS_ICONS
from components.ticket_data import person_data, time_data
from services.search.answers import Answer, Card, Turn

_TURN_ICONS = {
    Turn.SUPPORT: 'life-buoy',
    Turn.DEVELOPERS: 'code',
    Turn.PLATFORM: 'package',
    Turn.CUSTOMER: 'message-circle',
    Turn.NOBODY: 'circle-check',
}


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer as our scripts draw it."""
    return {
        'certainty': answer.certainty.value,
        'named': answer.named,
        'cards': [card_data(card) for card in answer.cards],
        'suggestions': [{'text': one.text, 'added': one.added, 'label': one.label} for one in answer.suggestions],
    }


def card_data(card: Card) -> dict[str, Any]:
    """One ticket of an answer."""
    last = card.last_word
    return {
        'id': card.id,
        'href': f'/tickets/{card.id}',
        'subject': card.subject.pieces,
        'status': card.status.value,
        'status_label': t(f'status.{card.status.value}'),
        'icon': icon_href(STATUS_ICONS[card.status]),
        'meaning': t(f'status_meaning.{card.status.value}'),
        'company': card.company_name if reader().is_staff else None,
        'turn': turn_of(card),
        'turn_icon': _TURN_ICONS[card.turn],
        'last': {'author': person_data(last.author)['name'], 'text': last.text, 'at': time_data(last.at)}
        if last
        else None,
        'found': card.found.pieces if card.found else None,
    }


def turn_of(card: Card) -> str:
    """Who acts next on the ticket, and by when."""
    match card.turn:
        case Turn.SUPPORT if card.assignee is not None:
            who = t('ask.turn.support_assignee', name=card.assignee.name)
        case Turn.CUSTOMER if not card.is_own:
            who = t('ask.turn.customer_other')
        case _:
            who = t(f'ask.turn.{card.turn.value}')
    if card.by is None:
        return who
    sentence = 'ask.turn.closes' if card.turn is Turn.CUSTOMER else 'ask.turn.until'
    return t(sentence, turn=who, day=day(card.by))
