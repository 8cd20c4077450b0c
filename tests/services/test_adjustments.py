"""What admins change while the portal runs: in effect at once, bounded, with a way back, and recorded."""

import asyncio
from datetime import timedelta

import pytest

from models import AuditEntry, MailKind, OutboxMail, Setting, Status
from services import adjustments, bus, clock, tickets
from services.adjustable import CATALOGUE, in_units, written
from services.errors import Invalid, NotFound
from services.mail.sample import case_of
from services.mail.wording import word
from services.settings import environment, put_in_force, settings
from tests import people
from tests.services.ticket_world import NOW, World, row


async def test_a_change_is_in_effect_recorded_and_shown_with_its_default(database):
    mona = await people.actor_of(await people.mona(), now=NOW)
    assert await adjustments.change(mona, {'auto_close_after': '10d', 'files_per_message': '10'}, now=NOW) == [
        'auto_close_after'
    ]
    assert settings().auto_close_after == timedelta(days=10)
    (view,) = [view for view in await adjustments.read(mona, now=NOW) if view.what.name == 'auto_close_after']
    assert (view.value, view.default) == (timedelta(days=10), timedelta(days=14))
    assert (view.is_changed, view.changed_by, view.changed_at) == (True, 'Марина Начальник', NOW)
    entry = await AuditEntry.get(action='setting.changed')
    assert (entry.subject, entry.details) == ('setting:auto_close_after', {'was': '14d', 'value': '10d'})


async def test_the_way_back_leads_to_what_the_environment_says(database, monkeypatch):
    monkeypatch.setenv('PORTAL_AUTO_CLOSE_AFTER', '20s')
    settings.cache_clear()
    mona = await people.actor_of(await people.mona(), now=NOW)
    assert settings().auto_close_after == timedelta(seconds=20)
    await adjustments.change(mona, {'auto_close_after': '10d'}, now=NOW)
    await adjustments.reset(mona, 'auto_close_after', now=NOW)
    assert settings().auto_close_after == timedelta(seconds=20)
    assert not await Setting.filter(key__startswith='portal.').exists()
    newest = await AuditEntry.filter(action='setting.changed').order_by('-id').first()
    assert newest is not None
    assert newest.details == {'was': '10d', 'value': '20s'}


@pytest.mark.parametrize(
    ('entered', 'where', 'key'),
    [
        ({'auto_close_after': 'soon'}, 'auto_close_after', 'no_duration'),
        ({'auto_close_after': '0s'}, 'auto_close_after', 'duration_out_of_range'),
        ({'auto_close_after': '99999999999999999d'}, 'auto_close_after', 'no_duration'),
        ({'undo_window': '1h'}, 'undo_window', 'duration_out_of_range'),
        ({'files_per_message': '-1'}, 'files_per_message', 'no_number'),
        ({'files_per_message': '0'}, 'files_per_message', 'number_out_of_range'),
        ({'file_limit': '1'}, 'file_limit', 'size_out_of_range'),
        ({'remind_before': '14d'}, 'remind_before', 'reminder_too_early'),
        ({'auto_close_after': '2d'}, 'auto_close_after', 'reminder_too_early'),
        ({'session_idle_customer': '10d'}, 'session_idle_customer', 'idle_too_long'),
        ({'session_lifetime': '9h'}, 'session_lifetime', 'idle_too_long'),
        ({'file_limit': str(600 * 1024 * 1024)}, 'file_limit', 'file_beyond_storage'),
        ({'mail_from': 'nobody'}, 'mail_from', 'no_sender'),
        ({'mail_from': 'A <a@b.test>\nBcc: x@y.test'}, 'mail_from', 'no_sender'),
        ({'accent': 'red'}, 'accent', 'no_colour'),
        ({'name': ''}, 'name', 'no_line'),
        ({'name': 'x' * 41}, 'name', 'no_line'),
        ({'language': 'de'}, 'language', 'no_language'),
        ({'time_zone': 'Mars/Olympus'}, 'time_zone', 'no_zone'),
    ],
)
async def test_what_makes_no_sense_is_refused_beside_its_field_and_changes_nothing(sqlite, entered, where, key):
    mona = await people.actor_of(await people.mona(), now=NOW)
    with pytest.raises(Invalid) as refused:
        await adjustments.change(mona, entered | {'tickets_per_hour': '20'}, now=NOW)
    assert refused.value.problems[where].key == f'settings.refusal.{key}'
    assert settings() == environment()
    assert not await AuditEntry.exists()


async def test_two_that_go_together_can_be_changed_together(sqlite):
    mona = await people.actor_of(await people.mona(), now=NOW)
    changed = await adjustments.change(mona, {'auto_close_after': '2d', 'remind_before': '12h'}, now=NOW)
    assert changed == ['auto_close_after', 'remind_before']
    with pytest.raises(Invalid):  # three days before would be too early for two days
        await adjustments.reset(mona, 'remind_before', now=NOW)


async def test_only_admins_read_and_change(database):
    for person in (await people.grace(), await people.alice()):
        actor = await people.actor_of(person, now=NOW)
        with pytest.raises(NotFound):
            await adjustments.read(actor, now=NOW)
        with pytest.raises(NotFound):
            await adjustments.change(actor, {'auto_close_after': '10d'}, now=NOW)
        with pytest.raises(NotFound):
            await adjustments.reset(actor, 'auto_close_after', now=NOW)
    mona = await people.actor_of(await people.mona(), now=NOW)
    with pytest.raises(NotFound):
        await adjustments.change(mona, {'secret': 'x'}, now=NOW)


async def test_tickets_that_wait_keep_their_day_and_new_ones_get_the_new_one(database):
    world = await World().build()
    waiting = await world.in_status(Status.AWAITING_FEEDBACK)
    await adjustments.change(world.mona, {'auto_close_after': '7d'}, now=NOW)
    later = await world.in_status(Status.AWAITING_FEEDBACK)
    assert (await row(waiting)).auto_close_at == NOW + timedelta(days=14)
    assert (await row(later)).auto_close_at == NOW + timedelta(days=7)
    assert (await row(later)).remind_at == NOW + timedelta(days=4)
    assert (await tickets.read(world.alice, waiting.id, now=NOW)).auto_close_at == NOW + timedelta(days=14)


async def test_another_process_follows_when_it_is_told(sqlite):
    await Setting.create(key='portal.name', value={'written': 'Сирена'}, changed_at=NOW)
    stop, in_force = asyncio.Event(), asyncio.Event()
    bus.subscribe(adjustments.IN_FORCE, lambda _: in_force.set())
    following = asyncio.ensure_future(adjustments.run(stop))
    await asyncio.wait_for(in_force.wait(), 10)
    assert settings().name == 'Сирена'
    in_force.clear()
    await Setting.filter(key='portal.name').update(value={'written': 'Маяк'})
    bus.publish(['settings'])
    await asyncio.wait_for(in_force.wait(), 10)
    assert settings().name == 'Маяк'
    stop.set()
    await following


async def test_a_stored_value_that_makes_no_sense_any_more_is_passed_over(sqlite, caplog):
    await Setting.create(key='portal.auto_close_after', value={'written': 'never'}, changed_at=NOW)
    await Setting.create(key='portal.gone', value={'written': '1'}, changed_at=NOW)
    await Setting.create(key='portal.name', value={'written': 'Маяк'}, changed_at=NOW)
    await adjustments.refresh()
    assert (settings().auto_close_after, settings().name) == (timedelta(days=14), 'Маяк')
    assert 'auto_close_after' in caplog.text


def test_every_default_is_within_its_own_bounds_and_can_be_written_back():
    for one in CATALOGUE:
        default = getattr(environment(), one.name)
        if one.least is not None and not isinstance(default, str):
            assert one.least <= default <= one.most, one.name


@pytest.mark.parametrize(('length', 'text'), [('14d', '14d'), ('90s', '90s'), ('120m', '2h'), ('1.5h', '90m')])
def test_durations_are_written_in_the_largest_whole_unit(length, text):
    put_in_force({'undo_window': length})
    assert written(settings().undo_window) == text
    assert written(timedelta(0)) == '0s'
    assert in_units(timedelta(days=2)) == (2, 'd')


async def test_a_ticket_that_closes_by_itself_says_how_long_it_really_waited(sqlite):
    world = await World().build()
    await world.in_status(Status.AWAITING_FEEDBACK)
    await adjustments.change(world.mona, {'auto_close_after': '7d'}, now=NOW)
    assert await clock.close_overdue(NOW + timedelta(days=7)) == 0
    assert await clock.close_overdue(NOW + timedelta(days=14)) == 1
    row = await OutboxMail.get(kind=MailKind.TICKET_CLOSED)
    letter = await word(await case_of(row, NOW + timedelta(days=14)))
    assert 'Мы ждали вашего ответа 14 дней' in letter.text
