"""One person's account as admins see it: what they asked, how they rated, where they are signed in, what was done."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.functions import Count

from models import AuditEntry, Comment, Rating, Status, Ticket, User
from services import access, audit, people, sessions, tokens
from services.actor import Actor
from services.lifecycle import UNFINISHED
from services.people import PersonRow
from services.sessions import SessionView
from services.ticket_id import ticket_id
from services.tokens import TokenView
from services.transaction import announce, transaction

TICKETS = 20
RATINGS = 10
ENTRIES = 30


@dataclass(frozen=True, slots=True)
class AskedTicket:
    """A ticket of the person, as a line of their page."""

    id: str
    subject: str
    status: Status
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GivenRating:
    """What the person said of the help with a ticket."""

    ticket: str
    stars: int
    comment: str
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit log that the person did, or that was done to them. `actor` is '' when the portal acted."""

    at: datetime
    action: str
    actor: str
    subject: str


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that the page of a person shows; lists hold the newest, counts all."""

    person: PersonRow
    created_at: datetime
    language: str
    time_zone: str
    tickets: tuple[AskedTicket, ...]
    tickets_count: int
    open_count: int
    comments_count: int
    ratings: tuple[GivenRating, ...]
    ratings_count: int
    sessions: tuple[SessionView, ...]
    tokens: tuple[TokenView, ...]
    entries: tuple[Entry, ...]


async def read(actor: Actor, user_id: int, *, now: datetime | None = None) -> Account:
    """The account. For admins. Raises NotFound, also for one that was erased or merged into another."""
    await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    user = await people.existing(user_id)
    await user.fetch_related('company')
    asked = Ticket.filter(requester_id=user.id)
    counts = {status: count for status, count in await _counted(user)}
    rated = Rating.filter(rater_id=user.id, stars__not_isnull=True)
    return Account(
        person=people.row_of(user),
        created_at=user.created_at,
        language=user.language,
        time_zone=user.time_zone,
        tickets=tuple(_ticket(row) for row in await asked.order_by('-updated_at', '-id').limit(TICKETS)),
        tickets_count=sum(counts.values()),
        open_count=sum(count for status, count in counts.items() if status in UNFINISHED),
        comments_count=await Comment.filter(author_id=user.id).count(),
        ratings=tuple([_rating(row) for row in await rated.order_by('-id').limit(RATINGS).select_related('ticket')]),
        ratings_count=await rated.count(),
        sessions=tuple(await sessions.standing_of(user, actor, now=now)),
        tokens=tuple(await tokens.standing_of(user.id, now=now)),
        entries=tuple(await _entries(user)),
    )


async def sign_out_everywhere(actor: Actor, user_id: int, *, now: datetime | None = None) -> int:
    """End every signed-in browser of a person, the open pages with them; how many. For admins. Raises NotFound."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        user = await people.existing(user_id)
        ended = await sessions.end_all(user.id, by=admin.id, now=now)
        await audit.record('person.signed_out', by=admin, subject=f'user:{user.id}', now=now, count=ended)
        announce(f'user:{user.id}', 'staff')
    return ended


async def end_session(actor: Actor, user_id: int, session_id: int, *, now: datetime | None = None) -> None:
    """End one browser of a person. For admins. Raises NotFound."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        await sessions.end_one(user_id, session_id, by=admin.id, now=now)
        announce('staff')


async def revoke_token(actor: Actor, user_id: int, token_id: int, *, now: datetime | None = None) -> None:
    """End one API token of a person. For admins. Raises NotFound."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        await tokens.revoke_one(user_id, token_id, by=admin, now=now)
        announce(f'user:{user_id}', 'staff')


async def _counted(user: User) -> Any:
    rows = Ticket.filter(requester_id=user.id).annotate(total=Count('id')).group_by('status')
    return await rows.values_list('status', 'total')


async def _entries(user: User) -> list[Entry]:
    about = Q(actor_id=user.id) | Q(subject=f'user:{user.id}')
    rows = await AuditEntry.filter(about).order_by('-id').limit(ENTRIES).select_related('actor')
    return [Entry(row.at, row.action, row.actor.name if row.actor is not None else '', row.subject) for row in rows]


def _ticket(row: Ticket) -> AskedTicket:
    return AskedTicket(ticket_id(row.number), row.subject, row.status, row.updated_at)


def _rating(row: Rating) -> GivenRating:
    assert row.stars is not None  # the query asked for answered ones
    assert row.rated_at is not None
    return GivenRating(ticket_id(row.ticket.number), row.stars, row.comment, row.rated_at)
