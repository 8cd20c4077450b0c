"""The portal's cookies: who is signed in, in which language a visitor reads the plain pages, which process serves."""

from collections.abc import Iterable
from datetime import timedelta

from services.settings import settings

NODE = 'node'  # not __Host-: it opens nothing, and proxies are to find it under one name
LONGEST = 8192  # of all cookies of a request together
_YEAR = timedelta(days=365)


def session_name() -> str:
    """With https the name itself makes browsers refuse what a neighbouring host or plain http would plant."""
    return _name('portal')


def language_name() -> str:
    return _name('language')


def session_cookie(token: str) -> str:
    """The Set-Cookie value of a fresh session."""
    return _cookie(session_name(), token, settings().session_lifetime)


def ended_session_cookie() -> str:
    """The Set-Cookie value after signing out."""
    return _cookie(session_name(), '', timedelta(0))


def language_cookie(language: str) -> str:
    """The Set-Cookie value that remembers the language switch."""
    return _cookie(language_name(), language, _YEAR)


def node_cookie(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The Set-Cookie value by which a proxy brings the page's socket to this process; None when it does so already."""
    node = settings().node
    if not node or (NODE, node) in _pairs(headers):
        return None
    return f'{NODE}={node}; Path=/; HttpOnly; SameSite=Lax{"; Secure" if settings().https else ""}'


def session_token(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session's token in a request's headers; None without one, and with two: one of them would be planted."""
    name = session_name()
    found = [value for key, value in _pairs(headers) if key == name]
    return found[0] if len(found) == 1 else None


def _pairs(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    for header, line in headers:
        if header == b'cookie':
            for part in line.decode('latin-1').split(';'):
                key, _, value = part.partition('=')
                yield key.strip(), value.strip()


def _name(name: str) -> str:
    return f'__Host-{name}' if settings().https else name


def _cookie(name: str, value: str, lifetime: timedelta) -> str:
    secure = '; Secure' if settings().https else ''
    age = int(lifetime.total_seconds())
    return f'{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}'
