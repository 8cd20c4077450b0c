"""What is kept how long: shown before it is set, carried out once a day, and nothing younger is touched."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest

from models import (
    Attachment,
    Attempt,
    AuditEntry,
    Comment,
    DeliveryState,
    Draft,
    JobRun,
    MailKind,
    MailState,
    Notice,
    OneTimeLink,
    OutboxMail,
    Rating,
    Session,
    Setting,
    Status,
    Ticket,
    Webhook,
    WebhookDelivery,
)
from services import drafts, files, links, ratelimit, tickets
from services.database import connection
from services.errors import Invalid, NotFound
from services.privacy import retention
from tests.people import actor_of, alice, grace, make_session, mona
from tests.services.ticket_world import NOW, World

DAY = timedelta(days=1)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def a_little_of_everything(world: World) -> Ticket:
    """Something of each kind, all of NOW."""
    hook = await Webhook.create(url='https://outside.test', nonce='n', created_at=NOW)
    view = await world.file()
    await Webhook.filter(id=hook.id).update(active=False)
    await WebhookDelivery.all().update(state=DeliveryState.DELIVERED)
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW)
    await OutboxMail.all().update(state=MailState.SENT, text='Текст', html='<p>Текст</p>')
    await drafts.save(world.alice, 'request:bug', {'subject': 'Позже'}, now=NOW)
    await ratelimit.spend('x', limit=5, window=DAY, now=NOW)
    await links.invite(world.users['bob'], by=None, now=NOW)
    return await Ticket.get(id=view.pk)


async def left() -> dict[str, int]:
    """What there is of each kind."""
    return {
        'sessions': await Session.all().count(),
        'attempts': await Attempt.all().count(),
        'links': await OneTimeLink.all().count(),
        'notices': await Notice.all().count(),
        'drafts': await Draft.all().count(),
        'letters': await OutboxMail.exclude(text='').count(),
        'deliveries': await WebhookDelivery.all().count(),
        'audit': await AuditEntry.exclude(action='retention.removed').count(),
        'tickets': await Ticket.all().count(),
    }


async def test_everything_goes_after_its_time_and_not_before(world):
    await a_little_of_everything(world)
    await retention.change(world.mona, {'letters': 30, 'deliveries': 31, 'audit': 100, 'tickets': 365}, now=NOW)
    before = await left()
    assert all(before.values()), before
    ages = {
        'attempts': 2,
        'letters': 30,
        'deliveries': 31,
        'sessions': 37,
        'drafts': 90,
        'links': 97,
        'audit': 100,
        'notices': 180,
    }
    for kind, days in ages.items():
        await retention.carry_out(now=NOW + timedelta(days=days))
        assert (await left())[kind] == before[kind], kind
        removed = await retention.carry_out(now=NOW + timedelta(days=days, seconds=1))
        assert (removed[kind], (await left())[kind]) == (before[kind], 0), kind
    assert (await left())['tickets'] == 1
    assert (await retention.carry_out(now=NOW + timedelta(days=365)))['tickets'] == 0
    assert (await retention.carry_out(now=NOW + timedelta(days=365, seconds=1)))['tickets'] == 1
    assert [await model.all().count() for model in (Ticket, Comment, Rating, Attachment, Notice)] == [0] * 5
    assert await OutboxMail.exclude(kind=MailKind.INVITATION).count() == 0


async def test_without_a_period_it_is_kept_for_good(world):
    await a_little_of_everything(world)
    await retention.carry_out(now=NOW + timedelta(days=9_999))
    kept = await left()
    assert all(kept[kind] for kind in ('letters', 'audit', 'tickets'))


async def test_open_tickets_stay_however_old_and_files_go_with_theirs(world):
    async def content():
        yield b'content'

    stored = await files.store(world.alice, 'request:bug', 'a.txt', content(), now=NOW)
    done = await world.file(file_keys=[stored.key])
    await tickets.transition(world.grace, done.id, Status.DONE, now=NOW)
    unfinished = await world.file()
    await retention.change(world.mona, {'tickets': 365}, now=NOW)
    await retention.carry_out(now=NOW + timedelta(days=4_000))
    assert [row.id for row in await Ticket.all()] == [unfinished.pk]
    assert await Attachment.all().count() == 0


async def test_the_effect_is_known_before_it_is_set(world):
    await a_little_of_everything(world)
    later = await actor_of(world.users['mona'], now=NOW + 400 * DAY)
    then = NOW + 400 * DAY
    assert await retention.due(later, 'tickets', 365, now=then) == 1
    assert await retention.due(later, 'tickets', 730, now=then) == 0
    assert await retention.due(later, 'tickets', None, now=then) == 0
    shown = {rule.kind: rule for rule in (await retention.read(later, now=then)).rules}
    assert (shown['tickets'].days, shown['tickets'].due) == (None, 0)
    assert shown['notices'].due == await Notice.all().count()
    assert await Ticket.all().count() == 1


async def test_a_period_that_makes_no_sense_is_refused_and_nothing_is_set(sqlite):
    boss = await actor_of(await mona())
    for wrong in ({'tickets': 364}, {'attempts': 1}, {'notices': 0}, {'audit': -5}, {'letters': 10**9}, {'x': 5}):
        with pytest.raises(Invalid):
            await retention.change(boss, {'sessions': 7} | wrong)
        with pytest.raises(Invalid):
            await retention.due(boss, *next(iter(wrong.items())))
    assert (await retention.periods())['sessions'] == 30
    await retention.change(boss, {'sessions': 7})
    await retention.change(boss, {'audit': 365, 'sessions': None})
    set_now = await retention.periods()
    assert (set_now['sessions'], set_now['audit'], set_now['notices'], set_now['tickets']) == (None, 365, 180, None)
    entries = await AuditEntry.filter(action='setting.retention').order_by('id')
    told = [(entry.subject, entry.details) for entry in entries]
    assert told == [
        ('setting:retention.sessions', {'was': '30d', 'value': '7d'}),
        ('setting:retention.audit', {'was': '∞', 'value': '365d'}),
        ('setting:retention.sessions', {'was': '7d', 'value': '∞'}),
    ]


async def test_each_says_who_set_it_and_the_way_back_is_its_default(database):
    boss = await actor_of(await mona())
    await retention.change(boss, {'sessions': 7}, now=NOW)
    shown = {rule.kind: (rule.changed_by, rule.changed_at) for rule in (await retention.read(boss)).rules}
    assert shown['sessions'] == ('Марина Начальник', NOW)
    assert {kind for kind, (_, at) in shown.items() if at is not None} == {'sessions'}
    await retention.change(boss, {'sessions': 30}, now=NOW)
    assert not await Setting.all().exists()
    assert all(rule.changed_at is None for rule in (await retention.read(boss)).rules)


async def test_periods_that_were_one_setting_become_one_each_and_back(database):
    whole = {'sessions': 7, 'attempts': 2, 'links': 90, 'audit': None, 'tickets': 365}
    user = await mona()
    await Setting.create(key='privacy.retention', value=whole, changed_by_id=user.id, changed_at=NOW)
    migration = import_module('models.migrations.0010_periods_by_kind')
    apps, editor = SimpleNamespace(get_model=lambda _: Setting), SimpleNamespace(client=connection())
    await migration.part(apps, editor)
    assert await retention.periods() == {rule.kind: rule.default for rule in retention.RULES} | whole
    assert {row.key for row in await Setting.all()} == {'retention.sessions', 'retention.tickets'}
    await migration.join(apps, editor)
    (row,) = await Setting.all()
    assert (row.key, row.value) == ('privacy.retention', {'sessions': 7, 'tickets': 365})
    assert (row.changed_by_id, row.changed_at) == (user.id, NOW)


async def test_it_runs_once_a_day_whoever_asks(database):
    user = await grace()
    await make_session(user, now=NOW - timedelta(days=60))
    await make_session(user, now=NOW)
    await retention.run_daily(now=NOW)
    assert await Session.all().count() == 1
    await make_session(user, now=NOW - timedelta(days=60))
    await retention.run_daily(now=NOW + DAY - timedelta(seconds=1))
    assert await Session.all().count() == 2
    await retention.run_daily(now=NOW + DAY)
    assert await Session.all().count() == 1
    run = await JobRun.get(name='retention.sessions')
    assert run.done == 1
    entries = await AuditEntry.filter(action='retention.removed').order_by('-id')
    assert entries[0].details == {'count': 1, 'days': 30}


async def test_small_batches_take_all(sqlite, monkeypatch):
    for _ in range(7):
        await ratelimit.spend('x', limit=50, window=DAY, now=NOW)
    rule = next(rule for rule in retention.RULES if rule.kind == 'attempts')
    monkeypatch.setattr(retention, 'RULES', (replace(rule, batch=2),))
    assert await retention.carry_out(now=NOW + 3 * DAY) == {'attempts': 7}


@pytest.mark.parametrize('who', [alice, grace])
async def test_only_admins_decide_what_is_kept(sqlite, who):
    actor = await actor_of(await who())
    for refused in (
        retention.read(actor),
        retention.due(actor, 'audit', 365),
        retention.change(actor, {'audit': 365}),
    ):
        with pytest.raises(NotFound):
            await refused
