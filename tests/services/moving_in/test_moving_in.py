"""Requests of another system become tickets: with their keys, words and dates, and what was internal stays so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models import Comment, Company, Counter, OutboxMail, Rating, Role, Share, Status, Ticket, User
from services.actor import Actor
from services.forms import store
from services.moving_in import MappingBroken, Unreadable, move_in
from services.numbering import next_number
from services.search import upkeep
from services.tickets import read
from services.transaction import transaction
from tests.people import actor_of

SAMPLES = Path(__file__).with_name('samples')
JIRA = SAMPLES / 'jira.csv'
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
async def portal(database) -> None:
    await store.publish_catalogue(now=NOW)


async def of(email: str) -> Actor:
    return await actor_of(await User.get(email=email), now=NOW)


async def test_an_export_of_jira_keeps_keys_words_dates_people_and_ratings(portal):
    report = await move_in(JIRA, now=NOW)
    assert (report.taken, report.here_already) == (3, 0)
    ticket = await Ticket.get(number=12).prefetch_related('company', 'requester', 'assignee')
    assert (ticket.subject, ticket.status, ticket.type) == ('Экран гаснет', Status.DONE, 'bug')
    assert ticket.answers == {
        'details': '## Что случилось\nЭкран ```\nгаснет\n``` см. [журнал](https://example.com/log)',
        'project': 'Витрины',
        'impact': 'critical',
        'os': 'windows',
    }
    assert (ticket.company.name, ticket.requester.name) == ('Ромашка', 'Алиса Иванова')
    assert ticket.created_at == datetime(2024, 3, 12, 7, 15, tzinfo=UTC)
    assert ticket.done_at == datetime(2024, 3, 14, 6, 0, tzinfo=UTC)
    assert (await Rating.get(ticket_id=ticket.id)).stars == 5
    assert [share.user.email for share in await Share.filter(ticket_id=ticket.id).select_related('user')] == [
        'bob@romashka.test'
    ]
    assert not await OutboxMail.exists(), 'nobody is written to about what happened elsewhere'


async def test_customers_see_what_was_said_to_them_and_no_note(portal):
    await move_in(JIRA, now=NOW)
    seen = await read(await of('alice@romashka.test'), 'SPSUP-12', now=NOW)
    assert [comment.body for comment in seen.comments] == ['Спасибо; помогло']
    notes = await Comment.filter(internal=True).order_by('created_at').values_list('body', flat=True)
    assert notes == ['Смотрим', 'Похоже на драйвер'], 'where the file is silent, a specialist speaks internally'
    assert [
        comment.body for comment in (await read(await of('alice@romashka.test'), 'SPSUP-15', now=NOW)).comments
    ] == ['Готово, проверьте']


async def test_specialists_of_the_other_system_get_no_rights_by_it(portal):
    await move_in(JIRA, now=NOW)
    staff = await User.filter(role__not=Role.CUSTOMER)
    assert [(user.name, user.active, user.email.endswith('.invalid')) for user in staff] == [('Галина', False, True)]


async def test_what_came_in_is_found_at_once(portal):
    await move_in(JIRA, now=NOW)
    assert await upkeep.differences() == []


async def test_strangers_with_mail_at_one_provider_are_no_colleagues(portal, tmp_path):
    table = tmp_path / 'table.csv'
    table.write_text(
        'Title;E-mail;Kind\nОдно;one@gmail.com;bug\nДругое;two@gmail.com;bug\n'
        'Третье;x@lutik.test;bug\nЧетвёртое;y@lutik.test;bug\n',
        'utf-8',
    )
    mapping = tmp_path / 'mapping.toml'
    mapping.write_text('[columns]\nsubject = "Title"\nauthor = "E-mail"\ntype = "Kind"\n', 'utf-8')
    assert (await move_in(table, mapping_file=mapping, now=NOW)).taken == 4
    one, two, x, y = [person.company_id for person in await User.filter(role=Role.CUSTOMER).order_by('email')]
    assert one != two
    assert x == y


async def test_numbers_go_on_and_other_prefixes_get_the_next_ones(portal):
    await move_in(JIRA, now=NOW)
    assert (await Ticket.get(subject='Тёмная тема')).number == 19, 'all of SPSUP may still come'
    async with transaction():
        assert await next_number('ticket') == 20


async def test_who_awaits_feedback_has_the_whole_time_from_now_on(portal):
    await move_in(JIRA, now=NOW)
    assert (await Ticket.get(number=15)).auto_close_at == NOW + timedelta(days=14)


async def test_a_second_run_changes_nothing(portal):
    first = await move_in(JIRA, now=NOW)
    before = await everything()
    second = await move_in(JIRA, now=NOW + timedelta(days=1))
    assert (second.taken, second.here_already, second.refused) == (0, first.taken, first.refused)
    assert await everything() == before


async def test_a_dry_run_tells_the_same_and_writes_nothing(portal):
    before = await everything()
    dry = await move_in(JIRA, dry_run=True, now=NOW)
    assert await everything() == before
    wet = await move_in(JIRA, now=NOW)
    assert (dry.taken, dry.refused, dry.left_out) == (wet.taken, wet.refused, wet.left_out)


async def test_what_is_not_taken_is_told_with_the_reason(portal):
    report = await move_in(JIRA, now=NOW)
    assert report.refused == {
        'SPSUP-16': 'its kind "Epic" is unknown: add it to [types] of the mapping',
        'SPSUP-17': 'its status "Парковка" is unknown: add it to [statuses] of the mapping',
        'SPSUP-18': 'вчера is no date that can be read',
    }
    assert report.left_out['column "Custom field (Sprint)", which means nothing here'] == 1
    assert report.left_out['file that the export names but does not hold'] == 1
    assert report.left_out['answer "OS/2" to "os", which the form does not offer'] == 1
    assert report.left_out['rating that is no number from 1 to 5, or of a request that is not done'] == 1


async def test_a_number_that_is_taken_is_not_given_twice(portal):
    await move_in(SAMPLES / 'desk.csv', mapping_file=SAMPLES / 'desk.toml', now=NOW)
    await Ticket.filter(number=1).update(number=12)
    report = await move_in(JIRA, now=NOW)
    assert report.refused['SPSUP-12'] == 'there is another ticket with the number 12'


async def test_a_mapping_says_what_the_built_in_one_does_not(portal, tmp_path):
    mapping = tmp_path / 'mapping.toml'
    mapping.write_text(
        '[types]\nfeature = "Epic"\n[statuses]\npending = "Парковка"\n[people]\nu-grace = "grace@smartplayer.test"\n'
        '[defaults]\ncomments = "public"\n'
    )
    report = await move_in(JIRA, mapping_file=mapping, now=NOW)
    assert set(report.refused) == {'SPSUP-18'}
    assert (await Ticket.get(number=17)).status is Status.PENDING
    assert (await User.get(email='grace@smartplayer.test')).name == 'Галина'
    assert await Comment.filter(internal=True).values_list('body', flat=True) == ['Похоже на драйвер']


async def test_the_same_from_xml(portal):
    report = await move_in(SAMPLES / 'jira.xml', now=NOW)
    assert (report.taken, report.refused) == (1, {})
    ticket = await Ticket.get(number=12)
    assert ticket.answers['details'] == 'Экран **гаснет**, см. [журнал](https://example.com/log)\n\n- раз'
    assert ticket.answers['os'] == 'windows'
    assert (await Rating.get(ticket_id=ticket.id)).stars == 4
    said = await Comment.filter(ticket_id=ticket.id).order_by('created_at').values_list('body', 'internal')
    assert said == [('Смотрим', False), ('Похоже на драйвер', True), ('Спасибо', False)]
    assert (await move_in(JIRA, now=NOW)).here_already == 1, 'the other format is the same request'


async def test_a_table_of_anybody_with_a_mapping(portal):
    report = await move_in(SAMPLES / 'desk.csv', mapping_file=SAMPLES / 'desk.toml', now=NOW)
    assert (report.taken, report.refused) == (2, {'3': 'it has no subject'})
    ticket = await Ticket.get(subject='Не включается').prefetch_related('company')
    assert (ticket.number, ticket.status, ticket.answers) == (1, Status.DONE, {'details': 'Чёрный экран'})
    assert (await User.get(email='alice@romashka.test')).name == 'Алиса'
    assert await Company.all().count() == 1
    assert (await Counter.get(name='ticket')).value == 2


@pytest.mark.parametrize(
    ('mapping', 'said'),
    [
        ('[columns]\nsubject = "Тема"', 'does not say which column holds the author'),
        ('[columns]\ntopic = "Тема"', r'\[columns\] has no topic'),
        ('[colours]\n', r'there is no table \[colours\]'),
        ('nonsense', 'is not a mapping'),
    ],
)
async def test_a_mapping_that_makes_no_sense_is_refused_before_anything(portal, tmp_path, mapping, said):
    path = tmp_path / 'mapping.toml'
    path.write_text(mapping)
    with pytest.raises(MappingBroken, match=said):
        await move_in(SAMPLES / 'desk.csv', mapping_file=path, now=NOW)


async def test_a_file_that_is_none_is_refused(portal, tmp_path):
    broken = tmp_path / 'broken.xml'
    broken.write_text('<rss><channel><item><key>SPSUP-1</key>')
    with pytest.raises(Unreadable, match=r'broken\.xml cannot be read'):
        await move_in(broken, now=NOW)
    with pytest.raises(MappingBroken, match='say with --mapping'):
        await move_in(SAMPLES / 'desk.csv', now=NOW)


async def everything() -> list[object]:
    """All rows that moving in may write."""
    found: list[object] = []
    for model in (Ticket, Comment, User, Company, Rating, Share, Counter):
        found += await model.all().values()
    return found
