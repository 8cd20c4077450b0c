"""The messages to an address as admins look at them: what became of each, and another try."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import DeliveryState, WebhookDelivery
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.errors import Conflict, NotFound
from services.ticket_id import ticket_id
from services.tickets.texts import is_id
from services.tickets.views import Page
from services.transaction import announce, transaction
from services.webhooks import writing
from services.webhooks.endpoints import existing
from services.webhooks.writing import CHANGED, TOPIC

MOST = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message. `answer` is the beginning of what the receiver said; `trouble` the end of a key below webhook.trouble.

    `took`: milliseconds until the answer; `next_try_at` while another one is to come.
    """

    id: int
    kind: str
    ticket: str | None
    message_id: str
    body: dict[str, Any]
    state: DeliveryState
    attempts: int
    answer_status: int | None
    answer: str
    trouble: str
    took: int | None
    created_at: datetime
    tried_at: datetime | None
    next_try_at: datetime | None


async def deliveries(
    actor: Actor, webhook_id: int, *, before: int | None = None, limit: int = 30, now: datetime | None = None
) -> Page[Delivery]:
    """The messages to one address, newest first. Raises NotFound."""
    await access.admin(actor, now=now)
    rows = WebhookDelivery.filter(webhook_id=(await existing(webhook_id)).id)
    if before is not None:
        rows = rows.filter(id__lt=max(0, min(before, 2**31 - 1)))
    limit = max(1, min(limit, MOST))
    found = await rows.order_by('-id').limit(limit + 1).select_related('ticket')
    following = str(found[limit - 1].id) if len(found) > limit else None
    return Page(tuple(_view(row) for row in found[:limit]), following)


async def send_again(actor: Actor, webhook_id: int, delivery_id: int, *, now: datetime | None = None) -> None:
    """Send a message once more, under its old id. Raises NotFound, and Conflict for one that is on its way."""
    admin, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        hook = await existing(webhook_id)
        mine = WebhookDelivery.filter(id=delivery_id if is_id(delivery_id) else 0, webhook_id=hook.id)
        if not await mine.exists():
            raise NotFound
        ended = mine.filter(state__in=(DeliveryState.DELIVERED, DeliveryState.FAILED))
        waiting = mine.filter(state=DeliveryState.WAITING)
        fresh = {'state': DeliveryState.WAITING, 'not_before': utc(now), 'created_at': utc(now), 'attempts': 0}
        if not await ended.update(**fresh) and not await waiting.update(not_before=utc(now)):
            raise Conflict
        hook.paused_until = None
        await hook.save(update_fields=['paused_until'])
        await audit.record('webhook.sent_again', by=admin, subject=f'webhook:{hook.id}', now=now, delivery=delivery_id)
        announce(TOPIC, CHANGED)


async def send_test(actor: Actor, webhook_id: int, *, now: datetime | None = None) -> int:
    """Send an address a message about nothing; its id. Raises NotFound."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        hook = await existing(webhook_id)
        row = writing.delivery(hook, writing.TEST, {'sent_by': user.id}, now=now)
        await row.save()
        hook.paused_until = None
        await hook.save(update_fields=['paused_until'])
        announce(TOPIC, CHANGED)
    return row.id


def _view(row: WebhookDelivery) -> Delivery:
    waits = row.state is DeliveryState.WAITING
    return Delivery(
        id=row.id,
        kind=row.kind,
        ticket=ticket_id(row.ticket.number) if row.ticket_id is not None and row.ticket is not None else None,
        message_id=row.message_id,
        body=row.body,
        state=row.state,
        attempts=row.attempts,
        answer_status=row.answer_status,
        answer=row.answer,
        trouble=row.trouble,
        took=row.took,
        created_at=row.created_at,
        tried_at=row.tried_at,
        next_try_at=row.not_before if waits else None,
    )
