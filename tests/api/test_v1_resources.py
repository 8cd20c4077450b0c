"""What people do on the pages, done by their programs: with the same rights, and nothing for others."""

from collections.abc import AsyncIterator

import pytest

from api.v1 import create_api
from models import AuditEntry, OutboxMail, User
from services import errors, i18n, ratings
from services.errors import Refusal
from services.settings import settings
from tests import people
from tests.api.programs import Client, programs_of

EVERYBODY = ('alice', 'bob', 'charlie', 'grace', 'mona')


@pytest.fixture
async def programs(sqlite) -> AsyncIterator[dict[str, Client]]:
    async with programs_of(*EVERYBODY) as clients:
        yield clients


async def test_a_comment_goes_with_files_and_is_reworded(programs):
    alice = programs['alice']
    ticket = await alice.file()
    file = (await alice.post('/attachments', files={'file': ('log.txt', b'abc')})).json()
    written = await alice.post(f'/tickets/{ticket}/comments', json={'body': 'Вот журнал.', 'attachments': [file['id']]})
    assert written.status_code == 201, written.text
    assert [item['name'] for item in written.json()['attachments']] == ['log.txt']
    path = f'/tickets/{ticket}/comments/{written.json()["id"]}'
    changed = await alice.patch(path, json={'body': 'Вот журнал за утро.'})
    assert (changed.json()['body'], changed.json()['edited_at'] is not None) == ('Вот журнал за утро.', True)
    assert (await programs['grace'].patch(path, json={'body': 'Чужое.'})).status_code == 403
    assert (await programs['charlie'].patch(path, json={'body': 'Чужое.'})).status_code == 404


async def test_a_file_is_taken_back_before_and_away_after_it_was_sent(programs):
    alice = programs['alice']
    loose = (await alice.post('/attachments', files={'file': ('a.txt', b'a')})).json()
    assert (await programs['bob'].get(f'/attachments/{loose["id"]}')).status_code == 404
    assert (await alice.delete(f'/attachments/{loose["id"]}')).status_code == 204
    assert (await alice.get(f'/attachments/{loose["id"]}')).status_code == 404
    ticket = await alice.file()
    sent = (await alice.post(f'/tickets/{ticket}/attachments', files={'file': ('b.txt', b'b')})).json()
    path = f'/tickets/{ticket}/attachments/{sent["id"]}'
    statuses = [(await programs[who].delete(path)).status_code for who in ('alice', 'charlie', 'grace', 'mona')]
    assert statuses == [403, 404, 403, 204]
    assert (await alice.get(f'/attachments/{sent["id"]}')).status_code == 404


async def test_a_ticket_is_shared_followed_and_left(programs):
    alice, bob = programs['alice'], programs['bob']
    ticket = await alice.file()
    candidates = (await alice.get(f'/tickets/{ticket}/share-candidates', params={'q': 'борис'})).json()
    assert [person['name'] for person in candidates] == ['Борис Петров']
    assert [person['name'] for person in (await alice.get('/share-candidates')).json()] == ['Борис Петров']
    shared = await alice.post(f'/tickets/{ticket}/shares', json={'people': [candidates[0]['id']]})
    assert [person['name'] for person in shared.json()['shared_with']] == ['Борис Петров']
    assert (await bob.get(f'/tickets/{ticket}')).json()['following'] is True
    assert (await bob.put(f'/tickets/{ticket}/follow', json={'follow': 'muted'})).json()['following'] is False
    seen = (await bob.get(f'/tickets/{ticket}')).json()['last_event_id']
    assert (await bob.put(f'/tickets/{ticket}/read', json={'event_id': seen})).status_code == 204
    assert (await bob.get(f'/tickets/{ticket}')).json()['read_event_id'] == seen
    assert (await bob.delete(f'/tickets/{ticket}/shares/{candidates[0]["id"]}')).status_code == 204
    assert (await bob.get(f'/tickets/{ticket}')).status_code == 404


async def test_staff_tag_link_reword_and_merge_and_customers_learn_nothing(programs):
    grace = programs['grace']
    one, other = await programs['alice'].file(), await programs['alice'].file('То же самое')
    assert (await grace.post(f'/tickets/{one}/tags', json={'name': 'Регресс'})).json() == {'tags': ['Регресс']}
    assert (await grace.get('/tags', params={'q': 'рег'})).json() == ['Регресс']
    links = (await grace.post(f'/tickets/{one}/links', json={'kind': 'blocks', 'target': other})).json()
    assert (links[0]['kind'], links[0]['outgoing'], links[0]['ticket']['id']) == ('blocks', True, other)
    assert (await grace.delete(f'/tickets/{other}/links/{links[0]["id"]}')).json() == []
    assert (await grace.delete(f'/tickets/{one}/tags/регресс')).json() == {'tags': []}
    renamed = await grace.patch(f'/tickets/{one}', json={'subject': 'Гаснет через час'})
    assert renamed.json()['subject'] == 'Гаснет через час'
    merged = await grace.post(f'/tickets/{other}/merge', json={'into': one})
    assert merged.json()['id'] == one
    assert (await programs['alice'].get(f'/tickets/{other}')).json()['merged_into'] == one
    for path in (f'/tickets/{one}/tags', f'/tickets/{one}/links', '/tags', '/queue', '/views', '/templates', '/people'):
        assert (await programs['alice'].get(path)).status_code == 404, path
    assert (await programs['alice'].patch(f'/tickets/{one}', json={'subject': 'Моя'})).status_code == 403


async def test_specialists_work_with_templates_views_and_the_queue(programs):
    grace = programs['grace']
    ticket = await programs['alice'].file()
    made = (await grace.post('/templates', json={'name': 'Журнал', 'body_ru': 'Пришлите журнал, {person}.'})).json()
    filled = await grace.get(f'/templates/{made["id"]}/filled', params={'ticket': ticket})
    assert filled.json() == {'text': 'Пришлите журнал, Алиса Иванова.'}
    new = {'name': 'Журнал', 'body_ru': 'Журнал?'}
    assert (await grace.put(f'/templates/{made["id"]}', json=new)).json()['body_ru'] == 'Журнал?'
    assert (await grace.patch(f'/templates/{made["id"]}', json={'retired': True})).json()['retired'] is True
    assert (await grace.get('/templates')).json() == []
    view = (await grace.post('/views', json={'name': 'Важное', 'query': {'impact': 'high', 'junk': 'x'}})).json()
    assert (view['query'], view['mine']) == ({'impact': 'high'}, True)
    assert (await grace.patch(f'/views/{view["id"]}', json={'name': 'Срочное'})).json()['name'] == 'Срочное'
    assert (await grace.delete(f'/views/{view["id"]}')).status_code == 204
    queue = (await grace.get('/queue', params={'impact': 'high', 'status': ['open', 'reopened']})).json()
    assert [item['id'] for item in queue['items']] == [ticket]
    assert (await grace.get('/queue', params={'impact': 'low'})).json()['items'] == []


async def test_many_tickets_are_changed_and_taken_back(programs):
    grace = programs['grace']
    tickets = [await programs['alice'].file() for _ in range(2)]
    moved = (await grace.post('/bulk-changes', json={'tickets': tickets, 'action': 'move', 'to': 'pending'})).json()
    assert [outcome['changed'] for outcome in moved['outcomes']] == [True, True]
    odd = (await grace.post('/bulk-changes', json={'tickets': ['SPSUP-99'], 'action': 'tag', 'add': ['x']})).json()
    assert odd['outcomes'] == [{'ticket': 'SPSUP-99', 'changed': False, 'code': 'not_found'}]
    assert (await grace.post(f'/bulk-changes/{moved["id"]}/undo')).status_code == 200
    assert (await grace.get(f'/tickets/{tickets[0]}')).json()['status'] == 'open'
    refused = await programs['alice'].post('/bulk-changes', json={'tickets': tickets, 'action': 'move', 'to': 'done'})
    assert refused.status_code == 404


async def test_a_done_ticket_is_rated_by_its_requester_alone(programs):
    alice = programs['alice']
    ticket = await alice.file()
    await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'done'})
    path = f'/tickets/{ticket}/rating'
    assert (await alice.get(path)).status_code == 404
    assert (await programs['grace'].put(path, json={'stars': 5})).status_code == 403
    assert (await programs['charlie'].put(path, json={'stars': 1})).status_code == 404
    assert (await alice.put(path, json={'stars': 0})).status_code == 422
    rated = await alice.put(path, json={'stars': 4, 'comment': 'Хорошо.'})
    assert (rated.json()['stars'], (await programs['grace'].get(path)).json()['comment']) == (4, 'Хорошо.')


async def test_people_and_companies_are_read_by_staff_and_managed_by_admins(programs):
    grace, mona = programs['grace'], programs['mona']
    company = (await mona.post('/companies', json={'name': 'Василёк'})).json()
    invited = await mona.post('/people', json={'email': 'vera@vasilek.test', 'company_id': company['id']})
    assert (invited.status_code, invited.json()['invited'], invited.json()['company']) == (201, True, 'Василёк')
    assert await OutboxMail.filter(kind='invitation').count() == 1
    person = invited.json()['id']
    assert (await grace.get('/people', params={'q': 'VERA@'})).json()['items'][0]['id'] == person
    assert (await grace.get(f'/people/{person}')).json()['email'] == 'vera@vasilek.test'
    first = (await grace.get('/people', params={'limit': 2})).json()
    rest = (await grace.get('/people', params={'limit': 100, 'cursor': first['next_cursor']})).json()
    assert len({row['id'] for row in first['items'] + rest['items']}) == await User.all().count()
    changed = (await mona.patch(f'/people/{person}', json={'role': 'agent', 'active': False})).json()
    assert (changed['role'], changed['company'], changed['active']) == ('agent', None, False)
    closed = (await mona.patch(f'/companies/{company["id"]}', json={'name': 'Ландыш', 'active': False})).json()
    assert (closed['name'], closed['active']) == ('Ландыш', False)
    for who, status in (('grace', 404), ('alice', 404)):
        for method, path, body in (
            ('POST', '/people', {'email': 'x@x.test', 'role': 'admin'}),
            ('PATCH', f'/people/{person}', {'active': True}),
            ('POST', '/companies', {'name': 'Чужая'}),
            ('PATCH', f'/companies/{company["id"]}', {'name': 'Чужая'}),
        ):
            assert (await programs[who].request(method, path, json=body)).status_code == status, (who, path)


async def test_a_change_of_which_a_part_is_refused_changes_nothing(programs):
    mona = programs['mona']
    me = (await mona.get('/me')).json()['id']
    refused = await mona.patch(f'/people/{me}', json={'role': 'admin', 'active': False})
    assert (refused.status_code, refused.json()['code']) == (409, 'conflict')
    assert await AuditEntry.filter(action='person.role_changed').count() == 0


async def test_everybody_minds_their_own_profile_keys_and_notices(programs):
    alice = programs['alice']
    assert (await alice.patch('/me', json={'language': 'en', 'mail_off': ['comment']})).json()['mail_off'] == [
        'comment'
    ]
    assert (await alice.patch('/me', json={'time_zone': 'Nowhere/Else'})).status_code == 422
    assert (await alice.patch('/me', json={'role': 'admin'})).status_code == 422
    ticket = await alice.file()
    await programs['grace'].post(f'/tickets/{ticket}/comments', json={'body': 'Смотрим.'})
    notices = (await alice.get('/notices')).json()
    assert (notices['unread'], notices['items'][0]['ticket'], notices['items'][0]['kind']) == (1, ticket, 'commented')
    assert (await alice.put('/notices/read', json={})).json() == {'count': 1}
    assert (await programs['bob'].get('/notices')).json()['items'] == []
    keys = (await alice.get('/me/tokens')).json()
    assert [(key['current'], key['scope']) for key in keys] == [(True, 'write')]
    others = (await programs['bob'].get('/me/tokens')).json()[0]['id']
    assert (await alice.delete(f'/me/tokens/{others}')).status_code == 404
    assert (await alice.delete(f'/me/tokens/{keys[0]["id"]}')).status_code == 204
    assert (await alice.get('/me')).status_code == 401


async def test_a_move_is_taken_back_by_whoever_made_it(programs):
    alice, grace = programs['alice'], programs['grace']
    ticket = await alice.file()
    path = f'/tickets/{ticket}/transitions'
    for undoable in (False, True):
        moved = await grace.post(path, json={'to': 'pending' if undoable else 'in_progress', 'undoable': undoable})
        undo = f'{path}/{moved.json()["last_event_id"]}/undo'
        assert (await alice.post(undo)).status_code == 403
        back = await grace.post(undo)
        assert back.status_code == (200 if undoable else 409), back.text
    assert back.json()['status'] == 'in_progress'
    assert (await programs['charlie'].post(undo)).status_code == 404


async def test_everybody_sees_and_ends_where_they_are_signed_in(programs):
    alice = programs['alice']
    for _ in range(2):
        await people.make_session(await User.get(email='alice@romashka.test'))
    await people.make_session(await User.get(email='bob@romashka.test'))
    found = (await alice.get('/me/sessions')).json()
    assert len(found) == 2
    assert (await programs['bob'].delete(f'/me/sessions/{found[0]["id"]}')).status_code == 404
    assert (await alice.delete(f'/me/sessions/{found[0]["id"]}')).status_code == 204
    assert (await alice.delete('/me/sessions')).json() == {'count': 1}
    assert len((await programs['bob'].get('/me/sessions')).json()) == 1


async def test_admins_change_settings_and_targets(programs):
    mona, grace = programs['mona'], programs['grace']
    try:
        for method, path in (('GET', '/settings'), ('PATCH', '/settings'), ('DELETE', '/settings/name')):
            assert (await grace.request(method, path, json={'values': {}})).status_code == 404
        wrong = await mona.patch('/settings', json={'values': {'auto_close_after': '10d', 'undo_window': 'soon'}})
        assert [error['field'] for error in wrong.json()['errors']] == ['undo_window']
        changed = (await mona.patch('/settings', json={'values': {'auto_close_after': '10d'}})).json()
        one = next(setting for setting in changed if setting['name'] == 'auto_close_after')
        assert (one['value'], one['default'], one['changed'], one['changed_by']) == (
            '10d',
            '14d',
            True,
            'Марина Начальник',
        )
        assert (await mona.delete('/settings/auto_close_after')).status_code == 204
        assert (await mona.delete('/settings/nothing')).status_code == 404
    finally:
        settings.cache_clear()
    assert (await programs['alice'].get('/targets')).status_code == 404
    before = (await grace.get('/targets')).json()
    assert (await grace.patch('/targets', json={'hours': {}})).status_code == 404
    hours = {'critical': {'respond': 2, 'solve': 6}}
    calendar = before['calendar'] | {'holidays': ['12-31']}
    after = (await mona.patch('/targets', json={'hours': hours, 'calendar': calendar})).json()
    assert after['hours'] == before['hours'] | {'critical': {'respond': 2.0, 'solve': 6.0}}
    assert after['calendar']['holidays'] == ['12-31']
    assert (await mona.patch('/targets', json={'hours': {'low': {'respond': 9, 'solve': 1}}})).status_code == 422


async def test_admins_edit_publish_and_restore_forms(programs):
    mona = programs['mona']
    assert (await programs['grace'].get('/forms/bug/draft')).status_code == 404
    draft = (await mona.get('/forms/bug/draft')).json()
    assert (draft['version'], draft['published'], draft['changed'], draft['problems']) == (0, 1, False, {})
    definition = draft['definition'] | {'title': {'ru': 'Сообщить о неисправности', 'en': 'Report a fault'}}
    kept = (await mona.put('/forms/bug/draft', json={'version': 0, 'definition': definition})).json()
    assert (kept['changed'], kept['definition']['title']['en']) == (True, 'Report a fault')
    stale = await mona.put('/forms/bug/draft', json={'version': 0, 'definition': definition})
    assert stale.status_code == 409
    published = await mona.post('/forms/bug/versions', json={'version': kept['version']})
    assert (published.status_code, published.json()['version']) == (201, 2)
    assert (await programs['alice'].get('/forms/bug')).json()['title']['en'] == 'Report a fault'
    assert (await mona.post('/forms/bug/versions/1/restored')).json()['version'] == 3
    assert [version['version'] for version in (await mona.get('/forms/bug/versions')).json()] == [3, 2, 1]
    assert (await programs['alice'].get('/forms/bug')).json()['title']['en'] == 'Report a bug'


async def test_staff_read_figures_as_far_as_they_may(programs):
    alice, grace, mona = programs['alice'], programs['grace'], programs['mona']
    ticket = await alice.file()
    await alice.post(f'/tickets/{ticket}/transitions', json={'to': 'done'})
    await alice.put(f'/tickets/{ticket}/rating', json={'stars': 4})
    await alice.file('Второй')
    assert (await alice.get('/figures/ratings')).status_code == 404
    rated = (await mona.get('/figures/ratings', params={'period': '7d', 'type': 'bug'})).json()
    assert (rated['total'], rated['own']) == ({'stars': [0, 0, 0, 1, 0], 'mean': 4.0}, False)
    assert (len(rated['trend']), rated['closed_by']['customer']) == (7, 1)
    assert (await grace.get('/figures/ratings')).json()['own'] is True
    other = (await mona.get('/figures/ratings', params={'type': 'feature'})).json()
    assert other['total']['mean'] is None
    flow = (await mona.get('/figures/flow', params={'period': '7d'})).json()
    assert (flow['trend'][-1]['created'], flow['trend'][-1]['solved']) == (2, 1)
    assert flow['open_by_assignee'] == {'none': {'open': 1}}


async def test_the_forms_say_what_they_ask(programs):
    forms = {form['type']: form for form in (await programs['alice'].get('/forms')).json()}
    assert set(forms) >= {'bug', 'feature', 'estimate', 'server_install'}
    assert (await programs['alice'].get('/forms/bug')).json() == forms['bug']
    assert (await programs['alice'].get('/forms/nothing')).status_code == 404


def test_the_description_is_one_of_which_a_client_can_be_made():
    document = create_api().openapi()
    operations = [
        (method, path, operation) for path, item in document['paths'].items() for method, operation in item.items()
    ]
    ids = [operation['operationId'] for _, _, operation in operations]
    assert len(set(ids)) == len(ids)
    for method, path, operation in operations:
        where = f'{method} {path}'
        assert operation['description'], where
        assert operation['tags'][0] in {tag['name'] for tag in document['tags']}, where
        assert operation['security'] == [{'HTTPBearer': []}], where
        for status, response in operation['responses'].items():
            if not status.startswith('2'):
                assert list(response['content']) == ['application/problem+json'], where
        named = {parameter['name'] for parameter in operation.get('parameters', ())}
        assert (method == 'post') == ('Idempotency-Key' in named), where
    assert document['components']['securitySchemes']['HTTPBearer']['scheme'] == 'bearer'


def test_every_refusal_has_a_title():
    refusals = [
        thing
        for module in (errors, ratings)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Refusal)
    ]
    untitled = {refusal.code for refusal in refusals} - {
        key.removeprefix('problem.') for key in i18n.keys('en') if key.startswith('problem.')
    }
    assert untitled == set()


async def test_the_portal_shows_the_description_itself_without_a_script(programs):
    for language, word in (('ru', 'Тело запроса'), ('en', 'Request body')):
        page = await programs['alice'].get('/docs', params={'language': language}, headers={'Authorization': ''})
        assert (page.status_code, page.headers['content-type']) == (200, 'text/html; charset=utf-8')
        assert "script-src 'none'" in page.headers['content-security-policy']
        assert '<script' not in page.text
        assert 'http://' not in page.text.replace('http://localhost:8080', '')
        assert word in page.text
        for operation in ('file_ticket', 'move_ticket', 'list_people'):
            assert f'id="{operation}"' in page.text


async def test_admins_keep_webhooks_whose_secret_is_told_once(programs, monkeypatch):
    monkeypatch.setenv('PORTAL_WEBHOOK_PRIVATE', 'true')
    settings.cache_clear()
    mona, new = programs['mona'], {'url': 'http://127.0.0.1:18999/hook', 'kinds': ['filed']}
    made = await mona.post('/webhooks', json=new, headers={'Idempotency-Key': 'one-hook'})
    assert (made.status_code, made.json()['kinds']) == (201, ['filed'])
    assert made.json()['secret'].startswith('whsec_')
    again = await mona.post('/webhooks', json=new, headers={'Idempotency-Key': 'one-hook'})
    assert again.json() == made.json() | {'secret': None}
    hook = f'/webhooks/{made.json()["id"]}'
    assert 'secret' not in (await mona.get(hook)).json()
    assert (await mona.post(f'{hook}/secret')).json()['secret'] != made.json()['secret']
    sent = (await mona.post(f'{hook}/test')).json()['id']
    ticket = await programs['alice'].file()
    messages = (await mona.get(f'{hook}/deliveries')).json()['items']
    assert [(item['kind'], item['ticket'], item['state']) for item in messages] == [
        ('filed', ticket, 'waiting'),
        ('test', None, 'waiting'),
    ]
    assert (await mona.post(f'{hook}/deliveries/{sent}/send')).status_code == 202
    assert (await mona.patch(hook, json={'active': False})).json()['active'] is False
    assert (await mona.post('/webhooks', json={'url': 'file:///etc/passwd'})).status_code == 422
    for who in ('grace', 'alice'):
        for method, path in (('GET', '/webhooks'), ('GET', hook), ('POST', f'{hook}/secret'), ('DELETE', hook)):
            assert (await programs[who].request(method, path)).status_code == 404
    assert (await mona.delete(hook)).status_code == 204
    assert (await mona.get('/webhooks')).json() == []
