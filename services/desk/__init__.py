"""The specialists' workspace: the board, the queue, their views of them, what is done to many tickets at once; staff only."""

from services.desk.board import BoardView, Changes, Column, board, cards, changes, column
from services.desk.cards import Card
from services.desk.filters import DeskFilter
from services.desk.ordering import ORDER_TEXT
from services.desk.places import place, unplace

__all__ = [
    'ORDER_TEXT',
    'BoardView',
    'Card',
    'Changes',
    'Column',
    'DeskFilter',
    'board',
    'cards',
    'changes',
    'column',
    'place',
    'unplace',
]
