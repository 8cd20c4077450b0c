"""The portal's health: each thing is measured, graded, worded in both languages, and for admins alone."""

from datetime import UTC, datetime, timedelta

import pytest

from models import JobRun, MailKind, MailState, OutboxMail
from services import backup, i18n, job_runs, vitals
from services.errors import NotFound
from services.settings import settings
from services.vitals import State, Vital, graded
from tests import people
from tests.services.ticket_world import NOW


async def thing(name: str, *, now: datetime = NOW) -> Vital:
    found = await vitals.read(await people.actor_of(await people.mona(), now=now), open_pages=3, now=now)
    return next(one for one in found.things if one.name == name)


async def queued(state: MailState, not_before: datetime) -> None:
    number = await OutboxMail.all().count()
    await OutboxMail.create(
        once=f'once:{number}',
        kind=MailKind.COMMENT,
        address='alice@romashka.test',
        message_id=f'<{number}@test>',
        state=state,
        not_before=not_before,
        created_at=not_before,
    )


async def test_every_thing_is_measured_and_has_its_words(database):
    found = await vitals.read(await people.actor_of(await people.mona(), now=NOW), open_pages=3, now=NOW)
    names = [one.name for one in found.things]
    assert names == ['database', 'disk', 'files', 'mail', 'failed', 'backup', 'loop', 'pages', 'version']
    for language in i18n.LANGUAGES:
        for one in found.things:
            values = {name: str(value) for name, value in one.values.items()}
            assert i18n.translate(language, f'health.said.{one.name}.{one.how}', **values)
            if one.state is not State.GOOD:
                assert i18n.translate(language, f'health.todo.{one.name}.{one.how}')
        assert all(i18n.known(language, f'health.job.{name}') for name in job_runs.EXPECTED)
    by_name = {one.name: one for one in found.things}
    assert by_name['database'].values['size'] > 0
    assert by_name['pages'].values == {'pages': 3, 'processes': 1}


@pytest.mark.parametrize(
    ('age', 'state'),
    [
        (timedelta(minutes=9), State.GOOD),
        (timedelta(minutes=10), State.WATCH),
        (timedelta(hours=1), State.BAD),
    ],
)
async def test_the_longer_a_mail_waits_the_worse(sqlite, monkeypatch, age, state):
    monkeypatch.setenv('PORTAL_SMTP_URL', 'smtp://localhost:1')
    settings.cache_clear()
    assert (await thing('mail')).how == 'nothing'
    await queued(MailState.WAITING, NOW - age)
    await queued(MailState.WAITING, NOW + timedelta(days=1))  # not its time yet
    found = await thing('mail')
    assert (found.state, found.values) == (state, {'count': 1, 'since': NOW - age})


async def test_without_a_mail_server_kept_mails_are_told_of(database):
    await queued(MailState.WAITING, NOW - timedelta(days=3))
    found = await thing('mail')
    assert (found.state, found.how, found.values) == (State.WATCH, 'kept', {'count': 1})


async def test_failed_mails_are_counted(database):
    assert (await thing('failed')).state is State.GOOD
    await queued(MailState.FAILED, NOW)
    found = await thing('failed')
    assert (found.state, found.values) == (State.WATCH, {'count': 1})


async def test_a_backup_tells_of_itself(sqlite, tmp_path, monkeypatch):
    monkeypatch.setenv('PORTAL_DATABASE_URL', sqlite)
    settings.cache_clear()
    assert (await thing('backup')).how == 'never'
    await backup.back_up(tmp_path / 'one.tar', now=NOW - timedelta(days=1))
    assert (await thing('backup')).values == {'at': NOW - timedelta(days=1)}
    assert (await thing('backup')).state is State.GOOD
    assert (await thing('backup', now=NOW + timedelta(days=1))).state is State.WATCH
    assert (await thing('backup', now=NOW + timedelta(days=6))).state is State.BAD


async def test_a_job_that_stays_silent_is_late(database):
    mona = await people.actor_of(await people.mona(), now=NOW)
    ran = {'cleaning': 29, 'remind': 4, 'close_overdue': 6, 'sender': 31}
    for name, minutes in ran.items():
        at = NOW - timedelta(minutes=minutes)
        await JobRun.create(name=name, started_at=at, ended_at=at)
    await JobRun.create(name='response_breached', started_at=NOW, ended_at=NOW, failed=1)
    states = {job.name: job.state for job in (await vitals.read(mona, now=NOW)).jobs}
    assert states == {
        'cleaning': State.GOOD,
        'remind': State.GOOD,
        'close_overdue': State.WATCH,
        'sender': State.BAD,
        'response_breached': State.WATCH,
        'solution_breached': State.WATCH,  # never ran
        'webhooks': State.WATCH,  # never ran
        'weekly_figures': State.WATCH,  # never ran
    }


async def test_a_run_is_noted_over_the_one_before(database):
    started = datetime.now(UTC)
    await job_runs.note('cleaning', started, done=1)
    await job_runs.note('cleaning', started, done=2, failed=1)
    run = (await job_runs.last())['cleaning']
    assert (run.started_at, run.done, run.failed) == (started, 2, 1)


def test_grades_go_up_or_down():
    assert [graded(value, 2, 5) for value in (1, 2, 5)] == [State.GOOD, State.WATCH, State.BAD]
    assert [graded(value, 5, 2) for value in (6, 5, 2)] == [State.GOOD, State.WATCH, State.BAD]


async def test_only_admins_see_it(sqlite):
    for person in (await people.grace(), await people.alice()):
        with pytest.raises(NotFound):
            await vitals.read(await people.actor_of(person, now=NOW), now=NOW)
