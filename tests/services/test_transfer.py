"""Moving everything from one engine to the other, and back, without losing or changing a row."""

from datetime import timedelta
from hashlib import sha256

import asyncpg
import pytest

from models import Attachment, AuditEntry, Comment, Company, Counter, Ticket, User
from services import blobs, transfer
from services.database import close_database, open_database, opened
from services.numbering import next_number
from services.search import upkeep
from services.settings import settings
from services.transaction import transaction
from services.transfer import TransferFailed
from tests.models.rows import NOW, a_ticket, a_ticket_with_children
from tests.people import alice, bob, make_company

CONTENT = b'what was attached'


@pytest.fixture(params=['sqlite to postgres', 'postgres to sqlite'])
def both(request) -> tuple[str, str]:
    """Where the data is, and an empty database of the other kind."""
    urls = [str(request.getfixturevalue(f'{name}_url')) for name in request.param.split(' to ')]
    return urls[0], urls[1]


async def test_what_is_put_in_is_what_was_taken_out(both, tmp_path, monkeypatch):
    here, there = both
    await open_database(here)
    try:
        await _fill()
        taken = await transfer.export(tmp_path / 'export.tar')
    finally:
        await close_database()

    monkeypatch.setenv('PORTAL_DATA_DIR', str(tmp_path / 'elsewhere'))
    settings.cache_clear()
    await open_database(there)
    try:
        assert (await transfer.import_(taken.path)).rows == taken.rows
        again = await transfer.export(tmp_path / 'again.tar')
        assert list(transfer.tables_of(again.path)) == list(transfer.tables_of(taken.path))
        assert taken.rows['ticket'] == 2
        assert blobs.path_of(sha256(CONTENT).hexdigest()).read_bytes() == CONTENT

        first, second = await Ticket.all().order_by('number')
        assert (first.follow_up_of_id, second.answers) == (second.id, {'steps': 'Ёж "и" \n\x01'})
        assert second.auto_close_at == NOW + timedelta(days=14)
        assert (await Company.create(name='new', created_at=NOW)).id > 1  # numbering goes on
        assert await upkeep.differences() == []
        async with transaction():
            assert await next_number('ticket') == 3
    finally:
        await close_database()


async def test_a_portal_moves_to_another_database_with_every_row_compared(sqlite_url, postgres_url):
    async with opened(sqlite_url):
        await _fill()
    told: list[str] = []
    moved = await transfer.move(sqlite_url, postgres_url, progress=told.append)
    assert moved.rows['ticket'] == 2
    assert 'ticket: 2 rows written' in told
    assert 'ticket: 2 rows read' in told
    async with opened(postgres_url):
        assert await Ticket.all().count() == 2
    with pytest.raises(TransferFailed, match='empty one only'):
        await transfer.move(sqlite_url, postgres_url)
    with pytest.raises(TransferFailed, match='that very database'):
        await transfer.move(sqlite_url, sqlite_url)


async def test_what_comes_out_other_than_it_went_in_is_not_kept(sqlite_url, postgres_url):
    async with opened(sqlite_url):
        await _fill()
    await _run(postgres_url, _SPOILS)
    with pytest.raises(TransferFailed, match='ticket does not hold the rows that it was made from'):
        await transfer.move(sqlite_url, postgres_url)
    async with opened(postgres_url):
        assert not await Ticket.exists()
        assert not await User.exists()


_SPOILS = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.subject := upper(NEW.subject); RETURN NEW; END $$;
CREATE TRIGGER spoil BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION spoil();
"""


async def _run(url: str, statements: str) -> None:
    line = await asyncpg.connect(url)
    try:
        await line.execute(statements)
    finally:
        await line.close()


async def test_a_portal_with_people_in_it_is_left_alone(database, tmp_path):
    await alice()
    taken = await transfer.export(tmp_path / 'export.tar')
    with pytest.raises(TransferFailed, match='empty one only'):
        await transfer.import_(taken.path)
    with pytest.raises(TransferFailed, match='exists already'):
        await transfer.export(taken.path)


async def test_a_damaged_export_puts_nothing_in(database, tmp_path):
    company = await make_company('kept out')
    taken = await transfer.export(tmp_path / 'export.tar')
    await company.delete()
    taken.path.write_bytes(taken.path.read_bytes().replace(b'kept out', b'put in!!'))
    with pytest.raises(TransferFailed, match='not what was written'):
        await transfer.import_(taken.path)
    assert await Company.all().count() == 0


async def test_many_rows_are_all_there(database, tmp_path):
    await Company.bulk_create(Company(name=f'company {number:05}', created_at=NOW) for number in range(1201))
    taken = await transfer.export(tmp_path / 'export.tar')
    assert taken.rows['company'] == 1201
    await transfer.import_(taken.path)
    assert await Company.all().count() == 1201


async def _fill() -> None:
    ticket = await a_ticket_with_children(await alice(), await bob())
    later = await a_ticket(await bob(), number=2)
    await Ticket.filter(id=ticket.id).update(follow_up_of_id=later.id)  # to a row that comes later
    later.answers = {'steps': 'Ёж "и" \n\x01'}
    later.auto_close_at = NOW + timedelta(days=14)
    await later.save()
    await Counter.create(name='ticket', value=2)
    await AuditEntry.create(at=NOW, actor=await User.first(), action='x', details={'a': None, 'b': 1})
    place = blobs.path_of(sha256(CONTENT).hexdigest())
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)
    await Attachment.create(
        key='k',
        uploader=await User.first(),
        ticket=ticket,
        comment=await Comment.first(),
        name='Отчёт.txt',
        size=len(CONTENT),
        content_type='text/plain',
        digest=place.name,
        created_at=NOW,
    )
