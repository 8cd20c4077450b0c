"""What is kept of a person, as they get it: everything of theirs, nothing of others, no secret, nothing internal."""

import json
from zipfile import ZipFile

import pytest

from models import AuditEntry, Status, User
from services import files, tickets, tokens
from services.errors import NotFound, TooMany
from services.privacy import own_data
from tests.people import actor_of, bob, grace, mona
from tests.services.ticket_world import NOW, World


async def stream(content: bytes):
    yield content


@pytest.fixture
async def world(database) -> World:
    return await World().build()


def contents(file) -> dict[str, str]:
    """The file's entries by name, and the file is gone."""
    with ZipFile(file.path) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name).decode() for name in archive.namelist()}
    file.remove()
    return read


async def test_a_person_gets_all_of_their_own(world):
    stored = await files.store(world.alice, 'request:bug', '../снимок.txt', stream(b'picture'), now=NOW)
    view = await world.file(subject='Моя заявка', file_keys=[stored.key])
    await tickets.comment(world.alice, view.id, 'Моё слово', now=NOW)
    await tickets.comment(world.grace, view.id, 'Слово специалиста', now=NOW)
    await tickets.comment(world.grace, view.id, 'ТАЙНАЯ заметка', internal=True, now=NOW)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW)
    token, _ = await tokens.create_token(world.alice, 'отчёты', now=NOW)
    file = await own_data.collect(world.alice, now=NOW)
    read = contents(file)
    everything = '\n'.join(read.values())
    for mine in ('Моя заявка', 'Моё слово', 'отчёты', 'alice@romashka.test', 'Ромашка', '127.0.0.1'):
        assert mine in everything, mine
    for foreign in ('ТАЙНАЯ', 'Слово специалиста', 'grace@', token, '_hash', 'nonce', 'solve_due_at', 'last_event_id'):
        assert foreign not in everything, foreign
    assert read[next(name for name in read if name.startswith('files/'))] == 'picture'
    assert all(json.loads(text) for name, text in read.items() if name.endswith('.json') and 'about' not in name)
    entry = await AuditEntry.get(action='person.exported')
    assert (entry.actor_id, entry.subject) == (world.users['alice'].id, f'user:{world.users["alice"].id}')


async def test_an_agent_gets_their_notes_and_no_customers_tickets(world):
    view = await world.file(subject='Чужая заявка')
    await tickets.assign(world.mona, view.id, world.users['grace'].id, now=NOW)
    await tickets.comment(world.grace, view.id, 'Моя заметка', internal=True, now=NOW)
    everything = '\n'.join(contents(await own_data.collect(world.grace, now=NOW)).values())
    assert 'Моя заметка' in everything
    assert 'Чужая заявка' not in everything


async def test_admins_collect_for_anyone_and_others_for_themselves(world):
    alice_id = world.users['alice'].id
    file = await own_data.collect(world.mona, alice_id, now=NOW)
    assert json.loads(contents(file)['person.json'])[0]['email'] == 'alice@romashka.test'
    for stranger in (world.bob, world.grace):
        with pytest.raises(NotFound):
            await own_data.collect(stranger, alice_id, now=NOW)
    contents(await own_data.collect(world.alice, alice_id, now=NOW))
    with pytest.raises(NotFound):
        await own_data.collect(world.mona, 999, now=NOW)


async def test_long_tables_come_in_pieces_and_whole(sqlite, monkeypatch):
    monkeypatch.setattr(own_data, '_BATCH', 2)
    user = await bob()
    actors = [await actor_of(user) for _ in range(5)]
    read = contents(await own_data.collect(actors[0]))
    sessions = [name for name in read if name.startswith('session.user_id')]
    assert len(sessions) == 3
    assert sum(len(json.loads(read[name])) for name in sessions) == 5


async def test_it_is_not_collected_without_end(sqlite):
    boss = await actor_of(await mona())
    for _ in range(own_data.PER_HOUR):
        (await own_data.collect(boss)).remove()
    with pytest.raises(TooMany):
        await own_data.collect(boss)
    assert await User.all().count() == 1
    (await own_data.collect(await actor_of(await grace()))).remove()
