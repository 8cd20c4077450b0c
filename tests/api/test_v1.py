"""The REST API as a program outside meets it: tokens, codes, refusals, and nothing for Charlie."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from models import ApiToken, Ticket
from tests.api.programs import BUG, Client, programs_of


@pytest.fixture
async def programs(database) -> AsyncIterator[dict[str, Client]]:
    """A client with a token for each of the tests' people, by first name."""
    async with programs_of('alice', 'bob', 'charlie', 'grace') as clients:
        yield clients


async def test_a_ticket_is_filed_read_and_listed(programs):
    alice = programs['alice']
    answer = await alice.post('/tickets', json={'type': 'bug', 'subject': 'Экран гаснет', 'fields': BUG})
    assert answer.status_code == 201
    ticket = answer.json()
    assert answer.headers['location'] == f'/api/v1/tickets/{ticket["id"]}'
    assert ticket['id'] == 'SPSUP-1'
    assert (ticket['type'], ticket['subject'], ticket['status']) == ('bug', 'Экран гаснет', 'open')
    assert ticket['author']['name'] == 'Алиса Иванова'
    assert ticket['author']['email'] == 'alice@romashka.test'
    assert ticket['fields']['os'] == 'tizen'
    assert ticket['assignee'] is ticket['auto_close_at'] is ticket['rating'] is None
    assert (await alice.get('/tickets/SPSUP-1')).json() == ticket
    listed = (await alice.get('/tickets')).json()
    assert [item['id'] for item in listed['items']] == ['SPSUP-1']
    assert listed['next_cursor'] is None


async def test_the_same_idempotency_key_files_one_ticket(programs):
    body = {'type': 'bug', 'subject': 'Один раз', 'fields': BUG}
    first = await programs['alice'].post('/tickets', json=body, headers={'Idempotency-Key': 'k-1'})
    second = await programs['alice'].post('/tickets', json=body, headers={'Idempotency-Key': 'k-1'})
    assert first.json()['id'] == second.json()['id']
    assert await Ticket.all().count() == 1


async def test_missing_answers_are_named_by_field(programs):
    answer = await programs['alice'].post(
        '/tickets', json={'type': 'bug', 'subject': '', 'fields': BUG | {'os': 'cpm'}}
    )
    assert answer.status_code == 422
    assert answer.headers['content-type'] == 'application/problem+json'
    problem = answer.json()
    assert problem['code'] == 'invalid'
    assert {error['field'] for error in problem['errors']} == {'subject', 'os'}
    assert await Ticket.all().count() == 0


@pytest.mark.parametrize('extra', ['status', 'author_id', 'company_id', 'created_at', 'number', 'rating'])
async def test_what_is_not_the_callers_to_set_is_refused(programs, extra):
    body = {'type': 'bug', 'subject': 'Тема', 'fields': BUG, extra: 1}
    answer = await programs['alice'].post('/tickets', json=body)
    assert answer.status_code == 422


async def test_charlie_gets_the_same_answer_as_for_a_ticket_that_is_not_there(programs):
    ticket = await programs['alice'].file()
    charlie = programs['charlie']
    for method, path, body in (
        ('GET', '', None),
        ('GET', '/events', None),
        ('POST', '/comments', {'body': 'x'}),
        ('POST', '/transitions', {'to': 'done'}),
        ('POST', '/shares', {'people': []}),
        ('PUT', '/assignee', {'assignee_id': None}),
    ):
        foreign = await charlie.request(method, f'/tickets/{ticket}{path}', json=body)
        absent = await charlie.request(method, f'/tickets/SPSUP-999{path}', json=body)
        assert (foreign.status_code, foreign.content) == (404, absent.content), path
    assert (await charlie.get('/tickets')).json()['items'] == []
    assert (await charlie.get('/tickets', params={'q': ticket})).json()['items'] == []


async def test_internal_notes_reach_agents_alone(programs):
    ticket = await programs['alice'].file()
    note = await programs['grace'].post(f'/tickets/{ticket}/comments', json={'body': 'marker-7391', 'internal': True})
    assert note.status_code == 201
    assert 'marker-7391' in (await programs['grace'].get(f'/tickets/{ticket}')).text
    for path in (f'/tickets/{ticket}', f'/tickets/{ticket}/events', '/tickets'):
        assert 'marker-7391' not in (await programs['alice'].get(path)).text
    refused = await programs['alice'].post(f'/tickets/{ticket}/comments', json={'body': 'x', 'internal': True})
    assert refused.status_code in {403, 404}


async def test_a_ticket_goes_its_way(programs):
    ticket = await programs['alice'].file()
    grace, alice = programs['grace'], programs['alice']
    silent = await grace.post(f'/tickets/{ticket}/transitions', json={'to': 'awaiting_feedback'})
    assert silent.status_code == 422
    asked = await grace.post(
        f'/tickets/{ticket}/transitions', json={'to': 'awaiting_feedback', 'comment': 'Проверьте, пожалуйста.'}
    )
    assert asked.status_code == 200
    closes = datetime.fromisoformat(asked.json()['auto_close_at'])
    assert abs(closes - datetime.now(UTC) - timedelta(days=14)) < timedelta(minutes=1)
    forbidden = await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'in_progress'})
    assert forbidden.status_code == 409
    assert forbidden.json()['code'] == 'transition_refused'
    done = await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'done'})
    assert (done.json()['status'], done.json()['auto_close_at']) == ('done', None)
    again = await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'done'})
    assert again.status_code == 409
    history = (await alice.get(f'/tickets/{ticket}/events')).json()['items']
    moves = [(event['from_status'], event['to_status']) for event in history if event['kind'] == 'status']
    assert moves == [('open', 'awaiting_feedback'), ('awaiting_feedback', 'done')]


async def test_a_file_is_attached_and_fetched(programs):
    ticket = await programs['alice'].file()
    content = b'\x89PNG\r\n\x1a\n' + b'0' * 100
    answer = await programs['alice'].post(f'/tickets/{ticket}/attachments', files={'file': ('экран.png', content)})
    assert answer.status_code == 201, answer.text
    assert (answer.json()['name'], answer.json()['size']) == ('экран.png', len(content))
    path = answer.json()['url'].removeprefix('/api/v1')
    fetched = await programs['alice'].get(path)
    assert fetched.content == content
    assert fetched.headers['content-disposition'].startswith('attachment')
    assert (await programs['charlie'].get(path)).status_code == 404


async def test_without_a_good_token_nothing_is_answered(programs):
    alice = programs['alice']
    for header in ('', 'Bearer ', 'Bearer nonsense', 'Basic YTpi'):
        answer = await alice.get('/tickets', headers={'Authorization': header})
        assert (answer.status_code, answer.json()['code']) == (401, 'signed_out')
        assert answer.headers['www-authenticate'] == 'Bearer'
    await ApiToken.all().update(revoked_at=datetime.now(UTC))
    assert (await alice.get('/tickets')).status_code == 401


@pytest.mark.parametrize(
    'ref', ['SPSUP-0', 'SPSUP--1', '1', 'x', 'SPSUP-99999999999999999999', 'SPSUP-١', "'%20OR%201=1--"]
)
async def test_odd_references_are_simply_not_found(programs, ref):
    assert (await programs['alice'].get(f'/tickets/{ref}')).status_code == 404


async def test_unknown_addresses_and_broken_bodies_are_problems_too(programs):
    alice = programs['alice']
    assert (await alice.get('/nothing')).json()['code'] == 'not_found'
    assert (await alice.delete('/tickets')).json()['code'] == 'method_not_allowed'
    broken = await alice.post('/tickets', content=b'{', headers={'Content-Type': 'application/json'})
    assert (broken.status_code, broken.json()['code']) == (422, 'invalid')
    texted = await alice.post('/tickets', content=b'{}', headers={'Content-Type': 'text/plain'})
    assert texted.status_code == 422


async def test_every_call_of_the_description_can_be_made(programs):
    description = (await programs['alice'].get('/openapi.json')).json()
    assert set(description['paths']) >= {
        '/tickets',
        '/tickets/{ticket_id}',
        '/tickets/{ticket_id}/comments',
        '/tickets/{ticket_id}/transitions',
        '/tickets/{ticket_id}/attachments',
        '/tickets/{ticket_id}/events',
    }
    assert description['components']['securitySchemes']
