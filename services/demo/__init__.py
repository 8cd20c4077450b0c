"""The demo: people, companies and some sixty tickets of the last three months, told through the portal's own services.

`people.toml` says who there is, `tickets_*.toml` what happened; every step goes the way a person's would, only with a
clock of its own, so that history, mails and ratings are as real as later ones.
"""

import logging
import shutil
import tomllib
from pathlib import Path

from models import User
from services import database
from services.demo.material import make_file
from services.demo.story import PASSWORD, tell
from services.settings import settings
from services.transaction import transaction

log = logging.getLogger(__name__)

_MARK = 'this-is-a-demo'


async def prepare() -> list[str]:
    """Fill the database if it is empty. Gives the lines to print: who can sign in, and where."""
    if not await User.exists():
        settings().data_dir.mkdir(parents=True, exist_ok=True)
        (settings().data_dir / _MARK).touch()
        log.info('the demo is made: three months of tickets take some seconds')
        async with transaction():  # whole or not at all: a start that is broken off leaves nothing half told
            await tell(make_file)
    return [
        f'The demo is at {settings().url}. These people can sign in, the password of each is {PASSWORD}:',
        *(f'  {person["email"]:<24} {person["name"]}, {_part(person)}' for person in _people()),
    ]


def reset() -> None:
    """Throw the demo's data away. Raises RuntimeError where data is not a demo's, or is in PostgreSQL."""
    folder, path = settings().data_dir, database.sqlite_path(settings().database)
    if path is None:
        raise RuntimeError('only a demo in SQLite can be thrown away; drop and create the PostgreSQL database yourself')
    if path.exists() and not (folder / _MARK).exists():
        raise RuntimeError(f'{path} was not made by the demo, so it is left alone')
    for leftover in path.parent.glob(f'{path.name}*'):
        leftover.unlink()
    shutil.rmtree(folder / 'files', ignore_errors=True)


def _people() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads((Path(__file__).parent / 'people.toml').read_text('utf-8'))['person']
    return listed


def _part(person: dict[str, str]) -> str:
    return f'{person["role"]}, {person["company"]}' if 'company' in person else person['role']
