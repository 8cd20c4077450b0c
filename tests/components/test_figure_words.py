"""What is behind a figure is said in words: in days where whole days are meant, as they are where the reader is."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from nicegui import Client
from nicegui.page import page

from components.figure_words import figure_words
from components.reader import Reader, set_reader
from models import ClosedBy, Role, Status
from services.desk.filters import DeskFilter
from services.figures.period import Span
from services.figures.stood import Stood

SEPTEMBER = Span(datetime(2025, 8, 31, 21, tzinfo=UTC), datetime(2025, 9, 30, 21, tzinfo=UTC))  # in Moscow


@pytest.fixture
def window() -> Iterator[Client]:
    with Client(page('/'), request=None) as client:
        set_reader(Reader(1, 'Мона', Role.ADMIN))
        yield client
    client.delete()


@pytest.mark.parametrize(
    'wanted, said',
    [
        (
            DeskFilter(rated=SEPTEMBER, stars=(1, 2)),
            'Оценены с 1 сентября 2025 по 30 сентября 2025; 1 звезда, 2 звезды',
        ),
        (DeskFilter(created=Span(until=SEPTEMBER.since)), 'Созданы по 31 августа 2025'),
        (DeskFilter(created=Span(datetime(2025, 9, 1, 9, 30, tzinfo=UTC))), 'Созданы с 1 сентября 2025, 12:30'),
        (
            DeskFilter(done=SEPTEMBER, closed_by=ClosedBy.SILENCE),
            'Закрыты с 1 сентября 2025 по 30 сентября 2025; Молча, по сроку',
        ),
        (
            DeskFilter(stood=Stood(Status.PENDING, datetime(2025, 9, 30, 21, tzinfo=UTC))),
            'Были в статусе «В ожидании» на конец дня: 30 сентября 2025',
        ),
    ],
)
def test_it_is_said_in_days(window, wanted, said):
    assert figure_words(wanted) == f'Только заявки за показателем. {said}'


def test_a_filter_of_the_desks_own_says_nothing(window):
    assert figure_words(DeskFilter(assignee='me', company='none')) == ''
