"""The plain forms around signing in: what they take, where they lead, and what they never tell."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from api.sign_in import next_path
from models import Attempt, Company, LinkKind, MailKind, OneTimeLink, OutboxMail, Role, Session, User
from services import links, passwords, people, sessions, setup, tokens
from services.settings import settings
from tests.api.visitors import make_app, visitor
from tests.people import PASSWORD, actor_of, alice, make_company, make_session, mona

ALICE = {'email': 'alice@romashka.test', 'password': PASSWORD}
FRESH = 'another long password'


@pytest.fixture
def app(sqlite):
    return make_app()


@pytest.fixture
async def nobody(app):
    await mona()  # a portal that is set up
    async with visitor(app) as client:
        yield client


async def test_signing_in_lands_on_the_address_asked_for(nobody):
    await alice(password=PASSWORD)
    asked = await nobody.get('/tickets?status=open')
    form = await nobody.get(asked.headers['location'])
    hidden = re.search(r'name="next" value="([^"]+)"', form.text)
    assert hidden is not None
    answer = await nobody.post('/login', data={**ALICE, 'next': hidden[1].replace('&amp;', '&')})
    assert (answer.status_code, answer.headers['location']) == (303, '/tickets?status=open')
    assert (await nobody.get('/tickets?status=open')).text.startswith('page of')


async def test_a_planted_cookie_never_becomes_anybody(app, nobody):
    await alice(password=PASSWORD)
    planted = 'A' * 43
    answer = await nobody.post('/login', data=ALICE, headers={'Cookie': f'portal={planted}'})
    assert planted not in answer.headers['set-cookie']
    async with visitor(app, token=planted) as attacker:
        assert (await attacker.get('/')).status_code == 303


async def test_signing_in_anew_ends_what_was_in_this_browser_before(nobody):
    user = await alice(password=PASSWORD)
    await nobody.post('/login', data=ALICE)
    await nobody.post('/login', data=ALICE)
    assert await Session.filter(user_id=user.id, ended_at=None).count() == 1
    assert (await nobody.get('/')).status_code == 200


async def test_whoever_is_signed_in_does_not_see_the_form_again(nobody):
    await alice(password=PASSWORD)
    await nobody.post('/login', data=ALICE)
    assert (await nobody.get('/login?next=/tickets')).headers['location'] == '/tickets'
    assert (await nobody.get('/login')).headers['location'] == '/'


async def test_signing_out_is_a_post_and_final(app, nobody):
    await alice(password=PASSWORD)
    await nobody.post('/login', data=ALICE)
    token = nobody.cookies['portal']
    assert (await nobody.get('/logout')).status_code == 405
    answer = await nobody.post('/logout')
    assert answer.headers['location'] == '/login?signed_out'
    assert 'Max-Age=0' in answer.headers['set-cookie']
    assert 'Вы вышли' in (await nobody.get('/login?signed_out')).text
    async with visitor(app, token=token) as thief:
        for path in ('/', '/who', '/password', '/files/x/y'):
            assert (await thief.get(path)).status_code == 303


async def test_wrong_passwords_and_unknown_people_look_alike(nobody):
    await alice(password=PASSWORD)
    seen = set()
    times: dict[str, list[float]] = {'alice@romashka.test': [], 'nobod@romashka.test': []}
    for _ in range(25):
        for email, spent in times.items():
            began = time.process_time()  # work, not time: it does not depend on what else the machine does
            answer = await nobody.post('/login', data={'email': email, 'password': 'wrong-password'})
            spent.append(time.process_time() - began)
            body = answer.text.replace(email, 'EMAIL')
            headers = {name: value for name, value in answer.headers.items() if name != 'x-request-id'}
            seen.add((answer.status_code, body, tuple(sorted(headers.items()))))
            await Attempt.all().delete()  # the limits are another test's
    assert len(seen) == 1
    assert {status for status, *_ in seen} == {403}
    known, unknown = (min(spent) for spent in times.values())
    assert known / 2 < unknown < known * 2  # a password is hashed for both; without that one takes a tenth of the other


async def test_too_many_failures_are_told_with_the_time_to_wait(nobody):
    await alice(password=PASSWORD)
    for _ in range(5):
        assert (await nobody.post('/login', data={**ALICE, 'password': 'wrong'})).status_code == 403
    for password in ('wrong', PASSWORD):
        answer = await nobody.post('/login', data={**ALICE, 'password': password})
        assert answer.status_code == 429
        assert 0 < int(answer.headers['retry-after']) <= 900
        assert 'Слишком много' in answer.text or 'Подождите' in answer.text


async def test_failures_elsewhere_leave_a_live_session_alone(app, nobody):
    token, _ = await make_session(await alice(password=PASSWORD))
    for _ in range(8):
        await nobody.post('/login', data={**ALICE, 'password': 'wrong'})
    async with visitor(app, token=token, address='198.51.100.3') as herself:
        assert (await herself.get('/')).status_code == 200


ELSEWHERE = (
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://evil.example',
    '%2f%2fevil.example',
    '\\\\evil',
    'javascript:alert(1)',
    '/\n/evil.example',
    '/\t/evil.example',
    '/' + 'x' * 3000,
    '',
    'tickets',
    '/login?next=/login',
)


@pytest.mark.parametrize('wanted', ELSEWHERE)
async def test_nobody_is_led_to_another_site(nobody, wanted):
    await alice(password=PASSWORD)
    assert next_path(wanted) == '/'
    answer = await nobody.post(
        '/login', data={**ALICE, 'next': wanted}, headers={'X-Forwarded-Prefix': '//evil.example'}
    )
    assert answer.headers['location'] == '/'


def test_an_address_of_ours_may_speak_of_others():
    assert next_path('/a?next=//evil.example') == '/a?next=//evil.example'


async def test_what_was_typed_is_shown_harmlessly_and_passwords_never(nobody):
    answer = await nobody.post('/login', data={'email': '"><script>alert(1)</script>', 'password': 'my secret words'})
    assert '<script' not in answer.text
    assert '&lt;script&gt;' in answer.text
    assert 'my secret words' not in answer.text


@pytest.mark.parametrize('content', [b'', b'email=%ff%fe&password=%00', b'a=b&' * 500, b'{"email": 1}'])
async def test_a_form_of_nonsense_is_refused_politely(nobody, content):
    for path in ('/login', '/forgot', '/reset/x', '/invitation/x'):
        kind = {'Content-Type': 'application/x-www-form-urlencoded'}
        assert (await nobody.post(path, content=content, headers=kind)).status_code in (200, 400, 403, 410, 422, 429)
    assert (await nobody.post('/login', files={'email': ('x', b'y')})).status_code == 403


async def test_the_language_is_switched_and_remembered(nobody):
    assert 'lang="ru"' in (await nobody.get('/login')).text
    assert 'lang="en"' in (await nobody.get('/login', headers={'Accept-Language': 'en-GB,ru;q=0.5'})).text
    assert 'lang="en"' in (await nobody.get('/login?language=en')).text
    assert 'lang="en"' in (await nobody.get('/forgot')).text
    assert 'lang="en"' in (await nobody.get('/forgot?language=%22%3E')).text


async def test_a_forgotten_password_is_set_anew(nobody, caplog):
    caplog.set_level('DEBUG')
    user = await alice(password=PASSWORD)
    others = [await make_session(user) for _ in range(3)]
    key, _ = await tokens.create_token(await actor_of(user), 'x')
    answer = await nobody.post('/forgot', data={'email': ' Alice@romashka.test'})
    unknown = await nobody.post('/forgot', data={'email': 'nobody@romashka.test'})
    assert answer.status_code == unknown.status_code == 200
    assert answer.text.replace('Alice@romashka.test', 'X') == unknown.text.replace('nobody@romashka.test', 'X')
    link = await OneTimeLink.get(kind=LinkKind.PASSWORD_RESET)
    path = links.address_of(link).removeprefix(settings().url)
    assert (await nobody.get(path)).status_code == 200
    assert (await nobody.head(path)).status_code == 200  # mail scanners look at links: nothing happens by that
    differs = await nobody.post(path, data={'password': FRESH, 'password_again': 'x'})
    assert (differs.status_code, 'Пароли не совпали' in differs.text) == (422, True)
    done = await nobody.post(path, data={'password': FRESH, 'password_again': FRESH})
    assert (done.status_code, done.headers['location']) == (303, '/')
    assert (await nobody.get('/')).status_code == 200
    for token, _session in others:
        assert await sessions.actor_of_token(token) is None
    assert await tokens.key_of(key) is None
    assert await OutboxMail.filter(kind=MailKind.PASSWORD_CHANGED).count() == 1
    used, never = await nobody.get(path), await nobody.get('/reset/nonsense')
    assert used.status_code == never.status_code == 410
    assert used.text == never.text
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith('httpx')]
    assert not any(links.token_of(link) in line for line in ours)


async def test_a_mailed_link_has_our_own_address_whatever_the_request_said(app, nobody, monkeypatch):
    monkeypatch.setenv('PORTAL_BASE_URL', 'https://support.example.com')
    settings.cache_clear()
    await alice(password=PASSWORD)
    async with visitor(app, base='https://support.example.com') as client:
        lies = {'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http', 'Forwarded': 'host=evil.example'}
        assert (await client.post('/forgot', data={'email': 'alice@romashka.test'}, headers=lies)).status_code == 200
        evil = await client.post('/forgot', data={'email': 'alice@romashka.test'}, headers={'Host': 'evil.example'})
        assert evil.status_code == 400
    assert links.address_of(await OneTimeLink.get()).startswith('https://support.example.com/reset/')


async def test_an_invitation_takes_name_and_password_alone(nobody):
    company, other = await make_company(), await make_company('Лопух')
    user = await people.invite(await actor_of(await mona()), 'new@x.test', 'Новый', Role.CUSTOMER, company.id)
    path = links.address_of(await OneTimeLink.get(user_id=user.id)).removeprefix(settings().url)
    form = await nobody.get(path)
    assert 'new@x.test' in form.text
    assert 'Ромашка' in form.text
    given = {'name': 'Анна', 'password': FRESH, 'password_again': FRESH}
    greedy = {'email': 'boss@x.test', 'role': 'admin', 'company_id': str(other.id), 'active': '1', 'id': '1'}
    answer = await nobody.post(path, data=given | greedy)
    assert answer.headers['location'] == '/'
    made = await User.get(id=user.id)
    assert (made.name, made.email, made.role, made.company_id) == ('Анна', 'new@x.test', Role.CUSTOMER, company.id)
    assert (await nobody.post(path, data=given)).status_code == 410
    assert await Company.all().count() == 2


async def test_an_empty_portal_asks_for_its_first_administrator(app):
    async with visitor(app) as client:
        assert (await client.get('/login')).headers['location'] == '/setup'
        code = await setup.offered_code()
        form = {'code': code, 'name': 'Марина', 'email': 'mona@x.test', 'password': FRESH, 'password_again': FRESH}
        wrong = await client.post('/setup', data=form | {'code': 'AAAA-AAAA-AAAA-AAAA'})
        assert (wrong.status_code, 'Код не подошёл' in wrong.text, FRESH in wrong.text) == (422, True, False)
        assert (await client.post('/setup', data=form)).headers['location'] == '/'
        assert (await client.get('/')).status_code == 200
    async with visitor(app) as late:
        assert (await late.get('/setup')).headers['location'] == '/login'
        assert (await late.post('/setup', data=form)).headers['location'] == '/login'
    assert await User.all().count() == 1


async def test_the_own_password_is_changed_knowing_the_old_one(app, nobody):
    user = await alice(password=PASSWORD)
    assert (await nobody.get('/password')).status_code == 303
    assert (await nobody.post('/password', data={'old_password': PASSWORD, 'password': FRESH})).status_code == 401
    token, _ = await make_session(user)
    elsewhere, _ = await make_session(user)
    async with visitor(app, token=token) as herself:
        assert user.email in (await herself.get('/password')).text
        wrong = await herself.post('/password', data={'old_password': 'x', 'password': FRESH, 'password_again': FRESH})
        assert wrong.status_code == 403
        form = {'old_password': PASSWORD, 'password': FRESH, 'password_again': FRESH}
        assert (await herself.post('/password', data=form)).status_code == 200
        assert (await herself.get('/')).status_code == 200
    assert await sessions.actor_of_token(elsewhere) is None
    assert await passwords.fits(FRESH, (await User.get(id=user.id)).password_hash)


async def test_an_expired_invitation_says_what_every_dead_link_says(nobody):
    user = await people.invite(await actor_of(await mona()), 'n@x.test', 'N', Role.AGENT, None)
    link = await OneTimeLink.get(user_id=user.id)
    await OneTimeLink.filter(id=link.id).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    dead = await nobody.get(f'/invitation/{links.token_of(link)}')
    assert (dead.status_code, 'больше не действует' in dead.text) == (410, True)
