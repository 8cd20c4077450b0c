"""Each test gets a database of its own, of the engine that it asked for, with the whole schema and nothing in it."""

import pytest

from models import Company
from services import database as portal_database
from services.settings import settings
from tests.people import make_company


@pytest.mark.parametrize('time', ['first', 'second'])
async def test_what_one_test_writes_the_next_does_not_find(database, time):
    assert await Company.all().count() == 0
    await make_company('Ромашка')
    assert await Company.filter(name='Ромашка').count() == 1


async def test_both_engines_are_really_used(database):
    assert portal_database.engine() == portal_database.engine_of(database)


async def test_a_test_may_ask_for_sqlite_alone(sqlite):
    assert portal_database.engine() == 'sqlite'


async def test_a_test_may_ask_for_postgres_alone(postgres):
    assert portal_database.engine() == 'postgres'
    rows = await portal_database.connection().execute_query_dict('SHOW server_version_num')
    assert int(rows[0]['server_version_num']) >= 150000


def test_no_setting_of_the_machine_reaches_a_test(tmp_path):
    assert settings().data_dir == tmp_path / 'data'
    assert settings().smtp_url == ''
