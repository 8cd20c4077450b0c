"""The first administrator: only by the code of the terminal, only once."""

import asyncio
import subprocess
import sys

import pytest

from models import Role, User
from services import sessions, setup
from services.errors import Conflict, Invalid, TooMany
from services.settings import settings
from tests.people import PASSWORD, grace, mona
from tests.source import ROOT


async def test_the_code_of_the_terminal_makes_the_first_admin_and_no_second(database):
    await grace()
    code = await setup.offered_code()
    assert code is not None
    assert await setup.offered_code() == code
    token, _ = await setup.create_first_admin(f' {code.lower()} ', 'Марина', 'Mona@portal.test', PASSWORD)
    assert await sessions.actor_of_token(token)
    made = await User.get(email='mona@portal.test')
    assert made.role is Role.ADMIN
    assert await setup.offered_code() is None
    with pytest.raises(Conflict):
        await setup.create_first_admin(code, 'Вторая', 'two@portal.test', PASSWORD)


async def test_a_wrong_code_makes_nobody_and_is_slow_to_guess(sqlite):
    with pytest.raises(Invalid):
        await setup.create_first_admin('', 'Марина', 'mona@portal.test', PASSWORD)
    code = await setup.offered_code()
    for _ in range(9):
        with pytest.raises(Invalid):
            await setup.create_first_admin('AAAA-AAAA-AAAA-AAAA', 'Марина', 'mona@portal.test', PASSWORD)
    with pytest.raises(TooMany):
        await setup.create_first_admin(code or '', 'Марина', 'mona@portal.test', PASSWORD)
    assert await User.all().count() == 0


async def test_a_mistake_in_the_form_does_not_use_the_code_up(sqlite):
    code = await setup.offered_code() or ''
    for name, email, password in (('', 'a@x.test', PASSWORD), ('A', 'nonsense', PASSWORD), ('A', 'a@x.test', 'short')):
        with pytest.raises(Invalid):
            await setup.create_first_admin(code, name, email, password)
    await setup.create_first_admin(code, 'A', 'a@x.test', PASSWORD)
    assert await User.all().count() == 1


async def test_two_forms_at_once_make_one_admin(database):
    code = await setup.offered_code() or ''
    results = await asyncio.gather(
        *(setup.create_first_admin(code, 'A', f'a{number}@x.test', PASSWORD) for number in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert await User.filter(role=Role.ADMIN).count() == 1


async def test_a_portal_with_an_admin_offers_no_code(sqlite):
    await mona()
    assert not await setup.needs_setup()
    assert await setup.offered_code() is None


async def test_every_process_of_a_portal_takes_the_code_of_any_and_another_portal_does_not(sqlite, monkeypatch):
    code = await setup.offered_code() or ''
    line = [sys.executable, '-c', 'from services import setup; print(setup._code())']
    other = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: ASYNC221 - a moment
    assert other.stdout.strip() == code
    monkeypatch.setenv('PORTAL_SECRET', 'that of another portal')
    settings.cache_clear()
    with pytest.raises(Invalid):
        await setup.create_first_admin(code, 'A', 'a@x.test', PASSWORD)
