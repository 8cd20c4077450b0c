"""Writes a request of another system as if it had been filed here: with its history, and without telling anybody.

Nothing is mailed. A ticket that awaits feedback gets a fresh time to answer: nobody was told here that it runs.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256

from models import (
    ClosedBy,
    Comment,
    Company,
    Counter,
    EventKind,
    Impact,
    Rating,
    ReadMark,
    Role,
    Share,
    Status,
    Ticket,
    TicketEvent,
    User,
)
from models.instant import utc
from services.companies import company_named
from services.emails import canonical_email
from services.errors import Invalid
from services.figures import kept
from services.forms import store
from services.moving_in.record import Person, Record, Remark, Untakable
from services.moving_in.words import EVERYBODYS
from services.names import LONGEST as LONGEST_NAME
from services.names import folded_person
from services.numbering import next_number
from services.search import upkeep
from services.settings import settings
from services.tickets import recording
from services.tickets.texts import submission
from services.transaction import transaction

_MARK = 'moved-in:'
_NOWHERE = 'imported.invalid'  # a domain that can have no mailbox
_HANDLE = re.compile(r'[^a-z0-9]+')


def mark_of(key: str) -> str:
    """Under what a ticket remembers from which request of the other system it came."""
    return submission(f'{_MARK}{key}'[:64] if len(key) < 40 else _MARK + sha256(key.encode()).hexdigest()[:40])


async def known() -> set[str]:
    """The marks of everything that has been moved in before."""
    return {
        str(mark)
        for mark in await Ticket.filter(submission_key__startswith=_MARK).values_list('submission_key', flat=True)
    }


async def leave_numbers(highest: int) -> None:
    """Numbers up to this one belong to the other system's requests, those too that are taken only by a later run."""
    async with transaction():
        await Counter.get_or_create(name='ticket', defaults={'value': 0})
        await Counter.filter(name='ticket', value__lt=highest).update(value=highest)


async def write(record: Record, *, now: datetime) -> Ticket:
    """The ticket of a record, with all that hangs on it, whole or not at all. Raises Untakable."""
    async with transaction():
        requester = await _settle(record.requester, Role.CUSTOMER, record.company, now)
        assignee = await _settle(record.assignee, Role.AGENT, '', now) if record.assignee else None
        if assignee is not None and not assignee.is_staff:
            assignee = None
        ticket = await _file(record, requester, assignee, now)
        filed = await _event(ticket, EventKind.FILED, requester, record.created_at, to_status=Status.OPEN)
        newest = await _converse(record, ticket, filed, now)
        if record.status is not Status.OPEN:
            newest = await _event(
                ticket,
                EventKind.STATUS,
                assignee,
                record.done_at or record.updated_at,
                from_status=Status.OPEN,
                to_status=record.status,
            )
            await _rate(record, ticket, newest, requester)
        await _share(record, ticket, requester, now)
        await _remember(ticket, requester, assignee, now)
        await upkeep.again([ticket.id])
        await recording.tell(ticket)
    return ticket


async def _file(record: Record, requester: User, assignee: User | None, now: datetime) -> Ticket:
    awaits = record.status is Status.AWAITING_FEEDBACK
    closes = now + settings().auto_close_after if awaits else None
    reminds = closes - settings().remind_before if closes else None
    answers = record.answers
    return await Ticket.create(
        number=await _number(record),
        type=record.type,
        form_id=(await store.current_row(record.type)).id,
        subject=record.subject,
        answers=answers,
        impact=Impact(answers['impact']) if answers.get('impact') in tuple(Impact) else None,
        os=answers.get('os'),
        server_type=answers.get('server_type'),
        status=record.status,
        status_since=utc(now if awaits else record.done_at or record.updated_at),
        requester_id=requester.id,
        company_id=requester.company_id,
        assignee_id=assignee.id if assignee else None,
        submission_key=mark_of(record.key),
        created_at=utc(record.created_at),
        updated_at=utc(record.updated_at),
        done_at=utc(record.done_at) if record.done_at else None,
        closed_by=ClosedBy.STAFF if record.status is Status.DONE and assignee else None,
        auto_close_at=utc(closes) if closes else None,
        remind_at=utc(reminds) if reminds and reminds > now else None,
    )


async def _number(record: Record) -> int:
    """Its own number where that is free; the next one for keys of another prefix."""
    if record.number is None:
        return await next_number('ticket')
    if await Ticket.exists(number=record.number):
        raise Untakable(f'there is another ticket with the number {record.number}')
    return record.number


async def _converse(record: Record, ticket: Ticket, newest: TicketEvent, now: datetime) -> TicketEvent:
    staff = {one.id for one in (record.assignee,) if one}
    customers = {record.requester.id, *(person.id for person in record.participants)}
    for number, remark in enumerate(sorted(record.remarks, key=lambda remark: remark.at)):
        helps = remark.internal or remark.author.id in staff or remark.author.id not in customers
        author = await _settle(remark.author, Role.AGENT if helps else Role.CUSTOMER, record.company, now)
        comment = await _say(ticket, author, remark, number)
        newest = await _event(ticket, EventKind.COMMENTED, author, remark.at, internal=remark.internal, comment=comment)
        if author.is_staff and not remark.internal and ticket.first_response_at is None:
            ticket.first_response_at = utc(remark.at)
    return newest


async def _say(ticket: Ticket, author: User, remark: Remark, number: int) -> Comment:
    return await Comment.create(
        ticket_id=ticket.id,
        author_id=author.id,
        body=remark.body,
        internal=remark.internal,
        submission_key=submission(f'{_MARK}{ticket.id}:{number}'),
        created_at=utc(remark.at),
    )


async def _event(
    ticket: Ticket,
    kind: EventKind,
    by: User | None,
    at: datetime,
    *,
    internal: bool = False,
    from_status: Status | None = None,
    to_status: Status | None = None,
    comment: Comment | None = None,
) -> TicketEvent:
    event = await TicketEvent.create(
        ticket_id=ticket.id,
        actor_id=by.id if by else None,
        kind=kind,
        internal=internal,
        at=utc(at),
        from_status=from_status,
        to_status=to_status,
        comment_id=comment.id if comment else None,
        details={'version': ticket.version + 1} if kind is EventKind.FILED else {},
    )
    ticket.last_event_id = event.id
    if not internal:
        ticket.last_public_event_id = event.id
        ticket.version += 1
    return event


async def _rate(record: Record, ticket: Ticket, done: TicketEvent, requester: User) -> None:
    if record.stars is not None:
        at = utc(done.at)
        await Rating.create(
            ticket_id=ticket.id,
            done_event_id=done.id,
            rater_id=requester.id,
            asked_at=at,
            opened_at=at,
            rated_at=at,
            stars=record.stars,
            comment=record.rating_comment[:4000],
        )
        ticket.stars, ticket.rated_at = record.stars, at


async def _share(record: Record, ticket: Ticket, requester: User, now: datetime) -> None:
    """With colleagues; people of another company do not see it here, whatever the other system allowed."""
    for person in record.participants:
        user = await _settle(person, Role.CUSTOMER, record.company, now)
        if user.id != requester.id and user.company_id is not None and user.company_id == requester.company_id:
            values = {'shared_by_id': requester.id, 'created_at': utc(record.created_at)}
            await Share.get_or_create(ticket_id=ticket.id, user_id=user.id, defaults=values)


async def _remember(ticket: Ticket, requester: User, assignee: User | None, now: datetime) -> None:
    """What was talked about elsewhere is no news for those who took part in it."""
    took = kept.lengths(ticket.created_at, {at: getattr(ticket, at) for at in kept.MOMENTS})
    ticket.update_from_dict(took)
    changed = ('last_event_id', 'last_public_event_id', 'version', 'first_response_at', 'stars', 'rated_at')
    await ticket.save(update_fields=(*changed, *took))
    for user in {user.id: user for user in (requester, assignee) if user}.values():
        newest = recording.newest_for(ticket, user)
        await ReadMark.create(ticket_id=ticket.id, user_id=user.id, event_id=newest, read_at=utc(now))


async def _settle(person: Person, role: Role, company: str, now: datetime) -> User:
    """The account of a person, made when there is none.

    A specialist's is closed until an admin opens it: an export does not hand out the right to see every ticket. So is
    that of somebody whose e-mail address is not known.
    """
    email = _address(person)
    found = await User.get_or_none(email=email)
    if found is not None:
        return found
    of = await _company(email, company, now) if role is Role.CUSTOMER else None
    name = _name(person, email)
    return await User.create(
        email=email,
        name=name,
        folded=folded_person(name, email),
        role=role,
        company_id=of.id if of else None,
        active=role is Role.CUSTOMER and not email.endswith(f'@{_NOWHERE}'),
        language=settings().language,
        time_zone=settings().time_zone,
        created_at=utc(now),
    )


def _address(person: Person) -> str:
    try:
        return canonical_email(person.email)
    except Invalid:
        handle = _HANDLE.sub('-', person.id.casefold()).strip('-')[:30]
        return f'{handle or "person"}-{sha256(person.id.casefold().encode()).hexdigest()[:6]}@{_NOWHERE}'


def _name(person: Person, email: str) -> str:
    name = ''.join(sign if sign.isprintable() else ' ' for sign in person.name)
    return ' '.join(name.split())[:LONGEST_NAME] or email.partition('@')[0] or secrets.token_hex(4)


async def _company(email: str, name: str, now: datetime) -> Company:
    """The company that the file names, else the one whose people have such addresses, else one named like them.

    Strangers who have their mail at the same provider are no colleagues: each is a company of their own.
    """
    if name:
        return await company_named(name[:200], now=now)
    domain = email.rpartition('@')[2]
    for row in await Company.all():
        if domain in row.domains:
            return row
    return await company_named(email if domain in EVERYBODYS else domain, now=now)
