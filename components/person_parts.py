"""What there is to see of one person: tickets, ratings, what was done to the account, and the bare facts."""

from components.badge import Badge, StatusBadge
from components.box import Box
from components.button import Link
from components.feedback import EmptyState
from components.reader import reader
from components.text import Moment, Text, number, plural, t
from models import Status
from services.accounts import account
from services.accounts.account import Account, Entry
from services.audit_words import action_words
from services.desk.filters import DeskFilter
from services.figures.wanted import queue_address


def draw_facts(shown: Account) -> None:
    person = shown.person
    with Box('card', 'section'), Box('facts', 'dl'):
        _fact_moment('people.signed_in_at', person.signed_in_at)
        _fact_moment('people.last_seen_at', person.last_seen_at)
        _fact_moment('people.created_at', shown.created_at)
        _fact(t('people.comments'), number(shown.comments_count))
        _fact(t('people.language'), f'{t(f"language.{shown.language}")}, {shown.time_zone.replace("_", " ")}')


def draw_tickets(id: int, rows: tuple[account.AskedTicket, ...], count: int, unfinished: int) -> None:
    with Box('stack gap-2', 'section'):
        with Box('row between baseline'):
            Text(t('people.tickets'), 'h2', 'person-section')
            if count:
                Link(plural('people.tickets_count', count, open=number(unfinished)), _in_queue(id)).classes('small')
        if not rows:
            EmptyState(t('people.no_tickets'), icon='inbox')
            return
        with Box('list', 'ul'):
            for row in rows:
                with Box('row between nowrap person-ticket', 'li'):
                    with Box('stack gap-half grow'):
                        Link(row.subject, f'/tickets/{row.id}')
                        with Text('', 'span', 'soft small'):
                            Text(f'{row.id} · ', 'span')
                            Moment(row.updated_at)
                    StatusBadge(row.status)


def _in_queue(requester: int) -> str:
    return queue_address(DeskFilter(requester=requester, statuses=tuple(Status)))


def draw_ratings(rows: tuple[account.GivenRating, ...], count: int) -> None:
    if not rows:
        return
    with Box('stack gap-2', 'section'):
        with Box('row between baseline'):
            Text(t('people.ratings'), 'h2', 'person-section')
            Text(number(count), 'span', 'soft small')
        with Box('list', 'ul'):
            for row in rows:
                with Box('stack gap-half', 'li'):
                    with Box('row between'):
                        Badge(plural('people.stars', row.stars), icon='star', tone='danger' if row.stars < 3 else '')
                        with Text('', 'span', 'soft small'):
                            Link(row.ticket, f'/tickets/{row.ticket}')
                            Text(' · ', 'span')
                            Moment(row.rated_at)
                    if row.comment:
                        Text(row.comment, 'p', 'measure')


def draw_entries(rows: tuple[Entry, ...]) -> None:
    if not rows:
        return
    with Box('stack gap-2', 'section'):
        Text(t('people.audit'), 'h2', 'person-section')
        with Box('list', 'ul'):
            for row in rows:
                with Box('row between person-entry', 'li'):
                    Text(action_words(reader().language, row.action), 'span')
                    with Text('', 'span', 'soft small'):
                        Text(f'{row.actor or t("people.portal")} · ', 'span')
                        Moment(row.at)


def _fact(label: str, value: str) -> None:
    with Box('', 'div'):
        Text(label, 'dt')
        Text(value, 'dd')


def _fact_moment(key: str, at: object) -> None:
    with Box('', 'div'):
        Text(t(key), 'dt')
        with Text('', 'dd') as place:
            if at is None:
                place.set_text(t('people.never'))
            else:
                Moment(at)  # type: ignore[arg-type]
