"""A marker word in everything that is for staff alone reaches no customer: not by page, list, API, bell or mail."""

from datetime import UTC, datetime

import httpx
import pytest

from api.v1 import create_api
from models import EventKind, Follow, LinkTo, OutboxMail, Status
from services import bus, clock, tickets, tokens
from services.desk import facts, linking, notices, tags, templates
from services.mail.preview import preview
from tests.services.ticket_world import HOUR, NOW, World, let_everybody_write, row

MARKER = 'сверхтайно'
CUSTOMERS = ('alice', 'bob', 'charlie')
STAFF_ONLY = (
    EventKind.TAGGED,
    EventKind.UNTAGGED,
    EventKind.LINKED,
    EventKind.UNLINKED,
    EventKind.RESPONSE_BREACHED,
    EventKind.SOLUTION_BREACHED,
)


@pytest.fixture
async def world(database, monkeypatch) -> World:
    let_everybody_write(monkeypatch)
    return await World().build()


async def secrets_at(world: World) -> tickets.TicketView:
    """A ticket that three people of the company follow, with something of every kind that is for staff alone."""
    bob = world.users['bob'].id
    view = await world.file(share_with=[bob])
    hidden = await world.file(world.charlie, subject=f'{MARKER} у других')
    await tickets.follow(world.alice, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.follow(world.bob, view.id, Follow.FOLLOWING, now=NOW)
    for name in (MARKER, f'{MARKER} 2'):
        await tags.add(world.grace, view.id, name, now=NOW)
    await tags.remove(world.grace, view.id, f'{MARKER} 2', now=NOW)
    await linking.link(world.grace, view.id, LinkTo.ISSUE, f'https://git.example/{MARKER}', now=NOW)
    (*_, last) = await linking.link(world.grace, view.id, LinkTo.BLOCKS, hidden.id, now=NOW)
    await linking.unlink(world.grace, view.id, last.id, now=NOW)
    await linking.link(world.grace, hidden.id, LinkTo.FOLLOWS_UP, view.id, now=NOW)
    template = await templates.create(world.grace, MARKER, body_ru=MARKER, now=NOW)
    assert await templates.filled(world.grace, template.id, view.id, now=NOW) == MARKER
    duplicate = await world.file(world.bob)
    await tags.add(world.grace, duplicate.id, f'{MARKER} 3', now=NOW)
    await tickets.comment(world.grace, duplicate.id, MARKER, internal=True, now=NOW)
    await tickets.comment(world.grace, view.id, MARKER, internal=True, now=NOW)
    await linking.merge(world.grace, duplicate.id, view.id, now=NOW)
    await clock.mark_breaches(now=(await row(view)).solve_due_at)
    await tickets.transition(world.grace, view.id, Status.IN_PROGRESS, now=NOW)
    return view


async def test_what_is_for_staff_reaches_no_customer(world):
    heard: list[str] = []
    for name in CUSTOMERS:
        bus.subscribe(f'user:{world.users[name].id}', heard.append)
    view = await secrets_at(world)
    for name in CUSTOMERS:
        actor = getattr(world, name)
        shown = [
            await notices.list_notices(actor, now=NOW),
            await tickets.list_tickets(actor, tickets.ListFilter(), now=NOW),
        ]
        if name != 'charlie':
            shown += [await tickets.read(actor, view.id, now=NOW), await tickets.events(actor, view.id, now=NOW)]
            assert not {event.kind for event in shown[-1].items} & set(STAFF_ONLY)
            assert not {notice.kind for notice in shown[0].items} & set(STAFF_ONLY)
            assert MARKER not in repr(shown)
        else:
            assert MARKER not in repr([item for item in shown[1].items if item.requester.id != world.users[name].id])
    for mail in await OutboxMail.filter(recipient_id__in=[world.users[name].id for name in ('alice', 'bob')]):
        letter = await preview(mail, now=datetime.now(UTC))
        assert MARKER not in letter.subject + letter.text + letter.html + letter.source
    assert not [topic for topic in heard if MARKER in topic]


async def test_nothing_of_it_is_in_the_api(world):
    view = await secrets_at(world)
    transport = httpx.ASGITransport(create_api(), raise_app_exceptions=False)
    for name in ('alice', 'bob'):
        token = await tokens.create_for(world.users[name].email, 'a program')
        headers = {'Authorization': f'Bearer {token}'}
        async with httpx.AsyncClient(transport=transport, base_url='http://portal.test', headers=headers) as program:
            for path in (f'/tickets/{view.id}', f'/tickets/{view.id}/events', '/tickets', f'/tickets?q={MARKER}'):
                answer = await program.get(path)
                assert answer.status_code == 200
                assert MARKER not in answer.text
                assert not [kind for kind in STAFF_ONLY if f'"{kind}"' in answer.text]


async def test_a_customer_is_not_even_woken_by_it(world):
    view = await world.file(share_with=[world.users['bob'].id])
    before = await tickets.read(world.alice, view.id, now=NOW)
    heard: list[str] = []
    for name in CUSTOMERS:
        bus.subscribe(f'user:{world.users[name].id}', heard.append)
    await tags.add(world.grace, view.id, MARKER, now=NOW + HOUR)
    await linking.link(world.grace, view.id, LinkTo.ISSUE, 'https://git.example/7', now=NOW + HOUR)
    await clock.mark_breaches(now=(await row(view)).respond_due_at)
    assert heard == []
    assert await tickets.read(world.alice, view.id, now=NOW) == before
    assert [await notices.unread_count(getattr(world, name), now=NOW) for name in CUSTOMERS] == [0, 1, 0]


async def test_staff_do_see_it(world):
    """Else the tests above would hold for a marker that is nowhere."""
    view = await secrets_at(world)
    shown = [
        await tickets.read(world.grace, view.id, now=NOW),
        await tags.of(world.grace, view.id, now=NOW),
        await linking.links(world.grace, view.id, now=NOW),
    ]
    assert all(MARKER in repr(each) for each in shown)
    kinds = {event.kind for event in shown[0].events}
    assert set(STAFF_ONLY) <= kinds
    assert (await facts.facts(world.grace, view.id, now=NOW)).others_count == 0
