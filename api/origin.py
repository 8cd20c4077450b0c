"""Where a request comes from and which host it asks for: what may be believed of its headers."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from services.settings import settings

Headers = list[tuple[bytes, bytes]]

_HOST = re.compile(r'([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(:\d{1,5})?')
_LOOPBACK = frozenset({'localhost', '127.0.0.1', '[::1]'})
_FORWARDED = (b'x-forwarded-', b'forwarded', b'x-real-ip', b'x-original-', b'x-rewrite-', b'x-remote-')


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The first header of that (lower-case) name."""
    return next((value.decode('latin-1') for key, value in headers if key == name), None)


def believe(scope: Any) -> None:
    """Take the visitor's address and scheme from a trusted proxy's word, and drop such words from everybody."""
    headers: Headers = list(scope['headers'])
    address = scope['client'][0] if scope.get('client') else ''
    scope.setdefault('state', {})['forwarded'] = any(key.startswith(_FORWARDED) for key, _ in headers)
    if _is_trusted(address):
        visitor = _visitor(header(headers, b'x-forwarded-for') or '', address)
        scope['client'] = (visitor, 0)
        if header(headers, b'x-forwarded-proto') in ('https', 'wss'):
            scope['scheme'] = 'wss' if scope['type'] == 'websocket' else 'https'
    scope['headers'] = [(key, value) for key, value in headers if not key.startswith(_FORWARDED)]


def host_is_ours(headers: Headers) -> bool:
    """One Host header, well formed; with a base URL it has to be its host, or this very machine's."""
    hosts = [value.decode('latin-1').lower() for key, value in headers if key == b'host']
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return False
    base = urlsplit(settings().base_url)
    return not base.netloc or hosts[0] == base.netloc.lower() or _is_loopback(hosts[0])


def origin_is_ours(headers: Headers) -> bool:
    """Whether the Origin header names the portal itself: its base URL, or the host that was asked."""
    origin = (header(headers, b'origin') or '').lower()
    base = urlsplit(settings().base_url.lower())
    if base.netloc and origin == f'{base.scheme}://{base.netloc}':
        return True
    host = (header(headers, b'host') or '').lower()
    same = origin in (f'http://{host}', f'https://{host}')
    return same and (not base.netloc or _is_loopback(host))


def is_foreign(headers: Headers) -> bool:
    """Whether another site made the browser send this request. A client that says nothing is no browser."""
    if header(headers, b'sec-fetch-site') not in (None, 'same-origin', 'none'):
        return True
    return header(headers, b'origin') is not None and not origin_is_ours(headers)


def socket_is_foreign(headers: Headers, *, polling: bool) -> bool:
    """The same for a socket, which has to say where it comes from; a polling GET says so by Sec-Fetch-Site alone."""
    if is_foreign(headers):
        return True
    if header(headers, b'origin') is not None:
        return False
    return not (polling and header(headers, b'sec-fetch-site') == 'same-origin')


def came_straight_from(scope: Any, networks: str) -> bool:
    """Whether a request came from one of these networks, and through no proxy, of which anybody's would look alike."""
    address = scope['client'][0] if scope.get('client') else ''
    return not scope['state'].get('forwarded') and _is_in(address, networks)


def _is_loopback(host: str) -> bool:
    name = host if host.endswith(']') else host.rpartition(':')[0] or host
    return name in _LOOPBACK


def _is_trusted(address: str) -> bool:
    return _is_in(address, settings().trusted_proxies)


def _is_in(address: str, networks: str) -> bool:
    try:
        return any(ip_address(address) in network for network in _networks(networks))
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _networks(names: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in names.split(',') if part.strip())


def _visitor(forwarded_for: str, proxy: str) -> str:
    """The last address in the chain that no trusted proxy has: what stands before it anybody may have written."""
    for part in reversed(forwarded_for.split(',')):
        address = part.strip()
        try:
            ip_address(address)
        except ValueError:
            return proxy
        if not _is_trusted(address):
            return address
    return proxy
