"""Files that people bring: how many, how large, what they are, who gets them, and what is left of them."""

import asyncio
import io
import resource
import struct
import time
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from models import Attachment, Share, Status, Ticket
from services import blobs, drafts, files
from services.errors import NotFound, SignedOut, TooLarge, Unavailable
from services.forms import store
from services.settings import settings
from services.transaction import transaction
from tests.people import actor_of, alice, bob, charlie, grace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE = 'request:bug'
MB = 1024 * 1024
DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'


@pytest.fixture
async def portal(database):
    await store.publish_catalogue()


async def stream(content: bytes, *, piece: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(content), piece):
        yield content[start : start + piece]


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b'x' * 65536


async def torn(content: bytes) -> AsyncIterator[bytes]:
    yield content[: len(content) // 2]
    raise ConnectionError


def on_disk() -> list[Path]:
    return [path for path in (settings().data_dir / 'files').rglob('*') if path.is_file()]


def picture(format: str = 'PNG', size: tuple[int, int] = (1000, 500), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new('RGB', size, 'teal').save(out, format, **save)
    return out.getvalue()


def claimed_size(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""
    ihdr = b'IHDR' + struct.pack('>IIBBBBB', width, height, 8, 6, 0, 0, 0)
    idat = b'IDAT' + zlib.compress(b'\0' * 100)
    chunks = [struct.pack('>I', len(c) - 4) + c + struct.pack('>I', zlib.crc32(c)) for c in (ihdr, idat, b'IEND')]
    return b'\x89PNG\r\n\x1a\n' + b''.join(chunks)


async def sent_ticket(keys: list[str], *, internal: bool = False, number: int = 7) -> Ticket:
    requester = await alice()
    ticket = await Ticket.create(
        number=number, type='bug', form_id=(await store.current_row('bug')).id, subject='Тема', status=Status.OPEN,
        status_since=NOW, requester=requester, company_id=requester.company_id, submission_key=f'key-{number}',
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    async with transaction():
        await files.claim(requester, keys, ticket, internal=internal)
    return ticket


async def test_a_file_is_kept_under_a_random_key_and_its_hash_and_belongs_to_the_draft(portal):
    actor = await actor_of(await alice())
    first = await files.store(actor, PLACE, '../../лог.txt', stream('привет'.encode()))
    second = await files.store(actor, PLACE, 'тот же.txt', stream('привет'.encode()))
    draft = await drafts.read(actor, PLACE)
    assert draft is not None
    assert draft.files == (first, second)
    assert (first.name, first.size, first.content_type, first.previewable) == ('лог.txt', 12, 'text/plain', False)
    assert first.key != second.key
    assert len(on_disk()) == 1
    opened = await files.open_for(actor, first.key)
    assert opened.path.read_text() == 'привет'
    assert opened.path.is_relative_to(settings().data_dir / 'files')


async def test_the_limit_of_a_file_is_exact(portal):
    actor = await actor_of(await alice())
    kept = await files.store(actor, PLACE, 'a', stream(b'x' * 25 * MB))
    assert kept.size == 25 * MB
    with pytest.raises(TooLarge) as caught:
        await files.store(actor, PLACE, 'b', stream(b'x' * (25 * MB + 1)))
    assert (caught.value.key, caught.value.values) == ('files.too_big', {'megabytes': '25'})
    with pytest.raises(TooLarge):
        await files.store(actor, PLACE, 'c', endless())
    assert len(on_disk()) == 1
    assert await Attachment.all().count() == 1


async def test_ten_files_go_with_a_message_even_when_eleven_come_at_once(portal):
    actor = await actor_of(await alice())
    outcomes = await asyncio.gather(
        *(files.store(actor, PLACE, f'{n}.txt', stream(b'%d' % n)) for n in range(11)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [getattr(refusal, 'key', refusal) for refusal in refused] == ['files.too_many']
    assert await files.store(actor, 'request:feature', 'elsewhere.txt', stream(b'x'))


async def test_a_person_has_so_much_room_and_deleting_makes_room(portal, monkeypatch):
    monkeypatch.setattr(settings(), 'storage_per_person', 100)
    actor = await actor_of(await alice())
    first = await files.store(actor, PLACE, 'a', stream(b'x' * 100))
    with pytest.raises(TooLarge) as caught:
        await files.store(actor, PLACE, 'b', stream(b'y'))
    assert caught.value.key == 'files.no_room'
    assert await files.store(await actor_of(await bob()), PLACE, 'mine', stream(b'z'))
    await files.remove_from_draft(actor, first.key)
    assert await files.store(actor, PLACE, 'b', stream(b'y'))


async def test_a_connection_that_breaks_leaves_nothing(portal):
    actor = await actor_of(await alice())
    for _ in range(20):
        with pytest.raises(ConnectionError):
            await files.store(actor, PLACE, 'a', torn(b'x' * 2 * MB))
    upload = asyncio.ensure_future(files.store(actor, PLACE, 'b', endless_but_slow()))
    await asyncio.wait([upload], timeout=0.2)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert on_disk() == []
    assert await Attachment.all().count() == 0


async def endless_but_slow() -> AsyncIterator[bytes]:
    while True:
        await asyncio.sleep(0.01)
        yield b'x' * 1024


async def test_a_full_disk_is_said_and_leaves_nothing(portal, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(blobs, '_append', full)
    with pytest.raises(Unavailable):
        await files.store(await actor_of(await alice()), PLACE, 'a', stream(b'x'))
    assert on_disk() == []


@pytest.mark.parametrize(
    'name, content, kind',
    [
        ('a.png', b'MZ' + b'\0' * 200, None),
        ('a.png', b'<!DOCTYPE html><script>alert(1)</script>', 'text/html'),
        ('a.png', b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', None),
        ('a.png', b'plain words', 'text/plain'),
        ('отчёт.docx', b'PK\x03\x04' + b'\0' * 60, DOCX),
        ('42.zip', b'PK\x03\x04' + b'\0' * 60, 'application/zip'),
        ('a.png', b'', 'text/plain'),
        ('a.png', b'\0\1\2\3', 'application/octet-stream'),
        ('a.jpg', b'\xff\xd8\xff\xe0 broken', None),
    ],
)  # fmt: skip
async def test_the_type_comes_from_the_content_and_only_pictures_are_shown(sqlite, name, content, kind):
    await store.publish_catalogue()
    stored = await files.store(await actor_of(await alice()), PLACE, name, stream(content))
    assert not stored.previewable
    assert kind in (None, stored.content_type)
    assert await files.thumbnail(await actor_of(await alice()), stored.key) is None


@pytest.mark.parametrize('format', ['PNG', 'JPEG', 'GIF', 'WEBP'])
async def test_a_picture_gets_a_small_one(sqlite, format):
    await store.publish_catalogue()
    actor = await actor_of(await alice())
    stored = await files.store(actor, PLACE, 'misleading.txt', stream(picture(format)))
    assert stored.previewable
    for _ in range(2):
        small = await files.thumbnail(actor, stored.key)
        assert small is not None
        with Image.open(small) as image:
            assert (image.format, image.size) == ('WEBP', (640, 320))


async def test_where_a_picture_was_taken_stays_in_the_original(sqlite):
    await store.publish_catalogue()
    actor = await actor_of(await alice())
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[1] = 'N'
    stored = await files.store(actor, PLACE, 'photo.jpg', stream(picture('JPEG', exif=exif)))
    small = await files.thumbnail(actor, stored.key)
    assert small is not None
    with Image.open(small) as image:
        assert image.size == (320, 640)
        assert not image.getexif()
    assert b'Exif' in (await files.open_for(actor, stored.key)).path.read_bytes()
    assert b'Exif' not in small.read_bytes()


@pytest.mark.parametrize(
    'content', [claimed_size(50_000, 50_000), claimed_size(6000, 6000), picture() + b'PK\x03\x04zip']
)
async def test_pictures_made_to_hurt_cost_little(sqlite, content):
    await store.publish_catalogue()
    actor = await actor_of(await alice())
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    stored = await files.store(actor, PLACE, 'a.png', stream(content))
    small = await files.thumbnail(actor, stored.key)
    assert time.perf_counter() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    if small is not None:
        assert b'PK\x03\x04' not in small.read_bytes()


async def test_an_animation_is_shown_by_its_first_picture(sqlite):
    await store.publish_catalogue()
    actor = await actor_of(await alice())
    out = io.BytesIO()
    frames = [Image.new('P', (40, 40), n % 255) for n in range(500)]
    frames[0].save(out, 'GIF', save_all=True, append_images=frames[1:])
    stored = await files.store(actor, PLACE, 'a.gif', stream(out.getvalue()))
    small = await files.thumbnail(actor, stored.key)
    assert small is not None
    with Image.open(small) as image:
        assert image.size == (40, 40)


async def test_who_gets_a_file_follows_the_ticket(portal):
    requester, colleague, stranger, agent = await alice(), await bob(), await charlie(), await grace()
    actors = {person.id: await actor_of(person) for person in (requester, colleague, stranger, agent)}
    stored = await files.store(actors[requester.id], PLACE, 'a.png', stream(picture()))

    async def may(person_id: int) -> bool:
        try:
            await files.open_for(actors[person_id], stored.key)
            await files.thumbnail(actors[person_id], stored.key)
        except NotFound:
            return False
        return True

    assert [await may(person.id) for person in (requester, colleague, stranger, agent)] == [True, False, False, False]
    ticket = await sent_ticket([stored.key])
    assert [await may(person.id) for person in (requester, colleague, stranger, agent)] == [True, False, False, True]
    share = await Share.create(ticket=ticket, user=colleague, created_at=NOW)
    await Share.create(ticket=ticket, user=stranger, created_at=NOW)
    assert [await may(person.id) for person in (requester, colleague, stranger, agent)] == [True, True, False, True]
    await share.delete()
    assert not await may(colleague.id)
    await Attachment.filter(key=stored.key).update(internal=True)
    assert [await may(person.id) for person in (requester, colleague, stranger, agent)] == [False, False, False, True]
    await Attachment.filter(key=stored.key).update(internal=False, removed_at=NOW)
    assert not any([await may(person.id) for person in (requester, colleague, stranger, agent)])


async def test_only_the_uploader_sends_or_removes_a_file_and_only_once(portal):
    requester, other = await alice(), await charlie()
    actor, stranger = await actor_of(requester), await actor_of(other)
    stored = await files.store(actor, PLACE, 'a', stream(b'x'))
    with pytest.raises(NotFound):
        await files.remove_from_draft(stranger, stored.key)
    ticket = await sent_ticket([stored.key, stored.key])
    row = await Attachment.get(key=stored.key)
    assert (row.ticket_id, row.draft_id, row.internal) == (ticket.id, None, False)
    with pytest.raises(NotFound):
        await files.remove_from_draft(actor, stored.key)
    for person, key in ((requester, stored.key), (other, stored.key), (requester, 'nothing'), (requester, 'a\x00b')):
        async with transaction():
            with pytest.raises(NotFound):
                await files.claim(person, [key], ticket)
    for ask in (files.open_for, files.thumbnail, files.remove_from_draft):
        with pytest.raises(NotFound):
            await ask(actor, 'a\x00b')
    with pytest.raises(RuntimeError):
        await files.claim(requester, [], ticket)


async def test_a_rolled_back_submission_leaves_the_files_in_the_draft(portal):
    requester = await alice()
    actor = await actor_of(requester)
    stored = await files.store(actor, PLACE, 'a', stream(b'x'))
    ticket = await sent_ticket([])

    async def fail() -> None:
        async with transaction():
            await files.claim(requester, [stored.key], ticket)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    draft = await drafts.read(actor, PLACE)
    assert draft is not None
    assert draft.files == (stored,)


async def test_discarding_a_draft_removes_its_files_but_no_sent_one(portal):
    actor = await actor_of(await alice())
    sent = await files.store(actor, PLACE, 'a', stream(b'x'))
    kept = await files.store(actor, PLACE, 'b', stream(b'y'))
    await sent_ticket([sent.key])
    await drafts.discard(actor, PLACE)
    assert await Attachment.filter(key=kept.key).count() == 0
    assert await Attachment.filter(key=sent.key).count() == 1


async def test_a_place_that_is_not_theirs_and_a_person_who_left(portal):
    requester = await alice()
    await sent_ticket([])
    with pytest.raises(NotFound):
        await files.store(await actor_of(await charlie()), 'comment:7', 'a', stream(b'x'))
    with pytest.raises(NotFound):
        await files.store(await actor_of(requester), 'note:7', 'a', stream(b'x'))
    actor = await actor_of(requester)
    requester.active = False
    await requester.save(update_fields=['active'])
    with pytest.raises(SignedOut):
        await files.store(actor, PLACE, 'a', stream(b'x'))
    assert on_disk() == []


async def test_a_call_that_claims_at_once_needs_no_draft(portal):
    stored = await files.store(await actor_of(await alice()), 'api:1', 'a', stream(b'x'))
    ticket = await sent_ticket([stored.key])
    assert (await Attachment.get(key=stored.key)).ticket_id == ticket.id


async def test_what_nobody_sent_is_cleaned_away_and_nothing_else(portal):
    actor = await actor_of(await alice())
    sent = await files.store(actor, PLACE, 'a', stream(b'sent'))
    await sent_ticket([sent.key])
    drafted = await files.store(actor, PLACE, 'b', stream(b'drafted'))
    orphan = await files.store(actor, 'api:1', 'c', stream(picture()))
    await files.thumbnail(actor, orphan.key)
    await Attachment.filter(key=orphan.key).update(draft_id=None)
    half = settings().data_dir / 'files' / 'incoming' / 'half'
    half.write_bytes(b'x')

    await files.clean(now=datetime.now(UTC))
    assert len(on_disk()) == 4 + 1  # three contents, a preview, and what is still arriving
    later = datetime.now(UTC) + timedelta(days=2)
    await files.clean(now=later)
    assert {row.key for row in await Attachment.all()} == {sent.key, drafted.key}
    assert sorted(path.read_bytes() for path in on_disk()) == [b'drafted', b'sent']


async def test_a_content_that_comes_back_just_before_the_cleaning_stays(portal):
    actor = await actor_of(await alice())
    first = await files.store(actor, PLACE, 'a', stream(b'x'))
    await files.remove_from_draft(actor, first.key)
    again = await files.store(actor, PLACE, 'b', stream(b'x'))
    await files.remove_from_draft(actor, again.key)
    assert await files.sweep(now=datetime.now(UTC)) == 0
    assert len(on_disk()) == 1
    assert await files.sweep(now=datetime.now(UTC) + timedelta(hours=2)) == 1
    assert on_disk() == []
