"""Events as they happen, over real connections: only to those who may know, without a gap, and to an end in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from time import monotonic

import pytest

from api.v1 import live
from models import ApiToken, Comment, Company, EventKind, Share, Ticket, TicketEvent, User
from services import news, people, stopping, tickets, tokens
from tests.api.served import Stream, listening, served
from tests.people import actor_of
from tests.services.ticket_world import NOW, World

EVERYBODY = ('alice', 'bob', 'charlie', 'grace')


class Place:
    """A served API, a world of people, a token for each, and the streams that they listen to."""

    def __init__(self, url: str, world: World, streams: AsyncExitStack) -> None:
        self.url, self.world, self.streams = url, world, streams
        self.tokens: dict[str, str] = {}

    async def listen(self, who: str, *, after: str | None = None) -> Stream:
        if who not in self.tokens:
            self.tokens[who] = await tokens.create_for(self.world.users[who].email, 'a program')
        stream = await self.streams.enter_async_context(listening(self.url, self.tokens[who], after=after))
        assert stream.response.status_code == 200
        assert stream.response.headers['content-type'].startswith('text/event-stream')
        return stream

    async def token_row(self, who: str) -> ApiToken:
        return await ApiToken.get(user_id=self.world.users[who].id)


@pytest.fixture
async def place(sqlite) -> AsyncIterator[Place]:
    async with _opened() as place:
        yield place


@pytest.fixture
async def place_on_both(database) -> AsyncIterator[Place]:
    async with _opened() as place:
        yield place


@asynccontextmanager
async def _opened() -> AsyncIterator[Place]:
    world = await signed_in()
    async with served() as url, AsyncExitStack() as streams:
        yield Place(url, world, streams)


async def signed_in() -> World:
    """A world of people who are there now, for streams know no other time."""
    world = await World().build()
    for name, user in world.users.items():
        setattr(world, name, await actor_of(user))
    return world


async def test_everybody_hears_of_their_own_tickets_alone(place_on_both):
    world = place_on_both.world
    streams = {who: await place_on_both.listen(who) for who in EVERYBODY}
    ticket = await world.file(now=datetime.now(UTC))
    await tickets.comment(world.grace, ticket.id, 'marker-7391', internal=True)
    await tickets.comment(world.grace, ticket.id, 'Смотрим.')
    foreign = await world.file(world.charlie, now=datetime.now(UTC))
    heard = {who: [await streams[who].next()] for who in ('alice', 'grace', 'charlie')}
    heard['alice'].append(await streams['alice'].next())
    heard['grace'] += [await streams['grace'].next() for _ in range(3)]
    kinds = {who: [(item['kind'], item['internal'], item['ticket']) for item in items] for who, items in heard.items()}
    assert kinds == {
        'alice': [('filed', False, ticket.id), ('commented', False, ticket.id)],
        'grace': [
            ('filed', False, ticket.id),
            ('commented', True, ticket.id),
            ('commented', False, ticket.id),
            ('filed', False, foreign.id),
        ],
        'charlie': [('filed', False, foreign.id)],
    }
    assert 'marker-7391' not in str(heard)
    assert set(heard['alice'][0]) == set(live.Happened.model_fields)


async def test_who_was_shared_out_hears_nothing_more_while_connected(place_on_both):
    world = place_on_both.world
    ticket = await world.file(now=datetime.now(UTC))
    bob = await place_on_both.listen('bob')
    await tickets.share(world.alice, ticket.id, [world.users['bob'].id])
    assert (await bob.next())['kind'] == 'shared'
    await tickets.unshare(world.alice, ticket.id, world.users['bob'].id)
    await tickets.comment(world.alice, ticket.id, 'Не для Бориса.')
    other = await world.file(share_with=[world.users['bob'].id], now=datetime.now(UTC))
    after = await bob.next()
    assert (after['kind'], after['ticket']) == ('filed', other.id)
    assert await Share.filter(ticket_id=ticket.pk).count() == 0


async def test_a_cut_loses_nothing(place):
    world = place.world
    ticket = await world.file(now=datetime.now(UTC))
    async with listening(place.url, await tokens.create_for('alice@romashka.test', 'x')) as stream:
        await tickets.comment(world.alice, ticket.id, 'Первое.')
        first = await stream.next()
        last = stream.last_id
    assert last == str(first['id'])
    for word in ('Второе.', 'Третье.'):
        await tickets.comment(world.alice, ticket.id, word)
    again = await place.listen('alice', after=last)
    bodies = [(await Comment.get(id=(await again.next())['comment_id'])).body for _ in range(2)]
    assert bodies == ['Второе.', 'Третье.']


@pytest.mark.parametrize('after', ['99999999999999999999', '-1', 'x', '', '2147483648'])
async def test_an_odd_place_begins_with_what_happens_now(place, after):
    stream = await place.listen('alice', after=after)
    ticket = await place.world.file(now=datetime.now(UTC))
    assert (await stream.next())['ticket'] == ticket.id


@pytest.mark.parametrize('end', ['revoked', 'revoked elsewhere', 'expired', 'deactivated', 'company closed'])
async def test_the_stream_ends_with_the_right_to_it(place, end):
    world = place.world
    stream = await place.listen('alice')
    token = await place.token_row('alice')
    began = monotonic()
    match end:
        case 'revoked':
            await tokens.revoke(world.alice, token.id)
        case 'revoked elsewhere':
            await ApiToken.filter(id=token.id).update(revoked_at=NOW)
        case 'expired':
            await ApiToken.filter(id=token.id).update(expires_at=NOW)
        case 'deactivated':
            await people.deactivate(world.mona, world.users['alice'].id)
        case _:
            await Company.filter(id=world.users['alice'].company_id).update(active=False)
    assert await stream.next() == {'code': 'signed_out'}
    assert await stream.next() is None
    assert monotonic() - began < 8  # it takes 1 s; on a crowded machine more


async def test_a_role_that_is_taken_away_takes_the_internal_with_it(place):
    world = place.world
    grace = await place.listen('grace')
    ticket = await world.file(now=datetime.now(UTC))
    assert (await grace.next())['ticket'] == ticket.id
    company = world.users['charlie'].company_id
    await people.change_role(world.mona, world.users['grace'].id, world.users['charlie'].role, company)
    await tickets.comment(world.george, ticket.id, 'Только для своих.', internal=True)
    own = await world.file(world.charlie, share_company=True, now=datetime.now(UTC))
    assert (await grace.next())['ticket'] == own.id


async def test_an_event_that_is_committed_late_is_not_jumped_over(database):
    """On PostgreSQL ids are given out before they are committed: what is young waits until the gap is filled."""
    world = await signed_in()
    ticket = await world.file(now=datetime.now(UTC))
    first = await TicketEvent.all().order_by('-id').first()
    listener = news.Listener(world.grace, first.id)
    now = datetime.now(UTC)
    moment = {'ticket_id': ticket.pk, 'kind': EventKind.COMMENTED, 'at': now}
    await TicketEvent.create(id=first.id + 2, **moment)
    assert await listener.hear(now=now) == []
    await TicketEvent.create(id=first.id + 1, **moment)
    assert [item.id for item in await listener.hear(now=now)] == [first.id + 1, first.id + 2]
    await TicketEvent.create(id=first.id + 9, **moment)
    assert await listener.hear(now=now) == []
    assert [item.id for item in await listener.hear(now=now + news._SETTLING * 2)] == [first.id + 9]


async def test_nobody_opens_more_streams_than_their_share(place, monkeypatch):
    monkeypatch.setattr(live, 'MOST_OF_ONE', 2)
    first, second = await place.listen('alice'), await place.listen('alice')
    async with listening(place.url, place.tokens['alice']) as third:
        assert (third.response.status_code, third.response.headers['retry-after']) == (429, '30')
    await place.listen('bob')
    await first.response.aclose()
    async with asyncio.timeout(10):
        while live._open[place.world.users['alice'].id] > 1:  # noqa: ASYNC110 - the server hears of it by itself
            await asyncio.sleep(0.05)
    await place.listen('alice')
    await place.world.file(now=datetime.now(UTC))
    assert (await second.next())['kind'] == 'filed'


async def test_silence_is_broken_by_a_sign_of_life_and_the_end_of_the_process_ends_it(place, monkeypatch):
    monkeypatch.setattr(live, 'HEARTBEAT', 0.1)
    stream = await place.listen('alice')
    async with asyncio.timeout(10):
        async for line in stream.response.aiter_lines():
            if line.startswith(':'):
                break
    monkeypatch.setattr(stopping, 'has_begun', lambda: True)
    other = await place.listen('alice')
    assert await other.next() is None


async def test_without_a_token_there_is_no_stream(place):
    async with listening(place.url, 'spsup_nothing') as stream:
        assert stream.response.status_code == 401
    assert await User.all().count() > 0
    assert await Ticket.all().count() == 0
