"""Where a person is told of in what is not theirs: letters, the audit log, messages to programs, views of colleagues.

What people wrote to tickets is not among it: that is their word, and the ticket's.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import (
    AnsweredCall,
    AuditEntry,
    BadRating,
    DeliveryState,
    MailState,
    OutboxMail,
    SavedView,
    TicketEvent,
    User,
    WebhookDelivery,
)
from services.desk.asking import Asking

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Shell:
    """What an account is called once nobody is to know any more whose it was."""

    name: str
    email: str


async def forget(user: User, shell: Shell) -> None:
    """Take the person's name and address out of all of it. Call it while the account still has them."""
    await _forget_letters(user, shell)
    await _forget_in_log(user)
    await _forget_deliveries(user)
    await _forget_answers(user, shell)
    await _forget_views(user)
    await _forget_notes(user)


async def pieces(rows: QuerySet[Any]) -> AsyncIterator[list[int]]:
    """The ids of the rows, some at a time: a database takes only so many values in one question."""
    ids: list[Any] = await rows.values_list('id', flat=True)
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


async def _forget_letters(user: User, shell: Shell) -> None:
    """Letters to the person, about what they did, about their tickets or with their name: none keeps its text."""
    mine = Q(recipient_id=user.id)
    waiting = OutboxMail.filter(mine, state__in=(MailState.WAITING, MailState.SENDING, MailState.FAILED))
    await waiting.update(state=MailState.WITHHELD, last_error='account_over', claimed_until=None)
    await _change(OutboxMail.filter(mine), address=shell.email, details={})
    await _change(OutboxMail.filter(mine, state=MailState.SENT), last_error='')
    for rows in (
        OutboxMail.filter(mine),
        OutboxMail.filter(ticket__requester_id=user.id),
        OutboxMail.filter(_named(user)),
    ):
        await _change(rows, subject='', text='', html='')
    async for events in pieces(TicketEvent.filter(actor_id=user.id)):
        await _change(OutboxMail.filter(event_id__in=events), subject='', text='', html='')


def _named(user: User) -> Q:
    """Letters that tell the address, or the whole name; one name alone may be anybody's."""
    told = Q(text__contains=user.email)
    return told | Q(text__contains=user.name) | Q(subject__contains=user.name) if ' ' in user.name else told


async def _forget_in_log(user: User) -> None:
    """The audit log keeps that something was done; not from where, and not what somebody looked for by their name."""
    whence = Q(actor_id=user.id) | Q(action='session.refused', subject=f'user:{user.id}')
    await AuditEntry.filter(whence).update(address='')
    for ids in _some(await _telling('audit_entry', 'details', user)):
        await AuditEntry.filter(id__in=ids).update(details={})
    sought = AuditEntry.filter(action__endswith='exported').only('id', 'details')
    named = [entry.id for entry in await sought if tells(' '.join(map(str, entry.details.values())), user)]
    for ids in _some(named):
        await AuditEntry.filter(id__in=ids).update(details={})


async def _forget_deliveries(user: User) -> None:
    """Messages to programs tell subjects of tickets, and what the program answered: those that have ended go.

    What still waits to be sent says by then what the ticket says.
    """
    told = {*await _telling('webhook_delivery', 'body', user), *await _telling('webhook_delivery', 'answer', user)}
    async for ids in pieces(WebhookDelivery.filter(ticket__requester_id=user.id)):
        told |= {*ids}
    ended = (DeliveryState.DELIVERED, DeliveryState.FAILED)
    for ids in _some(sorted(told)):
        await WebhookDelivery.filter(id__in=ids, state__in=ended).delete()


async def reword_deliveries(user: User, blank: str) -> None:
    """Let what waits to be sent about the person's tickets tell the blanked subject."""
    for row in await WebhookDelivery.filter(ticket__requester_id=user.id):
        data = row.body['data']
        told = row.body | {'data': data | {'ticket': data['ticket'] | {'subject': blank}}}
        await WebhookDelivery.filter(id=row.id).update(body=told)


async def _forget_answers(user: User, shell: Shell) -> None:
    """Answers to other people's programs are kept for a day, lest a call is made twice: they stay, without the name."""
    for ids in _some(await _telling('answered_call', 'body', user)):
        for row in await AnsweredCall.filter(id__in=ids):
            body = row.body.replace(user.email, shell.email).replace(user.name, shell.name)
            await AnsweredCall.filter(id=row.id).update(body=body)


async def _forget_views(user: User) -> None:
    """A colleague's view that looks for the person by name finds nothing any more."""
    for view in await SavedView.all():
        if tells(' '.join([view.name, *map(str, view.query.values())]), user):
            await view.delete()


async def _forget_notes(user: User) -> None:
    """What came of a bad rating stays, not who it was with."""
    for ids in _some(await _telling('bad_rating', 'note', user)):
        await BadRating.filter(id__in=ids).update(note='')


def tells(text: str, user: User) -> bool:
    """Whether the text has the person's address or whole name in it, in whatever letters."""
    text = text.casefold()
    return user.email.casefold() in text or user.name.casefold() in text


async def _telling(table: str, column: str, user: User) -> list[int]:
    """The rows of a table that tell the name or the address in that column."""
    asking = Asking()
    told = [
        f"CAST({column} AS TEXT) LIKE {asking.value(f'%{_literal(text)}%')} ESCAPE '!'"
        for text in (user.email, user.name)
    ]
    rows = await asking.rows(f'SELECT id FROM {table} WHERE {" OR ".join(told)} ORDER BY id')  # noqa: S608
    return [int(row['id']) for row in rows]


def _literal(text: str) -> str:
    return re.sub('([!%_])', r'!\1', text)


def _some(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]


async def _change(rows: QuerySet[Any], **changes: Any) -> None:
    async for ids in pieces(rows):
        await OutboxMail.filter(id__in=ids).update(**changes)
