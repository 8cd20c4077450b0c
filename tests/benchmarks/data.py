"""A portal's past by bulk load: companies, people, and any number of tickets with what was said and done on them."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from tortoise.models import Model

from models import (
    Comment,
    Company,
    Counter,
    EventKind,
    FormVersion,
    Impact,
    Rating,
    ReadMark,
    Role,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from models.instant import utc
from services import ratings
from services.actor import Actor
from services.database import connection, engine
from services.forms import store
from services.search import upkeep
from services.transaction import transaction
from tests.benchmarks.copies import copy, count_on
from tests.journeys.server import BUG
from tests.people import make_session

AGENTS = 20
COLLEAGUES = 20
COMMENTS = 50  # on the ticket that everybody reads
_BATCH = 5_000
_TOLD = 100_000  # tickets that are made one by one; all others are copies of these
_RECENT = 60  # tickets that the first agent has done in the last week, however few there are: their board is as full
_YEARS = timedelta(days=730)
_IMPACTS = ((Impact.CRITICAL, 4), (Impact.HIGH, 16), (Impact.MEDIUM, 50), (Impact.LOW, 30))
_UNFINISHED = (
    (Status.OPEN, 25),
    (Status.IN_PROGRESS, 30),
    (Status.AWAITING_DEVELOPMENT, 12),
    (Status.PENDING, 8),
    (Status.AWAITING_FEEDBACK, 20),
    (Status.REOPENED, 5),
)
_RUNNING = (Status.OPEN, Status.IN_PROGRESS, Status.REOPENED)
_WORDS = ('экран', 'ролик', 'плеер', 'витрина', 'расписание', 'сервер', 'лицензия', 'звук', 'монитор', 'касса', 'меню')
_SAYING = 'Проверили на стенде: после обновления **плеера** ошибка остаётся.\n\n1. Открыть\n2. Подождать час\n\n`E-42`'

_ANSWERS = {impact: json.dumps(BUG | {'impact': impact.value}, ensure_ascii=False) for impact in Impact}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who is signed in: what services know them by, and the value of their cookie."""

    actor: Actor
    cookie: str
    email: str


@dataclass(frozen=True, slots=True)
class Population:
    """Who and what the measurements use. Tickets are given by their numbers."""

    agents: Sequence[Seat]
    colleagues: Sequence[Seat]
    discussed: int
    """A colleague's ticket with fifty comments, which their whole company sees; the newest of all."""
    urgent: int
    """An unfinished ticket that stands high in any column."""
    others: Sequence[int]
    """Unfinished tickets that nothing happens to."""
    rating_path: str
    rare: str
    """Words that a single ticket has, an old one."""


def unfinished_of(tickets: int) -> int:
    """How many of so many tickets are not done, in a portal that is looked after."""
    return min(3_000, max(300, tickets * 3 // 100), tickets // 2)


async def load(tickets: int, *, unfinished: int | None = None) -> Population:
    """Fill a migrated, open database, unless this has been done before."""
    await store.publish_catalogue()
    form = await FormVersion.get(type='bug')
    companies, users = max(5, tickets // 500), max(COLLEAGUES * 5, min(5_000, tickets // 20))
    unfinished = unfinished or unfinished_of(tickets)
    past = _Past(form.id, companies=companies, users=users, unfinished=unfinished)
    if not await Ticket.exists():
        await _fill(past, tickets, companies, users)
    return await _population(past, companies, tickets)


async def _fill(past: '_Past', total: int, companies: int, users: int) -> None:
    told = min(total, _TOLD)
    past.begin(total - told)
    async with transaction():
        await insert(Company, _companies(companies, past.now))
        await insert(User, _users(companies, users, past.now))
        await _tickets(past, total)
        await insert(ReadMark, _marks(range(total - past.unfinished + 1, total), past.now))
        await Counter.create(name='ticket', value=total)
    await upkeep.fill()
    events, comments = next(past.event_ids), next(past.comment_ids)
    for step, by in enumerate(range(told, total, told), start=1):
        async with transaction():
            await copy(past.before, by, events=step * events, comments=step * comments)
    await _ask_for_a_rating()
    await connection().execute_script('ANALYZE')


class _Past:
    """Makes tickets one after another; the same ones each time, for chance is seeded."""

    def __init__(self, form: int, *, companies: int, users: int, unfinished: int) -> None:
        self.form, self.companies, self.users, self.now = form, companies, users, utc(datetime.now(UTC))
        self.unfinished = unfinished
        self.chance = random.Random(1)  # noqa: S311 - a story, not a secret
        self.event_ids, self.comment_ids = count(1), count(1)
        self.number = self.before = 0
        self.comments: list[Row] = []
        self.events: list[Row] = []

    def begin(self, before: int) -> None:
        """The first ticket has the number after that one."""
        self.number = self.before = before

    def ticket(self, total: int) -> Row:
        """The next ticket; the last ones are the unfinished. Its comments and events wait in the lists."""
        self.number += 1
        status = self._status(total)
        done = status is Status.DONE
        last = self.number == total
        created = self._created(done)
        requester = AGENTS + 1 + (0 if last else self.chance.randrange(self.users))
        answered = created + timedelta(seconds=self.chance.randrange(60, 5_400))
        moved = created + timedelta(seconds=self.chance.randrange(5_400, 10_800))
        events = self._talk(requester, created, COMMENTS if last else self.chance.choice((0, 0, 1, 1, 2, 3)))
        events.append(self._event(None if last else status, moved, 1, None))
        self.events += events
        subject = f'{self.chance.choice(_WORDS)} {self.chance.choice(_WORDS)} {self.number}'.capitalize()
        urgent = self.number == total - 1
        due = self.now + timedelta(hours=1 if urgent else self.chance.randrange(24, 240))
        impact = Impact.CRITICAL if urgent else self._one_of(_IMPACTS)
        return {
            'id': self.number,
            'number': self.number,
            'type': 'bug',
            'form_id': self.form,
            'subject': subject,
            'answers': _ANSWERS[impact],
            'impact': impact.value,
            'status': status.value,
            'status_since': moved,
            'version': len(events) + 1,
            'requester_id': requester,
            'company_id': _company_of(requester, self.companies),
            'assignee_id': self._assignee(status),
            'shared_with_company': last or self.number % 5 == 0,
            'follow_up_of_id': None,
            'submission_key': f'bench-{self.number}',
            'merged_into_id': None,
            'os': BUG['os'],
            'server_type': BUG['server_type'],
            'created_at': created,
            'updated_at': self.now if last else moved,
            'first_response_at': answered,
            'answer_took': int(answered.timestamp()) - int(created.timestamp()),
            'done_at': moved if done else None,
            'solution_took': int(moved.timestamp()) - int(created.timestamp()) if done else None,
            'auto_close_at': self.now + timedelta(days=9) if status is Status.AWAITING_FEEDBACK else None,
            'remind_at': None,
            'answered_at': None,
            'respond_due_at': None,
            'respond_breached_at': None,
            'solve_due_at': due if status in _RUNNING else None,
            'solve_breached_at': None,
            'solve_left': None if status in _RUNNING or done else 36_000,
            'last_public_event_id': events[-1]['id'],
            'last_event_id': events[-1]['id'],
        }

    def _status(self, total: int) -> Status:
        if self.number >= total - 1:
            return Status.IN_PROGRESS
        return self._one_of(_UNFINISHED) if self.number > total - self.unfinished else Status.DONE

    def _assignee(self, status: Status) -> int | None:
        if status is Status.OPEN:
            return None
        return 1 if status is Status.DONE and self._is_recent else 1 + self.number % AGENTS

    @property
    def _is_recent(self) -> bool:
        return self.number - self.before <= _RECENT

    def _created(self, done: bool) -> datetime:
        if not done or self._is_recent:
            return self.now - timedelta(hours=3, seconds=self.chance.randrange(5 * 86_400))
        return self.now - _YEARS * self.chance.random() - timedelta(hours=3)

    def _talk(self, requester: int, created: datetime, comments: int) -> list[Row]:
        events = [self._event(Status.OPEN, created, requester, None, EventKind.FILED)]
        for step in range(comments):
            author = requester if step % 2 else 1 + self.number % AGENTS
            comment = self._comment(author, created + timedelta(minutes=step + 1))
            self.comments.append(comment)
            events.append(self._event(None, comment['created_at'], author, comment['id'], EventKind.COMMENTED))
        return events

    def _comment(self, author: int, at: datetime) -> Row:
        id = next(self.comment_ids)
        return {
            'id': id,
            'ticket_id': self.number,
            'author_id': author,
            'body': _SAYING,
            'internal': False,
            'submission_key': f'bench-{id}',
            'created_at': at,
            'edited_at': None,
        }

    def _event(
        self, to: Status | None, at: datetime, by: int, comment: int | None, kind: EventKind = EventKind.STATUS
    ) -> Row:
        return {
            'id': next(self.event_ids),
            'ticket_id': self.number,
            'actor_id': by,
            'kind': kind.value if to or comment else EventKind.ASSIGNED.value,
            'internal': False,
            'at': at,
            'from_status': Status.OPEN.value if to and kind is EventKind.STATUS else None,
            'to_status': to.value if to else None,
            'comment_id': comment,
            'details': {} if to or comment else {'assignee': by},
        }

    def _one_of(self, weighted: Sequence[tuple[Any, int]]) -> Any:
        return self.chance.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


async def _tickets(past: _Past, total: int) -> None:
    while batch := [past.ticket(total) for _ in range(min(_BATCH, total - past.number))]:
        await insert(Ticket, batch)
        await insert(Comment, past.comments)
        await insert(TicketEvent, past.events)
        past.comments, past.events = [], []


async def _population(past: _Past, companies: int, total: int) -> Population:
    mine = [AGENTS + 1 + number * companies for number in range(COLLEAGUES)]
    agents = [await _seat(id) for id in range(1, AGENTS + 1)]
    colleagues = [await _seat(id) for id in mine if id <= AGENTS + past.users]
    first = total - past.unfinished + 1
    rating = await Rating.get(ticket_id=1)
    old = await Ticket.filter(number__gte=total // 3, subject__startswith='Меню').order_by('number').first()
    return Population(
        agents=agents,
        colleagues=colleagues,
        discussed=total,
        urgent=total - 1,
        others=range(first, first + min(200, past.unfinished - 2)),
        rating_path=f'/rate/{ratings.token_of(rating)}?stars=5',
        rare=f'меню {old.number if old else 1}',
    )


async def _seat(id: int) -> Seat:
    user = await User.get(id=id)
    cookie, session = await make_session(user)
    return Seat(Actor(user.id, session_id=session.id), cookie, user.email)


async def _ask_for_a_rating() -> None:
    ticket = await Ticket.get(number=1)
    await Rating.create(
        ticket_id=ticket.id, done_event_id=ticket.last_event_id, rater_id=ticket.requester_id, asked_at=ticket.done_at
    )


def _marks(tickets: range, now: datetime) -> Iterator[Row]:
    """Half of what is unfinished was read by three of the agents."""
    for id, (agent, ticket) in enumerate(((a, t) for a in (1, 2, 3) for t in tickets[::2]), start=1):
        yield {'id': id, 'ticket_id': ticket, 'user_id': agent, 'event_id': 2**30, 'read_at': now}


def _company_of(user: int, companies: int) -> int:
    return 1 + (user - AGENTS - 1) % companies


def _companies(companies: int, now: datetime) -> Iterator[Row]:
    for id in range(1, companies + 1):
        yield {'id': id, 'name': f'Компания {id}', 'domains': [], 'active': True, 'created_at': now}


def _users(companies: int, customers: int, now: datetime) -> Iterator[Row]:
    for id in range(1, AGENTS + customers + 1):
        staff = id <= AGENTS
        yield {
            'id': id,
            'email': f'person-{id}@example.test',
            'name': f'{"Специалист" if staff else "Заказчик"} {id}',
            'role': (Role.ADMIN if id == AGENTS else Role.AGENT if staff else Role.CUSTOMER).value,
            'company_id': None if staff else _company_of(id, companies),
            'password_hash': 'nobody signs in by it' if id == AGENTS else None,
            'active': True,
            'language': 'ru',
            'time_zone': 'Europe/Moscow',
            'theme': 'system',
            'mail_off': [],
            'created_at': now,
            'last_seen_at': None,
        }


async def insert(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as they are, thousands at once; they bring their ids, and PostgreSQL counts on after them."""
    remaining = iter(rows)
    table, sqlite = model._meta.db_table, engine() == 'sqlite'
    while batch := list(islice(remaining, _BATCH)):
        columns = list(batch[0])
        blanks = ', '.join('?' if sqlite else f'${place}' for place in range(1, len(columns) + 1))
        query = f'INSERT INTO {table} ({", ".join(columns)}) VALUES ({blanks})'  # noqa: S608 - our own names
        await connection().execute_many(query, [[_stored(value, sqlite) for value in row.values()] for row in batch])
    await count_on(table)


def _stored(value: Any, sqlite: bool) -> Any:
    kind = type(value)
    if kind is datetime:
        return value.isoformat(' ') if sqlite else value
    return json.dumps(value, ensure_ascii=False) if kind is dict or kind is list else value
