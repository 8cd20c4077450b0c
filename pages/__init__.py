"""The map of the portal: every page that can be opened, by whom, and where it stands in the navigation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models import Role
from pages.admin import admin_page
from pages.audit import audit_page
from pages.bad_ratings import bad_ratings_page
from pages.board import board_page
from pages.companies import companies_page
from pages.company import company_page
from pages.flow import flow_page
from pages.form import form_page
from pages.form_history import form_history_page
from pages.form_preview import form_preview_page
from pages.forms import forms_page
from pages.health import health_page
from pages.home import home_page
from pages.mails import mails_page
from pages.outbox import outbox_page
from pages.people import people_page
from pages.person import person_page
from pages.privacy import privacy_page
from pages.profile import profile_page
from pages.queue import queue_page
from pages.request import request_page
from pages.settings import settings_page
from pages.synonyms import synonyms_page
from pages.targets import targets_page
from pages.templates import templates_page
from pages.ticket import ticket_page
from pages.tickets import tickets_page
from pages.webhooks import webhooks_page

CUSTOMERS = frozenset({Role.CUSTOMER})
EVERYBODY = frozenset({Role.CUSTOMER, Role.AGENT, Role.ADMIN})
STAFF = frozenset({Role.AGENT, Role.ADMIN})
AGENTS = frozenset({Role.AGENT})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Route:
    """A page that `roles` may open. The main navigation shows it to those of `listed`, as `nav.<name>` with an icon.

    A page of the administration belongs to an `area` (`admin_area.<area>`) of a `group` (`admin_group.<group>`); the
    first route of an area is where its navigation leads.
    """

    path: str
    builder: Callable[..., Any]
    roles: frozenset[Role] = EVERYBODY
    listed: frozenset[Role] = frozenset()
    name: str = ''
    icon: str = ''
    area: str = ''
    group: str = 'portal'


ROUTES = (
    Route('/', home_page, listed=EVERYBODY, name='home', icon='house'),
    Route('/tickets', tickets_page, listed=CUSTOMERS, name='tickets', icon='inbox'),
    Route('/board', board_page, STAFF, listed=STAFF, name='board', icon='square-kanban'),
    Route('/queue', queue_page, STAFF, listed=STAFF, name='queue', icon='list-filter'),
    Route('/figures', admin_page, AGENTS, listed=AGENTS, name='figures', icon='chart-column'),
    Route(
        '/admin', admin_page, ADMINS, listed=ADMINS, name='admin', icon='chart-column', area='ratings', group='figures'
    ),
    Route('/admin/bad-ratings', bad_ratings_page, ADMINS, area='bad_ratings', group='figures', icon='star'),
    Route('/admin/flow', flow_page, ADMINS, area='flow', group='figures', icon='arrow-up-down'),
    Route('/admin/people', people_page, ADMINS, area='people', group='people', icon='users'),
    Route('/admin/people/{ref}', person_page, ADMINS, area='people', group='people', icon='users'),
    Route('/admin/companies', companies_page, ADMINS, area='companies', group='people', icon='building-2'),
    Route('/admin/companies/{ref}', company_page, ADMINS, area='companies', group='people', icon='building-2'),
    Route('/admin/privacy', privacy_page, ADMINS, area='privacy', group='people', icon='shield'),
    Route('/admin/forms', forms_page, ADMINS, area='forms', group='requests', icon='list-todo'),
    Route('/admin/forms/{code}', form_page, ADMINS, area='forms', group='requests'),
    Route('/admin/forms/{code}/preview', form_preview_page, ADMINS, area='forms', group='requests'),
    Route('/admin/forms/{code}/history', form_history_page, ADMINS, area='forms', group='requests'),
    Route('/admin/targets', targets_page, ADMINS, area='targets', group='requests', icon='calendar-clock'),
    Route('/templates', templates_page, STAFF, area='templates', group='requests', icon='message-square-reply'),
    Route('/admin/synonyms', synonyms_page, ADMINS, area='synonyms', group='requests', icon='languages'),
    Route('/admin/settings', settings_page, ADMINS, area='settings', icon='settings'),
    Route('/admin/mails', mails_page, ADMINS, area='mails', icon='pencil'),
    Route('/admin/outbox', outbox_page, ADMINS, area='outbox', icon='mail'),
    Route('/admin/webhooks', webhooks_page, ADMINS, area='webhooks', icon='send'),
    Route('/admin/health', health_page, ADMINS, area='health', icon='gauge'),
    Route('/admin/audit', audit_page, ADMINS, area='audit', icon='history'),
    Route('/requests/{code}/new', request_page),
    Route('/tickets/{ref}', ticket_page),
    Route('/profile', profile_page),
)

_PATTERNS = tuple(re.compile(re.sub(r'\{\w+\}', '[^/]+', route.path)) for route in ROUTES)


def is_page(path: str) -> bool:
    """Whether some page answers at this path; anything else is a plain 404."""
    return any(pattern.fullmatch(path) for pattern in _PATTERNS)
