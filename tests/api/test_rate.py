"""The rating link's page by plain HTTP: what a scanner, a person and a stranger get."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from api import mails, rate
from models import OutboxMail, Rating, Status, User
from services import ratings, tickets
from services.settings import settings
from tests.api import visitors
from tests.api.visitors import visitor
from tests.people import actor_of, make_session
from tests.services.ticket_world import World


def make_app() -> FastAPI:
    app = visitors.make_app()
    app.include_router(rate.router)
    app.include_router(mails.router)
    return app


@pytest.fixture
async def world(sqlite) -> World:
    world = await World().build()
    for name in ('alice', 'grace', 'mona'):
        setattr(world, name, await actor_of(world.users[name], now=datetime.now(UTC) - timedelta(hours=1)))
    return world


@pytest.fixture
async def token(world) -> str:
    await world.in_status(Status.DONE, now=datetime.now(UTC) - settings().rating_delay)  # the mail has just come
    return ratings.token_of(await Rating.get())


async def test_a_scanner_that_opens_all_five_stars_twice_stores_nothing(token):
    async with visitor(make_app()) as scanner:
        for _ in range(2):
            for stars in range(1, 6):
                assert (await scanner.head(f'/rate/{token}?stars={stars}')).status_code == 200
                page = await scanner.get(f'/rate/{token}?stars={stars}')
                assert page.status_code == 200
                assert re.findall(r'value="(\d)"[^>]* checked', page.text) == [str(stars)]
    row = await Rating.get()
    assert (row.stars, row.rated_at, row.opened_at) == (None, None, None)


async def test_a_person_rates_thanks_come_and_it_can_be_changed(token):
    async with visitor(make_app()) as alice:
        page = await alice.post(f'/rate/{token}', data={'stars': '4', 'comment': 'Быстро'})
        assert page.status_code == 200
        assert 'Спасибо за оценку!' in page.text
        again = await alice.get(f'/rate/{token}')
        assert re.findall(r'value="(\d)"[^>]* checked', again.text) == ['4']
        assert 'Быстро' in again.text
        await alice.post(f'/rate/{token}', data={'stars': '5', 'comment': ''})
    row = await Rating.get()
    assert (row.stars, row.comment) == (5, '')


@pytest.mark.parametrize('stars', ['', '0', '6', '４', '1e0', '-1'])
async def test_a_form_without_a_star_comes_back_with_what_was_written(token, stars):
    async with visitor(make_app()) as alice:
        page = await alice.post(f'/rate/{token}', data={'stars': stars, 'comment': 'Уже написано'})
    assert page.status_code == 422
    assert 'Выберите от одной до пяти звёзд' in page.text
    assert 'Уже написано' in page.text
    assert (await Rating.get()).stars is None


async def test_every_wrong_link_gets_the_same_answer(token):
    async with visitor(make_app()) as stranger:
        other = token[:-1] + ('A' if token.endswith('_') else '_')
        answers = [await stranger.get(f'/rate/{wrong}') for wrong in ('x', 'A' * 32, other, token + 'A')]
        answers.append(await stranger.post(f'/rate/{"A" * 32}', data={'stars': '5'}))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_a_foreign_site_cannot_rate_for_somebody(token):
    async with visitor(make_app()) as victim:
        page = await victim.post(f'/rate/{token}', data={'stars': '1'}, headers={'Origin': 'https://evil.example'})
    assert page.status_code == 403
    assert (await Rating.get()).stars is None


async def test_after_a_reopening_the_page_says_that_work_goes_on(world, token):
    view = await tickets.list_tickets(world.alice, tickets.ListFilter())
    await tickets.transition(world.alice, view.items[0].id, Status.REOPENED, comment='Снова')
    async with visitor(make_app()) as alice:
        opened = await alice.get(f'/rate/{token}?stars=5')
        posted = await alice.post(f'/rate/{token}', data={'stars': '5'})
    assert (opened.status_code, posted.status_code) == (200, 409)
    for page in (opened, posted):
        assert 'Работа над заявкой продолжается' in page.text
    assert (await Rating.get()).stars is None


async def test_the_page_needs_no_script_and_is_not_kept(token):
    async with visitor(make_app()) as alice:
        page = await alice.get(f'/rate/{token}')
    assert "script-src 'none'" in page.headers['content-security-policy']
    assert page.headers['referrer-policy'] == 'same-origin'
    assert 'no-store' in page.headers['cache-control']
    assert '<script' not in page.text
    assert len(page.content) < 30_000


async def test_the_language_is_that_of_who_is_asked_and_can_be_switched(world, token):
    await User.filter(id=world.users['alice'].id).update(language='en')
    async with visitor(make_app()) as alice:
        assert 'How did we do?' in (await alice.get(f'/rate/{token}')).text
        russian = await alice.get(f'/rate/{token}?language=ru&stars=3')
        assert 'Как мы справились?' in russian.text
        assert '?language=en&amp;stars=3' in russian.text
        (action,) = re.findall(r'<form[^>]* action="([^"]+)"', russian.text)
        assert 'Выберите от одной до пяти звёзд' in (await alice.post(action, data={})).text
        thanks = await alice.post(action, data={'stars': '3'})
        assert 'Спасибо за оценку!' in thanks.text
        assert f'href="{action}"' in thanks.text


async def test_a_letter_is_for_admins_eyes_and_runs_nothing(world, token):
    mail = await OutboxMail.all().first()
    path = f'/admin/outbox/{mail.id}/letter'
    cookies = {name: (await make_session(world.users[name]))[0] for name in ('alice', 'grace', 'mona')}
    app = make_app()
    async with visitor(app, token=cookies['mona']) as mona:
        letter = await mona.get(path)
        assert letter.status_code == 200
        policy = letter.headers['content-security-policy']
        assert "default-src 'none'" in policy
        assert 'sandbox allow-popups' in policy
        assert 'allow-scripts' not in policy
        for absent in ('0', '999999999', '99999999999999', 'x', '１'):
            assert (await mona.get(f'/admin/outbox/{absent}/letter')).status_code == 404
    for name in ('alice', 'grace'):
        async with visitor(app, token=cookies[name]) as other:
            assert (await other.get(path)).status_code == 404
    async with visitor(app) as nobody:
        assert (await nobody.get(path)).status_code == 303
