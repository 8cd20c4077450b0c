"""Signing in, what a session is worth, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from models import AuditEntry, Role, Session, User
from services import access, bus, passwords, sessions
from services.actor import Actor
from services.errors import NotFound, SignedOut, TooMany
from services.settings import settings
from tests.people import PASSWORD, actor_of, alice, bob, charlie, make_company, make_session, make_user

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def test_the_right_password_begins_a_session(database):
    user = await alice(password=PASSWORD)
    token, session = await sessions.sign_in(
        ' Alice@Romashka.test ', PASSWORD, address='192.0.2.7', browser='Firefox\n', now=NOW
    )
    assert session.user_id == user.id
    assert await sessions.actor_of_token(token, now=NOW) == Actor(user.id, session_id=session.id)
    assert token not in str((await Session.get(id=session.id)).__dict__)
    assert session.browser == 'Firefox '
    assert await AuditEntry.filter(action='session.started', actor_id=user.id).count() == 1


async def test_every_sign_in_is_a_new_session(sqlite):
    await alice(password=PASSWORD)
    first, _ = await sessions.sign_in('alice@romashka.test', PASSWORD, now=NOW)
    second, _ = await sessions.sign_in('alice@romashka.test', PASSWORD, now=NOW)
    assert first != second
    assert await Session.all().count() == 2


@pytest.mark.parametrize(
    'email', ['alice@romashka.test', 'nobody@romashka.test', 'no address', '', 'a\0b@x.test', 'x' * 999]
)
async def test_wrong_passwords_and_unknown_people_get_the_same_refusal(sqlite, email):
    await alice(password=PASSWORD)
    with pytest.raises(sessions.WrongPassword) as refused:
        await sessions.sign_in(email, 'wrong-password-2026', now=NOW)
    assert (refused.value.key, refused.value.values) == ('refusal.wrong_password', {})
    assert await Session.all().count() == 0


async def test_invited_closed_and_companyless_accounts_do_not_sign_in(sqlite):
    await make_user(email='invited@romashka.test')
    await make_user(email='closed@romashka.test', password=PASSWORD, active=False)
    gone = await make_company('Ушедшие', active=False)
    await make_user(email='gone@gone.test', password=PASSWORD, company=gone)
    for email in ('invited@romashka.test', 'closed@romashka.test', 'gone@gone.test'):
        with pytest.raises(sessions.WrongPassword):
            await sessions.sign_in(email, PASSWORD, now=NOW)


async def test_six_wrong_tries_block_the_account_from_that_network_for_a_quarter_of_an_hour(database):
    await alice(password=PASSWORD)
    for _ in range(5):
        with pytest.raises(sessions.WrongPassword):
            await sessions.sign_in('alice@romashka.test', 'wrong', address='192.0.2.7', now=NOW)
    for password in ('wrong', PASSWORD):
        with pytest.raises(TooMany) as refused:
            await sessions.sign_in('alice@romashka.test', password, address='192.0.2.8', now=NOW)
        assert 0 < refused.value.retry_after <= 900
    await sessions.sign_in('alice@romashka.test', PASSWORD, address='198.51.100.1', now=NOW)  # she herself, elsewhere
    await sessions.sign_in(
        'alice@romashka.test', PASSWORD, address='192.0.2.7', now=NOW + timedelta(minutes=15, seconds=1)
    )


async def test_twenty_failures_from_one_address_stop_all_its_tries(sqlite):
    await alice(password=PASSWORD)
    for number in range(20):
        with pytest.raises(sessions.WrongPassword):
            await sessions.sign_in(f'guess{number}@romashka.test', 'wrong', address='192.0.2.7', now=NOW)
    with pytest.raises(TooMany):
        await sessions.sign_in('alice@romashka.test', PASSWORD, address='192.0.2.7', now=NOW)


async def test_an_office_behind_one_address_signs_in_at_nine(sqlite):
    await alice(password=PASSWORD)
    for _ in range(25):
        await sessions.sign_in('alice@romashka.test', PASSWORD, address='192.0.2.7', now=NOW)
    assert await Session.all().count() == 25


async def test_old_hashes_are_renewed(sqlite):
    from passlib.hash import argon2

    user = await alice()
    old = argon2.using(type='ID', memory_cost=1024, time_cost=1, parallelism=1).hash(PASSWORD)
    await User.filter(id=user.id).update(password_hash=old)
    await sessions.sign_in(user.email, PASSWORD, now=NOW)
    assert not passwords.outdated((await User.get(id=user.id)).password_hash or '')


@pytest.mark.parametrize('role, idle', [(Role.CUSTOMER, timedelta(hours=12)), (Role.AGENT, timedelta(hours=8))])
async def test_a_session_ends_when_nothing_is_done(sqlite, role, idle):
    token, _ = await make_session(await make_user(role=role), now=NOW)
    assert await sessions.actor_of_token(token, touch=False, now=NOW + idle - timedelta(seconds=1))
    assert await sessions.actor_of_token(token, touch=False, now=NOW + idle) is None


async def test_only_real_requests_keep_a_session_alive_and_not_beyond_its_lifetime(sqlite):
    token, _session = await make_session(await alice(), now=NOW)
    end = NOW + settings().session_lifetime
    moment = NOW
    while moment + timedelta(hours=11) < end:
        moment += timedelta(hours=11)
        assert await sessions.actor_of_token(token, now=moment)
    assert await sessions.actor_of_token(token, now=end - timedelta(seconds=1))
    assert await sessions.actor_of_token(token, now=end) is None


async def test_the_row_is_written_once_a_minute_at_most(sqlite):
    token, session = await make_session(await alice(), now=NOW)
    await sessions.actor_of_token(token, now=NOW + timedelta(seconds=59))
    assert (await Session.get(id=session.id)).active_at == NOW
    await sessions.actor_of_token(token, now=NOW + timedelta(seconds=60))
    assert (await Session.get(id=session.id)).active_at == NOW + timedelta(seconds=60)


async def test_no_other_value_of_the_cookie_opens_the_session(sqlite):
    token, _ = await make_session(await alice())
    broken = [token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :] for place in range(len(token))]
    for value in (*broken, '', token[:-1], token + 'A', token * 200, 'ж' * 43, '\udce4' * 43):
        assert await sessions.actor_of_token(value) is None, value


async def test_signing_out_ends_this_session_alone_and_is_announced(database):
    user = await alice()
    here, elsewhere = await actor_of(user), await actor_of(user)
    heard: list[str] = []
    bus.subscribe(f'session:{here.session_id}', heard.append)
    await sessions.sign_out(here)
    with pytest.raises(SignedOut):
        await access.person(here)
    assert (await access.person(elsewhere)).id == user.id
    assert heard == [f'session:{here.session_id}']
    await sessions.sign_out(here)
    assert len(heard) == 1


async def test_a_person_sees_and_ends_their_own_sessions_only(sqlite):
    user = await alice()
    here, elsewhere, stranger = await actor_of(user), await actor_of(user), await actor_of(await charlie())
    assert [(view.id, view.current) for view in await sessions.list_own(here)] == [
        (here.session_id, True),
        (elsewhere.session_id, False),
    ]
    with pytest.raises(NotFound):
        await sessions.end(here, stranger.session_id or 0)
    await sessions.end(here, elsewhere.session_id or 0)
    with pytest.raises(SignedOut):
        await access.person(elsewhere)
    assert await access.person(stranger)


async def test_sign_out_everywhere(sqlite):
    user = await bob()
    here, elsewhere = await actor_of(user), await actor_of(user)
    assert await sessions.end_all_own(here, but_this=True) == 1
    assert await access.person(here)
    with pytest.raises(SignedOut):
        await access.person(elsewhere)
    assert await sessions.end_all_own(here) == 1
    with pytest.raises(SignedOut):
        await access.person(here)
