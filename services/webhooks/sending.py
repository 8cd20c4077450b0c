"""How messages leave: claimed one by one, signed, sent to a checked address, tried again for three days, then given up.

Two senders at once are harmless: a row is claimed by a swap, and a claim whose sender died runs out. Addresses do not
wait for one another; one that does not answer rests, with all its messages.
"""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import cast

import httpx
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from models import DeliveryState, Webhook, WebhookDelivery
from models.instant import utc
from services import bus, job_runs, tracing
from services.errors import Invalid
from services.transaction import announce, transaction
from services.waiting import rest
from services.webhooks import addresses, signing
from services.webhooks.addresses import Target
from services.webhooks.writing import CHANGED, TOPIC

log = logging.getLogger(__name__)

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 21600))  # the last again and again
GIVE_UP_AFTER = timedelta(days=3)
TIMEOUT = 10.0  # seconds for a whole exchange
EXCERPT = 1000  # characters of an answer that are kept
_LEASE = timedelta(seconds=60)
_BATCH = 50  # messages to one address in one round
_AT_ONCE = 8  # addresses
_TICK = 1.0
_LOOKS_ALIVE = 60.0  # seconds; at least so often a run is noted, also when nothing was due
_GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sending. `trouble` is empty when the receiver took the message."""

    status: int | None = None
    answer: str = ''
    trouble: str = ''
    took: int | None = None


async def run(stop: asyncio.Event) -> None:
    """Send what is due until `stop` is set: at once after a commit, else when the time of a message has come."""
    wake = asyncio.Event()
    unsubscribe = bus.subscribe(TOPIC, lambda _: wake.set())
    noted = float('-inf')
    try:
        while not stop.is_set():
            wake.clear()
            started = datetime.now(UTC)
            tried = await send_due()
            if tried or monotonic() - noted >= _LOOKS_ALIVE:
                await job_runs.note('webhooks', started, done=tried)
                noted = monotonic()
            if not tried:
                await rest(_TICK, stop, wake)
    finally:
        unsubscribe()


async def send_due(now: datetime | None = None) -> int:
    """Send everything that is due, to several addresses side by side; how many messages were tried."""
    moment = now or datetime.now(UTC)
    due = cast(list[int], await _due(moment).distinct().values_list('webhook_id', flat=True))
    turns = asyncio.Semaphore(_AT_ONCE)

    async def serve(webhook_id: int) -> int:
        async with turns:
            return await _serve(webhook_id, now)

    with tracing.run_of('webhooks', begun=bool(due)):
        return sum(await asyncio.gather(*(serve(id) for id in due)))


async def _serve(webhook_id: int, now: datetime | None) -> int:
    """The messages to one address, oldest first, until one does not arrive."""
    tried = 0
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client:
        for row in await _due(now or datetime.now(UTC)).filter(webhook_id=webhook_id).order_by('id').limit(_BATCH):
            moment = now or datetime.now(UTC)
            hook = await Webhook.get_or_none(id=webhook_id, active=True)
            if hook is None or not await _claim(row, moment):
                continue
            outcome = await _told(client, hook, row, moment)
            await _settle(row, hook, outcome, moment)
            tried += 1
            if outcome.trouble:
                break
    return tried


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    moment = utc(now)
    ripe = Q(state=DeliveryState.WAITING, not_before__lte=moment)
    abandoned = Q(state=DeliveryState.SENDING, claimed_until__lte=moment)
    awake = Q(webhook__paused_until__isnull=True) | Q(webhook__paused_until__lte=moment)
    return WebhookDelivery.filter(ripe | abandoned, awake, webhook__active=True)


async def _claim(row: WebhookDelivery, now: datetime) -> bool:
    """Make the row ours for a while; False when somebody was faster."""
    same = WebhookDelivery.filter(id=row.id, state=row.state, attempts=row.attempts)
    until = utc(now + _LEASE)
    won = await same.update(state=DeliveryState.SENDING, claimed_until=until, attempts=F('attempts') + 1)
    row.state, row.claimed_until, row.attempts = DeliveryState.SENDING, until, row.attempts + 1
    return bool(won)


async def _told(client: httpx.AsyncClient, hook: Webhook, row: WebhookDelivery, now: datetime) -> Outcome:
    """Send the message as part of a trace, which goes on at the receiver."""
    facts: tracing.Facts = {'portal.webhook': hook.id, 'portal.message': row.message_id, 'portal.attempt': row.attempts}
    with tracing.span(f'webhook {row.kind}', 'client', facts=facts) as span:
        outcome = await _send(client, hook, row, now)
        if outcome.status is not None:
            span.say({'http.response.status_code': outcome.status})
        if outcome.trouble:
            span.say({'error.type': outcome.trouble}, failed=True)
    return outcome


async def _send(client: httpx.AsyncClient, hook: Webhook, row: WebhookDelivery, now: datetime) -> Outcome:
    began = monotonic()
    try:
        async with asyncio.timeout(TIMEOUT):
            target = await addresses.checked(hook.url)
            status, answer = await _exchange(client, target, hook, row, now)
    except Invalid as refusal:
        return Outcome(trouble=refusal.problems['url'].key.rpartition('.')[2])
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(trouble='timeout', took=_since(began))
    except (httpx.HTTPError, OSError, ValueError) as fault:
        log.info('webhook %s could not be reached: %s', hook.id, type(fault).__name__)
        return Outcome(trouble='connection', took=_since(began))
    good = httpx.codes.is_success(status)
    return Outcome(status, answer, '' if good else 'status', _since(began))


async def _exchange(
    client: httpx.AsyncClient, target: Target, hook: Webhook, row: WebhookDelivery, now: datetime
) -> tuple[int, str]:
    """Post the message to the checked number in the name of its host; the status, and the beginning of the answer."""
    body = json.dumps(row.body, ensure_ascii=False, separators=(',', ':'))
    headers = signing.headers(hook, row.message_id, body, now=now)
    headers |= tracing.headers()
    headers |= {'Host': target.host, 'Content-Type': 'application/json', 'User-Agent': 'SmartPlayer-Support/1.0'}
    name = target.host.rpartition(':')[0] if target.host.rpartition(':')[2].isdecimal() else target.host
    request = client.build_request(
        'POST', target.pinned, content=body.encode(), headers=headers, extensions={'sni_hostname': name.strip('[]')}
    )
    response = await client.send(request, stream=True)
    try:
        heard = b''
        async for piece in response.aiter_raw():
            heard += piece
            if len(heard) >= EXCERPT:
                break
    finally:
        await response.aclose()
    return response.status_code, heard.decode(errors='replace').replace('\0', '')[:EXCERPT]


async def _settle(row: WebhookDelivery, hook: Webhook, outcome: Outcome, now: datetime) -> None:
    """Write what came of it, if the row is still ours, and let an address that did not take it rest."""
    told = {
        'answer_status': outcome.status,
        'answer': outcome.answer,
        'trouble': outcome.trouble,
        'took': outcome.took,
        'tried_at': utc(now),
        'claimed_until': None,
    }
    mine = WebhookDelivery.filter(id=row.id, state=DeliveryState.SENDING, attempts=row.attempts)
    async with transaction():
        if not outcome.trouble:
            await mine.update(state=DeliveryState.DELIVERED, **told)
            await Webhook.filter(id=hook.id).update(failing_since=None, paused_until=None)
        elif outcome.status == _GONE or now - row.created_at >= GIVE_UP_AFTER:
            await mine.update(state=DeliveryState.FAILED, **told)
            await _failing(hook, now, pause=timedelta(0), active=hook.active and outcome.status != _GONE)
        else:
            wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
            await mine.update(state=DeliveryState.WAITING, not_before=utc(now + wait), **told)
            await _failing(hook, now, pause=wait, active=hook.active)
        announce(CHANGED)


async def _failing(hook: Webhook, now: datetime, *, pause: timedelta, active: bool) -> None:
    """Mark an address that does not take its messages; one that says it is gone for good is switched off."""
    changes = {'failing_since': hook.failing_since or utc(now), 'paused_until': utc(now + pause), 'active': active}
    await Webhook.filter(id=hook.id).update(**changes)


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)
