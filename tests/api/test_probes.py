"""What machines ask the portal: whether it lives and can work, and what can be counted; and whom it tells."""

import json
import logging
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api import probes
from models import JobRun
from services import logs, metrics, request_number
from services.settings import settings
from tests.api.visitors import HTML, make_app, visitor
from tests.models.rows import NOW


@pytest.fixture
def app():
    app = make_app()
    app.include_router(probes.router)
    return app


async def test_figures_are_for_this_machine_and_for_nobody_who_comes_by_a_proxy(database, app, monkeypatch):
    async with visitor(app, address='127.0.0.1') as monitoring:
        assert (await monitoring.get('/metrics')).status_code == 200
        assert (await monitoring.get('/metrics', headers={'X-Forwarded-For': '127.0.0.1'})).status_code == 404
    async with visitor(app, address='192.0.2.7') as stranger:
        assert (await stranger.get('/metrics', headers=HTML)).status_code == 404
        assert (await stranger.get('/metrics', headers={'Authorization': 'Bearer '})).status_code == 404
    monkeypatch.setenv('PORTAL_METRICS_FROM', '192.0.2.0/24')
    monkeypatch.setenv('PORTAL_METRICS_TOKEN', 'let me see')
    settings.cache_clear()
    async with visitor(app, address='192.0.2.7') as neighbour:
        assert (await neighbour.get('/metrics')).status_code == 200
    async with visitor(app, address='127.0.0.1') as other:
        assert (await other.get('/metrics', headers={'Authorization': 'Bearer let me sea'})).status_code == 404
        assert (await other.get('/metrics', headers={'Authorization': 'Bearer let me see'})).status_code == 200


async def test_figures_tell_of_requests_jobs_mails_and_the_database(database, app):
    metrics.begin()
    await JobRun.create(name='clock', started_at=NOW, ended_at=NOW + timedelta(seconds=3), done=7, failed=1)
    metrics.was_late(0.02)
    async with visitor(app, address='127.0.0.1') as monitoring:
        await monitoring.get('/healthz')
        text = (await monitoring.get('/metrics')).text
    values = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    probe = (('area', 'probe'), ('method', 'GET'), ('status', '200'))
    assert values['portal_request_seconds_count', *probe] >= 1
    assert values['portal_job_last_run_done', ('job', 'clock')] == 7
    assert values['portal_job_last_run_seconds', ('job', 'clock')] == 3
    assert values['portal_mails', ('state', 'waiting')] == 0
    assert values['portal_database_seconds_count',] > 0
    assert values['portal_event_loop_delay_seconds_count',] >= 1
    assert ('portal_open_pages',) in values


async def test_readiness_does_not_need_a_session(database, app):
    async with visitor(app) as balancer:
        assert (await balancer.get('/readyz')).json() == {'status': 'ready'}


async def test_the_number_of_an_error_page_is_in_the_log_and_in_the_head_of_the_answer(database, app, caplog):
    async with visitor(app, address='127.0.0.1') as anybody:
        answer = await anybody.get('/healthz')
    number = answer.headers['X-Request-ID']
    assert len(number) == 12
    async with visitor(app, address='127.0.0.1') as anybody:
        assert (await anybody.get('/healthz')).headers['X-Request-ID'] != number


def test_a_line_of_the_log_is_an_object_with_the_number_of_its_request(monkeypatch):
    monkeypatch.setenv('PORTAL_NODE', '2')
    settings.cache_clear()
    number = request_number.begin()
    try:
        raise ValueError('broken\nin two')
    except ValueError as error:
        record = logging.LogRecord('portal', logging.ERROR, '', 0, 'bug %s', ('7',), (ValueError, error, None))
    line = logs.AsJson().format(record)
    said = json.loads(line)
    assert '\n' not in line
    assert (said['level'], said['message'], said['request'], said['node']) == ('ERROR', 'bug 7', number, '2')
    assert 'broken' in said['exception']
    assert f'[{number}]' in logs.AsText('%(message)s').format(record).splitlines()[0]
