"""Forgetting a person: their account becomes an empty shell without a name, what hangs on it goes; their tickets stay.

What they wrote stays by default, for colleagues and support still work with it, or is blanked by choice.
"""

from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q

from models import (
    AnsweredCall,
    ApiToken,
    Attachment,
    Attempt,
    BulkAction,
    CardPlace,
    Comment,
    Draft,
    EventKind,
    Notice,
    OneTimeLink,
    Rating,
    ReadMark,
    SavedView,
    Session,
    Share,
    Subscription,
    Theme,
    Ticket,
    TicketEvent,
    User,
)
from services import access, audit, files, outbox, people, sessions
from services.accounts import doubles
from services.accounts.doubles import topics_of
from services.actor import Actor
from services.emails import canonical_email
from services.errors import Invalid, Problem
from services.i18n import translate
from services.names import folded_person
from services.privacy import traces
from services.privacy.traces import Shell
from services.search import upkeep
from services.settings import settings
from services.transaction import announce, transaction

_HANGING_ON = (
    (Session, 'user_id'),
    (OneTimeLink, 'user_id'),
    (ApiToken, 'user_id'),
    (Draft, 'user_id'),
    (ReadMark, 'user_id'),
    (Notice, 'user_id'),
    (CardPlace, 'user_id'),
    (Subscription, 'user_id'),
    (Share, 'user_id'),
    (SavedView, 'owner_id'),
    (BulkAction, 'actor_id'),
    (AnsweredCall, 'user_id'),
)
"""What goes with the account; a test asks that every column which refers to a person is here or stays on purpose."""


async def erase(
    actor: Actor, user_id: int, *, confirm: str, blank_words: bool = False, now: datetime | None = None
) -> None:
    """Forget a person for good. For admins.

    :param confirm: the address of the account, typed once more
    :param blank_words: also blank what they wrote, and remove their files
    Raises NotFound, Invalid for 'confirm', Conflict for the last admin.
    """
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        user = await people.existing(user_id)
        _demand_typed(confirm, user)
        await people.keep_an_admin(user)
        shell = Shell(translate(settings().language, 'privacy.nobody'), f'erased-{user.id}@erased.invalid')
        topics, found = await topics_of(user), await doubles.found_by(user)
        words = await upkeep.words_of(found) if blank_words else set()
        await sessions.end_all(user.id, by=admin.id, now=now)
        await _forget_attempts(user)
        digests = await _forget_files(user, sent_too=blank_words, now=now)
        for model, column in _HANGING_ON:
            await model.filter(**{column: user.id}).delete()
        await traces.forget(user, shell)
        if blank_words:
            await _blank_words(user)
        await _empty(user, shell, now)
        await upkeep.again(found)
        await audit.record('person.erased', by=admin, subject=f'user:{user.id}', now=now, words=int(blank_words))
        announce(*topics, f'user:{user.id}', 'staff', outbox.CHANGED)
    await files.forget(digests, now=now)
    if words:
        await upkeep.unlearn(words)


def _demand_typed(confirm: str, user: User) -> None:
    try:
        fits = canonical_email(confirm) == user.email
    except Invalid:
        fits = False
    if not fits:
        raise Invalid({'confirm': Problem('privacy.confirm_wrong')})


async def _empty(user: User, shell: Shell, now: datetime) -> None:
    """The account as a shell: nothing in it says whose it was, and nobody can sign in by it."""
    await User.filter(id=user.id).update(
        name=shell.name,
        email=shell.email,
        folded=folded_person(shell.name, shell.email),
        password_hash=None,
        active=False,
        company_id=None,
        language=settings().language,
        time_zone=settings().time_zone,
        theme=Theme.SYSTEM,
        mail_off=[],
        signed_in_at=None,
        last_seen_at=None,
        erased_at=now,
    )


async def _forget_files(user: User, *, sent_too: bool, now: datetime) -> list[str]:
    """Take away what was uploaded and never sent, or all of it; the hashes of the contents that may go now."""
    mine = Attachment.filter(uploader_id=user.id)
    unsent = mine.filter(ticket_id=None)
    digests = [str(digest) for digest in await (mine if sent_too else unsent).values_list('digest', flat=True)]
    await unsent.delete()
    if sent_too:
        blank = _blank()
        await mine.filter(removed_at=None).update(removed_at=now)
        await mine.update(name=blank)
        await _blank_names_in_history(user, blank)
    return digests


async def _blank_names_in_history(user: User, blank: str) -> None:
    """Events tell the names of files that came and went."""
    of_files = TicketEvent.filter(kind__in=(EventKind.ATTACHED, EventKind.FILE_REMOVED))
    own = of_files.filter(Q(actor_id=user.id) | Q(ticket__requester_id=user.id))
    for event in await own:
        if names := event.details.get('files'):
            await TicketEvent.filter(id=event.id).update(details=event.details | {'files': [blank] * len(names)})


async def _forget_attempts(user: User) -> None:
    """Limits are counted under names that hold the id, the address or a hash of it, or whence somebody signed in."""
    exact = [f'{kind}:{user.id}' for kind in ('tickets', 'comments', 'password', 'invite', 'own-data')]
    exact.append(f'reset:{user.email[:180]}')
    addresses: list[Any] = await Session.filter(user_id=user.id).values_list('address', flat=True)
    exact += [f'{kind}:{address}' for kind in ('sign-in', 'reset-from') for address in set(addresses)]
    await Attempt.filter(bucket__in=exact).delete()
    await Attempt.filter(bucket__startswith=sessions.bucket_of(user.email)).delete()


async def _blank_words(user: User) -> None:
    """What the person typed into tickets, comments and ratings; codes and choices among the answers stay."""
    blank = _blank()
    await Comment.filter(author_id=user.id).update(body=blank)
    await Rating.filter(rater_id=user.id).update(comment='')
    for ticket in await Ticket.filter(requester_id=user.id):
        answers = {code: ticket.answers[code] for code in ('impact', 'os', 'server_type') if code in ticket.answers}
        await Ticket.filter(id=ticket.id).update(subject=blank, answers=answers)
    reworded = TicketEvent.filter(kind=EventKind.SUBJECT, ticket__requester_id=user.id)
    async for ids in traces.pieces(reworded):
        await TicketEvent.filter(id__in=ids).update(details={'from': blank, 'to': blank})
    await traces.reword_deliveries(user, blank)


def _blank() -> str:
    return translate(settings().language, 'privacy.blank')
