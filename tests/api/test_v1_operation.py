"""What admins look after, by their programs: e-mails, the audit log, bad ratings, synonyms, health; for nobody else."""

from collections.abc import AsyncIterator

import pytest

from models import MailState, OutboxMail
from services import audit, ratings
from services.search import answers
from services.settings import settings
from tests import people
from tests.api.programs import Client, programs_of


@pytest.fixture
async def programs(sqlite) -> AsyncIterator[dict[str, Client]]:
    async with programs_of('alice', 'grace', 'mona') as clients:
        yield clients


async def badly_rated(programs: dict[str, Client], *stars: int) -> list[str]:
    """Done tickets of Alice's that she rated so."""
    alice, found = programs['alice'], []
    actor = await people.actor_of(await people.alice())
    for number in stars:
        ticket = await alice.file()
        assert (await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'done'})).is_success
        await ratings.rate_own(actor, ticket, number, 'Долго.')
        found.append(ticket)
    return found


@pytest.mark.parametrize(
    'path',
    [
        'outbox',
        'outbox/1',
        'audit-log',
        'bad-ratings',
        'bad-ratings/1',
        'synonyms',
        'health',
        'mail-texts',
        'retention',
    ],
)
async def test_it_is_there_for_admins_alone(programs, path):
    strange = (await programs['mona'].get('/tickets/SPSUP-999')).json()
    for who in ('alice', 'grace'):
        answer = await programs[who].get(f'/{path}')
        assert (answer.status_code, answer.json()['code']) == (404, strange['code'])


async def test_mails_are_listed_read_and_queued_again(programs, monkeypatch):
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://localhost:1')
    settings.cache_clear()
    mona, ticket = programs['mona'], await programs['alice'].file()
    await programs['grace'].post(f'/tickets/{ticket}/comments', json={'body': 'Посмотрим.'})
    rows = (await mona.get('/outbox', params={'q': ticket})).json()['items']
    assert {(row['ticket'], row['state']) for row in rows} == {(ticket, 'waiting')}
    assert [row['id'] for row in rows] == sorted((row['id'] for row in rows), reverse=True)
    first = (await mona.get('/outbox', params={'limit': 1})).json()
    second = (await mona.get('/outbox', params={'limit': 1, 'cursor': first['next_cursor']})).json()
    assert [first['items'][0]['id'], second['items'][0]['id']] == [row['id'] for row in rows[:2]]

    comment = next(row for row in rows if row['kind'] == 'comment')
    path = f'/outbox/{comment["id"]}'
    assert 'Посмотрим.' in (await mona.get(path)).json()['text']
    refused = await mona.post(f'{path}/retry')
    assert (refused.status_code, refused.headers['content-type']) == (409, 'application/problem+json')
    await OutboxMail.filter(id=comment['id']).update(
        state=MailState.FAILED, last_error='550 no such mailbox', attempts=3
    )
    assert (await mona.get('/outbox', params={'state': 'failed'})).json()['items'][0]['error'] == '550 no such mailbox'
    again = (await mona.post(f'{path}/retry')).json()
    assert (again['state'], again['attempts'], again['error']) == ('waiting', 0, '')
    await OutboxMail.all().update(state=MailState.FAILED)
    assert (await mona.post('/outbox/retry')).json() == {'count': len(rows)}
    assert not await OutboxMail.filter(state=MailState.FAILED).exists()


async def test_the_audit_log_is_searched_in_codes(programs):
    mona, lead = programs['mona'], await people.mona()
    for number in range(3):
        await audit.record('person.role_changed', by=lead, subject=f'user:{number}', was='customer', value='agent')
    await audit.record('session.started', by=await people.grace(), subject='session:1')
    found = (await mona.get('/audit-log', params={'group': 'accounts', 'person': lead.name, 'limit': 2})).json()
    assert [row['subject'] for row in found['items']] == ['user:2', 'user:1']
    newest = found['items'][0]
    assert (newest['action'], newest['actor_id'], newest['actor']) == ('person.role_changed', lead.id, lead.name)
    assert newest['details'] == {'was': 'customer', 'value': 'agent'}
    rest = await mona.get(
        '/audit-log', params={'group': 'accounts', 'person': lead.name, 'limit': 2, 'cursor': found['next_cursor']}
    )
    assert [row['subject'] for row in rest.json()['items']] == ['user:0']
    assert (await mona.get('/audit-log', params={'until': '2020-01-01'})).json()['items'] == []
    refused = await mona.get('/audit-log', params={'since': 'yesterday'})
    assert (refused.status_code, refused.json()['errors'][0]['field']) == (422, 'since')


async def test_bad_ratings_are_given_to_somebody_and_settled(programs):
    mona, grace = programs['mona'], await people.grace()
    tickets = await badly_rated(programs, 1, 2, 5, 2)
    waiting = (await mona.get('/bad-ratings')).json()
    assert [(item['ticket'], item['stars']) for item in waiting['items']] == [
        (tickets[0], 1),
        (tickets[1], 2),
        (tickets[3], 2),
    ]
    first = (await mona.get('/bad-ratings', params={'limit': 2})).json()
    rest = (await mona.get('/bad-ratings', params={'limit': 2, 'cursor': first['next_cursor']})).json()
    assert [*first['items'], *rest['items']] == waiting['items']
    assert (await mona.get('/bad-ratings', params={'cursor': '999'})).json()['errors'][0]['field'] == 'cursor'

    path = f'/bad-ratings/{first["items"][0]["id"]}'
    assert (await mona.put(f'{path}/owner', json={'owner_id': grace.id})).json()['owner'] == grace.name
    alice = (await people.alice()).id
    assert (await mona.put(f'{path}/owner', json={'owner_id': alice})).status_code == 422
    settled = await mona.put(f'{path}/outcome', json={'outcome': 'called_back', 'note': 'Позвонили.'})
    assert (settled.json()['outcome'], settled.json()['note']) == ('called_back', 'Позвонили.')
    assert (await mona.put(f'{path}/outcome', json={'outcome': 'nothing'})).status_code == 409
    assert [item['ticket'] for item in (await mona.get('/bad-ratings?settled=true')).json()['items']] == [tickets[0]]
    reopened = (await mona.delete(f'{path}/outcome')).json()
    assert (reopened['outcome'], reopened['settled_at'], reopened['owner']) == (None, None, grace.name)


async def test_synonyms_are_written_and_the_search_knows_them(programs):
    mona, ticket = programs['mona'], await programs['alice'].file('Проектор мигает')
    alice = await people.actor_of(await people.alice())
    assert ticket not in [card.id for card in (await answers.ask(alice, 'бимер')).cards]
    made = await mona.post('/synonyms', json={'words': ['проектор', 'бимер']})
    assert (made.status_code, made.json()['words']) == (201, ['проектор', 'бимер'])
    assert ticket in [card.id for card in (await answers.ask(alice, 'бимер')).cards]
    path = f'/synonyms/{made.json()["id"]}'
    assert made.headers['location'] == f'/api/v1{path}'
    assert (await mona.put(path, json={'words': ['проектор', 'экран']})).json()['words'] == ['проектор', 'экран']
    assert (await mona.put(path, json={'words': ['проектор']})).status_code == 422
    assert (await mona.put(path, json={'words': ['проектор', 'проекторы']})).status_code == 422
    listed = (await mona.get('/synonyms')).json()
    assert [group['words'] for group in listed['own']] == [['проектор', 'экран']]
    assert len(listed['built_in']) > 10
    assert (await mona.delete(path)).status_code == 204
    assert (await mona.delete(path)).status_code == 404


async def test_e_mails_are_reworded_and_put_back(programs):
    mona, path = programs['mona'], '/mail-texts/comment/en'
    before = (await mona.get(path)).json()
    name = before['sentences'][0]['name']
    worded = (await mona.put(path, json={'texts': {name: 'News from {portal}'}})).json()
    assert {one['name']: one['text'] for one in worded['sentences']}[name] == 'News from {portal}'
    assert worded['changed_by'] == (await people.mona()).name
    refused = await mona.put(path, json={'texts': {name: 'News from {nobody}'}})
    assert (refused.status_code, refused.json()['errors'][0]['field']) == (422, name)
    assert (await mona.put(path, json={'texts': {'unheard_of': 'x'}})).status_code == 404
    assert (await mona.delete(path)).json() == before
    listed = (await mona.get('/mail-texts')).json()
    assert before in listed
    assert {one['language'] for one in listed} == {'ru', 'en'}


async def test_periods_are_set_for_each_kind_of_data(programs):
    mona = programs['mona']
    rules = {rule['kind']: rule for rule in (await mona.get('/retention')).json()}
    kind, rule = next((kind, rule) for kind, rule in rules.items() if rule['default'] is not None)
    changed = await mona.patch('/retention', json={'days': {kind: rule['default'] + 7}})
    assert {one['kind']: one['days'] for one in changed.json()}[kind] == rule['default'] + 7
    assert (await mona.patch('/retention', json={'days': {'unheard_of': 7}})).status_code == 422
    assert (await mona.patch('/retention', json={'days': {kind: rule['least'] - 1 or 0}})).status_code == 422
    assert (await mona.patch('/retention', json={'days': {kind: rule['default']}})).json()[0]['changed_by'] is None


async def test_health_says_what_its_page_says(programs):
    found = (await programs['mona'].get('/health')).json()
    things = {thing['name']: thing for thing in found['things']}
    assert things['database']['state'] == 'good'
    assert things['disk']['values']['free'] > 0
    assert things['backup']['how'] == 'never'
    assert {job['name']: job['state'] for job in found['jobs']}['sender'] == 'watch'
    assert found['state'] in ('watch', 'bad')
