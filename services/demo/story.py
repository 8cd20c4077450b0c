"""Tells the demo's stories, step by step in the order of time."""

import heapq
import re
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tortoise.expressions import F

from models import Counter, MailState, Notice, OutboxMail, ReadMark, Role, Session, Status, TicketEvent, User
from services import access, clock, files, people, ratings, tickets
from services.actor import Actor
from services.companies import company_named
from services.desk import templates
from services.settings import Settings, put_in_force

PASSWORD = 'demo-portal-2026'  # noqa: S105 - printed for whoever tries the demo
READ_AFTER = timedelta(days=2)
_TEMPLATES_SINCE = timedelta(days=60)
_AWAKE = timedelta(days=1)  # how long the sessions of the stories count
FIRST_NUMBER = 1450  # so that the Samsung trouble, which everybody asks about, is SPSUP-1503

MakeFile = Callable[[str], tuple[str, bytes]]
"""Gives the name and content of one of the demo's files: 'log' or 'screen'."""

_HERE = Path(__file__).parent
_UNITS = {'d': 'days', 'h': 'hours', 'm': 'minutes'}
_NOT_ANSWERS = {'ago', 'by', 'type', 'story', 'files', 'share_with', 'share_company', 'wished_in', 'deadline_in'}
_AS_DELIVERED = (
    'auto_close_after',
    'remind_before',
    'rating_delay',
    'rating_open_for',
    'reopen_within',
    'file_limit',
    'files_per_message',
    'storage_per_person',
    'tickets_per_hour',
    'comments_per_hour',
)  # fmt: skip - the settings by which the stories were written
_DAYS_AHEAD = {'wished_in': 'wished_date', 'deadline_in': 'deadline'}


@dataclass(order=True, slots=True)
class Step:
    """One thing that happens at a time; `order` keeps steps of the same time in line."""

    at: datetime
    order: int
    ticket: dict[str, Any] = field(compare=False)
    doing: list[Any] = field(compare=False)


async def tell(make_file: MakeFile, *, now: datetime | None = None) -> list[User]:
    """Fill an empty database; gives the people. Every mail of the past counts as sent."""
    now = now or datetime.now(UTC)
    cast = await _gather_people(now)
    quick = _quick_stories()
    await _write_templates({key: actor for key, (_, actor) in cast.items()}, now - _TEMPLATES_SINCE)
    await Counter.create(name='ticket', value=FIRST_NUMBER - 1 - len(quick))
    teller = _Teller({key: actor for key, (_, actor) in cast.items()}, make_file)
    with _as_delivered():
        for stories in (quick, list(_stories())):  # the quick ones first, so that they change no number of the others
            for step in _in_order(stories, now):
                await _let_the_clock_run(step.at)
                await teller.perform(step)
        await _let_the_clock_run(now)
    await _tidy_up(cast, now)
    return [user for user, _ in cast.values()]


@contextmanager
def _as_delivered() -> Iterator[None]:
    """The past goes by the durations and limits that the portal comes with, whatever this start is set to."""
    put_in_force({name: Settings.model_fields[name].default for name in _AS_DELIVERED})
    try:
        yield
    finally:
        put_in_force({})


async def _gather_people(now: datetime) -> dict[str, tuple[User, Actor]]:
    listed = tomllib.loads((_HERE / 'people.toml').read_text(encoding='utf-8'))
    began = now - timedelta(days=100)
    for company in listed['company']:
        await company_named(company['name'], now=began)
    cast = {}
    for person in listed['person']:
        user = await people.create_user(
            person['email'],
            role=Role(person['role']),
            company_name=person.get('company'),
            name=person['name'],
            password=PASSWORD,
            now=began,
        )
        session = await Session.create(  # told by nobody's sign-in: it would stand in the audit log
            token_hash=f'demo-{user.id}', user_id=user.id, created_at=began, active_at=now, expires_at=now + _AWAKE
        )
        cast[person['key']] = (user, Actor(user.id, session_id=session.id))
    return cast


async def _write_templates(actors: dict[str, Actor], at: datetime) -> None:
    for one in tomllib.loads((_HERE / 'templates.toml').read_text(encoding='utf-8'))['template']:
        actor, texts = actors[one['by']], {code: one[code].strip() for code in ('body_ru', 'body_en')}
        await templates.create(actor, one['name'], **texts, now=at)


def _stories() -> Iterator[dict[str, Any]]:
    for path in sorted(_HERE.glob('tickets_*.toml')):
        yield from tomllib.loads(path.read_text(encoding='utf-8'))['ticket']


def _quick_stories() -> list[dict[str, Any]]:
    quick = tomllib.loads((_HERE / 'quick.toml').read_text(encoding='utf-8'))
    return [quick['common'] | _quick(line) for line in quick['quick']]


def _quick(line: list[Any]) -> dict[str, Any]:
    """A bug report that was answered, confirmed and mostly rated, from its line."""
    ago, asker, helper, subject, asked, answered, stars, words = line
    pace = 1 + ago * 3 % 5  # hours: some are quicker than others
    story = [
        [f'{pace * 9}m', helper, 'take'],
        [f'{pace}h', helper, 'move', 'awaiting_feedback', answered],
        [f'{pace * 3}h', asker, 'done'],
    ]
    if stars:
        story.append([f'{pace * 3 + 1}h', asker, 'rate', stars, words])
    return {
        'ago': ago,
        'by': asker,
        'subject': subject,
        'details': asked,
        'steps': asked,
        'actual': asked,
        'impact': ('low', 'medium', 'high')[ago % 3],
        'os': ('android', 'windows', 'tizen', 'webos', 'linux')[ago % 5],
        'server_type': ('cloud', 'cloud', 'on_premise')[ago % 3],
        'story': story,
    }


def _in_order(stories: Iterable[dict[str, Any]], now: datetime) -> Iterator[Step]:
    """All steps of all stories by time; what would lie in the future is left out."""
    orders = count()
    steps: list[Step] = []
    for ticket in stories:
        filed = _at_work(now - timedelta(days=ticket['ago']), ticket['ago'])
        heapq.heappush(steps, Step(filed, next(orders), ticket, ['file']))
        for after, *doing in ticket['story']:
            heapq.heappush(steps, Step(filed + _span(after), next(orders), ticket, doing))
    while steps and steps[0].at < now:
        yield heapq.heappop(steps)


def _at_work(moment: datetime, ago: float) -> datetime:
    """Older tickets are filed between 9 and 17 o'clock in Moscow; those of the last days just when they were."""
    if ago != int(ago):
        return moment
    return moment.replace(hour=6 + int(ago * 7) % 8, minute=int(ago * 37) % 60, second=int(ago * 11) % 60)


def _span(text: str) -> timedelta:
    return timedelta(**{_UNITS[unit]: int(value) for value, unit in re.findall(r'(\d+)([dhm])', text)})


async def _let_the_clock_run(until: datetime) -> None:
    """What the system would have done by then: reminders and closings, each at its own second."""
    while (due := await clock.next_due()) is not None and due <= until:
        await clock.do_all(due)


async def _tidy_up(cast: dict[str, tuple[User, Actor]], now: datetime) -> None:
    """The past is over: its mails were sent, and what is older than a few days has been read by everybody."""
    await OutboxMail.filter(state=MailState.WAITING, not_before__lt=now).update(
        state=MailState.SENT, sent_at=F('not_before')
    )
    await Notice.filter(at__lt=now - READ_AFTER).update(read_at=now)
    for user, _ in cast.values():
        if last := await TicketEvent.filter(actor_id=user.id).order_by('-at').first():
            await User.filter(id=user.id).update(signed_in_at=last.at, last_seen_at=last.at)
        read = await access.visible_to(user).filter(updated_at__lt=now - READ_AFTER).values_list('id', 'last_event_id')
        await ReadMark.filter(user_id=user.id, ticket_id__in=[ticket for ticket, _ in read]).delete()
        await ReadMark.bulk_create(
            [ReadMark(user_id=user.id, ticket_id=ticket, event_id=event, read_at=now) for ticket, event in read]
        )
    await Session.filter(id__in=[actor.session_id for _, actor in cast.values()]).delete()


class _Teller:
    """Performs steps as the people of the stories."""

    def __init__(self, actors: dict[str, Actor], make_file: MakeFile) -> None:
        self._actors = actors
        self._make_file = make_file
        self._keys = count(1)

    async def perform(self, step: Step) -> None:
        if step.doing[0] == 'file':
            await self._file(step)
            return
        who, what, *details = step.doing
        act = getattr(self, f'_{what}')
        await act(self._actors[who], step.ticket['id'], step.at, *details)

    async def _file(self, step: Step) -> None:
        story, actor = step.ticket, self._actors[step.ticket['by']]
        answers = {code: value for code, value in story.items() if code not in _NOT_ANSWERS}
        for code, name in _DAYS_AHEAD.items():
            if code in story:
                answers[name] = (step.at + timedelta(days=story[code])).date().isoformat()
        key = f'demo-{next(self._keys)}'
        view = await tickets.file(
            actor,
            story['type'],
            answers,
            submission_key=key,
            file_keys=[await self._store(actor, story['type'], kind, step.at) for kind in story.get('files', ())],
            share_with=[_id(self._actors[name]) for name in story.get('share_with', ())],
            share_company=story.get('share_company'),
            now=step.at,
        )
        story['id'] = view.id

    async def _store(self, actor: Actor, type: str, kind: str, now: datetime) -> str:
        name, content = self._make_file(kind)
        stored = await files.store(actor, f'request:{type}', name, _chunks(content), now=now)
        return stored.key

    async def _take(self, actor: Actor, ref: str, now: datetime) -> None:
        await tickets.take(actor, ref, now=now)

    async def _move(self, actor: Actor, ref: str, now: datetime, to: str, comment: str | None = None) -> None:
        await tickets.transition(actor, ref, Status(to), comment=comment, now=now)

    async def _say(self, actor: Actor, ref: str, now: datetime, text: str) -> None:
        await tickets.comment(actor, ref, text, now=now)

    async def _note(self, actor: Actor, ref: str, now: datetime, text: str) -> None:
        await tickets.comment(actor, ref, text, internal=True, now=now)

    async def _done(self, actor: Actor, ref: str, now: datetime) -> None:
        await tickets.transition(actor, ref, Status.DONE, now=now)

    async def _reopen(self, actor: Actor, ref: str, now: datetime, text: str) -> None:
        await tickets.transition(actor, ref, Status.REOPENED, comment=text, now=now)

    async def _rate(self, actor: Actor, ref: str, now: datetime, stars: int, text: str) -> None:
        await ratings.rate_own(actor, ref, stars, text, now=now)


def _id(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
