"""Calls that are sent again, calls that cross one another, tokens for looking only, and what is left of a rate."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from models import AnsweredCall, ApiToken, Attachment, Comment, Ticket, TokenScope
from services import answered
from services.settings import settings
from tests.api.programs import BUG, Client, programs_of

NEW = {'type': 'bug', 'subject': 'Один раз', 'fields': BUG}
KEY = {'Idempotency-Key': 'a-call-of-mine'}


@pytest.fixture
async def programs(sqlite) -> AsyncIterator[dict[str, Client]]:
    async with programs_of('alice', 'charlie', 'grace', 'mona') as clients:
        yield clients


@pytest.fixture
async def on_both(database) -> AsyncIterator[dict[str, Client]]:
    async with programs_of('alice', 'grace') as clients:
        yield clients


async def test_the_same_call_is_answered_as_the_first_time(programs):
    alice = programs['alice']
    first = await alice.post('/tickets', json=NEW, headers=KEY)
    await programs['grace'].post(f'/tickets/{first.json()["id"]}/transitions', json={'to': 'in_progress'})
    second = await alice.post('/tickets', json=NEW, headers=KEY)
    assert (second.status_code, second.content) == (201, first.content)
    assert (second.headers['location'], second.headers['etag']) == (first.headers['location'], first.headers['etag'])
    assert ('idempotency-replayed' in first.headers, second.headers['idempotency-replayed']) == (False, 'true')
    assert await Ticket.all().count() == 1


async def test_another_call_under_the_key_is_refused(programs):
    alice = programs['alice']
    filed = await alice.post('/tickets', json=NEW, headers=KEY)
    for answer in (
        await alice.post('/tickets', json=NEW | {'subject': 'Два'}, headers=KEY),
        await alice.post(f'/tickets/{filed.json()["id"]}/comments', json={'body': 'x'}, headers=KEY),
    ):
        assert (answer.status_code, answer.json()['code']) == (422, 'idempotency_key_reused')
    assert (await Ticket.all().count(), await Comment.all().count()) == (1, 0)


async def test_a_key_is_its_persons_own(programs):
    first = await programs['alice'].post('/tickets', json=NEW, headers=KEY)
    second = await programs['charlie'].post('/tickets', json=NEW, headers=KEY)
    assert second.status_code == 201
    assert first.json()['id'] != second.json()['id']


async def test_calls_at_once_make_one_ticket_and_get_one_answer(on_both):
    answers = await asyncio.gather(
        *(on_both['alice'].post('/tickets', json=NEW, headers=KEY) for _ in range(5)),
        *(on_both['alice'].post('/tickets', json=NEW | {'subject': 'Иной'}, headers=KEY) for _ in range(2)),
    )
    made = {answer.content for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} == {201, 422}
    assert await Ticket.all().count() == 1


async def test_after_a_day_the_key_is_forgotten(programs):
    alice = programs['alice']
    first = await alice.post('/tickets', json=NEW, headers=KEY)
    await AnsweredCall.all().update(at=datetime.now(UTC) - timedelta(hours=23, minutes=59))
    assert (await alice.post('/tickets', json=NEW, headers=KEY)).json()['id'] == first.json()['id']
    await AnsweredCall.all().update(at=datetime.now(UTC) - timedelta(hours=24, seconds=1))
    assert (await alice.post('/tickets', json=NEW, headers=KEY)).json()['id'] != first.json()['id']
    await AnsweredCall.all().update(at=datetime.now(UTC) - timedelta(hours=24, seconds=1))
    assert await answered.clean() == 1
    assert await AnsweredCall.all().count() == 0


async def test_what_was_refused_may_be_put_right_under_the_same_key(programs):
    alice = programs['alice']
    wrong = await alice.post('/tickets', json=NEW | {'subject': ''}, headers=KEY)
    right = await alice.post('/tickets', json=NEW, headers=KEY)
    assert (wrong.status_code, right.status_code) == (422, 201)


async def test_a_call_whose_answer_was_lost_in_a_crash_writes_nothing_twice(on_both):
    """The ticket was committed, the process died before the answer was kept."""
    alice = on_both['alice']
    first = await alice.post('/tickets', json=NEW, headers=KEY)
    died = datetime.now(UTC) - timedelta(minutes=3)
    await AnsweredCall.all().update(status=None, body='', claimed_until=died)
    second = await alice.post('/tickets', json=NEW, headers=KEY)
    assert (second.status_code, second.json()['id']) == (201, first.json()['id'])
    assert await Ticket.all().count() == 1


async def test_a_call_under_way_keeps_others_waiting_and_then_off(programs, monkeypatch):
    monkeypatch.setattr(answered, 'PATIENCE', 0.2)
    await programs['alice'].post('/tickets', json=NEW, headers=KEY)
    await AnsweredCall.all().update(status=None)
    answer = await programs['alice'].post('/tickets', json=NEW, headers=KEY)
    assert (answer.status_code, answer.json()['code']) == (409, 'idempotency_key_busy')


async def test_a_file_sent_again_is_attached_once(programs):
    """Two forms with the same parts are the same call, whatever stands between their parts."""
    alice = programs['alice']
    ticket = await alice.file()
    send = {'file': ('экран.png', b'\x89PNG\r\n\x1a\n' + b'0' * 100)}
    first = await alice.post(f'/tickets/{ticket}/attachments', files=send, headers=KEY)
    second = await alice.post(f'/tickets/{ticket}/attachments', files=send, headers=KEY)
    other = await alice.post(f'/tickets/{ticket}/attachments', files={'file': ('экран.png', b'x')}, headers=KEY)
    assert (first.status_code, second.content, other.status_code) == (201, first.content, 422)
    assert await Attachment.all().count() == 1


@pytest.mark.parametrize('key', ['', ' ', 'a b', 'x' * 256, 'caf\xe9'])
async def test_a_key_that_is_none_is_refused(programs, key):
    answer = await programs['alice'].post('/tickets', json=NEW, headers={'Idempotency-Key': key.encode('latin-1')})
    assert (answer.status_code, answer.json()['errors'][0]['field']) == (422, 'Idempotency-Key')
    assert await Ticket.all().count() == 0


async def test_without_a_token_no_key_is_looked_at(programs):
    answer = await programs['alice'].post('/tickets', json=NEW, headers=KEY | {'Authorization': ''})
    assert answer.status_code == 401
    assert await AnsweredCall.all().count() == 0


async def test_a_change_of_a_ticket_that_moved_on_is_refused(on_both):
    alice, grace = on_both['alice'], on_both['grace']
    ticket = await alice.file()
    seen = (await grace.get(f'/tickets/{ticket}')).headers['etag']
    assert seen == f'"{(await grace.get(f"/tickets/{ticket}")).json()["version"]}"'
    await alice.post(f'/tickets/{ticket}/comments', json={'body': 'Ещё одно.'})
    path, move = f'/tickets/{ticket}/transitions', {'to': 'in_progress'}
    late = await grace.post(path, json=move, headers={'If-Match': seen})
    assert (late.status_code, late.json()['code']) == (412, 'precondition_failed')
    assert (await Ticket.get()).status == 'open'
    fresh = (await grace.get(f'/tickets/{ticket}')).headers['etag']
    moved = await grace.post(path, json=move, headers={'If-Match': f'"999", {fresh}'})
    assert (moved.status_code, moved.headers['etag'] != fresh) == (200, True)


@pytest.mark.parametrize(
    ('method', 'path', 'body'),
    [
        ('PATCH', '', {'subject': 'Новая тема'}),
        ('PUT', '/assignee', {'assignee_id': None}),
        ('POST', '/comments', {'body': 'x'}),
        ('POST', '/shares', {'company': True}),
        ('DELETE', '/shares/1', None),
        ('POST', '/tags', {'name': 'регресс'}),
        ('POST', '/links', {'kind': 'issue', 'target': 'https://bugs.test/1'}),
        ('POST', '/merge', {'into': 'SPSUP-2'}),
    ],
)
async def test_every_change_of_a_ticket_can_ask_for_the_one_that_was_seen(programs, method, path, body):
    ticket = await programs['alice'].file()
    await programs['alice'].file('Другая')
    for tag in ('"99"', 'W/"2"', 'nonsense', '2', ''):
        headers = {'If-Match': tag}
        answer = await programs['grace'].request(method, f'/tickets/{ticket}{path}', json=body, headers=headers)
        assert answer.status_code == 412, answer.text
    stranger = await programs['charlie'].request(
        method, f'/tickets/{ticket}{path}', json=body, headers={'If-Match': '"99"'}
    )
    assert stranger.status_code == 404


async def test_an_internal_note_does_not_change_the_version_that_a_customer_sees(programs):
    ticket = await programs['alice'].file()
    seen = (await programs['alice'].get(f'/tickets/{ticket}')).headers['etag']
    await programs['grace'].post(f'/tickets/{ticket}/comments', json={'body': 'Тайна', 'internal': True})
    await programs['grace'].post(f'/tickets/{ticket}/tags', json={'name': 'тайна'})
    assert (await programs['alice'].get(f'/tickets/{ticket}')).headers['etag'] == seen


async def test_a_token_for_looking_changes_nothing(programs):
    ticket = await programs['alice'].file()
    await ApiToken.all().update(scope=TokenScope.READ)
    for method, path, body in (
        ('POST', '/tickets', NEW),
        ('POST', f'/tickets/{ticket}/comments', {'body': 'x'}),
        ('PUT', f'/tickets/{ticket}/read', {'event_id': 1}),
        ('PATCH', '/me', {'name': 'Другая'}),
        ('DELETE', f'/tickets/{ticket}/shares/1', None),
    ):
        answer = await programs['alice'].request(method, path, json=body, headers=KEY)
        assert (answer.status_code, answer.json()['code']) == (403, 'not_allowed'), path
    assert (await programs['alice'].get(f'/tickets/{ticket}')).status_code == 200
    assert (await Ticket.all().count(), await Comment.all().count()) == (1, 0)


async def test_every_answer_says_what_is_left_of_the_rate(programs, monkeypatch):
    monkeypatch.setenv('PORTAL_API_CALLS_PER_MINUTE', '3')
    settings.cache_clear()
    alice = programs['alice']
    answers = [await alice.get(path) for path in ('/me', '/tickets/SPSUP-9', '/me', '/me')]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 429]
    assert [answer.headers['ratelimit-remaining'] for answer in answers] == ['2', '1', '0', '0']
    assert {answer.headers['ratelimit-limit'] for answer in answers} == {'3'}
    assert all(0 < int(answer.headers['ratelimit-reset']) <= 60 for answer in answers)
    assert answers[-1].headers['retry-after'] == answers[-1].headers['ratelimit-reset']
    assert answers[-1].headers['content-type'] == 'application/problem+json'
    assert (await programs['charlie'].get('/me')).status_code == 200
