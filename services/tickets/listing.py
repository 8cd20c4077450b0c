"""Lists of tickets: by keyset, so that the thousandth page costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import F, Q, RawSQL
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models import ReadMark, Status, Ticket, User
from models.instant import utc
from services import access
from services.actor import Actor
from services.errors import Invalid, Problem
from services.lifecycle import UNFINISHED
from services.search.filtering import Said, said
from services.ticket_id import ticket_id
from services.tickets.persons import persons
from services.tickets.texts import is_id
from services.tickets.views import ListFilter, Page, PersonView, TicketRow

MOST = 100
_SAME = ('number', 'type', 'subject', 'status', 'status_since', 'impact', 'created_at', 'updated_at', 'auto_close_at')
_OTHERS = ('requester_id', 'assignee_id', 'company__name', 'answered_at', 'last_event_id', 'last_public_event_id')
_COLUMNS = ('id', *_SAME, *_OTHERS)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: after this ticket, in the first part (unfinished) or the second (done) of the list."""

    part: int
    updated_at: datetime | None = None
    id: int = 0


async def list_tickets(
    actor: Actor, wanted: ListFilter, *, cursor: str | None = None, limit: int = 50, now: datetime | None = None
) -> Page[TicketRow]:
    """Those of the tickets that one sees which the filter lets through: unfinished first, the latest change first.

    Raises Invalid for a 'cursor' that is none.
    """
    user = await access.person(actor, now=now)
    limit = max(1, min(limit, MOST))
    place = _read_cursor(cursor) if cursor else _Place(0)
    parts = _parts(wanted)
    rows = await _filtered(user, wanted, now or datetime.now(UTC))
    found: list[tuple[int, Mapping[str, Any]]] = []
    for part in range(place.part, len(parts)):
        queried = _after(parts[part](rows), place) if part == place.part else parts[part](rows)
        missing = limit + 1 - len(found)
        found += [(part, row) for row in await queried.order_by('-updated_at', '-id').limit(missing).values(*_COLUMNS)]
        if len(found) > limit:
            break
    items = await _worded([row for _, row in found[:limit]], user)
    return Page(items, _cursor(*found[limit - 1]) if len(found) > limit else None)


async def counts(actor: Actor, *, now: datetime | None = None) -> dict[Status, int]:
    """How many of the tickets that one sees are in each status."""
    user = await access.person(actor, now=now)
    grouped = access.visible_to(user).annotate(total=Count('id')).group_by('status').values_list('status', 'total')
    totals = dict.fromkeys(Status, 0)
    totals.update({Status(status): total for status, total in await grouped})
    return totals


async def unread_count(actor: Actor, *, now: datetime | None = None) -> int:
    """How many tickets have news for the person: for a customer all that they see, for staff those given to them."""
    user = await access.person(actor, now=now)
    newest = 'last_event_id' if user.is_staff else 'last_public_event_id'
    rows = Ticket.filter(assignee_id=user.id) if user.is_staff else access.visible_to(user)
    read = rows.filter(read_marks__user_id=user.id, read_marks__event_id__gte=F(newest))
    return await rows.count() - await read.count()


async def _filtered(user: User, wanted: ListFilter, now: datetime) -> QuerySet[Ticket]:
    rows = _scoped(user, wanted)
    columns = {'type': wanted.type, 'company_id': wanted.company_id, 'assignee_id': wanted.assignee_id}
    given = {name: value for name, value in columns.items() if value is not None}
    if any(isinstance(value, int) and not is_id(value) for value in given.values()):
        return rows.filter(id=None)
    rows = rows.filter(**given)
    return _saying(rows, await said(user, wanted.text, now=now)) if wanted.text and wanted.text.strip() else rows


def _saying(rows: QuerySet[Ticket], found: Said) -> QuerySet[Ticket]:
    """Those that go with what was typed; where they are few, each is looked up, and nothing else is read."""
    if found.ids is not None:
        return rows.filter(id__in=found.ids)
    return rows.annotate(said=RawSQL(f'({found.condition})')).filter(said=True)


def _scoped(user: User, wanted: ListFilter) -> QuerySet[Ticket]:
    rows = access.visible_to(user)
    match wanted.scope:
        case 'own':
            return rows.filter(requester_id=user.id)
        case 'shared':
            return rows.exclude(requester_id=user.id)
        case 'mine':
            return rows.filter(assignee_id=user.id)
        case 'unassigned':
            rows = rows.filter(assignee_id=None)
            return rows if wanted.statuses else rows.filter(status__in=UNFINISHED)
        case _:
            return rows


def _parts(wanted: ListFilter) -> list[Callable[[QuerySet[Ticket]], QuerySet[Ticket]]]:
    """The list's parts, one after the other, each ordered by itself."""
    statuses = wanted.statuses or tuple(Status)
    if not wanted.open_first:
        return [_having(statuses)]
    unfinished = tuple(status for status in statuses if status in UNFINISHED)
    return [_having(unfinished), _having((Status.DONE,) if Status.DONE in statuses else ())]


def _having(statuses: tuple[Status, ...]) -> Callable[[QuerySet[Ticket]], QuerySet[Ticket]]:
    if len(statuses) == len(Status):
        return lambda rows: rows
    return lambda rows: rows.filter(status__in=statuses)


def _after(rows: QuerySet[Ticket], place: _Place) -> QuerySet[Ticket]:
    if place.updated_at is None:
        return rows
    earlier = Q(updated_at__lt=place.updated_at) | Q(updated_at=place.updated_at, id__lt=place.id)
    # The second condition says nothing new, but lets both engines begin in the index where the page begins.
    return rows.filter(earlier, updated_at__lte=place.updated_at)


async def _worded(rows: list[Mapping[str, Any]], user: User) -> tuple[TicketRow, ...]:
    people = await persons(id for row in rows for id in (row['requester_id'], row['assignee_id']))
    marks = await ReadMark.filter(user_id=user.id, ticket_id__in=[row['id'] for row in rows]) if rows else []
    read = {mark.ticket_id: mark.event_id for mark in marks}
    return tuple(_row(row, user, people, read.get(row['id'], 0)) for row in rows)


def _row(row: Mapping[str, Any], user: User, people: Mapping[int, PersonView], read: int) -> TicketRow:
    newest = row['last_event_id'] if user.is_staff else row['last_public_event_id']
    return TicketRow(
        id=ticket_id(row['number']),
        pk=row['id'],
        requester=people[row['requester_id']],
        company_name=row['company__name'],
        assignee=people.get(row['assignee_id']),
        unread=newest > read,
        shared=row['requester_id'] != user.id and not user.is_staff,
        answered=row['answered_at'] is not None,
        **{name: row[name] for name in _SAME},
    )


def _cursor(part: int, row: Mapping[str, Any]) -> str:
    place = json.dumps([part, row['updated_at'].astimezone(UTC).isoformat(), row['id']])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip('=')


def _read_cursor(cursor: str) -> _Place:
    try:
        padded = cursor[:200] + '=' * (-len(cursor[:200]) % 4)
        part, updated_at, id = json.loads(base64.urlsafe_b64decode(padded.encode('ascii')))
        place = _Place(int(part), utc(datetime.fromisoformat(updated_at)), int(id))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        place = _Place(-1)
    if place.part not in (0, 1) or not 0 <= place.id < 2**31:
        raise Invalid({'cursor': Problem('entry.cursor')})
    return place
