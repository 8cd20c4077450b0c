"""Where webhooks may go: to the outside alone, whatever a name, a number or an answer says.

An address is looked up and looked at when it is entered and at every sending, and the connection goes to the number
that was looked at, so that a name cannot lead elsewhere a moment later.
"""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from services.errors import Invalid, Problem
from services.settings import settings

LONGEST = 500
_NAT64 = IPv6Network('64:ff9b::/96')
_WEB = (80, 443)
_FIRST_FREE_PORT = 1024  # below it other services listen, which are not to be spoken to
_LOOKUP = 5.0  # seconds

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place: connect to `address`, speak to `host`."""

    url: str
    host: str
    port: int
    address: str

    @property
    def pinned(self) -> str:
        """The URL by the number that was looked at."""
        parts = urlsplit(self.url)
        number = f'[{self.address}]' if ':' in self.address else self.address
        return parts._replace(netloc=f'{number}:{self.port}', fragment='').geturl()


async def checked(url: str) -> Target:
    """The place that a URL means now. Raises Invalid for 'url' when nothing of ours may go there."""
    parts = _parts(url)
    host, port = parts.hostname or '', parts.port or (443 if parts.scheme == 'https' else 80)
    numbers = await _numbers(host, port)
    if not numbers:
        raise _wrong('webhook.problem.unknown_host')
    if not settings().webhook_private and not all(is_outside(number) for number in numbers):
        raise _wrong('webhook.problem.private')
    return Target(url, parts.netloc, port, str(numbers[0]))


def is_outside(number: Address) -> bool:
    """Whether a number belongs to the public internet, also where an older one is wrapped in a newer one."""
    if isinstance(number, IPv6Address):
        wrapped = [number.ipv4_mapped, number.sixtofour, *(number.teredo or ())]
        if number in _NAT64:
            wrapped.append(IPv4Address(int(number) & 0xFFFFFFFF))
        if any(inner is not None and not is_outside(inner) for inner in wrapped):
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _parts(url: str) -> SplitResult:
    wrong = _wrong('webhook.problem.url')
    if (
        not 1 <= len(url) <= LONGEST
        or not url.isascii()
        or not url.isprintable()
        or any(sign in url for sign in ' \\"<>')
    ):
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if not parts.hostname or '@' in parts.netloc or parts.scheme not in _schemes():
        raise wrong
    if port is not None and port not in _WEB and port < _FIRST_FREE_PORT:
        raise _wrong('webhook.problem.port')
    return parts


def _schemes() -> tuple[str, ...]:
    return ('https', 'http') if settings().webhook_private else ('https',)


async def _numbers(host: str, port: int) -> list[Address]:
    try:
        async with asyncio.timeout(_LOOKUP):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return sorted((ip_address(place[4][0]) for place in found), key=lambda number: number.version)


def _wrong(key: str) -> Invalid:
    return Invalid({'url': Problem(key)})
