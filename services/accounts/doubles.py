"""Doubles: two accounts of one person, two companies that are one, made into one. It cannot be taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Subquery
from tortoise.models import Model

from models import (
    Attachment,
    Comment,
    Company,
    EventKind,
    MailState,
    OutboxMail,
    Role,
    SavedView,
    Share,
    Ticket,
    TicketEvent,
    User,
)
from services import access, audit, companies, links, people, sessions
from services.accounts.references import Reference, references
from services.actor import Actor
from services.desk.asking import Asking
from services.errors import Conflict
from services.figures import weekly
from services.forms import named
from services.search import upkeep
from services.transaction import announce, transaction

_BATCH = 500
_NAMING = (EventKind.FILED, EventKind.SHARED, EventKind.UNSHARED, EventKind.ASSIGNED)
_RENAMED: dict[type[Model], tuple[str, int]] = {
    Ticket: ('submission_key', 64),
    Comment: ('submission_key', 64),
    SavedView: ('name', 100),
}
"""Rows that are never given up: where both have one of a kind, the other's gets another value in this column."""


async def merge_people(actor: Actor, kept_id: int, given_up_id: int, *, now: datetime | None = None) -> None:
    """Give all that an account has to another one of the same person, and remove it. For admins.

    Tickets, comments, shares, ratings, keys and history go over, and whoever was named in an answer is the kept one;
    signed-in browsers and links in mails end. What both have (a share of the same ticket, a draft at the same place)
    the kept one keeps. Raises NotFound, and Conflict for
    accounts that cannot be one person's or when no admin would be left.
    """
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        kept, given_up = await _two(kept_id, given_up_id)
        if given_up.role is Role.ADMIN:
            await people.keep_an_admin(given_up)
        await sessions.end_all(given_up.id, by=admin.id, now=now)
        await links.void(given_up.id, now=now)
        topics, found = await topics_of(given_up), await found_by(given_up)
        unsent = (MailState.WAITING, MailState.SENDING, MailState.FAILED)
        await OutboxMail.filter(recipient_id=given_up.id, state__in=unsent).update(address=kept.email)
        for reference in references(User):
            await _hand_over(reference, given_up.id, kept.id)
        await Share.filter(user_id=kept.id, ticket_id__in=Subquery(_own(kept))).delete()
        await _name_instead(kept, given_up)
        await weekly.name_instead(given_up.id, kept.id)
        naming = await named.name_instead(given_up.id, kept.id)
        await _of_earlier_one(kept, given_up)
        await User.filter(id=given_up.id).delete()
        by = kept if admin.id == given_up.id else admin
        await audit.record('person.merged', by=by, subject=f'user:{kept.id}', now=now, given_up=given_up.id)
        await upkeep.again(sorted({*found, *naming}))
        topics += [f'ticket:{id}' for id in naming]
        announce(*topics, f'user:{kept.id}', f'user:{given_up.id}', 'staff')


async def merge_companies(actor: Actor, kept_id: int, given_up_id: int, *, now: datetime | None = None) -> None:
    """Move people, tickets and domains of a company to another one, and remove it. For admins.

    Tickets that were shared with the whole of either are seen by all people of the kept one. Raises NotFound, Conflict.
    """
    admin = await access.admin(actor, now=now)
    async with transaction():
        if kept_id == given_up_id:
            raise Conflict('refusal.same_company')
        kept, given_up = await companies.existing(kept_id), await companies.existing(given_up_id)
        await Company.filter(id__in=[kept.id, given_up.id]).order_by('id').select_for_update()
        moved = await User.filter(company_id=given_up.id)
        found: list[Any] = await Ticket.filter(company_id=given_up.id).order_by('id').values_list('id', flat=True)
        for reference in references(Company):
            await _hand_over(reference, given_up.id, kept.id)
        domains = list(dict.fromkeys([*kept.domains, *given_up.domains]))
        await Company.filter(id=given_up.id).delete()
        await Company.filter(id=kept.id).update(domains=domains)
        if not kept.active:
            for user in moved:
                await sessions.end_all(user.id, by=admin.id, now=now)
        await audit.record('company.merged', by=admin, subject=f'company:{kept.id}', now=now, given_up=given_up.id)
        topics = [f'user:{user.id}' for user in moved]
        announce(*topics, f'company:{kept.id}', f'company:{given_up.id}', 'staff')
    await upkeep.again(found)


async def _two(kept_id: int, given_up_id: int) -> tuple[User, User]:
    """Both accounts, held until the transaction ends, if they may be one person's."""
    if kept_id == given_up_id:
        raise Conflict('refusal.same_person')
    kept, given_up = await people.existing(kept_id), await people.existing(given_up_id)
    await User.filter(id__in=[kept.id, given_up.id]).order_by('id').select_for_update()
    if kept.is_staff != given_up.is_staff:  # else a customer would have written internal notes
        raise Conflict('refusal.merge_roles')
    if not kept.active and given_up.active:
        raise Conflict('refusal.merge_into_closed')
    return kept, given_up


async def _hand_over(reference: Reference, source: int, target: int) -> None:
    """Let every row that refers to the one refer to the other; two of what only one can have become one."""
    for others in reference.unique:
        await _make_room(reference, others, source, target)
    rows: Any = reference.model.filter(**{reference.column: source})
    await rows.update(**{reference.column: target})


async def _make_room(reference: Reference, others: Sequence[str], source: int, target: int) -> None:
    """Take out of the way what would then be there twice."""
    model, key = reference.model, str(reference.model._meta.pk_attr)
    mine = model.filter(**{reference.column: source}).values_list(key, *others)
    theirs = {tuple(row[1:]) for row in await model.filter(**{reference.column: target}).values_list(key, *others)}
    twice = [row[0] for row in await mine if tuple(row[1:]) in theirs]
    if model in _RENAMED:
        column, longest = _RENAMED[model]
        for id in twice:
            row = await model.get(pk=id)
            fresh = f'{getattr(row, column)[: longest - 12]} ({id})'
            await model.filter(pk=id).update(**{column: fresh})
        return
    for start in range(0, len(twice), _BATCH):
        await model.filter(**{f'{key}__in': twice[start : start + _BATCH]}).delete()


async def _name_instead(kept: User, given_up: User) -> None:
    """History and saved views name people by their ids in data that no database looks into."""
    asking = Asking()
    kinds = ', '.join(f"'{kind.value}'" for kind in _NAMING)
    like = asking.value(f'%"user%{given_up.id}%')
    rows = await asking.rows(
        f'SELECT id FROM ticket_event WHERE kind IN ({kinds}) AND CAST(details AS TEXT) LIKE {like}'  # noqa: S608
    )
    for id in [int(row['id']) for row in rows]:
        event = await TicketEvent.get(id=id)
        await TicketEvent.filter(id=id).update(details=_renamed(event.details, given_up.id, kept.id))
    for view in await SavedView.all():
        asked = {name for name in ('assignee', 'requester') if str(view.query.get(name)) == str(given_up.id)}
        if asked:
            await SavedView.filter(id=view.id).update(query=view.query | dict.fromkeys(asked, str(kept.id)))


def _renamed(details: dict[str, Any], source: int, target: int) -> dict[str, Any]:
    named: dict[str, Any] = {'user': target} if details.get('user') == source else {}
    if source in details.get('users', ()):
        named |= {'users': list(dict.fromkeys(target if id == source else id for id in details['users']))}
    return details | named


def _own(user: User) -> Any:
    return Ticket.filter(requester_id=user.id).values('id')


async def _of_earlier_one(kept: User, given_up: User) -> None:
    """The person has been here since the first of the two accounts was made, and was last seen by either."""
    moments = {
        'created_at': min(kept.created_at, given_up.created_at),
        'signed_in_at': _later(kept.signed_in_at, given_up.signed_in_at),
        'last_seen_at': _later(kept.last_seen_at, given_up.last_seen_at),
    }
    await User.filter(id=kept.id).update(**moments)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)


async def found_by(user: User) -> list[int]:
    """The tickets which the search finds for the person in particular, or by what they wrote."""
    ids: list[Any] = await Ticket.filter(requester_id=user.id).values_list('id', flat=True)
    ids += await Share.filter(user_id=user.id).values_list('ticket_id', flat=True)
    ids += await Comment.filter(author_id=user.id).distinct().values_list('ticket_id', flat=True)
    ids += await Attachment.filter(uploader_id=user.id, ticket_id__not_isnull=True).values_list('ticket_id', flat=True)
    return sorted(set(ids))


async def topics_of(user: User) -> list[str]:
    """What open pages listen to that show the person's name beside a ticket."""
    ids = await Ticket.filter(requester_id=user.id).values_list('id', flat=True)
    ids += await Ticket.filter(assignee_id=user.id).values_list('id', flat=True)
    ids += await Comment.filter(author_id=user.id).distinct().values_list('ticket_id', flat=True)
    return [f'ticket:{id}' for id in dict.fromkeys(ids)]
