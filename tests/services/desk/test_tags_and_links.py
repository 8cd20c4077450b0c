"""Tags and links: put on and taken off by staff, noted in the history, unknown to every customer."""

import asyncio

import pytest

from models import EventKind, LinkTo, Tag, TicketEvent, TicketLink
from services.desk import linking, tags
from services.errors import Conflict, Invalid, NotFound
from tests.services.ticket_world import NOW, World, let_everybody_write


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    """The same on one engine: for rules that no engine can change."""
    return await World().build()


async def history(view, *kinds: EventKind) -> list[tuple[EventKind, bool, dict]]:
    rows = await TicketEvent.filter(ticket_id=view.pk, kind__in=kinds).order_by('id')
    return [(row.kind, row.internal, row.details) for row in rows]


async def test_a_tag_is_one_word_however_it_is_spelt(world):
    view, other = await world.file(), await world.file()
    assert await tags.add(world.grace, view.id, '  Чёрный   экран ', now=NOW) == ('Чёрный экран',)
    assert await tags.add(world.george, view.id, 'черный ЭКРАН', now=NOW) == ('Чёрный экран',)
    assert await tags.add(world.george, other.id, 'черный экран', now=NOW) == ('Чёрный экран',)
    assert await tags.add(world.grace, view.id, 'tizen', now=NOW) == ('tizen', 'Чёрный экран')
    assert await Tag.all().count() == 2
    assert await tags.remove(world.grace, view.id, 'ЧЁРНЫЙ экран', now=NOW) == ('tizen',)
    assert await tags.remove(world.grace, view.id, 'чего нет', now=NOW) == ('tizen',)
    assert await tags.of(world.mona, other.id, now=NOW) == ('Чёрный экран',)
    assert await history(view, EventKind.TAGGED, EventKind.UNTAGGED) == [
        (EventKind.TAGGED, True, {'tags': ['Чёрный экран']}),
        (EventKind.TAGGED, True, {'tags': ['tizen']}),
        (EventKind.UNTAGGED, True, {'tags': ['Чёрный экран']}),
    ]


async def test_two_agents_add_the_same_new_tag_at_once(world):
    view, other = await world.file(), await world.file()
    found = await asyncio.gather(
        *(tags.add(who, ref.id, 'Новое', now=NOW) for ref in (view, other) for who in (world.grace, world.george))
    )
    assert found == [('Новое',)] * 4
    assert await Tag.all().count() == 1


@pytest.mark.parametrize('name', ['', '   ', 'x' * 51, 'a\x00b', 7])
async def test_what_is_no_tag_is_refused(quick, name):
    view = await quick.file()
    with pytest.raises(Invalid) as refused:
        await tags.add(quick.grace, view.id, name, now=NOW)
    assert list(refused.value.problems) == ['tag']


async def test_a_ticket_has_so_many_tags_and_no_more(quick):
    view = await quick.file()
    for turn in range(tags.MOST):
        await tags.add(quick.grace, view.id, f'tag {turn}', now=NOW)
    with pytest.raises(Conflict):
        await tags.add(quick.grace, view.id, 'one more', now=NOW)
    assert await tags.add(quick.grace, view.id, 'TAG 3', now=NOW)


async def test_suggestions_are_tags_in_use_and_what_begins_so_comes_first(quick):
    view = await quick.file()
    for name in ('Экран', 'Чёрный экран', '100%', 'a_b', 'Лишний'):
        await tags.add(quick.grace, view.id, name, now=NOW)
    await tags.remove(quick.grace, view.id, 'Лишний', now=NOW)
    assert await tags.suggest(quick.grace, 'экр', now=NOW) == ['Экран', 'Чёрный экран']
    assert await tags.suggest(quick.grace, '%', now=NOW) == ['100%']
    assert await tags.suggest(quick.grace, '_', now=NOW) == ['a_b']
    assert await tags.suggest(quick.grace, 'лишний', now=NOW) == []
    assert len(await tags.suggest(quick.grace, limit=2, now=NOW)) == 2


async def test_links_show_at_both_tickets_and_go_from_either(world):
    one, two = await world.file(), await world.file()
    shown = await linking.link(world.grace, one.id, LinkTo.BLOCKS, str(two.number), now=NOW)
    assert [(link.kind, link.outgoing, link.ticket.id) for link in shown] == [(LinkTo.BLOCKS, True, two.id)]
    back = await linking.links(world.george, two.id, now=NOW)
    assert [(link.kind, link.outgoing, link.ticket.id, link.made_by.id) for link in back] == [
        (LinkTo.BLOCKS, False, one.id, world.users['grace'].id)
    ]
    assert await linking.link(world.george, one.id, LinkTo.BLOCKS, two.id.lower(), now=NOW) == shown
    assert await linking.unlink(world.grace, two.id, back[0].id, now=NOW) == ()
    assert await linking.links(world.grace, one.id, now=NOW) == ()
    for view, outgoing, other in ((one, True, two), (two, False, one)):
        details = {'kind': 'blocks', 'outgoing': outgoing, 'ticket': other.id, 'url': None}
        assert await history(view, EventKind.LINKED, EventKind.UNLINKED) == [
            (EventKind.LINKED, True, details),
            (EventKind.UNLINKED, True, details),
        ]


async def test_two_agents_link_crosswise_and_neither_waits_for_ever(world):
    one, two = await world.file(), await world.file()
    for kind in (LinkTo.BLOCKS, LinkTo.DUPLICATE_OF, LinkTo.FOLLOWS_UP):
        await asyncio.gather(
            linking.link(world.grace, one.id, kind, two.id, now=NOW),
            linking.link(world.george, two.id, kind, one.id, now=NOW),
        )
    found = await linking.links(world.grace, one.id, now=NOW)
    assert len(found) == 6
    gone = await asyncio.gather(
        *(linking.unlink(who, one.id, found[0].id, now=NOW) for who in (world.grace, world.george)),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, NotFound) for result in gone) == [False, True]


async def test_a_developers_issue_is_an_address(quick):
    view = await quick.file()
    shown = await linking.link(quick.grace, view.id, LinkTo.ISSUE, ' https://git.example/i/7?a=1#c ', now=NOW)
    assert [(link.kind, link.ticket, link.url) for link in shown] == [
        (LinkTo.ISSUE, None, 'https://git.example/i/7?a=1#c')
    ]
    assert await linking.link(quick.grace, view.id, LinkTo.ISSUE, 'https://git.example/i/7?a=1#c', now=NOW) == shown


@pytest.mark.parametrize(
    'address',
    [
        '',
        'git.example/i/7',
        'javascript:alert(1)',
        'JaVaScRiPt://x/%0aalert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'ftp://git.example/x',
        '//git.example',
        'http://',
        'https://user:secret@git.example/',
        'https://git.example:port/',
        'https://git.example/a b',
        'https://git.example/\n',
        'https://git.example/"onclick=',
        'https://[::1',
        'https://git.example/' + 'x' * 500,
    ],
)
async def test_an_address_that_no_browser_should_open_is_refused(quick, address):
    view = await quick.file()
    if address.strip() != address:
        address += 'x'
    with pytest.raises(Invalid) as refused:
        await linking.link(quick.grace, view.id, LinkTo.ISSUE, address, now=NOW)
    assert list(refused.value.problems) == ['target']
    assert not await TicketLink.exists()


async def test_a_link_needs_another_ticket(quick):
    view = await quick.file()
    for target in (view.id, 'SPSUP-99999', 'nonsense', '', '9' * 30):
        with pytest.raises(Invalid):
            await linking.link(quick.grace, view.id, LinkTo.DUPLICATE_OF, target, now=NOW)
    other, third = await quick.file(), await quick.file()
    (link,) = await linking.link(quick.grace, other.id, LinkTo.FOLLOWS_UP, third.id, now=NOW)
    for id in (link.id, 0, -1, 2**40):
        with pytest.raises(NotFound):
            await linking.unlink(quick.grace, view.id, id, now=NOW)


@pytest.mark.parametrize('who', ['alice', 'bob', 'charlie'])
async def test_no_customer_gets_at_tags_and_links(quick, who):
    view, other = await quick.file(share_with=[quick.users['bob'].id]), await quick.file()
    (link,) = await linking.link(quick.grace, view.id, LinkTo.BLOCKS, other.id, now=NOW)
    await tags.add(quick.grace, view.id, 'Тайна', now=NOW)
    actor = getattr(quick, who)
    attempts = (
        tags.of(actor, view.id, now=NOW),
        tags.add(actor, view.id, 'Моё', now=NOW),
        tags.add(actor, view.id, '', now=NOW),
        tags.remove(actor, view.id, 'Тайна', now=NOW),
        tags.suggest(actor, now=NOW),
        linking.links(actor, view.id, now=NOW),
        linking.link(actor, view.id, LinkTo.BLOCKS, other.id, now=NOW),
        linking.link(actor, view.id, LinkTo.ISSUE, 'nonsense', now=NOW),
        linking.unlink(actor, view.id, link.id, now=NOW),
        linking.merge(actor, view.id, other.id, now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt
    assert await tags.of(quick.grace, view.id, now=NOW) == ('Тайна',)
    assert len(await linking.links(quick.grace, view.id, now=NOW)) == 1
