"""How a request becomes a ticket: checked by its form, numbered, written once however often it is sent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models import EventKind, FormVersion, Impact, Share, Status, Ticket, User
from models.instant import utc
from services import access, files, outbox, ratelimit
from services.actor import Actor
from services.circle import around
from services.errors import Invalid, Problem
from services.forms import filled
from services.numbering import next_number
from services.settings import settings
from services.tickets import recording
from services.tickets.reading import read
from services.tickets.sharing import demand_colleagues
from services.tickets.talking import SUBJECT_LIMIT
from services.tickets.texts import submission
from services.tickets.views import TicketView
from services.transaction import transaction


async def file(
    actor: Actor,
    type: str,
    answers: Mapping[str, Any],
    *,
    submission_key: str,
    file_keys: Sequence[str] = (),
    share_with: Sequence[int] = (),
    share_company: bool | None = None,
    follow_up_of: str | None = None,
    form_version: int | None = None,
    now: datetime | None = None,
) -> TicketView:
    """File a request; the same `submission_key` of the same person gives the ticket that it made the first time.

    :param share_company: whether all of the company see it; None for what the company has set
    `form_version` is the version of the form that was filled in, None for the newest: see `forms.filled`.

    Raises Invalid with problems by the fields' codes ('type' for a kind that is not offered), TooMany, NotFound for a
    `follow_up_of` that one does not see, and what claiming the files raises.
    """
    now = now or datetime.now(UTC)
    user = await access.person(actor, now=now)
    number = await _number_of(user, submission_key)
    if number is None:
        row, clean = await filled.settle(user, type, answers, seen=form_version, has_files=bool(file_keys), now=now)
        company = _of_company(user) if share_company is None else share_company
        colleagues = await _colleagues(user, share_with, company)
        original = (await access.ticket(actor, follow_up_of, now=now)).ticket if follow_up_of else None
        draft = _draft(user, row, clean, submission_key, now)
        draft.shared_with_company, draft.follow_up_of_id = company, original.id if original else None
        number = await _file_once(user, draft, colleagues, file_keys, now)
    return await read(actor, number, now=now)


async def _file_once(
    user: User, ticket: Ticket, colleagues: Sequence[int], file_keys: Sequence[str], now: datetime
) -> int:
    """Write the ticket with all that belongs to it; its number, or that of the one which was faster under its key."""
    try:
        async with transaction():
            if not user.is_staff:
                limit = settings().tickets_per_hour
                await ratelimit.spend(f'tickets:{user.id}', limit=limit, window=timedelta(hours=1), now=now)
            ticket.number = await next_number('ticket')  # others wait here: the next line can be trusted
            first = await _number_of(user, ticket.submission_key)
            if first is not None:
                raise _AlreadyFiled(first)
            await ticket.save(force_create=True)
            await _write(user, ticket, colleagues, file_keys, now)
        return ticket.number
    except _AlreadyFiled as already:
        return already.number


async def _write(
    user: User, ticket: Ticket, colleagues: Sequence[int], file_keys: Sequence[str], now: datetime
) -> None:
    for id in colleagues:
        await Share.create(ticket_id=ticket.id, user_id=id, shared_by_id=user.id, created_at=utc(now))
    if file_keys:
        await files.claim(user, file_keys, ticket, None, False)
    details: dict[str, Any] = {'version': ticket.version + 1}
    if colleagues:
        details['users'] = list(colleagues)
    if ticket.shared_with_company:
        details['company'] = True
    circle = await around(ticket)
    event = await recording.record(
        ticket, EventKind.FILED, by=user, now=now, to_status=Status.OPEN, details=details, circle=circle
    )
    await outbox.notify(event, ticket, circle=circle)


def _draft(user: User, row: FormVersion, clean: dict[str, Any], key: str, now: datetime) -> Ticket:
    """The ticket as it will be written; its number comes last, for everybody else waits for it."""
    subject = str(clean.pop('subject'))[:SUBJECT_LIMIT]
    return Ticket(
        number=0,
        type=row.type,
        form_id=row.id,
        subject=subject,
        answers=clean,
        impact=Impact(clean['impact']) if clean.get('impact') in tuple(Impact) else None,
        os=_code(clean.get('os')),
        server_type=_code(clean.get('server_type')),
        status=Status.OPEN,
        status_since=utc(now),
        requester_id=user.id,
        company_id=user.company_id,
        submission_key=submission(key),
        created_at=utc(now),
        updated_at=utc(now),
    )


def _code(answer: Any) -> str | None:
    """A choice as it is kept beside the answers, to filter by."""
    return answer[:64] if isinstance(answer, str) and answer else None


async def _number_of(user: User, key: str) -> int | None:
    first = await Ticket.get_or_none(requester_id=user.id, submission_key=submission(key))
    return first.number if first else None


def _of_company(user: User) -> bool:
    return user.company is not None and user.company.share_by_default


async def _colleagues(user: User, ids: Sequence[int], company: bool) -> list[int]:
    if company and user.company_id is None:
        raise Invalid({'share_with': Problem('entry.share_no_company')})
    return await demand_colleagues(user.company_id, [id for id in dict.fromkeys(ids) if id != user.id])


class _AlreadyFiled(Exception):
    """Inside this module: the same submission was faster; undo everything, the number too."""

    def __init__(self, number: int) -> None:
        self.number = number
