"""The first administrator of an empty portal: made in the browser by whoever can read the terminal that it runs in."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from models import Role, Session, User
from services import audit, passwords, ratelimit, sessions
from services.emails import canonical_email
from services.errors import Conflict, Invalid, Problem
from services.i18n import translate
from services.names import folded_person, tidy_name
from services.settings import settings
from services.transaction import in_turn, transaction

_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'  # without what is easily mistaken
_GROUPS, _LETTERS = 4, 4
_TRIES = 10
_WINDOW = timedelta(minutes=15)


async def needs_setup() -> bool:
    """Is there nobody yet who could invite others?"""
    return not await User.filter(role=Role.ADMIN).exists()


async def offered_code() -> str | None:
    """The code to print in the terminal, the same in every process of the portal; None when there is an admin."""
    return _code() if await needs_setup() else None


async def greeting() -> list[str]:
    """What to print in the terminal at start: where the portal is, and the code while it has no administrator."""
    code, language, url = await offered_code(), settings().language, settings().url
    if code is None:
        return [translate(language, 'setup.ready', url=url)]
    return translate(language, 'setup.first_admin', url=url, code=code).splitlines()


async def create_first_admin(
    code: str,
    name: str,
    email: str,
    password: str,
    *,
    address: str = '',
    browser: str = '',
    now: datetime | None = None,
) -> tuple[str, Session]:
    """The first admin, signed in at once; a code is good for one. Raises Conflict if there is one, Invalid, TooMany."""
    now = now or datetime.now(UTC)
    if not await needs_setup():
        raise Conflict('refusal.set_up_already')
    await ratelimit.spend('setup', limit=_TRIES, window=_WINDOW, now=now)
    if not _fits(code):
        raise Invalid({'code': Problem('setup.code_wrong')})
    email, name = canonical_email(email), tidy_name(name)
    if problem := passwords.problem_of(password, email, name):
        raise Invalid({'password': problem})
    kept = await passwords.hashed(password)
    return await _create(email, name, kept, address=address, browser=browser, now=now)


async def _create(
    email: str, name: str, password_hash: str, *, address: str, browser: str, now: datetime
) -> tuple[str, Session]:
    async with transaction():
        await in_turn('setup')  # a second form may have been sent in the same moment, to another process
        if not await needs_setup():
            raise Conflict('refusal.set_up_already')
        if await User.filter(email=email).exists():
            raise Invalid({'email': Problem('person.email_taken')})
        user = await User.create(
            email=email,
            name=name,
            folded=folded_person(name, email),
            role=Role.ADMIN,
            password_hash=password_hash,
            language=settings().language,
            time_zone=settings().time_zone,
            created_at=now,
        )
        await audit.record('setup.first_admin', by=user, subject=f'user:{user.id}', address=address, now=now)
        return await sessions.start(user, address=address, browser=browser, now=now)


def _fits(code: str) -> bool:
    return hmac.compare_digest(code.strip().upper().encode('utf-8', 'replace'), _code().encode())


def _code() -> str:
    """Made of the portal's secret: a form may come to another process than the one whose terminal somebody reads."""
    digest = hmac.new(settings().secret_key.encode(), b'first administrator', sha256).digest()
    letters = [_ALPHABET[number % len(_ALPHABET)] for number in digest[: _GROUPS * _LETTERS]]
    return '-'.join(''.join(letters[start : start + _LETTERS]) for start in range(0, len(letters), _LETTERS))
