"""Accounts: who is invited, what they may be, what they say of themselves; every change is in the audit log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Company, MailKind, Role, Theme, User
from services import access, audit, links, passwords, ratelimit, sessions, tokens
from services.actor import Actor
from services.companies import company_named
from services.emails import canonical_email
from services.errors import Conflict, Invalid, NotFound, Problem
from services.i18n import LANGUAGES
from services.names import folded_person, tidy_name
from services.outbox import SWITCHABLE, SWITCHABLE_BY_STAFF, password_changed
from services.settings import settings
from services.tickets.texts import folded, is_id
from services.transaction import announce, transaction
from services.zones import zones

__all__ = [
    'PersonRow',
    'Profile',
    'canonical_email',
    'change_profile',
    'create_user',
    'emails',
    'invite',
    'list_people',
    'profile',
]

PASSWORD_TRIES = 5
_LONGEST_TEXT = 200
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account as admins see it."""

    id: int
    email: str
    name: str
    role: Role
    company_id: int | None
    company_name: str | None
    active: bool
    invited: bool  # and has not set a password yet
    signed_in_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees and says of themselves."""

    id: int
    email: str
    name: str
    role: Role
    company_name: str | None
    language: str
    time_zone: str
    theme: Theme
    mail_off: frozenset[MailKind]
    switchable: tuple[MailKind, ...]  # the mails that this person may switch off


async def create_user(
    email: str,
    *,
    role: Role,
    company_name: str | None = None,
    name: str | None = None,
    password: str | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> User:
    """An account made by the operator at the machine (or by the demo); the company is made when it does not exist.

    Without a password the person sets one by 'forgotten password'. Raises Invalid.
    """
    now = now or datetime.now(UTC)
    email = canonical_email(email)
    name = tidy_name(name or email.partition('@')[0])  # never the address: colleagues see names
    if password is not None and (problem := passwords.problem_of(password, email, name, company_name or '')):
        raise Invalid({'password': problem})
    kept = await passwords.hashed(password) if password is not None else None
    async with transaction():
        company = await company_named(company_name, now=now) if company_name else None
        user = await _create(email, name, role, company, language=language, password_hash=kept, now=now)
        await audit.record('person.created', subject=f'user:{user.id}', now=now, role=role.value)
    return user


async def invite(
    actor: Actor,
    email: str,
    name: str,
    role: Role,
    company_id: int | None,
    *,
    language: str | None = None,
    now: datetime | None = None,
) -> User:
    """An account without a password, and the mail by which its owner sets one. For admins. Raises Invalid."""
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    email = canonical_email(email)
    name = tidy_name(name or email.partition('@')[0])
    async with transaction():
        company = await Company.get_or_none(id=company_id, active=True) if company_id is not None else None
        user = await _create(email, name, role, company, language=language, password_hash=None, now=now)
        await audit.record('person.invited', by=admin, subject=f'user:{user.id}', now=now, role=role.value)
        await links.invite(user, by=admin, now=now)
        announce('staff')
    return user


async def invite_again(actor: Actor, user_id: int, *, now: datetime | None = None) -> None:
    """Send a fresh invitation; the older ones are void. Raises Conflict when the person has set a password already."""
    admin = await access.admin(actor, now=now)
    user = await existing(user_id)
    if not user.active:
        raise NotFound
    if user.password_hash is not None:
        raise Conflict('refusal.invited_already')
    await ratelimit.spend(f'invite:{user.id}', limit=5, window=timedelta(hours=1), now=now)
    await links.invite(user, by=admin, now=now)


async def deactivate(actor: Actor, user_id: int, *, now: datetime | None = None) -> None:
    """Close an account: its sessions, tokens and links are void at once, its tickets and words stay."""
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    async with transaction():
        user = await existing(user_id)
        await keep_an_admin(user)
        await User.filter(id=user.id).update(active=False)
        await sessions.end_all(user.id, by=admin.id, now=now)
        await tokens.revoke_all(user.id, by=admin.id, now=now)
        await links.void(user.id, now=now)
        await audit.record('person.deactivated', by=admin, subject=f'user:{user.id}', now=now)
        announce(f'user:{user.id}', 'staff')


async def activate(actor: Actor, user_id: int, *, now: datetime | None = None) -> None:
    """Open a closed account again; the person signs in anew."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        user = await existing(user_id)
        await User.filter(id=user.id).update(active=True)
        await audit.record('person.activated', by=admin, subject=f'user:{user.id}', now=now)
        announce(f'user:{user.id}', 'staff')


async def change_role(
    actor: Actor, user_id: int, role: Role, company_id: int | None = None, *, now: datetime | None = None
) -> None:
    """Make a person something else, or move a customer to another company; it holds on their open pages at once."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        user = await existing(user_id)
        if role is not Role.ADMIN:
            await keep_an_admin(user)
        company = await Company.get_or_none(id=company_id, active=True) if company_id is not None else None
        _check_company(role, company)
        await User.filter(id=user.id).update(role=role, company_id=company.id if company else None)
        await audit.record(
            'person.role_changed', by=admin, subject=f'user:{user.id}', now=now, role=role.value, was=user.role.value
        )
        announce(f'user:{user.id}', 'staff')


async def list_people(actor: Actor, *, text: str = '', company_id: int | None = None) -> list[PersonRow]:
    """Accounts by name, those that hold `text` in name or e-mail. For admins; the first 500."""
    await access.admin(actor)
    found = User.filter(erased_at=None).select_related('company').order_by('folded', 'id')
    if company_id is not None:
        found = found.filter(company_id=company_id)
    return [row_of(user) for user in await containing(found, text).limit(500)]


def containing(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Those of the people in whose name or e-mail every word of `text` is found."""
    words = folded(text.replace('\0', '').encode(errors='ignore').decode()[:_LONGEST_TEXT]).split()
    return people.filter(*(Q(folded__contains=word) for word in words[:_MOST_WORDS]))


def row_of(user: User) -> PersonRow:
    """An account as admins see it; its company has been read with it."""
    return PersonRow(
        user.id,
        user.email,
        user.name,
        user.role,
        user.company_id,
        user.company.name if user.company is not None else None,
        user.active,
        user.password_hash is None,
        user.signed_in_at,
        user.last_seen_at,
    )


async def emails(actor: Actor, ids: Iterable[int], *, now: datetime | None = None) -> dict[int, str]:
    """The addresses of these people as far as the actor may know them: staff know all, a customer knows their own."""
    user = await access.person(actor, now=now)
    wanted = set(ids) if user.is_staff else set(ids) & {user.id}
    return dict(await User.filter(id__in=wanted).values_list('id', 'email')) if wanted else {}


async def profile(actor: Actor, *, now: datetime | None = None) -> Profile:
    """The acting person's own profile."""
    user = await access.person(actor, now=now)
    off = {MailKind(kind) for kind in user.mail_off if kind in set(MailKind)}
    company = user.company.name if user.company is not None else None
    return Profile(
        user.id,
        user.email,
        user.name,
        user.role,
        company,
        user.language,
        user.time_zone,
        user.theme,
        frozenset(off),
        SWITCHABLE_BY_STAFF if user.is_staff else SWITCHABLE,
    )


async def change_profile(
    actor: Actor,
    *,
    name: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    theme: Theme | None = None,
    mail_off: Sequence[MailKind] | None = None,
    now: datetime | None = None,
) -> None:
    """Change what is given of the own profile, and nothing else. Raises Invalid."""
    user = await access.person(actor, now=now)
    problems = _profile_problems(language, time_zone)
    if problems:
        raise Invalid(problems)
    allowed = SWITCHABLE_BY_STAFF if user.is_staff else SWITCHABLE
    given = {
        'name': tidy_name(name) if name is not None else None,
        'language': language,
        'time_zone': time_zone,
        'theme': theme,
        'mail_off': [kind.value for kind in allowed if kind in mail_off] if mail_off is not None else None,
    }
    changes = {column: value for column, value in given.items() if value is not None}
    if 'name' in changes:
        changes['folded'] = folded_person(str(changes['name']), user.email)
    if not changes:
        return
    async with transaction():
        await User.filter(id=user.id).update(**changes)
        announce(f'user:{user.id}', *(['staff'] if 'name' in changes else []))  # the name stands on cards and comments


async def change_password(actor: Actor, old: str, new: str, *, now: datetime | None = None) -> None:
    """Set another password, knowing the old one; the person is signed out everywhere else, and a notice goes by mail.

    Raises WrongPassword, Invalid for a new one that does not do, TooMany after some wrong tries.
    """
    user = await access.person(actor, now=now)
    tries = f'password:{user.id}'
    await ratelimit.spend(tries, limit=PASSWORD_TRIES, window=sessions.WINDOW, now=now)
    if not await passwords.fits(old, user.password_hash):
        raise sessions.WrongPassword('refusal.wrong_old_password')
    company = user.company.name if user.company is not None else ''
    if problem := passwords.problem_of(new, user.email, user.name, company):
        raise Invalid({'password': problem})
    kept = await passwords.hashed(new)
    async with transaction():
        await ratelimit.forget(tries)
        await User.filter(id=user.id).update(password_hash=kept)
        await sessions.end_all(user.id, except_for=actor.session_id, by=user.id, now=now)
        await links.void(user.id, now=now)
        await password_changed(user, now=now)
        await audit.record('password.changed', by=user, subject=f'user:{user.id}', now=now)


async def _create(
    email: str,
    name: str,
    role: Role,
    company: Company | None,
    *,
    language: str | None,
    password_hash: str | None,
    now: datetime,
) -> User:
    _check_company(role, company)
    if await User.filter(email=email).exists():
        raise Invalid({'email': Problem('person.email_taken')})
    return await User.create(
        email=email,
        name=name,
        folded=folded_person(name, email),
        role=role,
        company=company,
        password_hash=password_hash,
        language=language if language in LANGUAGES else settings().language,
        time_zone=settings().time_zone,
        created_at=now,
    )


def _check_company(role: Role, company: Company | None) -> None:
    if role is Role.SYSTEM:
        raise Invalid({'role': Problem('person.role_invalid')})
    if role is Role.CUSTOMER and company is None:
        raise Invalid({'company': Problem('person.company_missing')})
    if role is not Role.CUSTOMER and company is not None:
        raise Invalid({'company': Problem('person.company_of_staff')})


def _profile_problems(language: str | None, time_zone: str | None) -> dict[str, Problem]:
    problems = {}
    if language is not None and language not in LANGUAGES:
        problems['language'] = Problem('person.language_invalid')
    if time_zone is not None and time_zone not in zones():
        problems['time_zone'] = Problem('person.time_zone_invalid')
    return problems


async def existing(user_id: int) -> User:
    """The account of that id. Raises NotFound, also for one that was erased."""
    user = await User.get_or_none(id=user_id, erased_at=None) if is_id(user_id) else None
    if user is None:
        raise NotFound
    return user


async def keep_an_admin(user: User) -> None:
    """Raise Conflict if that is the last active admin; others who are about to go wait until the transaction ends."""
    admins = await User.filter(role=Role.ADMIN, active=True).order_by('id').select_for_update().only('id')
    if [row.id for row in admins] == [user.id]:
        raise Conflict('refusal.last_admin')
