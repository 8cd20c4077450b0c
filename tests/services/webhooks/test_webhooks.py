"""Webhooks over real connections: signed, only what everybody may know, tried again, given up, renewed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from models import AuditEntry, DeliveryState, EventKind, Status, Webhook, WebhookDelivery
from services import ratings, tickets
from services.desk import tags
from services.errors import Conflict, Invalid, NotFound
from services.webhooks import deliveries, endpoints, sending, writing
from tests.journeys.server import free_port
from tests.people import actor_of
from tests.services.ticket_world import World, let_everybody_write
from tests.services.webhooks.receiver import Receiver, receiver


@pytest.fixture
async def outside(monkeypatch) -> AsyncIterator[Receiver]:
    monkeypatch.setenv('PORTAL_WEBHOOK_PRIVATE', 'true')
    let_everybody_write(monkeypatch)
    async with receiver() as found:
        yield found


@pytest.fixture
async def world(sqlite) -> World:
    return await signed_in()


async def signed_in() -> World:
    """A world of people who are there now: signatures know no other time."""
    found = await World().build()
    for name, user in found.users.items():
        setattr(found, name, await actor_of(user))
    return found


async def test_a_message_is_signed_and_says_what_everybody_may_know(database, outside):
    world = await signed_in()
    hook, outside.secret = await endpoints.create(world.mona, outside.url)
    ticket = await world.file(now=datetime.now(UTC))
    await tickets.transition(world.grace, ticket.id, Status.IN_PROGRESS)
    assert await sending.send_due() == 2
    assert [body['type'] for body in outside.bodies] == ['ticket.filed', 'ticket.status']
    moved = outside.bodies[1]['data']
    assert (moved['event']['from_status'], moved['event']['to_status']) == ('open', 'in_progress')
    assert moved['event']['actor_id'] == world.users['grace'].id
    assert (moved['ticket']['id'], moved['ticket']['subject']) == (ticket.id, ticket.subject)
    assert moved['ticket']['status'] == 'in_progress'
    rows = await WebhookDelivery.filter(webhook_id=hook.id).order_by('id')
    assert [(row.state, row.answer_status, row.answer) for row in rows] == [('delivered', 200, 'answer 200')] * 2
    assert outside.ids == [row.message_id for row in rows]
    assert await sending.send_due() == 0


async def test_a_wrong_secret_and_an_old_message_do_not_pass(world, outside):
    _, secret = await endpoints.create(world.mona, outside.url)
    await world.file(now=datetime.now(UTC))
    await sending.send_due()
    Verifier(secret).verify(outside.raw[0], outside.headers[0])
    with pytest.raises(WebhookVerificationError):
        Verifier('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').verify(outside.raw[0], outside.headers[0])
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(outside.raw[0] + b' ', outside.headers[0])
    long_ago = str(int((datetime.now(UTC) - timedelta(minutes=6)).timestamp()))
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(outside.raw[0], outside.headers[0] | {'webhook-timestamp': long_ago})


async def test_what_is_internal_is_not_even_hinted_at(world, outside):
    await endpoints.create(world.mona, outside.url)
    ticket = await world.file(now=datetime.now(UTC))
    await tickets.comment(world.grace, ticket.id, 'marker-7391', internal=True)
    await tags.add(world.grace, ticket.id, 'marker-7391')
    await tickets.comment(world.grace, ticket.id, 'Смотрим.')
    await sending.send_due()
    assert [body['type'] for body in outside.bodies] == ['ticket.filed', 'ticket.commented']
    assert b'marker-7391' not in b''.join(outside.raw)
    before, after = (body['data']['ticket'] for body in outside.bodies)
    assert after['version'] == before['version'] + 1


async def test_ratings_are_told_though_customers_do_not_see_each_other_rate(world, outside):
    await endpoints.create(world.mona, outside.url, ['rated'])
    ticket = await world.file(now=datetime.now(UTC))
    await tickets.transition(world.alice, ticket.id, Status.DONE)
    await ratings.rate_own(world.alice, ticket.id, 5, 'Спасибо!')
    await sending.send_due()
    assert [(body['type'], body['data']['event']['stars']) for body in outside.bodies] == [('ticket.rated', 5)]
    assert 'Спасибо' not in outside.raw[0].decode()


async def test_only_the_kinds_that_were_asked_for_are_told(world, outside):
    hook, _ = await endpoints.create(world.mona, outside.url, ['commented'])
    ticket = await world.file(now=datetime.now(UTC))
    await tickets.comment(world.alice, ticket.id, 'Ещё одно.')
    assert [row.kind for row in await WebhookDelivery.all()] == ['commented']
    await endpoints.change(world.mona, hook.id, active=False)
    await tickets.comment(world.alice, ticket.id, 'И ещё.')
    assert await WebhookDelivery.all().count() == 1
    with pytest.raises(Invalid):
        await endpoints.change(world.mona, hook.id, kinds=['tagged'])


async def test_a_message_belongs_to_its_change(world, outside, monkeypatch):
    """What is rolled back is not told."""
    await endpoints.create(world.mona, outside.url)
    ticket = await world.file(now=datetime.now(UTC))

    async def broken(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr(tickets.talking.outbox, 'notify', broken)
    with pytest.raises(RuntimeError):
        await tickets.comment(world.alice, ticket.id, 'Не сохранится.')
    assert [row.kind for row in await WebhookDelivery.all()] == ['filed']


async def test_a_receiver_that_fails_is_tried_again_and_marked_until_it_answers(world, outside):
    outside.answers = [500, 302]
    hook, _ = await endpoints.create(world.mona, outside.url)
    await world.file(now=datetime.now(UTC))
    begun = datetime.now(UTC)
    assert await sending.send_due(begun) == 1
    row = await WebhookDelivery.get()
    assert (row.state, row.trouble, row.answer_status, row.answer) == ('waiting', 'status', 500, 'answer 500')
    assert row.not_before == begun + sending.BACK_OFF[0]
    assert (await endpoints.endpoint(world.mona, hook.id)).failing_since == begun
    assert await sending.send_due(begun + timedelta(seconds=4)) == 0
    later = begun + timedelta(seconds=6)
    assert await sending.send_due(later) == 1
    assert (await WebhookDelivery.get()).not_before == later + sending.BACK_OFF[1]
    assert await sending.send_due(later + timedelta(minutes=2)) == 1
    row = await WebhookDelivery.get()
    assert (row.state, row.attempts, len(set(outside.ids))) == ('delivered', 3, 1)
    assert (await endpoints.endpoint(world.mona, hook.id)).failing_since is None


async def test_after_three_days_a_message_is_given_up_and_the_address_stays_marked(world, outside):
    await outside_is_away(outside, world)
    now, tries = datetime.now(UTC), 0
    while (row := await WebhookDelivery.get()).state == DeliveryState.WAITING:
        now = max(now, row.not_before)
        tries += await sending.send_due(now)
    assert (row.state, row.trouble) == (DeliveryState.FAILED, 'connection')
    assert sending.GIVE_UP_AFTER <= now - row.created_at < sending.GIVE_UP_AFTER + timedelta(hours=6)
    assert 10 <= tries <= 25
    assert (await Webhook.get()).failing_since is not None


async def outside_is_away(outside: Receiver, world: World) -> None:
    """Nobody listens at the address any more, and a message waits."""
    hook, _ = await endpoints.create(world.mona, outside.url)
    await Webhook.filter(id=hook.id).update(url=f'http://127.0.0.1:{free_port()}/')
    await world.file(now=datetime.now(UTC))


async def test_a_receiver_that_says_it_is_gone_is_switched_off(world, outside):
    outside.answers = [410]
    hook, _ = await endpoints.create(world.mona, outside.url)
    await world.file(now=datetime.now(UTC))
    await sending.send_due()
    assert (await WebhookDelivery.get()).state == DeliveryState.FAILED
    assert (await endpoints.endpoint(world.mona, hook.id)).active is False


async def test_one_that_is_slow_or_away_keeps_nobody_waiting(world, outside, monkeypatch):
    monkeypatch.setattr(sending, 'TIMEOUT', 0.5)
    async with receiver() as other:
        outside.slow = 5
        await endpoints.create(world.mona, outside.url)
        await endpoints.create(world.mona, other.url)
        for _ in range(3):
            await world.file(now=datetime.now(UTC))
        assert await sending.send_due() == 4
        assert len(other.bodies) == 3
        states = [(row.state, row.trouble) for row in await WebhookDelivery.filter(webhook_id=1).order_by('id')]
        assert states == [('waiting', 'timeout'), ('waiting', ''), ('waiting', '')]


async def test_two_senders_at_once_send_a_message_once(database, outside):
    world = await signed_in()
    await endpoints.create(world.mona, outside.url)
    for _ in range(4):
        await world.file(now=datetime.now(UTC))
    await asyncio.gather(*(sending.send_due() for _ in range(3)))
    await sending.send_due()
    assert len(outside.ids) == len(set(outside.ids)) == 4


async def test_a_sender_that_died_is_stood_in_for(world, outside):
    await endpoints.create(world.mona, outside.url)
    await world.file(now=datetime.now(UTC))
    now = datetime.now(UTC)
    claimed = {'state': DeliveryState.SENDING, 'attempts': 1}
    await WebhookDelivery.all().update(claimed_until=now + timedelta(seconds=30), **claimed)
    assert await sending.send_due(now) == 0
    await WebhookDelivery.all().update(claimed_until=now - timedelta(seconds=1), **claimed)
    assert await sending.send_due(now) == 1
    assert (await WebhookDelivery.get()).state == DeliveryState.DELIVERED


async def test_a_renewed_secret_signs_beside_the_old_one_for_a_day(world, outside):
    hook, old = await endpoints.create(world.mona, outside.url)
    new = await endpoints.renew_secret(world.mona, hook.id)
    await deliveries.send_test(world.mona, hook.id)
    await sending.send_due()
    for secret in (old, new):
        assert Verifier(secret).verify(outside.raw[0], outside.headers[0])['type'] == 'test'
    await Webhook.filter(id=hook.id).update(old_until=datetime.now(UTC))
    await deliveries.send_test(world.mona, hook.id)
    await sending.send_due()
    Verifier(new).verify(outside.raw[1], outside.headers[1])
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(outside.raw[1], outside.headers[1])
    assert old != new
    stored = str([row.__dict__ async for row in Webhook.all()])
    assert old.removeprefix('whsec_') not in stored
    assert new.removeprefix('whsec_') not in stored


async def test_a_message_is_sent_again_under_its_old_id(world, outside):
    hook, _ = await endpoints.create(world.mona, outside.url)
    await world.file(now=datetime.now(UTC))
    await sending.send_due()
    row = await WebhookDelivery.get()
    await deliveries.send_again(world.mona, hook.id, row.id)
    await sending.send_due()
    assert outside.ids == [row.message_id] * 2
    await WebhookDelivery.all().update(state=DeliveryState.SENDING)
    with pytest.raises(Conflict):
        await deliveries.send_again(world.mona, hook.id, row.id)


async def test_admins_alone_manage_them_and_all_of_it_is_on_record(world, outside):
    hook, _ = await endpoints.create(world.mona, outside.url)
    for actor in (world.grace, world.alice):
        for call in (
            endpoints.endpoints(actor),
            endpoints.create(actor, outside.url),
            endpoints.change(actor, hook.id, active=False),
            endpoints.renew_secret(actor, hook.id),
            endpoints.delete(actor, hook.id),
            deliveries.deliveries(actor, hook.id),
            deliveries.send_test(actor, hook.id),
            deliveries.send_again(actor, hook.id, 1),
        ):
            with pytest.raises(NotFound):
                await call
    await deliveries.send_test(world.mona, hook.id)
    await endpoints.delete(world.mona, hook.id)
    assert (await Webhook.all().count(), await WebhookDelivery.all().count()) == (0, 0)
    actions = [entry.action for entry in await AuditEntry.filter(action__startswith='webhook.').order_by('id')]
    assert actions == ['webhook.created', 'webhook.deleted']


async def test_the_job_sends_after_each_commit_until_it_is_stopped(world, outside):
    await endpoints.create(world.mona, outside.url)
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(sending.run(stop))
        await world.file(now=datetime.now(UTC))
        while not outside.bodies:  # noqa: ASYNC110 - the receiver is another program
            await asyncio.sleep(0.02)
        stop.set()
    assert outside.bodies[0]['type'] == 'ticket.filed'


def test_every_kind_of_event_is_either_told_or_internal():
    assert {kind.value for kind in EventKind} - {kind.value for kind in writing.TOLD} == {
        'tagged', 'untagged', 'linked', 'unlinked', 'response_breached', 'solution_breached',
    }  # fmt: skip
