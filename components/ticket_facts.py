"""Who has to do with a ticket, and its dates and numbers."""

from typing import Any

from components.live import Told
from components.reader import reader
from components.text import t, words
from components.ticket_data import person_data, time_data
from services.forms.definition import worded
from services.tickets.views import PersonView, TicketView


class TicketFacts(Told, component='ticket_facts.js', esm={'ticket-parts': 'ticket_parts'}):
    """People first, then dates and details; one element."""

    def __init__(self, view: TicketView) -> None:
        super().__init__()
        self.tell(words=words('ticket.words'), language=reader().language)
        self.show(view)

    def show(self, view: TicketView) -> None:
        self.tell(
            groups=(
                {'title': t('ticket.people.title'), 'facts': _people(view)},
                {'title': t('ticket.facts.title'), 'facts': _details(view)},
            )
        )


def _people(view: TicketView) -> list[dict[str, Any]]:
    facts = [_of(t('ticket.people.requester'), view.requester)]
    if view.assignee:
        facts.append(_of(t('ticket.people.assignee'), view.assignee))
    else:
        facts.append({'label': t('ticket.people.assignee'), 'text': t('ticket.people.nobody')})
    if view.shares or view.shared_with_company:
        company = t('ticket.people.company', company=view.company_name or '') if view.shared_with_company else ''
        facts.append(_of(t('ticket.people.shared'), *view.shares) | {'text': company})
    return facts


def _details(view: TicketView) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {'label': t('ticket.facts.type'), 'text': worded(view.form.title, reader().language)},
        {'label': t('ticket.facts.created'), 'at': time_data(view.created_at)},
        {'label': t('ticket.facts.updated'), 'at': time_data(view.updated_at)},
        {'label': t('ticket.facts.since'), 'at': time_data(view.status_since)},
    ]
    if reader().is_staff and view.company_name:
        facts.insert(1, {'label': t('ticket.facts.company'), 'text': view.company_name})
    if reader().is_staff and view.impact:
        facts.insert(1, {'label': t('ticket.facts.impact'), 'text': t(f'impact.{view.impact.value}')})
    if view.auto_close_at:
        facts.append({'label': t('ticket.facts.closes'), 'at': time_data(view.auto_close_at)})
    if view.follow_up_of:
        facts.append(
            {
                'label': t('ticket.facts.follow_up_of'),
                'text': view.follow_up_of,
                'href': f'/tickets/{view.follow_up_of}',
            }
        )
    return facts


def _of(label: str, *people: PersonView) -> dict[str, Any]:
    return {'label': label, 'people': [person_data(person) for person in people]}
