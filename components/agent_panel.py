"""What specialists have beside a ticket, as one element: targets, tags, links, time, the requester's other tickets."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from components.live import Told
from components.reader import reader
from components.text import duration, number, plural, t, words
from components.ticket_data import sprite, time_data
from models import LinkTo, Status
from services.desk.facts import Facts
from services.desk.filters import DeskFilter
from services.desk.linking import LinkView
from services.figures.wanted import queue_address
from services.search.answers import Card as AnswerCard
from services.tickets.views import TicketView

_MINUTE = timedelta(minutes=1)
ADDRESS_SHOWN = 40  # characters of a developers' issue's address


@dataclass(frozen=True, slots=True)
class Beside:
    """All that is shown; `alike` are the tickets that look like one with this `subject`."""

    facts: Facts
    subject: str
    alike: tuple[AnswerCard, ...]


@dataclass(frozen=True, slots=True)
class PanelActions:
    tag: Callable[[str], Awaitable[None]]
    untag: Callable[[str], Awaitable[None]]
    link: Callable[[str, str], Awaitable[None]]
    unlink: Callable[[int], Awaitable[None]]
    merge: Callable[[], Awaitable[None]]


class AgentPanel(Told, component='agent_panel.js', esm={'ticket-parts': 'ticket_parts'}):
    """Call `show` when something changed; only differences travel."""

    def __init__(self, hours: Mapping[str, Any], do: PanelActions) -> None:
        """:param hours: when support works, of `working_time`"""
        super().__init__()
        self.tell(
            hours=hours,
            words=words('agent_ticket.words') | {'alike': t('similar.duplicates')},
            kinds={kind.value: t(f'agent_ticket.link.{kind.value}') for kind in LinkTo},
            language=reader().language,
            sprite=sprite(),
        )
        self.hear('tag', do.tag, word=str)
        self.hear('untag', do.untag, word=str)
        self.hear('link', do.link, kind=str, target=str)
        self.hear('unlink', do.unlink, id=int)
        self.on('merge', do.merge, args=[])

    def show(self, view: TicketView, beside: Beside) -> None:
        facts = beside.facts
        spent = tuple((status, max(1, round(length / _MINUTE))) for status, length in facts.spent)
        said = (beside.alike, view.status, view.merged_into, view.requester.id)
        if not self.is_news(replace(facts, spent=()), spent, *said):
            return
        self.tell(
            targets=tuple(_targets(view, facts)),
            tags=facts.tags,
            suggestions=facts.suggested,
            links=tuple(_link(link) for link in facts.links),
            mergeable=view.merged_into is None,
            spent=tuple(_spent(spent)),
            others=tuple(
                {
                    'id': other.id,
                    'subject': other.subject,
                    'status': other.status.value,
                    'label': t(f'status.{other.status.value}'),
                }
                for other in facts.others
            ),
            alike=tuple(_alike(card) for card in beside.alike),
            all=t('agent_ticket.all_of', count=number(1 + facts.others_count)) if facts.others else '',
            company=_company(facts),
            all_href=queue_address(DeskFilter(requester=view.requester.id, statuses=tuple(Status))),
        )

    def linked(self) -> None:
        """The link was made: the form for it closes."""
        self.run_method('linked')


def _alike(card: AnswerCard) -> dict[str, Any]:
    subject = ''.join(text for text, _ in card.subject.pieces)
    return {'id': card.id, 'subject': subject, 'status': card.status.value, 'label': t(f'status.{card.status.value}')}


def _targets(view: TicketView, facts: Facts) -> list[dict[str, Any]]:
    if view.status is Status.DONE:
        return []
    found: list[dict[str, Any]] = []
    if facts.respond_due_at is not None:
        respond = t('agent_ticket.target.respond')
        found.append({'label': respond, 'at': time_data(facts.respond_due_at), 'paused': False})
    solve, due = t('agent_ticket.target.solve'), facts.solve_due_at
    found.append({'label': solve, 'at': time_data(due) if due is not None else None, 'paused': due is None})
    return found


def _link(link: LinkView) -> dict[str, Any]:
    label = t(f'agent_ticket.{"link" if link.outgoing else "linked_from"}.{link.kind.value}')
    if link.ticket is None:
        text = link.url.split('://', 1)[-1]
        shown = text if len(text) <= ADDRESS_SHOWN else f'…{text[-ADDRESS_SHOWN:]}'
        return {'id': link.id, 'label': label, 'text': shown, 'href': link.url, 'outside': True}
    other = link.ticket
    return {
        'id': link.id,
        'label': label,
        'text': other.id,
        'subject': other.subject,
        'href': f'/tickets/{other.id}',
        'finished': other.status is Status.DONE,
        'outside': False,
    }


def _spent(spent: Sequence[tuple[Status, int]]) -> list[dict[str, Any]]:
    """In minutes, so that the panel is not told anew every second."""
    return [
        {
            'status': status.value,
            'label': t(f'status.{status.value}'),
            'length': duration(minutes * _MINUTE),
            'share': minutes,
        }
        for status, minutes in spent
    ]


def _company(facts: Facts) -> dict[str, Any] | None:
    company = facts.company
    if company is None:
        return None
    people = plural('people.count', company.people)
    unfinished = plural('agent_ticket.unfinished', company.unfinished)
    return {'name': company.name, 'href': f'/queue?company={company.id}', 'text': f'{people}, {unfinished}'}
