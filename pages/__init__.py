"""The map of the portal: every page that can be opened, by whom, and where it stands in the navigation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models import Role
import importlib


def _page(module: str, name: str) -> Any:  # TEMPORARY (LEAD): until every page is there
    try:
        return getattr(importlib.import_module(f'pages.{module}'), name)
    except (ImportError, AttributeError) as error:
        print('PAGE MISSING', module, error)

        def missing() -> None:
            raise RuntimeError(f'{module} is missing')

        return missing


admin_page = _page('admin', 'admin_page')
board_page = _page('board', 'board_page')
home_page = _page('home', 'home_page')
outbox_page = _page('outbox', 'outbox_page')
people_page = _page('people', 'people_page')
profile_page = _page('profile', 'profile_page')
request_page = _page('request', 'request_page')
ticket_page = _page('ticket', 'ticket_page')
tickets_page = _page('tickets', 'tickets_page')


CUSTOMERS = frozenset({Role.CUSTOMER})
EVERYBODY = frozenset({Role.CUSTOMER, Role.AGENT, Role.ADMIN})
STAFF = frozenset({Role.AGENT, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Route:
    """A page that `roles` may open. The main navigation shows it to those of `listed`, as `nav.<name>` with that icon."""

    path: str
    builder: Callable[..., Any]
    roles: frozenset[Role] = EVERYBODY
    listed: frozenset[Role] = frozenset()
    name: str = ''
    icon: str = ''


ROUTES = (
    Route('/', home_page, listed=EVERYBODY, name='home', icon='house'),
    Route('/tickets', tickets_page, listed=CUSTOMERS, name='tickets', icon='inbox'),
    Route('/board', board_page, STAFF, listed=STAFF, name='board', icon='list-filter'),
    Route('/admin', admin_page, ADMINS, listed=ADMINS, name='admin', icon='settings'),
    Route('/admin/people', people_page, ADMINS),
    Route('/admin/outbox', outbox_page, ADMINS),
    Route('/requests/{code}/new', request_page),
    Route('/tickets/{ref}', ticket_page),
    Route('/profile', profile_page),
)

_PATTERNS = tuple(re.compile(re.sub(r'\{\w+\}', '[^/]+', route.path)) for route in ROUTES)


def is_page(path: str) -> bool:
    """Whether some page answers at this path; anything else is a plain 404."""
    return any(pattern.fullmatch(path) for pattern in _PATTERNS)
