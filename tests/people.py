"""The people of the tests: Alice asks, Bob is her colleague, Charlie of another company must never get in.

Grace and George are agents, Mona is the administrator. Each is one row, however often asked for.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from models import Company, Role, Session, User
from services import passwords
from services.actor import Actor
from services.names import folded_person
from services.settings import settings

PASSWORD = 'demo-portal-2026'


async def make_company(name: str = 'Ромашка', *, domains: tuple[str, ...] = (), active: bool = True) -> Company:
    """A company of that name; the one that is there already when there is one."""
    company, _ = await Company.get_or_create(
        name=name, defaults={'domains': list(domains), 'active': active, 'created_at': datetime.now(UTC)}
    )
    return company


async def make_user(
    *,
    email: str | None = None,
    name: str = 'Кто-то',
    role: Role = Role.CUSTOMER,
    company: Company | None = None,
    password: str | None = None,
    language: str = 'ru',
    time_zone: str = 'Europe/Moscow',
    active: bool = True,
) -> User:
    """A person; a customer without a company gets 'Ромашка'. Without a password they cannot sign in, which is fast."""
    if role is Role.CUSTOMER and company is None:
        company = await make_company()
    email = email or f'{secrets.token_hex(6)}@example.test'
    return await User.create(
        email=email,
        name=name,
        folded=folded_person(name, email),
        role=role,
        company=company,
        password_hash=await passwords.hashed(password) if password is not None else None,
        language=language,
        time_zone=time_zone,
        active=active,
        created_at=datetime.now(UTC),
    )


async def make_session(user: User, *, now: datetime | None = None) -> tuple[str, Session]:
    """A browser in which the person is signed in: the value of its cookie, and the row."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    session = await Session.create(
        token_hash=sha256(token.encode()).hexdigest(),
        user=user,
        created_at=now,
        active_at=now,
        expires_at=now + settings().session_lifetime,
        address='127.0.0.1',
        browser='tests',
    )
    return token, session


async def actor_of(user: User, *, now: datetime | None = None) -> Actor:
    """The person signed in by a session of its own; `now` is when they signed in (and were last active)."""
    _, session = await make_session(user, now=now)
    return Actor(user.id, session_id=session.id)


async def alice(*, password: str | None = None) -> User:
    """The customer who asks, of 'Ромашка'."""
    return await _named('alice@romashka.test', 'Алиса Иванова', Role.CUSTOMER, await make_company(), password)


async def bob(*, password: str | None = None) -> User:
    """Alice's colleague."""
    return await _named('bob@romashka.test', 'Борис Петров', Role.CUSTOMER, await make_company(), password)


async def charlie(*, password: str | None = None) -> User:
    """The customer of another company, who must never get in."""
    return await _named('charlie@lopuh.test', 'Чарли Чужой', Role.CUSTOMER, await make_company('Лопух'), password)


async def grace(*, password: str | None = None) -> User:
    """An agent."""
    return await _named('grace@portal.test', 'Галина Специалист', Role.AGENT, None, password)


async def george(*, password: str | None = None) -> User:
    """Another agent."""
    return await _named('george@portal.test', 'Георгий Специалист', Role.AGENT, None, password)


async def mona(*, password: str | None = None) -> User:
    """The administrator."""
    return await _named('mona@portal.test', 'Марина Начальник', Role.ADMIN, None, password)


async def _named(email: str, name: str, role: Role, company: Company | None, password: str | None) -> User:
    found = await User.get_or_none(email=email)
    return found or await make_user(email=email, name=name, role=role, company=company, password=password)
