"""Inviting by a pasted list: read in any sensible form, looked at before anything is sent, sent once."""

import pytest

from models import AuditEntry, MailKind, OutboxMail, Role, User
from services import companies, people
from services.accounts import invitations, pasted
from services.accounts.directory import PeopleFilter
from services.errors import Invalid, NotFound
from tests.people import PASSWORD, actor_of, alice, grace, make_company, mona


@pytest.mark.parametrize(
    'line, found',
    [
        ('ivan@x.ru', [('ivan@x.ru', '')]),
        ('  Иван Петров <ivan@x.ru>  ', [('ivan@x.ru', 'Иван Петров')]),
        ('"Петров, Иван" <ivan@x.ru>', [('ivan@x.ru', 'Петров, Иван')]),
        ('Иван Петров ivan@x.ru', [('ivan@x.ru', 'Иван Петров')]),
        ('Иван Петров (ivan@x.ru)', [('ivan@x.ru', 'Иван Петров')]),
        ('ivan@x.ru - Иван Петров', [('ivan@x.ru', 'Иван Петров')]),
        ('Иван;Петров;ivan@x.ru', [('ivan@x.ru', 'Иван Петров')]),
        ('Иван Петров,ivan@x.ru', [('ivan@x.ru', 'Иван Петров')]),
        ('"Иван Петров","ivan@x.ru"', [('ivan@x.ru', 'Иван Петров')]),
        ('Иван\tПетров\tivan@x.ru', [('ivan@x.ru', 'Иван Петров')]),
        ('<ivan@x.ru>', [('ivan@x.ru', '')]),
        ('a@x.ru, b@x.ru; c@x.ru', [('a@x.ru', ''), ('b@x.ru', ''), ('c@x.ru', '')]),
        ('a@x.ru; b@x.ru', [('a@x.ru', ''), ('b@x.ru', '')]),
        ('Иван <a@x.ru>; Пётр <b@x.ru>,', [('a@x.ru', 'Иван'), ('b@x.ru', 'Пётр')]),
        ('без адреса', [('', 'без адреса')]),
        ('Иван <пока нет>', [('', 'Иван <пока нет>')]),
    ],
)
def test_a_line_in_any_sensible_form(line, found):
    assert [(entry.email, entry.name) for entry in pasted.entries(line)] == found


def test_headings_and_empty_lines_are_nobody():
    text = '\ufeffФИО;E-mail\n\nИван;ivan@x.ru\r\n   \nПётр;petr@x.ru\n'
    assert [(entry.line, entry.email) for entry in pasted.entries(text)] == [(3, 'ivan@x.ru'), (5, 'petr@x.ru')]


@pytest.mark.parametrize('text', ['<' * 50_000, '"' * 50_000, 'a@' * 30_000, '\0', '<a@b>' * 20_000, ';' * 90_000])
def test_what_is_no_list_costs_nothing(text):
    assert len(pasted.entries(text)) <= 1_000


async def test_every_line_says_what_it_will_do_and_nothing_is_sent_before(database):
    boss, firm = await actor_of(await mona()), await make_company()
    await companies.set_domains(boss, firm.id, ['romashka.test'])
    await alice(password=PASSWORD)
    await people.invite(boss, 'waits@romashka.test', 'Ждёт', Role.CUSTOMER, firm.id)
    before = await OutboxMail.all().count()
    text = """Новый <new@romashka.test>
ALICE@romashka.test
waits@romashka.test
new@ROMASHKA.test
чужой@где-то
Гость <guest@elsewhere.test>
никого"""
    looked = await invitations.look(boss, text, Role.CUSTOMER, firm.id)
    said = [(each.line, *(why.key if why else '' for why in (each.problem, each.warning))) for each in looked]
    assert said == [
        (1, '', ''),
        (2, 'person.email_taken', ''),
        (3, '', 'person.invited_before'),
        (4, 'person.twice_in_list', ''),
        (5, 'person.email_invalid', ''),
        (6, '', 'person.domain_foreign'),
        (7, 'person.no_address', ''),
    ]
    assert await OutboxMail.all().count() == before
    sent = await invitations.send(boss, text, Role.CUSTOMER, firm.id)
    assert (sent.fresh, sent.again, [each.line for each in sent.left_out]) == (2, 1, [2, 4, 5, 7])
    assert {mail.address for mail in await OutboxMail.filter(kind=MailKind.INVITATION)} == {
        'new@romashka.test',
        'waits@romashka.test',
        'guest@elsewhere.test',
    }
    assert await AuditEntry.filter(action='person.invited').count() == 3


async def test_the_domain_finds_the_company_and_warns_of_another_one(sqlite):
    boss, ours, theirs = await actor_of(await mona()), await make_company(), await make_company('Лопух')
    await companies.set_domains(boss, theirs.id, ['@Lopuh.test', 'лопух.рф'])
    looked = await invitations.look(boss, 'a@lopuh.test\nb@лопух.рф\nc@nobody.test', Role.CUSTOMER)
    assert [each.company_id for each in looked] == [theirs.id, theirs.id, None]
    assert looked[2].problem is not None
    looked = await invitations.look(boss, 'a@lopuh.test', Role.CUSTOMER, ours.id)
    assert (looked[0].company_id, looked[0].warning.key) == (ours.id, 'person.domain_of_another')
    await invitations.send(boss, 'spec@support.test', Role.AGENT)
    assert (await User.get(email='spec@support.test')).role is Role.AGENT


async def test_those_who_have_not_come_get_another_letter_together(sqlite):
    boss, firm = await actor_of(await mona()), await make_company()
    await invitations.send(boss, 'a@x.test\nb@x.test', Role.CUSTOMER, firm.id)
    other = await make_company('Лопух')
    await invitations.send(boss, 'c@x.test', Role.CUSTOMER, other.id)
    assert await invitations.send_again(boss, PeopleFilter(company_id=firm.id)) == 2
    assert await OutboxMail.filter(kind=MailKind.INVITATION, address='a@x.test').count() == 2
    assert await OutboxMail.filter(kind=MailKind.INVITATION, address='c@x.test').count() == 1
    for _ in range(5):
        await invitations.send_again(boss, PeopleFilter(company_id=firm.id))
    assert await OutboxMail.filter(kind=MailKind.INVITATION, address='a@x.test').count() == 1 + 5


async def test_a_domain_belongs_to_one_company(sqlite):
    boss, ours, theirs = await actor_of(await mona()), await make_company(), await make_company('Лопух')
    assert await companies.set_domains(boss, ours.id, [' Romashka.TEST ', '@romashka.test', '']) == ('romashka.test',)
    for wrong in (['romashka.test'], ['не домен'], ['x@y.test@'], ['a.test'] + [f'd{n}.test' for n in range(60)]):
        with pytest.raises(Invalid):
            await companies.set_domains(boss, theirs.id, wrong)
    with pytest.raises(NotFound):
        await companies.set_domains(boss, 2**40, ['z.test'])


@pytest.mark.parametrize('who', [alice, grace])
async def test_only_admins_invite(sqlite, who):
    actor, firm = await actor_of(await who()), await make_company()
    for refused in (
        invitations.look(actor, 'x@x.test', Role.CUSTOMER, firm.id),
        invitations.send(actor, 'x@x.test', Role.AGENT),
        invitations.send_again(actor, PeopleFilter()),
        companies.set_domains(actor, firm.id, ['x.test']),
        companies.set_sharing(actor, firm.id, True),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await OutboxMail.all().count() == 0
