"""The demo's tickets, told once for each engine and copied for whoever asks."""

import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest

from models import User
from services.actor import Actor
from services.database import close_database, open_database
from services.demo.material import make_file
from services.demo.story import tell
from services.forms import store
from services.settings import settings
from tests.people import actor_of
from tests.postgres import execute, sibling
from tests.questions import PEOPLE

HASTY = {
    'PORTAL_AUTO_CLOSE_AFTER': '5s',
    'PORTAL_REMIND_BEFORE': '2s',
    'PORTAL_RATING_DELAY': '2s',
    'PORTAL_RATING_OPEN_FOR': '5s',
    'PORTAL_REOPEN_WITHIN': '5s',
    'PORTAL_TICKETS_PER_HOUR': '1',
    'PORTAL_COMMENTS_PER_HOUR': '1',
    'PORTAL_FILES_PER_MESSAGE': '1',
}


@dataclass(frozen=True)
class Demo:
    """The people of the demo by their keys, all signed in."""

    actors: Mapping[str, Actor]
    users: Mapping[str, User]


@pytest.fixture
async def demo(request, database_url, templates, tmp_path_factory) -> AsyncIterator[Demo]:
    """The demo in an open database, once of each kind."""
    engine = database_url.partition(':')[0]
    if f'demo {engine}' not in templates:
        await _tell(database_url)
        templates[f'demo {engine}'] = _keep(request, database_url, tmp_path_factory)
    await open_database(_copy(request, database_url, templates[f'demo {engine}']))
    try:
        users = {key: await User.get(email=email) for key, email in PEOPLE.items()}
        yield Demo({key: await actor_of(user) for key, user in users.items()}, users)
    finally:
        await close_database()


async def _tell(url: str) -> None:
    """With settings of a few seconds, which are this start's and must not change the past."""
    await open_database(url)
    try:
        await store.publish_catalogue()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in HASTY.items():
                patch.setenv(name, value)
            settings.cache_clear()
            await tell(make_file)
    finally:
        settings.cache_clear()
        await close_database()


def _keep(request, url: str, tmp_path_factory) -> str:
    if url.startswith('sqlite'):
        return str(shutil.copy(url.removeprefix('sqlite://'), tmp_path_factory.mktemp('demo') / 'demo.sqlite3'))
    kept = f'{url.rpartition("/")[2].partition("?")[0]}_demo'
    execute(request.getfixturevalue('postgres_dsn'), f'CREATE DATABASE {kept} TEMPLATE {kept.removesuffix("_demo")}')
    return kept


def _copy(request, url: str, kept: str) -> str:
    if url.startswith('sqlite'):
        shutil.copy(kept, url.removeprefix('sqlite://'))
        return url
    dsn, name = request.getfixturevalue('postgres_dsn'), url.rpartition('/')[2].partition('?')[0]
    execute(dsn, f'DROP DATABASE {name} WITH (FORCE)')
    execute(dsn, f'CREATE DATABASE {name} TEMPLATE {kept}')
    return sibling(dsn, name)
