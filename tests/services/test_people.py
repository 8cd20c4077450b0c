"""Accounts: who may make and change them, and what follows for their sessions, tokens and links."""

from datetime import UTC, datetime, timedelta

import pytest

from models import (
    ApiToken,
    AuditEntry,
    Company,
    LinkKind,
    MailKind,
    OneTimeLink,
    OutboxMail,
    Role,
    Theme,
    TokenScope,
    User,
)
from services import access, bus, companies, links, people, sessions, tokens
from services.emails import canonical_email
from services.errors import Conflict, Invalid, NotFound, SignedOut, TooMany
from tests.people import PASSWORD, actor_of, alice, bob, charlie, george, grace, make_company, make_user, mona

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FRESH = 'another long password'


@pytest.mark.parametrize(
    'typed, kept',
    [
        (' A@X.test ', 'a@x.test'),
        ('a+tag@x.test', 'a+tag@x.test'),
        ('a@x.test.', 'a@x.test'),
        ('a@почта.рф', 'a@xn--80a1acny.xn--p1ai'),
        ('root@localhost', 'root@localhost'),
    ],
)
def test_one_spelling_of_an_address(typed, kept):
    assert canonical_email(typed) == kept


@pytest.mark.parametrize(
    'typed',
    [
        '',
        'a',
        '@x.test',
        'a@',
        'a@x',
        'a@victim@evil.test',
        '"a b"@x.test',
        'а@x.test',
        'a b@x.test',
        'a@x..test',
        'a@-x.test',
        'a\n@x.test',
        'a@x.test\r\nBcc: b@x.test',
        'a..b@x.test',
        'x' * 65 + '@x.test',
        'a@' + 'x.' * 130 + 'test',
    ],
)
def test_what_is_no_address(typed):
    with pytest.raises(Invalid):
        canonical_email(typed)


async def test_the_operator_makes_an_account_with_its_company(database):
    made = await people.create_user('New@X.test', role=Role.CUSTOMER, company_name=' ООО  Новая ', password=PASSWORD)
    again = await people.create_user('two@x.test', role=Role.CUSTOMER, company_name='ООО Новая')
    assert (made.email, made.name, made.company_id) == ('new@x.test', 'new', again.company_id)
    token, _ = await sessions.sign_in('new@x.test', PASSWORD)
    assert await sessions.actor_of_token(token)
    for bad in (
        {'email': 'new@x.test', 'role': Role.CUSTOMER, 'company_name': 'X'},
        {'email': 'c@x.test', 'role': Role.CUSTOMER},
        {'email': 'c@x.test', 'role': Role.SYSTEM},
        {'email': 'c@x.test', 'role': Role.AGENT, 'company_name': 'X'},
        {'email': 'c@x.test', 'role': Role.AGENT, 'password': 'short'},
    ):
        with pytest.raises(Invalid):
            await people.create_user(**bad)
    assert await User.all().count() == 2
    assert not await Company.filter(name='X').exists()


async def test_an_invited_customer_chooses_name_and_password_and_nothing_else(database):
    company = await make_company()
    user = await people.invite(await actor_of(await mona()), 'New@X.test', 'Новый', Role.CUSTOMER, company.id)
    link = await OneTimeLink.get(user_id=user.id)
    assert await OutboxMail.filter(kind=MailKind.INVITATION, recipient_id=user.id).count() == 1
    view = await links.read_invitation(links.token_of(link))
    assert (view.email, view.company_name) == ('new@x.test', 'Ромашка')
    token, _ = await links.accept_invitation(links.token_of(link), ' Анна  Новая ', FRESH)
    actor = await sessions.actor_of_token(token)
    assert actor is not None
    invited = await access.person(actor)
    assert (invited.name, invited.email, invited.role, invited.company_id) == (
        'Анна Новая',
        'new@x.test',
        Role.CUSTOMER,
        company.id,
    )
    with pytest.raises(links.LinkRefused):
        await links.accept_invitation(links.token_of(link), 'Ещё раз', FRESH)


async def test_only_the_newest_invitation_counts_and_not_for_ever(sqlite):
    boss = await actor_of(await mona(), now=NOW)
    company = await make_company()
    user = await people.invite(boss, 'new@x.test', 'Новый', Role.CUSTOMER, company.id, now=NOW)
    old = await OneTimeLink.get(user_id=user.id)
    await people.invite_again(boss, user.id, now=NOW)
    new = await OneTimeLink.filter(user_id=user.id).order_by('-id').first()
    assert new is not None
    with pytest.raises(links.LinkRefused):
        await links.read_invitation(links.token_of(old), now=NOW)
    assert await links.read_invitation(links.token_of(new), now=NOW + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(links.LinkRefused):
        await links.read_invitation(links.token_of(new), now=NOW + timedelta(days=7))
    await people.deactivate(boss, user.id, now=NOW)
    with pytest.raises(links.LinkRefused):
        await links.read_invitation(links.token_of(new), now=NOW)
    await people.activate(boss, user.id, now=NOW)
    with pytest.raises(links.LinkRefused):
        await links.read_invitation(links.token_of(new), now=NOW)


async def test_a_forged_or_mixed_up_token_opens_nothing(sqlite):
    user = await alice(password=PASSWORD)
    await links.request_reset(user.email)
    link = await OneTimeLink.get(user_id=user.id)
    token = links.token_of(link)
    flipped = [token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :] for place in range(len(token))]
    for forged in (*flipped, '', '.', link.nonce, link.nonce + '.', token + 'A', token * 50, 'ж.ж', '\udce4.\udce4'):
        with pytest.raises(links.LinkRefused):
            await links.read_reset(forged)
    with pytest.raises(links.LinkRefused):
        await links.read_invitation(token)
    assert (await links.read_reset(token)).email == user.email


async def test_a_reset_ends_every_session_and_token_and_tells_by_mail(database):
    user = await alice(password=PASSWORD)
    others = [await actor_of(user) for _ in range(3)]
    key, _ = await tokens.create_token(others[0], 'отчёты')
    ended: list[str] = []
    for actor in others:
        bus.subscribe(f'session:{actor.session_id}', ended.append)
    await links.request_reset(' ALICE@romashka.test ')
    link = await OneTimeLink.get(user_id=user.id, kind=LinkKind.PASSWORD_RESET)
    with pytest.raises(Invalid):
        await links.use_reset(links.token_of(link), 'short')
    token, _ = await links.use_reset(links.token_of(link), FRESH)
    assert await sessions.actor_of_token(token)
    for actor in others:
        with pytest.raises(SignedOut):
            await access.person(actor)
    assert len(ended) == 3
    assert await tokens.key_of(key) is None
    assert await OutboxMail.filter(kind=MailKind.PASSWORD_CHANGED, recipient_id=user.id).count() == 1
    with pytest.raises(sessions.WrongPassword):
        await sessions.sign_in(user.email, PASSWORD)
    with pytest.raises(links.LinkRefused):
        await links.use_reset(links.token_of(link), FRESH)


async def test_the_older_and_the_expired_reset_do_nothing(sqlite):
    user = await alice(password=PASSWORD)
    await links.request_reset(user.email, now=NOW)
    first = await OneTimeLink.get(user_id=user.id)
    await links.request_reset(user.email, now=NOW + timedelta(minutes=21))
    second = await OneTimeLink.filter(user_id=user.id).order_by('-id').first()
    assert second is not None
    later = NOW + timedelta(minutes=21)
    for link, moment in ((first, later), (second, later + timedelta(minutes=30))):
        with pytest.raises(links.LinkRefused):
            await links.use_reset(links.token_of(link), FRESH, now=moment)
    assert await links.read_reset(links.token_of(second), now=later + timedelta(minutes=30, seconds=-1))


async def test_one_mail_for_many_requests_and_none_to_strangers(sqlite):
    user = await alice(password=PASSWORD)
    for _ in range(10):
        await links.request_reset(user.email, address='192.0.2.7')
        await links.request_reset('nobody@romashka.test', address='192.0.2.7')
    assert [mail.recipient_id for mail in await OutboxMail.filter(kind=MailKind.PASSWORD_RESET)] == [user.id]
    with pytest.raises(TooMany):
        for _ in range(11):
            await links.request_reset('nobody@romashka.test', address='192.0.2.7')


async def test_changing_the_password_takes_the_old_one_and_signs_out_elsewhere(database):
    user = await alice(password=PASSWORD)
    here, elsewhere = await actor_of(user), await actor_of(user)
    with pytest.raises(sessions.WrongPassword):
        await people.change_password(here, 'wrong', FRESH)
    with pytest.raises(Invalid):
        await people.change_password(here, PASSWORD, 'alice@romashka.test')
    await people.change_password(here, PASSWORD, FRESH)
    assert await access.person(here)
    with pytest.raises(SignedOut):
        await access.person(elsewhere)
    assert await OutboxMail.filter(kind=MailKind.PASSWORD_CHANGED).count() == 1
    for _ in range(5):
        with pytest.raises(sessions.WrongPassword):
            await people.change_password(here, 'wrong', FRESH)
    with pytest.raises(TooMany):
        await people.change_password(here, FRESH, PASSWORD)


async def test_a_closed_account_is_out_at_once(database):
    boss, user = await actor_of(await mona()), await grace()
    hers = await actor_of(user)
    key, _ = await tokens.create_token(hers, 'отчёты')
    heard: list[str] = []
    bus.subscribe(f'session:{hers.session_id}', heard.append)
    await people.deactivate(boss, user.id)
    with pytest.raises(SignedOut):
        await access.person(hers)
    assert heard
    assert await tokens.key_of(key) is None
    await people.activate(boss, user.id)
    with pytest.raises(SignedOut):
        await access.person(hers)


async def test_a_closed_company_signs_its_people_out(sqlite):
    boss, user = await actor_of(await mona()), await charlie()
    his = await actor_of(user)
    await companies.set_company_active(boss, user.company_id or 0, False)
    with pytest.raises(SignedOut):
        await access.person(his)


async def test_the_last_admin_stays_one(sqlite):
    user = await mona()
    boss = await actor_of(user)
    with pytest.raises(Conflict):
        await people.deactivate(boss, user.id)
    with pytest.raises(Conflict):
        await people.change_role(boss, user.id, Role.AGENT)
    await people.change_role(boss, (await grace()).id, Role.ADMIN)
    await people.change_role(boss, user.id, Role.AGENT)
    with pytest.raises(NotFound):
        await people.list_people(boss)


async def test_a_new_role_holds_at_once_and_is_written_down(sqlite):
    boss, user, company = await actor_of(await mona()), await grace(), await make_company()
    hers = await actor_of(user)
    heard: list[str] = []
    bus.subscribe(f'user:{user.id}', heard.append)
    with pytest.raises(Invalid):
        await people.change_role(boss, user.id, Role.CUSTOMER)
    await people.change_role(boss, user.id, Role.CUSTOMER, company.id)
    assert heard
    now_she_is = await access.person(hers)
    assert (now_she_is.role, now_she_is.company_id) == (Role.CUSTOMER, company.id)
    entry = await AuditEntry.get(action='person.role_changed')
    assert entry.details == {'role': 'customer', 'was': 'agent'}


@pytest.mark.parametrize('who', [alice, george])
async def test_only_admins_see_and_change_accounts(sqlite, who):
    actor, victim, company = await actor_of(await who()), await bob(), await make_company()
    for refused in (
        people.list_people(actor),
        people.invite(actor, 'x@x.test', 'X', Role.AGENT, None),
        people.invite_again(actor, victim.id),
        people.deactivate(actor, victim.id),
        people.activate(actor, victim.id),
        people.change_role(actor, victim.id, Role.ADMIN),
        companies.create_company(actor, 'Новая'),
        companies.rename_company(actor, company.id, 'Новая'),
        companies.set_company_active(actor, company.id, False),
    ):
        with pytest.raises(NotFound):
            await refused
    assert (await User.get(id=victim.id)).role is Role.CUSTOMER
    assert await User.all().count() == 2


async def test_companies_have_names_of_their_own(database):
    boss = await actor_of(await mona())
    await alice()
    made = await companies.create_company(boss, ' ООО  «Лютик» ')
    assert [(row.name, row.people) for row in await companies.list_companies(boss)] == [
        ('ООО «Лютик»', 0),
        ('Ромашка', 1),
    ]
    for taken in ('ооо «лютик»', '', ' ', 'x' * 201, 'a\0b'):
        with pytest.raises(Invalid):
            await companies.create_company(boss, taken)
    await companies.rename_company(boss, made.id, 'ООО «ЛЮТИК»')
    with pytest.raises(NotFound):
        await companies.rename_company(boss, 999, 'Другая')


async def test_a_profile_holds_what_may_be_changed_and_nothing_else(sqlite):
    actor = await actor_of(await alice())
    await people.change_profile(
        actor,
        name=' Алиса  Новая ',
        language='en',
        time_zone='Asia/Yekaterinburg',
        theme=Theme.DARK,
        mail_off=[MailKind.RATING, MailKind.INVITATION],
    )
    mine = await people.profile(actor)
    assert (mine.name, mine.language, mine.time_zone, mine.theme) == (
        'Алиса Новая',
        'en',
        'Asia/Yekaterinburg',
        Theme.DARK,
    )
    assert mine.mail_off == {MailKind.RATING}
    for wrong in (
        {'language': 'xx'},
        {'time_zone': '../etc/passwd'},
        {'name': ' '},
        {'name': 'x' * 101},
        {'name': 'a\u202eb'},
    ):
        with pytest.raises(Invalid):
            await people.change_profile(actor, **wrong)
    assert (await people.profile(actor)).name == 'Алиса Новая'


async def test_tokens_are_shown_once_and_revoked_at_once(database):
    actor, stranger = await actor_of(await alice()), await actor_of(await charlie())
    token, view = await tokens.create_token(actor, 'отчёты', lifetime=timedelta(days=1))
    by = await tokens.key_of(token)
    assert by is not None
    assert (by.actor.token_id, by.scope, view.scope) == (view.id, TokenScope.WRITE, TokenScope.WRITE)
    assert token not in str([row.__dict__ async for row in ApiToken.all()])
    assert await tokens.key_of(token, now=datetime.now(UTC) + timedelta(days=2)) is None
    assert await tokens.key_of(token[:-1]) is None
    assert [row.name for row in await tokens.list_own(actor)] == ['отчёты']
    assert await tokens.list_own(stranger) == []
    with pytest.raises(NotFound):
        await tokens.revoke(stranger, view.id)
    await tokens.revoke(actor, view.id)
    assert await tokens.key_of(token) is None
    with pytest.raises(Invalid):
        await tokens.create_token(actor, ' ')
    with pytest.raises(NotFound):
        await tokens.create_for('nobody@x.test', 'x')
    assert await tokens.key_of(await tokens.create_for('Alice@romashka.test', 'x'))


async def test_text_of_people_is_found_whatever_its_case(sqlite):
    boss = await actor_of(await mona())
    await alice()
    await make_user(email='other@x.test', name='Пётр')
    assert [row.name for row in await people.list_people(boss, text='алИСА')] == ['Алиса Иванова']
    assert [row.email for row in await people.list_people(boss, text='OTHER@')] == ['other@x.test']


async def test_a_company_is_the_same_however_its_capitals_are_written(database):
    first = await people.create_user('anna@romashka.test', role=Role.CUSTOMER, company_name='Ромашка')
    second = await people.create_user('boris@romashka.test', role=Role.CUSTOMER, company_name='РОМАШКА')
    assert first.company_id == second.company_id
