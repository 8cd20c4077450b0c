"""Ratings: who may give one, by which link, for how long, and that nothing but an answer is stored."""

import asyncio
import secrets
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from models import EventKind, Rating, Status, TicketEvent, User
from services import ratings, tickets
from services.errors import Invalid, NotAllowed, NotFound
from services.ratings import RatingClosed, Standing
from services.settings import settings
from services.tickets import TicketView
from tests.people import actor_of
from tests.services.ticket_world import NOW, World

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def done(world) -> TicketView:
    return await world.in_status(Status.DONE)


async def token_for(view: TicketView) -> str:
    rating = await Rating.filter(ticket_id=view.pk).order_by('-id').first()
    assert rating is not None
    return ratings.token_of(rating)


async def stored(view: TicketView) -> list[tuple[int | None, str]]:
    return [(row.stars, row.comment) for row in await Rating.filter(ticket_id=view.pk).order_by('id')]


async def signed_in(world: World, name: str, now: datetime):
    return await actor_of(world.users[name], now=now)


async def test_reading_stores_nothing(done):
    token = await token_for(done)
    for _ in range(10):
        form = await ratings.read(token, now=NOW + SECOND)
    assert (form.id, form.subject, form.standing, form.stars) == (done.id, done.subject, Standing.OPEN, None)
    row = await Rating.get(ticket_id=done.pk)
    assert (row.stars, row.rated_at, row.opened_at) == (None, None, None)


async def test_an_answer_is_stored_and_told_to_staff_alone(world, done):
    form = await ratings.rate(await token_for(done), 4, '  Быстро\r\nи понятно ', now=NOW + SECOND)
    assert (form.stars, form.comment, form.rated_at) == (4, 'Быстро\nи понятно', NOW + SECOND)
    event = await TicketEvent.get(ticket_id=done.pk, kind=EventKind.RATED)
    assert (event.actor_id, event.internal, event.details['stars']) == (world.users['alice'].id, True, 4)
    view = await tickets.read(world.grace, done.id, now=NOW + SECOND)
    assert view.rating is not None
    assert (view.rating.stars, view.rating.comment) == (4, 'Быстро\nи понятно')


async def test_the_last_value_wins_within_thirty_days_and_none_after(done):
    token = await token_for(done)
    await ratings.rate(token, 2, 'Долго', now=NOW + DAY)
    await ratings.rate(token, 5, '', now=NOW + settings().rating_open_for - SECOND)
    assert await stored(done) == [(5, '')]
    with pytest.raises(RatingClosed) as refused:
        await ratings.rate(token, 1, '', now=NOW + settings().rating_open_for + SECOND)
    assert refused.value.standing is Standing.EXPIRED
    assert (await ratings.read(token, now=NOW + settings().rating_open_for + SECOND)).standing is Standing.EXPIRED
    assert await stored(done) == [(5, '')]


async def test_twenty_answers_at_once_make_one_row(done):
    token = await token_for(done)
    await asyncio.gather(*(ratings.rate(token, 1 + number % 5, '', now=NOW + SECOND) for number in range(20)))
    (answer,) = await stored(done)
    assert answer[0] in range(1, 6)


async def test_the_same_answer_again_is_no_news(done):
    token = await token_for(done)
    for _ in range(3):
        await ratings.rate(token, 5, 'Спасибо', now=NOW + SECOND)
    assert await TicketEvent.filter(ticket_id=done.pk, kind=EventKind.RATED).count() == 1


async def test_a_reopened_ticket_cannot_be_rated_and_an_older_closing_neither(world, done):
    first = await token_for(done)
    await ratings.rate(first, 3, 'Так себе', now=NOW + SECOND)
    await tickets.transition(world.alice, done.id, Status.REOPENED, comment='Снова', now=NOW + 2 * SECOND)
    with pytest.raises(RatingClosed) as refused:
        await ratings.rate(first, 1, '', now=NOW + 3 * SECOND)
    assert refused.value.standing is Standing.REOPENED
    await tickets.transition(world.grace, done.id, Status.DONE, now=NOW + 4 * SECOND)
    with pytest.raises(RatingClosed) as refused:
        await ratings.rate(first, 1, '', now=NOW + 5 * SECOND)
    assert refused.value.standing is Standing.OLDER
    second = await token_for(done)
    assert second != first
    await ratings.rate(second, 5, '', now=NOW + 5 * SECOND)
    assert await stored(done) == [(3, 'Так себе'), (5, '')]
    view = await tickets.read(world.grace, done.id, now=NOW + 5 * SECOND)
    assert view.rating is not None
    assert view.rating.stars == 5


async def test_the_link_of_somebody_who_left_is_over(world, done):
    token = await token_for(done)
    await User.filter(id=world.users['alice'].id).update(active=False)
    with pytest.raises(RatingClosed):
        await ratings.rate(token, 5, '', now=NOW + SECOND)
    assert await stored(done) == [(None, '')]


async def test_a_changed_token_is_as_unknown_as_a_made_up_one(world, done):
    token = await token_for(done)
    other = await token_for(await world.in_status(Status.DONE))
    alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    changed = {
        token[:place] + alphabet[(alphabet.index(token[place]) + 1) % 64] + token[place + 1 :] for place in range(32)
    }
    mixed = {token[:21] + other[21:], other[:21] + token[21:]}
    strange = {'', token[:-1], token + 'A', token + '=', ' ' + token[1:], 'я' * 32, secrets.token_urlsafe(24), 'A' * 32}
    for wrong in changed | mixed | strange:
        with pytest.raises(NotFound):
            await ratings.read(wrong, now=NOW + SECOND)
        with pytest.raises(NotFound):
            await ratings.rate(wrong, 5, '', now=NOW + SECOND)
    assert await stored(done) == [(None, '')]


async def test_another_secret_makes_every_link_void(done, monkeypatch):
    token = await token_for(done)
    monkeypatch.setenv('PORTAL_SECRET', 'another secret altogether')
    settings.cache_clear()
    with pytest.raises(NotFound):
        await ratings.read(token, now=NOW + SECOND)


async def test_tokens_show_no_order_and_no_common_beginning(sqlite):
    tokens = [
        ratings.token_of(Rating(id=number, ticket_id=number, done_event_id=number, rater_id=1))
        for number in range(1, 1001)
    ]
    assert len(set(tokens)) == 1000
    assert {len(token) for token in tokens} == {32}
    for start, end in ((0, 4), (14, 18), (28, 32)):
        assert len({token[start:end] for token in tokens}) > 990
    rising = sum(a < b for a, b in pairwise(tokens))
    assert 400 < rising < 600


@pytest.mark.parametrize('stars', [None, 0, 6, -1])
async def test_one_to_five_stars_and_nothing_else(done, stars):
    with pytest.raises(Invalid) as refused:
        await ratings.rate(await token_for(done), stars, '', now=NOW + SECOND)
    assert set(refused.value.problems) == {'stars'}


async def test_a_comment_has_a_limit_and_no_control_characters(done):
    token = await token_for(done)
    await ratings.rate(token, 5, 'я' * ratings.LONGEST_COMMENT, now=NOW + SECOND)
    for wrong in ('я' * (ratings.LONGEST_COMMENT + 1), 'a\0b', '\x1b[31m'):
        with pytest.raises(Invalid) as refused:
            await ratings.rate(token, 5, wrong, now=NOW + SECOND)
        assert set(refused.value.problems) == {'comment'}


async def test_only_the_author_rates_and_never_staff(world, done):
    await tickets.share(world.alice, done.id, [world.users['bob'].id], now=NOW)
    with pytest.raises(NotAllowed):
        await ratings.rate_own(world.bob, done.id, 5, now=NOW + SECOND)
    with pytest.raises(NotFound):
        await ratings.rate_own(world.charlie, done.id, 5, now=NOW + SECOND)
    for agent in (world.grace, world.mona):
        with pytest.raises(NotAllowed):
            await ratings.rate_own(agent, done.id, 5, now=NOW + SECOND)
    assert await stored(done) == [(None, '')]
    form = await ratings.rate_own(world.alice, done.id, 5, 'Спасибо', now=NOW + SECOND)
    assert form.stars == 5
    assert await stored(done) == [(5, 'Спасибо')]


async def test_an_agent_does_not_rate_an_own_ticket(world):
    view = await world.file(world.grace)
    await tickets.transition(world.george, view.id, Status.DONE, now=NOW)
    with pytest.raises(NotAllowed):
        await ratings.rate_own(world.grace, view.id, 5, now=NOW + SECOND)


async def test_a_ticket_that_is_not_done_is_not_rated(world):
    view = await world.file()
    with pytest.raises(RatingClosed):
        await ratings.rate_own(world.alice, view.id, 5, now=NOW + SECOND)


async def test_the_page_and_the_link_answer_the_same_question(world, done):
    await ratings.rate_own(world.alice, done.id, 2, 'Долго', now=NOW + SECOND)
    form = await ratings.read(await token_for(done), now=NOW + SECOND)
    assert (form.stars, form.comment) == (2, 'Долго')
