"""What a ticket's page shows, as data: answers worded by their form, events as sentences, and what differs since."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from nicegui import Client
from nicegui.page import page

from components.conversation import items
from components.live import Part, Told
from components.reader import Reader, set_reader
from components.ticket_events import event_text
from components.ticket_request import answer_groups, long_answers
from models import EventKind, Role, Status
from services.forms.definition import load
from services.tickets.views import CommentView, EventView, PersonView, Rights, TicketView

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALICE = PersonView(1, 'Алиса Иванова', Role.CUSTOMER, 'Ромашка')
BOB = PersonView(2, 'Борис Петров', Role.CUSTOMER, 'Ромашка')
GRACE = PersonView(3, 'Галина Тихонова', Role.AGENT)
GEORGE = PersonView(4, 'Георгий Павлов', Role.AGENT)
NOTHING = Rights(*[False] * 9)
FORM = load(
    'bug',
    1,
    {
        'title': {'ru': 'Сообщить о баге'},
        'purpose': {'ru': ''},
        'icon': 'bug',
        'fields': [
            {'code': 'subject', 'kind': 'line', 'label': {'ru': 'Тема'}},
            {'code': 'details', 'kind': 'text', 'label': {'ru': 'Подробности'}, 'group': {'ru': 'Описание'}},
            {'code': 'files', 'kind': 'files', 'label': {'ru': 'Вложение'}},
            {
                'code': 'impact',
                'kind': 'choice',
                'label': {'ru': 'Влияние'},
                'options': [{'code': 'high', 'label': {'ru': 'Высокое'}, 'retired': True}],
            },
            {'code': 'wished', 'kind': 'date', 'label': {'ru': 'Когда'}},
            {'code': 'devices', 'kind': 'number', 'label': {'ru': 'Сколько'}},
            {'code': 'empty', 'kind': 'line', 'label': {'ru': 'Пусто'}},
        ],
    },
)


@pytest.fixture
def window() -> Iterator[Client]:
    """Alice's browser, as far as drawing needs one."""
    with Client(page('/'), request=None) as client:
        set_reader(Reader(ALICE.id, ALICE.name, Role.CUSTOMER))
        yield client
    client.delete()


def assigned(now: int | None, before: int | None = None, actor: PersonView | None = None) -> dict[str, object]:
    """An event of that kind, which names Grace and George by their numbers."""
    details = {'user': now, 'previous': before}
    people = tuple(person for person in (GRACE, GEORGE) if person.id in (now, before))
    return {'kind': EventKind.ASSIGNED, 'details': details, 'people': people, 'actor': actor}


def ticket(**changes: object) -> TicketView:
    values = {
        'id': 'SPSUP-7',
        'number': 7,
        'pk': 7,
        'type': 'bug',
        'form': FORM,
        'subject': 'Экран гаснет',
        'answers': {},
        'impact': None,
        'status': Status.OPEN,
        'status_since': NOW,
        'version': 1,
        'requester': ALICE,
        'company_name': 'Ромашка',
        'assignee': None,
        'created_at': NOW,
        'updated_at': NOW,
        'auto_close_at': None,
        'answered': False,
        'reopen_until': None,
        'done_at': None,
        'shares': (),
        'shared_with_company': False,
        'comments': (),
        'files': (),
        'events': (),
        'moves': (),
        'follow': None,
        'following': True,
        'rights': NOTHING,
        'rating': None,
        'rating_open': False,
        'last_event_id': 0,
        'follow_up_of': None,
        'may_follow_up': False,
        'is_own': True,
    }
    return TicketView(**{**values, **changes})  # type: ignore[arg-type]


def event(id: int, kind: EventKind, **changes: object) -> EventView:
    blank = EventView(id, kind, NOW + timedelta(minutes=id), GRACE, False, None, None, None, MappingProxyType({}))
    return replace(blank, **changes)


def test_answers_are_worded_by_the_form_and_unknown_codes_stay_as_they_are(window):
    answers = {'details': 'Гаснет', 'impact': 'high', 'wished': '2026-12-06', 'devices': 1200, 'gone': 'x', 'empty': ''}
    view = ticket(answers=answers)
    assert long_answers(view) == {'details': 'Гаснет'}
    groups = answer_groups(view, {'details': '<p>Гаснет</p>'})
    assert [group['title'] for group in groups] == ['Описание', '', '']
    shown = {answer['label']: answer.get('html') or answer['text'] for group in groups for answer in group['answers']}
    assert shown == {
        'Подробности': '<p>Гаснет</p>',
        'Влияние': 'Высокое',
        'Когда': '6 декабря 2026',
        'Сколько': '1\xa0200',
        'gone': 'x',
    }


def test_an_option_that_the_form_never_had_is_shown_as_it_is(window):
    (group,) = answer_groups(ticket(answers={'impact': 'enormous'}), {})
    assert group['answers'][0]['text'] == 'enormous'


@pytest.mark.parametrize('kind', EventKind)
def test_every_kind_of_event_has_its_sentence(window, kind):
    details = {'kind': 'blocks', 'outgoing': True, 'ticket': 'SPSUP-2', 'from': 'SPSUP-3'}
    assert event_text(replace(event(1, kind), details=details))


@pytest.mark.parametrize(
    'changes, text',
    [
        (
            {'kind': EventKind.STATUS, 'from_status': Status.IN_PROGRESS, 'to_status': Status.AWAITING_DEVELOPMENT},
            'Статус: Выполняется → Ожидание разработки',
        ),
        ({'kind': EventKind.SHARED, 'people': (BOB,)}, 'Доступ открыт: Борис Петров'),
        ({'kind': EventKind.SHARED, 'details': {'company': True}}, 'Доступ открыт всей компании'),
        (assigned(3, actor=GRACE), 'Заявка взята в работу'),
        (assigned(3, 4, actor=GRACE), 'Заявка взята в работу, прежний исполнитель: Георгий Павлов'),
        (assigned(3), 'Исполнитель: Галина Тихонова'),
        (assigned(4, 3, actor=GRACE), 'Исполнитель: Галина Тихонова → Георгий Павлов'),
        (assigned(None, 3), 'Исполнитель снят: Галина Тихонова'),
        (assigned(None), 'Исполнитель снят'),
        ({'kind': EventKind.TAGGED, 'details': {'tags': ['сеть', 'склад']}}, 'Добавлены метки: сеть, склад'),
        ({'kind': EventKind.UNTAGGED, 'details': {'tags': ['сеть']}}, 'Сняты метки: сеть'),
        (
            {'kind': EventKind.LINKED, 'details': {'kind': 'blocks', 'outgoing': False, 'ticket': 'SPSUP-9'}},
            'Связь добавлена. Ждёт заявку: SPSUP-9',
        ),
        (
            {
                'kind': EventKind.UNLINKED,
                'details': {'kind': 'issue', 'outgoing': True, 'ticket': None, 'url': 'https://dev.test/7'},
            },
            'Связь убрана. Задача у разработчиков: https://dev.test/7',
        ),
        ({'kind': EventKind.MERGED, 'details': {'from': 'SPSUP-9'}}, 'Сюда присоединена заявка SPSUP-9'),
        (
            {'kind': EventKind.MERGED, 'details': {'into': 'SPSUP-9'}, 'to_status': Status.DONE},
            'Заявка объединена с SPSUP-9: работа продолжается там',
        ),
        ({'kind': EventKind.COMMENTED, 'internal': True}, 'Добавлена внутренняя заметка'),
        ({'kind': EventKind.ATTACHED, 'details': {'files': ['a.log', 'b.png']}}, 'Добавлены файлы: a.log, b.png'),
    ],
)
def test_events_say_what_happened(window, changes, text):
    assert event_text(replace(event(1, EventKind.FILED), **changes)) == text


def test_what_was_taken_back_disturbs_no_conversation(window):
    moved = event(2, EventKind.STATUS, from_status=Status.OPEN, to_status=Status.DONE)
    undone = event(3, EventKind.STATUS_UNDONE, from_status=Status.DONE, to_status=Status.OPEN)
    kept = event(4, EventKind.STATUS, from_status=Status.OPEN, to_status=Status.PENDING)
    shown = {item['event']: item['inline'] for item in items(ticket(events=(moved, undone, kept)), {})}
    assert shown == {2: False, 3: False, 4: True}


def test_only_what_may_still_be_edited_travels_as_source(window):
    said = CommentView(5, ALICE, '**да**', False, NOW, None, NOW + timedelta(minutes=15))
    old = replace(said, id=4, editable_until=None)
    fresh, closed = items(ticket(comments=(said, old)), {5: '<p><strong>да</strong></p>'})
    assert (fresh['source'], fresh['mine'], fresh['anchor']) == ('**да**', True, 'comment-5')
    assert (closed['source'], closed['editable']) == (None, None)


def test_a_part_is_drawn_again_only_for_something_else(window):
    drawn: list[object] = []
    part = Part(drawn.append)
    part.show('a')
    part.show('a')
    part.show('b')
    assert drawn == ['a', 'b']


def test_told_elements_send_only_what_is_new(window):
    class Thing(Told):
        updates = 0

        def update(self) -> None:
            self.updates += 1

    thing = Thing()
    thing.tell(rows=({'a': 1},), more=False)
    before = thing.updates
    thing.tell(rows=({'a': 1},), more=False)
    assert thing.updates == before
    thing.tell(more=True)
    assert thing.updates == before + 1
